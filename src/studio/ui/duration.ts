/** Durations as people write them: `10 min`, `1 h 30 min`, `250 ms`. Pure; milliseconds inside. */

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
  { name: 'ms', ms: 1 },
] as const;

const spellings: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};

/** `5400000` → `1 h 30 min`; `0` → `0 ms`; exact: parsing gives the same number back. */
export function durationText(ms: number): string {
  if (!Number.isInteger(ms)) return `${ms} ms`;
  const sign = ms < 0 ? '-' : '';
  let rest = Math.abs(ms);
  const parts: string[] = [];
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms);
    if (count > 0) parts.push(`${count} ${unit.name}`);
    rest -= count * unit.ms;
  }
  return parts.length === 0 ? '0 ms' : sign + parts.join(' ');
}

/**
 * Milliseconds, or null if the text is no duration. A number without unit is milliseconds only if it is 0; otherwise
 * the unit must be said, because `10` could be anything.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (/^[-+]?0+(\.0+)?$/.test(trimmed)) return 0;
  const sign = trimmed.startsWith('-') ? -1 : 1;
  const body = trimmed.replace(/^[-+]\s*/, '');
  const part = /\s*(\d+(?:[.,]\d+)?)\s*([a-z]+)\s*,?/y;
  let ms = 0;
  let read = 0;
  while (read < body.length) {
    part.lastIndex = read;
    const match = part.exec(body);
    const factor = match === null ? undefined : spellings[match[2] ?? ''];
    if (match === null || factor === undefined) return null;
    ms += Number((match[1] ?? '').replace(',', '.')) * factor;
    read = part.lastIndex;
  }
  return read === 0 || !Number.isFinite(ms) ? null : sign * Math.round(ms);
}
