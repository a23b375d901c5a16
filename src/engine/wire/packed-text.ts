/**
 * Entries of a text column as they cross a channel: two strings, the cheapest form for structured clone (a typed array
 * beside the text takes a third more time to send).
 */

export interface PackedText {
  /** All entries, one behind the other. */
  readonly text: string;
  /** The length of each entry as one UTF-16 unit; `longest` says that this much and the next unit belong together. */
  readonly lengths: string;
}

const longest = 0xffff;

export function packText(entries: readonly string[]): PackedText {
  const units: number[] = [];
  for (const entry of entries) pushLength(units, entry.length);
  return { text: entries.join(''), lengths: textOfUnits(units) };
}

export function unpackText({ text, lengths }: PackedText): string[] {
  const entries: string[] = [];
  let start = 0;
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    const unit = lengths.charCodeAt(i);
    end += unit;
    if (unit === longest) continue;
    entries.push(text.slice(start, end));
    start = end;
  }
  return entries;
}

/** End offsets of the entries in `text`. */
export function endsOf({ lengths }: PackedText): number[] {
  const ends: number[] = [];
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    const unit = lengths.charCodeAt(i);
    end += unit;
    if (unit !== longest) ends.push(end);
  }
  return ends;
}

/** `ends`: end offsets of the entries in `text`. */
export function packedBetween(text: string, ends: readonly number[]): PackedText {
  const units: number[] = [];
  let start = 0;
  for (const end of ends) {
    pushLength(units, end - start);
    start = end;
  }
  return { text, lengths: textOfUnits(units) };
}

function pushLength(units: number[], length: number): void {
  let rest = length;
  for (; rest >= longest; rest -= longest) units.push(longest);
  units.push(rest);
}

/** Units that go to `fromCharCode` at once. */
const slice = 4096;

/** The text of these UTF-16 units. */
export function textOfUnits(units: readonly number[] | Uint16Array): string {
  if (units.length <= slice) return String.fromCharCode.apply(null, units as number[]);
  const parts: string[] = [];
  for (let at = 0; at < units.length; at += slice)
    parts.push(String.fromCharCode.apply(null, units.slice(at, at + slice) as number[]));
  return parts.join('');
}
