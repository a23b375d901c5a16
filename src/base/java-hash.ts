/** Java's hash codes of values, which Flink feeds to its key groups. All results are signed 32-bit integers. */

/** String.hashCode: s[0]·31^(n-1) + … over UTF-16 units. */
export function hashString(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) | 0;
  return h;
}

/** Integer.hashCode inside the range of an int, Long.hashCode outside it. */
export function hashInt(value: number): number {
  const small = value | 0;
  return small === value ? small : hashLong(value);
}

/** Long.hashCode of a whole number: high word xor low word of the two's complement. */
export function hashLong(value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return (high | 0) ^ (value - high * 0x1_0000_0000);
}

const view = new DataView(new ArrayBuffer(8));

/** Double.hashCode: high word xor low word of the IEEE bits. */
export function hashDouble(value: number): number {
  view.setFloat64(0, value);
  return view.getInt32(0) ^ view.getInt32(4);
}

export const hashBoolean = (value: boolean): number => (value ? 1231 : 1237);

/** Objects.hash of several parts as Flink's tuples do it: 31·h + part, from 0. A null part counts 0. */
export function hashTuple(parts: readonly number[]): number {
  let h = 0;
  for (const part of parts) h = (Math.imul(h, 31) + part) | 0;
  return h;
}
