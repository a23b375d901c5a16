/** UTF-8 of well-formed text, in plain JavaScript: the engine has no TextEncoder. */

/** A lone surrogate has no UTF-8: it becomes U+FFFD, as TextEncoder makes it. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return encodeFrom(text, i, bytes);
    bytes[i] = unit;
  }
  return bytes;
}

/** Goes on at unit `start`; what is before it is ASCII and in `ascii`. */
function encodeFrom(text: string, start: number, ascii: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(start + byteLength(text, start));
  bytes.set(ascii.subarray(0, start));
  let at = start;
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[at++] = unit;
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else if (isPair(text, i)) {
      const point = text.codePointAt(i++) as number;
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      const point = isSurrogate(unit) ? 0xfffd : unit;
      bytes[at++] = 0xe0 | (point >> 12);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes;
}

/** Bytes of the text from unit `start` on. */
function byteLength(text: string, start: number): number {
  let bytes = 0;
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isPair(text, i)) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

const isSurrogate = (unit: number): boolean => (unit & 0xf800) === 0xd800;

function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** Units that go to `fromCharCode` at once. */
const slice = 4096;

/** Throws an Error if the bytes are not well-formed UTF-8 (overlong forms and surrogates included). */
export function decodeUtf8(bytes: Uint8Array): string {
  const units = new Uint16Array(Math.min(bytes.length, slice) + 2);
  const parts: string[] = [];
  let filled = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      units[filled++] = byte;
      at++;
    } else {
      const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      filled = putPoint(units, filled, pointAt(bytes, at, width));
      at += width;
    }
    if (filled >= slice || at === bytes.length) {
      parts.push(String.fromCharCode.apply(null, units.subarray(0, filled) as unknown as number[]));
      filled = 0;
    }
  }
  return parts.join('');
}

/** Smallest code point that needs so many bytes. */
const least = [0, 0, 0x80, 0x800, 0x10000];

function pointAt(bytes: Uint8Array, at: number, width: number): number {
  const first = bytes[at] as number;
  let point = first & (0x7f >> width);
  for (let i = 1; i < width; i++) {
    const byte = bytes[at + i] ?? 0;
    if ((byte & 0xc0) !== 0x80) throw malformed(at);
    point = (point << 6) | (byte & 0x3f);
  }
  if (first < 0xc0 || first > 0xf4 || point < (least[width] as number) || point > 0x10ffff || isLoneSurrogate(point))
    throw malformed(at);
  return point;
}

const isLoneSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;

function putPoint(units: Uint16Array, at: number, point: number): number {
  if (point < 0x10000) {
    units[at] = point;
    return at + 1;
  }
  units[at] = 0xd800 + ((point - 0x10000) >> 10);
  units[at + 1] = 0xdc00 + (point & 0x3ff);
  return at + 2;
}

const malformed = (at: number): Error => new Error(`The text is not UTF-8 at byte ${at}.`);
