/**
 * Fingerprints of bytes: to find damage, and to see that two snapshots are the same. MurmurHash3_x86_128 (Austin
 * Appleby, SMHasher, public domain), of which the first 64 bits are kept: no arithmetic beyond 32 bits, so it is fast
 * here. It is no protection against an attacker.
 */

/** 16 hexadecimal digits. */
export function fingerprintOf(bytes: Uint8Array): string {
  murmur128(bytes, 0, lanes);
  return hex(lanes[0] as number) + hex(lanes[1] as number);
}

const lanes = new Int32Array(4);

const c1 = 0x239b961b;
const c2 = 0xab0e9789 | 0;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93 | 0;

/** The four 32-bit words of the hash go into `out`. */
export function murmur128(bytes: Uint8Array, seed: number, out: Int32Array): void {
  const { length } = bytes;
  const blocks = length >>> 4;
  // Words are read in the order of the platform, which is little-endian wherever a browser runs.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, blocks * 4);
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  for (let at = 0; at < words.length; at += 4) {
    h1 ^= mixed(words[at] as number, c1, 15, c2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mixed(words[at + 1] as number, c2, 16, c3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mixed(words[at + 2] as number, c3, 17, c4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mixed(words[at + 3] as number, c4, 18, c1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  // The tail: the missing bytes count as zeros, and a word of zeros changes nothing.
  const tail = blocks << 4;
  h4 ^= mixed(wordAt(bytes, tail + 12), c4, 18, c1);
  h3 ^= mixed(wordAt(bytes, tail + 8), c3, 17, c4);
  h2 ^= mixed(wordAt(bytes, tail + 4), c2, 16, c3);
  h1 ^= mixed(wordAt(bytes, tail), c1, 15, c2);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finished(h1);
  h2 = finished(h2);
  h3 = finished(h3);
  h4 = finished(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[0] = h1;
  out[1] = h2 + h1;
  out[2] = h3 + h1;
  out[3] = h4 + h1;
}

function mixed(word: number, before: number, turn: number, after: number): number {
  const k = Math.imul(word, before);
  return Math.imul((k << turn) | (k >>> (32 - turn)), after);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function finished(hash: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
