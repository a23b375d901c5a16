/**
 * What happens to event time at one operator of one subtask, as it tells it: records and what became of them, watermarks
 * and idleness by channel, windows that merge and go, panes that fire. The plot of event time against processing time is
 * drawn from this and nothing else.
 *
 * Complete while little happens (`TimeRecorder` in `task/` has the bounds); beyond that a sample, and `TimesSkipped` says
 * how many were left out, so that totals stay true.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId } from '../graph/plan.ts';

/**
 * `on time`: ahead of the watermark. `late`: not ahead of it, and taken all the same (allowed lateness; or the operator
 * does not mind). `dropped`: too late; it goes to the late output if there is one, and nowhere else.
 */
export type Verdict = 'on time' | 'late' | 'dropped';

export const paneTimings = ['early', 'on time', 'late'] as const;
export type PaneTiming = (typeof paneTimings)[number];

/** `[start, end)`. */
export type Span = readonly [start: number, end: number];

export interface RecordTrace {
  readonly kind: 'record';
  readonly at: ProcessingTimeMs;
  /** Event time; null if the record has none. */
  readonly time: EventTimeMs | null;
  /** Input port; sources: 0, of what they emit. */
  readonly input: number;
  /** The record's key, else its first column, in short; and its hue, 0 … 255, as on the canvas. */
  readonly key: string;
  readonly hue: number;
  /** The first columns in short. */
  readonly label: string;
  readonly verdict: Verdict;
  /** The watermark that the verdict goes by. */
  readonly watermark: EventTimeMs;
  /** Windows that it went into. A session: as it was after the record. Absent: none, or the operator has no windows. */
  readonly windows?: readonly Span[];
}

export interface PaneTrace {
  readonly kind: 'pane';
  readonly at: ProcessingTimeMs;
  readonly key: string;
  readonly hue: number;
  readonly window: Span;
  /** By which time the window passes; none: global and count windows, which never do. */
  readonly domain: 'event' | 'processing' | 'none';
  readonly timing: PaneTiming;
  /** From 0, of this key and window; null if it is not known (the first panes were not told). */
  readonly index: number | null;
  /** Event time of the result. */
  readonly time: EventTimeMs;
  readonly watermark: EventTimeMs;
  /** The result without key and window, as `name value`, in short: what a plot has room for. */
  readonly value: string;
}

export type TimeTrace =
  | RecordTrace
  | PaneTrace
  /** The watermark of an input channel, or (null) the operator's own: what it goes by, or what an assigner makes. */
  | {
      readonly kind: 'watermark';
      readonly at: ProcessingTimeMs;
      readonly channel: ChannelId | null;
      readonly time: EventTimeMs;
    }
  | {
      readonly kind: 'status';
      readonly at: ProcessingTimeMs;
      readonly channel: ChannelId | null;
      readonly idle: boolean;
    }
  /** Windows of a key became one. One that only grew is `from` itself alone. */
  | {
      readonly kind: 'merged';
      readonly at: ProcessingTimeMs;
      readonly key: string;
      readonly window: Span;
      readonly from: readonly Span[];
    }
  /** Its state is gone. Key null: of all keys. */
  | {
      readonly kind: 'closed';
      readonly at: ProcessingTimeMs;
      readonly key: string | null;
      readonly window: Span;
    }
  | {
      readonly kind: 'timer';
      readonly at: ProcessingTimeMs;
      readonly key: string;
      readonly domain: 'event' | 'processing';
      readonly time: number;
    };

/** What was left out so far in this attempt, because too much happened at once. */
export interface TimesSkipped {
  readonly records: number;
  readonly panes: number;
  /** Merges, closings, timers. */
  readonly others: number;
}

export const nothingSkipped: TimesSkipped = { records: 0, panes: 0, others: 0 };

/** In sum over several attempts. */
export function sumSkipped(all: Iterable<TimesSkipped>): TimesSkipped {
  let sum = nothingSkipped;
  for (const { records, panes, others } of all)
    sum = { records: sum.records + records, panes: sum.panes + panes, others: sum.others + others };
  return sum;
}
