/** One schedule of the swarm: a job, its faults and the seed of every delay. JSON, so that it can be kept and run again. */
import type { Fault } from '../../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import { planJob } from '../../../engine/graph/translate.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { Chance } from '../chance.ts';
import { buildJob } from './build.ts';
import { drawJob, guaranteeOf, guarantees, withJoin, withPiece } from './drawing.ts';
import type { Drawing, Guarantee } from './drawing.ts';
import { withApart } from './apart.ts';
import { withEnd } from './ends/draw.ts';
import { earlyEnds, laterEnds, newEnds, newestEnds } from './ends/list.ts';
import { drawFaults, survivable } from './fault-script.ts';
import { earlyPieces, laterPieces, newPieces, newestPieces, pieceOf } from './pieces/list.ts';
import { withPauses, withTimes } from './times.ts';
import { withWindowKind } from './window-kinds.ts';

export interface SwarmCase {
  readonly version: 1;
  readonly seed: number;
  readonly drawing: Drawing;
  readonly faults: readonly Fault[];
  /** The run is left at this time, and another goes on from its newest checkpoint, with other parallelisms. */
  readonly rescale: { readonly atMs: number; readonly shift: number } | null;
}

/** Parallelisms turned by `shift`, so that every operator that can have several subtasks may get another number. */
export function rescaled(drawing: Drawing, shift: number): Drawing {
  const turn = (parallelism: number): number => ((parallelism - 1 + shift) % 4) + 1;
  const turned = <T extends { readonly parallelism: number }>(one: T): T => ({
    ...one,
    parallelism: turn(one.parallelism),
  });
  return {
    ...drawing,
    // Only an input that is divided further than by subtasks can be dealt to another number of them.
    sources: drawing.sources.map((source) => ((source.times?.splits ?? 0) > 0 ? turned(source) : source)),
    steps: drawing.steps.map((step) => (step.exchange === 'broadcast' ? step : turned(step))),
    tail: turned(drawing.tail),
    ...(drawing.end === undefined ? {} : { end: turned(drawing.end) }),
    sink: drawing.sink.exchange === 'broadcast' ? drawing.sink : turned(drawing.sink),
  };
}

const joinSalt = 0x6a6f;
const windowSalt = 0x7769;
const pieceSalt = 0x7069;
const laterPieceSalt = 0x6c70;
const newPieceSalt = 0x6e70;
const newestPieceSalt = 0x6e657765;
const keylessSalt = 0x6b6c;
const timesSalt = 0x7469;
const pausesSalt = 0x7061;
const endSalt = 0x656e;
const laterEndSalt = 0x6c65;
const newEndSalt = 0x6e656e64;
const newestEndSalt = 0x7365;
const apartSalt = 0x6170;

/** The case of a seed. `guarantee` and `rescaling`: only such. */
export function drawCase(seed: number, only: Guarantee | null = null): SwarmCase {
  const chance = new Chance(seed);
  const guarantee = chance.pick(guarantees);
  let drawing = withJoin(new Chance(seed ^ joinSalt), drawJob(chance, only ?? guarantee));
  drawing = withPiece(new Chance(seed ^ pieceSalt), drawing, { of: earlyPieces, share: 0.3 });
  drawing = withPiece(new Chance(seed ^ laterPieceSalt), drawing, { of: laterPieces, share: 0.1 });
  drawing = withPiece(new Chance(seed ^ newPieceSalt), drawing, { of: newPieces, share: 0.12 });
  // By itself: else a job with windows of all records is one in a hundred.
  drawing = withPiece(new Chance(seed ^ keylessSalt), drawing, { of: ['allRecords'], share: 0.06 });
  drawing = withPiece(new Chance(seed ^ newestPieceSalt), drawing, { of: newestPieces, share: 0.1 });
  drawing = withEnd(new Chance(seed ^ endSalt), drawing, { of: earlyEnds, share: 0.12 });
  drawing = withEnd(new Chance(seed ^ laterEndSalt), drawing, { of: laterEnds, share: 0.1 });
  drawing = withEnd(new Chance(seed ^ newEndSalt), drawing, { of: newEnds, share: 0.2 });
  drawing = withEnd(new Chance(seed ^ newestEndSalt), drawing, { of: newestEnds, share: 0.04 });
  drawing = withApart(new Chance(seed ^ apartSalt), drawing, 0.08);
  drawing = withTimes(new Chance(seed ^ timesSalt), drawing);
  drawing = withPauses(new Chance(seed ^ pausesSalt), drawing);
  drawing = withWindowKind(new Chance(seed ^ windowSalt), drawing);
  const plan = planOf(drawing, seed);
  const faults = plan === null ? [] : drawFaults(chance, plan, drawing);
  drawing = survivable(drawing, faults);
  const rescale = chance.next() < 0.15 ? { atMs: chance.integer(50, 600), shift: chance.integer(1, 3) } : null;
  return { version: 1, seed, drawing, faults, rescale: keepsOrder(drawing) ? rescale : null };
}

/**
 * Whether changes of a row come in their order although the parallelism changes: what was in flight on a forward edge can
 * go by another subtask than what follows it (Flink lets no barrier overtake there).
 */
const keepsOrder = (drawing: Drawing): boolean => !needsOrder(drawing) || guaranteeOf(drawing) === 'aligned';

const needsOrder = ({ end, steps }: Drawing): boolean =>
  end !== undefined || steps.some((step) => step.kind === 'piece' && pieceOf(step.of).ordered === true);

/** Null: the job has a problem, as some combinations of partitioner and parallelism have. */
export function planOf(drawing: Drawing, seed: number): ExecutionGraph | null {
  const plan = planJob(buildJob(drawing, seed).job, kindTable);
  return plan.ok ? plan.value : null;
}
