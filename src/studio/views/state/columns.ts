/**
 * How wide the columns of the key table are: as wide as what is in them, and where that is more than there is, less in
 * an order, so that nothing is cut off without a sign and values keep room. Pure.
 */
import type { InspectedKey } from '../../../engine/wire/inspect.ts';
import { keyText } from '../../why/why.ts';
import { timersShown, timerText, untilOf, windowShort } from './words.ts';
import type { Days } from './words.ts';

/** Pixels; null: it is left out. The value gets what is left. */
export interface Columns {
  readonly key: number;
  readonly group: number | null;
  readonly holds: number;
  /** Nothing says until when it holds. */
  readonly until: number | null;
  readonly timers: number | null;
  /** Of the whole table: more than there is makes it scroll. */
  readonly least: number;
}

/** One character of the numbers' font at the size of the table. */
const characterPx = 7.3;
const valueLeast = 104;
const groupPx = 54;
const whyPx = 44;
const wherePx = 58;
const cellPx = 16;

/** Pixels that texts need, of which at most so many characters are shown at once. */
function needed(texts: readonly string[], least: number, most: number, extraPx: number): number {
  const longest = texts.reduce((length, text) => Math.max(length, text.length), 0);
  return Math.ceil(Math.min(most, Math.max(least, longest)) * characterPx) + extraPx;
}

/** `available`: pixels. `keyless`: there are no key groups. */
export function columnsOf(keys: readonly InspectedKey[], days: Days, available: number, keyless = false): Columns {
  const held = keys.flatMap((key) => key.held);
  const names = held.map(({ what, window }) =>
    window === null ? what : `${windowShort(window, days.holds)}${window.passed ? ' (passed)' : ''}`,
  );
  const untils = held.flatMap((one) => untilOf(one, days.holds) ?? []);
  // A clock stands before those of processing time.
  const chips = keys.flatMap((key) =>
    key.timers.map((timer) => `${timerText(timer, days.timers)}${timer.domain === 'event' ? '' : '   '}`),
  );
  const chip = needed(chips, 5, 20, 14);
  const most = Math.min(timersShown, Math.max(1, ...keys.map(({ timers }) => timers.length)));
  const headed = (day: string | null, head: string): string => (day === null ? head : `${head} ${day}`);
  const wish = {
    key: needed(
      keys.map(({ key }) => keyText(key)),
      4,
      24,
      26 + wherePx,
    ),
    group: keyless ? null : groupPx,
    holds: needed([...names, headed(days.holds, 'Holds')], 5, 34, cellPx + 4),
    until:
      untils.length === 0
        ? null
        : needed(
            untils.map(({ kind, text }) => `${kind === 'clock' ? '   ' : '◂'}${text}`),
            8,
            34,
            cellPx + whyPx,
          ),
    timers:
      chips.length === 0
        ? null
        : Math.max(needed([headed(days.timers, 'Timers')], 6, 20, cellPx), most * (chip + 4) + 40),
  };
  return fitted(wish, chip + cellPx + 4, available);
}

type Widths = Omit<Columns, 'least'>;

/** Takes from what is told elsewhere too: timers beside each other, the group, long windows, long waits, long keys. */
function fitted(wish: Widths, oneTimer: number, available: number): Columns {
  const narrower: readonly ((from: Widths) => Widths)[] = [
    (from) => ({ ...from, timers: from.timers === null ? null : Math.min(from.timers, oneTimer) }),
    (from) => ({ ...from, until: from.until === null ? null : Math.min(from.until, 230) }),
    (from) => ({ ...from, group: null }),
    (from) => ({ ...from, holds: Math.min(from.holds, 190) }),
    (from) => ({ ...from, until: from.until === null ? null : Math.min(from.until, 165) }),
    (from) => ({ ...from, key: Math.min(from.key, 130) }),
    (from) => ({ ...from, holds: Math.min(from.holds, 125) }),
  ];
  let widths = wish;
  for (const step of narrower) {
    if (sum(widths) <= available) break;
    widths = step(widths);
  }
  return { ...widths, least: sum(widths) };
}

const sum = ({ key, group, holds, until, timers }: Widths): number =>
  key + (group ?? 0) + holds + (until ?? 0) + (timers ?? 0) + valueLeast;
