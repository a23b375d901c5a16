/** What a brush leaves of a sink's rows, in words. */
import { timeText } from '../../../engine/time/windows.ts';
import { counted } from '../../canvas/number-text.ts';
import type { Brush, Span } from '../../session/time-pick.ts';

/** How rows come to a sink: one by one, in transactions, or as changes of rows that are there. */
export type Coming = 'arrives' | 'is committed' | 'changes';

export interface Brushed {
  readonly brush: Brush;
  readonly coming: Coming;
  /** Processing time at which the run began. */
  readonly origin: number;
  /** Rows that lie in the brush, and all that are kept. */
  readonly size: number;
  readonly whole: number;
  /** Of all: rows without event time, and rows of which nobody knows when they came. */
  readonly timeless: number;
  readonly arrivalUnknown: number;
}

/** Into the run, as exactly as the span is short: `350 ms`, `12.4 s`, `4:05`. */
export function sinceStart(ms: number, span: number): string {
  if (span < 2000) return `${Number(ms.toFixed(span < 20 ? 1 : 0)).toLocaleString('en-US')} ms`;
  if (Math.abs(ms) < 120_000 || span < 20_000) return `${Number((ms / 1000).toFixed(span < 20_000 ? 2 : 1))} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const arrivalText = ([from, to]: Span, origin: number): string =>
  `${sinceStart(from - origin, to - from)} – ${sinceStart(to - origin, to - from)} into the run`;

/** `event time 2001-01-01 10:00 – 11:00 and arrived 3 s – 5 s into the run`. */
export function brushText({ event, arrival }: Brush, origin: number, coming: Coming = 'arrives'): string {
  const parts = [
    ...(event === null ? [] : [`event time ${timeText(event[0])} – ${timeText(event[1], event[0])}`]),
    ...(arrival === null ? [] : [`${pasts[coming]} ${arrivalText(arrival, origin)}`]),
  ];
  return parts.join(' and ');
}

const pasts: Readonly<Record<Coming, string>> = {
  arrives: 'arrived',
  'is committed': 'committed',
  changes: 'last changed',
};

/** `Rows with event time … and arrived …: 3 of 12`. */
export function brushedText({ brush, origin, coming, size, whole }: Brushed): string {
  const text = brushText(brush, origin, coming);
  const rows = brush.event !== null ? 'Rows with ' : coming === 'is committed' ? 'Rows ' : 'Rows that ';
  return `${rows}${text}: ${size.toLocaleString('en-US')} of ${whole.toLocaleString('en-US')}`;
}

/** What else there is to know: what arrival means, and what the brush cannot tell of. */
export function brushNote({ brush, coming, timeless, arrivalUnknown }: Brushed): string {
  const parts: string[] = [];
  if (brush.event !== null && timeless > 0) parts.push(`${counted(timeless, 'row')} without event time left out.`);
  if (brush.arrival !== null) {
    if (arrivalUnknown > 0)
      parts.push(
        `${counted(arrivalUnknown, 'row')} left out: committed in an earlier life of this run, and when was not kept.`,
      );
    parts.push(meanings[coming]);
  }
  return parts.join(' ');
}

const meanings: Readonly<Record<Coming, string>> = {
  arrives: 'Arrived at this sink: a result comes after its records.',
  'is committed': 'Committed with a checkpoint, after it was written.',
  changes: 'When the newest change of the row came.',
};
