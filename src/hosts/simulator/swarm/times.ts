/**
 * Event time at the sources of a drawing, by chance: watermark strategies, idleness, splits, and alignment with the other
 * sources. Where watermarks decide about results, they are true of what is still to come; elsewhere they may say anything.
 */
import { workOffMs } from './drawing.ts';
import type { Chance } from '../chance.ts';
import { endOf } from './ends/list.ts';
import type { Alignment, Drawing, SourceDrawing, SourceTimes } from './drawing.ts';
import { outOfOrdernessMs } from './items.ts';

const timed: ReadonlySet<Drawing['steps'][number]['kind']> = new Set(['window', 'hold', 'join', 'piece']);

/** Something on the way goes by event time, or by watermarks. */
const goesByTime = ({ steps, end }: Drawing): boolean => end !== undefined || steps.some(({ kind }) => timed.has(kind));

/** The results are the same whatever watermarks say. */
export const anyWatermarks = (drawing: Drawing): boolean =>
  drawing.end === undefined
    ? !goesByTime(drawing)
    : endOf(drawing.end.of).anyWatermarks === true && !drawing.steps.some(({ kind }) => timed.has(kind));

/** Records may come behind watermarks. */
export const mayBeLate = (drawing: Drawing): boolean =>
  (anyWatermarks(drawing) &&
    drawing.sources.some(({ times, pauseMs }) => times !== undefined || pauseMs !== undefined)) ||
  (drawing.end !== undefined && endOf(drawing.end.of).anyWatermarks === true);

/** A time-out of idleness that no run comes to. */
const neverMs = 100_000;

export const isNeverIdle = ({ times }: SourceDrawing): boolean =>
  times === undefined || times.idleTimeoutMs === 0 || times.idleTimeoutMs >= neverMs;

/**
 * The drawing, or the same with sources that make pauses and are idle in them, where anything may be late; with a chance of
 * its own. A scripted one says so; a generator has nothing for as long, split by split, and a time-out.
 */
export function withPauses(chance: Chance, drawing: Drawing): Drawing {
  // Behind inputs that have ended and one that is idle the watermark is the final one, as in Flink (StatusWatermarkValve):
  // for a record that comes then no timer in event time fires any more, and its windows are gone.
  if (isApart(drawing) || lastByWatermark(drawing)) return drawing;
  if (!anyWatermarks(drawing) || drawing.alignment !== undefined || chance.next() >= 0.3) return drawing;
  const sources = drawing.sources.map((source): SourceDrawing => {
    if (chance.next() < 0.3 || source.kind === 'file') return source;
    return paused(chance, source);
  });
  // So slow that splits which have something wait for their turns, and are idle at different times.
  return { ...drawing, sources, pace: Math.min(drawing.pace, chance.pick([150, 300])) };
}

/** The source, idle in between. */
export function paused(chance: Chance, source: SourceDrawing): SourceDrawing {
  const pauseMs = chance.pick([20, 60, 150]);
  if (source.kind === 'scripted') return { ...source, pauseMs };
  const plain = { watermarks: 'bounded', boundMs: outOfOrdernessMs, splits: chance.pick([0, 3, 5, 5]) } as const;
  const records = Math.min(source.records, pausedMost);
  return { ...source, records, pauseMs, times: { ...(source.times ?? plain), idleTimeoutMs: pauseTimeoutMs } };
}

/** Time-out of the idleness of what makes pauses. */
export const pauseTimeoutMs = 5;

const lastByWatermark = ({ end }: Drawing): boolean => end !== undefined && endOf(end.of).lastByWatermark === true;

const isApart = ({ sources }: Drawing): boolean => sources.some(({ side }) => side !== undefined);

/** Records of a source that makes a pause behind each. */
const pausedMost = 30;

/** Nobody looks at event times at all. */
const timeless = (drawing: Drawing): boolean =>
  !goesByTime(drawing) && drawing.tail.kind !== 'none' && !drawing.steps.some(({ kind }) => kind === 'side');

/**
 * The drawing, or the same with other event time; with a chance of its own, so that a seed that is drawn without it is the
 * schedule that it was before.
 */
export function withTimes(chance: Chance, drawing: Drawing): Drawing {
  if (isApart(drawing) || chance.next() >= 0.18) return drawing;
  const sources = drawing.sources.map((source): SourceDrawing => {
    if (source.kind === 'scripted') return source;
    return { ...source, times: drawTimes(chance, source, drawing) };
  });
  const alignment = chance.next() < 0.6 ? drawAlignment(chance) : null;
  const ingests = sources.some(({ times }) => times?.watermarks === 'ingestion');
  if (alignment === null || ingests) return { ...drawing, sources };
  // One is far ahead of the other, and waits at the start.
  const aheadMs = chance.pick([0, 300, 3000]);
  const settings = { ...drawing.settings, checkpointTimeoutMs: workOffMs };
  return {
    ...drawing,
    sources: sources.map((source, i) => (i === 0 ? source : { ...source, aheadMs })),
    alignment,
    settings,
  };
}

const drawAlignment = (chance: Chance): Alignment => ({
  maxDriftMs: chance.pick([0, 10, 50, 300]),
  alignmentIntervalMs: chance.pick([3, 20, 100]),
});

function drawTimes(chance: Chance, { disorderMs }: SourceDrawing, drawing: Drawing): SourceTimes {
  const any = anyWatermarks(drawing);
  const ordered = disorderMs === 0;
  const strategies = [
    'bounded',
    'punctuated',
    'custom',
    ...(ordered || any ? (['monotonous'] as const) : []),
    ...(timeless(drawing) ? (['ingestion', 'none'] as const) : []),
  ] as const;
  return {
    watermarks: chance.pick(strategies),
    boundMs: ordered ? 0 : outOfOrdernessMs,
    // Who is idle is passed over, and late when it comes back.
    idleTimeoutMs: chance.pick(any && !lastByWatermark(drawing) ? [0, 5, 30, 200] : [0, 0, 100_000]),
    splits: chance.pick([0, 0, 2, 5]),
  };
}

/** Parameters of a source of any kind. */
export function timesParams({ times }: SourceDrawing, alignment: Alignment | undefined) {
  const group = alignment === undefined ? {} : { alignmentGroup: 'swarm', ...alignment };
  if (times === undefined) return { watermarks: 'bounded', outOfOrdernessMs, ...group };
  const { watermarks, idleTimeoutMs, splits, boundMs } = times;
  return {
    watermarks,
    outOfOrdernessMs: boundMs,
    idleTimeoutMs,
    splits,
    punctuation: `(row, timestamp) => (timestamp % 3 === 0 ? timestamp - ${boundMs} : null)`,
    generator: `() => {
  let newest = -Infinity;
  return {
    onEvent(row, timestamp, out) {
      newest = Math.max(newest, timestamp);
      if (timestamp % 5 === 0) out.emitWatermark(newest - ${boundMs});
    },
    onPeriodicEmit(out) {
      if (newest > -Infinity) out.emitWatermark(newest - ${boundMs});
    },
  };
}`,
    ...group,
  };
}
