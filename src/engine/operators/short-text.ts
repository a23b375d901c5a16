/** Short texts for the lines under nodes: durations and functions. */

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** `1 h`, `90 s`, `250 ms`: in the greatest unit that gives a whole number. */
export function durationText(ms: number): string {
  const unit = units.find(([, size]) => ms >= size && ms % size === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[1]} ${unit[0]}`;
}

/** The function in one line of at most 40 characters, without its `(row) =>`. */
export function shortSource(source: string): string {
  const body = source
    .replace(/^\s*\(?\s*\w*\s*\)?\s*=>\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return body.length <= 40 ? body : `${body.slice(0, 39)}…`;
}
