/** Which elements of a script have been played, and when: by what the source itself told. */
import type { PlacedElement } from '../../../base/timeline.ts';
import type { TimeView } from '../../../engine/telemetry/cluster-view.ts';

export interface Played {
  readonly index: number;
  readonly text: string;
  readonly kind: 'record' | 'watermark';
  /** Processing time. */
  readonly at: number;
  readonly time: number;
}

/** Records in order; watermarks that rose. */
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
  return elements.flatMap(({ element, start, end }, index): Played[] => {
    const text = timeline.slice(start, end);
    if (element.kind === 'record') {
      const trace = records[record++];
      return trace?.time == null ? [] : [{ index, text, kind: 'record', at: trace.at, time: trace.time }];
    }
    if (element.kind !== 'watermark') return [];
    const trace = watermarks[watermark];
    if (trace?.time !== element.time) return [];
    watermark++;
    return [{ index, text, kind: 'watermark', at: trace.at, time: trace.time }];
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
    return { ...each, text: timeline.slice(at.start, at.end), time: at.element.time ?? each.time };
  });
}

/** Where in the script something goes that is put at this processing time: behind all that was played before. */
export function indexAt(played: readonly Played[], at: number, length: number): number {
  const next = played.find((each) => each.at > at);
  return next?.index ?? length;
}
