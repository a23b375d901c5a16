/** Which elements of a script have been played, and when: by what the source itself told. */
import type { PlacedElement } from '../../../base/timeline.ts';
import type { ParamIssue } from '../../../engine/graph/problems.ts';
import type { TimeView } from '../../../engine/telemetry/cluster-view.ts';
import { timeOf } from './script-edits.ts';

export interface Played {
  readonly index: number;
  readonly text: string;
  readonly kind: 'record' | 'watermark';
  /** Processing time. */
  readonly at: number;
  readonly time: number;
  /** A watermark that did not rise above this one, so that it does not count; null: it counts. */
  readonly behind: number | null;
}

/**
 * Records and watermarks in order. Of a watermark that did not rise its source says nothing: it stands where the element
 * before it came, later by the pauses between.
 */
export function playedOf(
  timeline: string,
  elements: readonly PlacedElement[],
  told: TimeView | undefined,
): readonly Played[] {
  if (told === undefined) return [];
  const records = told.records.map(({ trace }) => trace);
  const watermarks = told.watermarks.flatMap(({ trace }) => (trace.kind === 'watermark' ? [trace] : []));
  let record = 0;
  let watermark = 0;
  let standing: number | null = null;
  let now: number | null = records[0]?.at ?? watermarks[0]?.at ?? null;
  return elements.flatMap(({ element, start, end }, index): Played[] => {
    const text = timeline.slice(start, end);
    if (element.kind === 'advance' && now !== null) now += element.by;
    if (element.kind === 'record') {
      const trace = records[record++];
      now = trace?.at ?? now;
      return trace?.time == null ? [] : [{ index, text, kind: 'record', at: trace.at, time: trace.time, behind: null }];
    }
    if (element.kind !== 'watermark') return [];
    const { time } = element;
    if (standing !== null && time <= standing)
      return now === null ? [] : [{ index, text, kind: 'watermark', at: now, time, behind: standing }];
    const trace = watermarks[watermark];
    if (trace?.time !== time) return [];
    watermark++;
    standing = time;
    now = trace.at;
    return [{ index, text, kind: 'watermark', at: trace.at, time, behind: null }];
  });
}

/**
 * The same while the script as it is now, `timeline`, waits to be played: an element that was moved meanwhile is already
 * where it was moved to, so that it can be moved on. Null: elements came or went, so that they cannot be told apart.
 */
export function movedSince(
  played: readonly Played[],
  before: readonly PlacedElement[],
  timeline: string,
  now: readonly PlacedElement[],
): readonly Played[] | null {
  const isSame = before.length === now.length && before.every((each, i) => each.element.kind === now[i]?.element.kind);
  if (!isSame) return null;
  return played.map((each) => {
    const at = now[each.index];
    if (at === undefined || (at.element.kind !== 'record' && at.element.kind !== 'watermark')) return each;
    const time = at.element.time ?? each.time;
    const behind = at.element.kind === 'watermark' ? standingAbove(now, each.index, time) : null;
    return { ...each, text: timeline.slice(at.start, at.end), time, behind };
  });
}

/** The highest watermark before this element, if `time` is not above it. */
function standingAbove(elements: readonly PlacedElement[], index: number, time: number): number | null {
  const before = elements
    .slice(0, index)
    .flatMap(({ element }) => (element.kind === 'watermark' ? [element.time] : []));
  const standing = Math.max(Number.NEGATIVE_INFINITY, ...before);
  return time <= standing ? standing : null;
}

/** What keeps it from counting; null: nothing. */
export const issueOf = ({ text, behind }: Played): ParamIssue | null =>
  behind === null ? null : { code: 'watermark-back', details: { watermark: text, standing: `w${timeOf(behind)}` } };

/** Where in the script something goes that is put at this processing time: behind all that was played before. */
export function indexAt(played: readonly Played[], at: number, length: number): number {
  const next = played.find((each) => each.at > at);
  return next?.index ?? length;
}
