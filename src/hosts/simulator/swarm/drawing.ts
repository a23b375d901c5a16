/**
 * A job of the swarm, as data: small enough to be printed, changed piece by piece and kept. Every job of this form has
 * results that do not depend on the order of arrival, so that a plain computation over its input tells what is right
 * (`oracle.ts`). Every record has a number of its own, so that one that is lost and one that is doubled cannot hide each
 * other.
 */
import type { JobSettings, PartitionerChoice } from '../../../engine/graph/job.ts';
import type { StrategyName } from '../../../engine/time/watermarks/list.ts';
import type { Chance } from '../chance.ts';
import type { EndName, ShownAs } from './ends/list.ts';
import { pieceOf } from './pieces/list.ts';
import type { PieceName } from './pieces/list.ts';

export interface SourceDrawing {
  readonly kind: 'scripted' | 'generator' | 'file';
  readonly records: number;
  readonly keys: number;
  /** Event times are out of order by up to this much, in ms. */
  readonly disorderMs: number;
  readonly parallelism: number;
  /** All its times are later by this. */
  readonly aheadMs?: number;
  /** It has nothing for so long and is idle meanwhile: behind every fifth record, or each one of a generator's split. */
  readonly pauseMs?: number;
  /** It goes to this input of the end alone, and its values are such that no other takes them. Of all sources or none. */
  readonly side?: 0 | 1;
  /** Absent: bounded by more than the disorder, never idle, undivided. */
  readonly times?: SourceTimes;
}

export interface SourceTimes {
  readonly watermarks: StrategyName;
  /** How far watermarks stay behind the newest record. */
  readonly boundMs: number;
  /** 0: never idle. */
  readonly idleTimeoutMs: number;
  /** 0: each subtask is one. */
  readonly splits: number;
}

/** Of all sources that are not scripted, as one group. */
export interface Alignment {
  readonly maxDriftMs: number;
  readonly alignmentIntervalMs: number;
}

/** How records come to a step. */
interface Placed {
  readonly exchange: PartitionerChoice;
  readonly parallelism: number;
  /** Simulated work per record, so that buffers wait before the step and the one in hand is read little by little. */
  readonly costMs?: number;
}

/** Kinds of keyed state that a process function can hold records in. */
export const holders = ['value', 'list', 'map', 'reducing'] as const;
export type Holder = (typeof holders)[number];

/** Windows that are not tumbling. The size of a session is its gap; the others slide, or grow, by a fifth of it. */
export const otherWindows = ['sliding', 'cumulating', 'session'] as const;
export type OtherWindow = (typeof otherWindows)[number];

export type StepDrawing =
  /** Keeps records whose value is not 1 modulo n. */
  | ({ readonly kind: 'filter'; readonly n: number } & Placed)
  /** Adds n to the value. */
  | ({ readonly kind: 'map'; readonly n: number } & Placed)
  /** n copies, each with a number of its own. */
  | ({ readonly kind: 'flatMap'; readonly n: number } & Placed)
  /** Records whose value is 0 modulo n go to a sink of their own. */
  | ({ readonly kind: 'side'; readonly n: number } & Placed)
  /** Keeps each record in state until an event-time timer fires n ms after it, and emits it then. */
  | ({ readonly kind: 'hold'; readonly n: number; readonly in: Holder } & Placed)
  /** Pairs of each record with those of its key that are up to n ms younger and have a value of 0 modulo 3. At most one. */
  | ({ readonly kind: 'join'; readonly n: number } & Placed)
  /** An operator of event time from the list of pieces, of this size. At most one. */
  | ({ readonly kind: 'piece'; readonly of: PieceName; readonly n: number } & Placed)
  /** Sums of the value per key and window. At most one in a job. */
  | ({ readonly kind: 'window'; readonly sizeMs: number; readonly of?: OtherWindow } & Placed);

/** The last step before the sink: none, a running count per key, or a running sum per key. */
export const tails = ['none', 'count', 'sum'] as const;
export const sinkKinds = ['table', 'upsertTable', 'transactionalTable'] as const;

/** What is in the tail's place; the sink stands behind it. */
export interface EndDrawing {
  readonly of: EndName;
  readonly n: number;
  readonly shown: ShownAs;
  readonly parallelism: number;
}

export interface Drawing {
  readonly sources: readonly SourceDrawing[];
  readonly steps: readonly StepDrawing[];
  readonly tail: { readonly kind: (typeof tails)[number]; readonly parallelism: number };
  readonly end?: EndDrawing;
  readonly alignment?: Alignment;
  readonly sink: { readonly kind: (typeof sinkKinds)[number] } & Placed;
  /** Records per second and source: how long the job takes. */
  readonly pace: number;
  readonly settings: Partial<JobSettings>;
}

/** The guarantees that a job can ask for. */
export const guarantees = ['aligned', 'unaligned', 'aligned-timeout', 'at-least-once', 'off'] as const;
export type Guarantee = (typeof guarantees)[number];

export function guaranteeOf({ settings }: Drawing): Guarantee {
  const { checkpointMode = 'aligned', alignmentTimeoutMs = 0 } = settings;
  return checkpointMode === 'aligned' && alignmentTimeoutMs > 0 ? 'aligned-timeout' : checkpointMode;
}

export const isExactlyOnce = (guarantee: Guarantee): boolean => guarantee !== 'off' && guarantee !== 'at-least-once';

/** Whether what some operator between sources and sinks emits depends on several records. */
export const isStateful = ({ steps, tail }: Drawing): boolean =>
  tail.kind !== 'none' || steps.some((step) => step.kind === 'window');

export function drawJob(chance: Chance, guarantee: Guarantee): Drawing {
  const steps = drawSteps(chance);
  const tail = chance.pick(['none', 'none', 'count', 'sum'] as const);
  const parallelism = drawParallelism(chance);
  const kind = drawSink(chance, tail);
  // The newest of a key is the newest only if all of a key come on one channel.
  const placed =
    kind === 'upsertTable' ? ({ exchange: 'auto', parallelism, costMs: drawCost(chance) } as const) : drawPlace(chance);
  const settings = { ...drawSettings(chance), ...settingsOf(chance, guarantee) };
  const overtakes = guarantee === 'unaligned' || guarantee === 'aligned-timeout';
  // No barrier gets in between the timers and windows of one watermark (Flink: only with interruptible timers).
  const waits = !overtakes || steps.some(({ kind }) => kind === 'hold' || kind === 'window');
  const slow = waits && [...steps, placed].some(({ costMs = 0 }) => costMs > 0);
  return {
    sources: Array.from({ length: chance.integer(1, 2) }, () => drawSource(chance)),
    steps,
    tail: { kind: tail, parallelism },
    sink: { kind, ...placed },
    pace: chance.pick([150, 300, 600, 1000]),
    // Such a barrier may have to wait until all that was ever made is worked off; a job that gives up before never ends.
    settings: slow ? { ...settings, checkpointTimeoutMs: workOffMs } : settings,
  };
}

/**
 * The drawing, or the same with a join at some place. It has a chance of its own, so that a seed that is drawn without
 * one is the schedule that it was before there were joins.
 */
export function withJoin(chance: Chance, drawing: Drawing): Drawing {
  const { steps } = drawing;
  // Copies on both sides would be too many pairs.
  const copies = steps.findIndex(({ kind, exchange }) => kind === 'flatMap' || exchange === 'broadcast');
  if (chance.next() >= 0.15) return drawing;
  const at = chance.integer(0, copies === -1 ? steps.length : copies);
  const n = chance.pick([0, 7, 20]);
  const join: StepDrawing = { kind: 'join', n, exchange: 'auto', parallelism: drawParallelism(chance) };
  return { ...drawing, steps: steps.toSpliced(at, 0, join) };
}

interface PieceChoice {
  readonly of: readonly PieceName[];
  readonly share: number;
}

/**
 * The drawing, or the same with a piece at some place; with a chance of its own, as `withJoin`. Who repeats or loses
 * records has other results from most of them.
 */
export function withPiece(chance: Chance, drawing: Drawing, { of: names, share }: PieceChoice): Drawing {
  const { steps } = drawing;
  if (!isExactlyOnce(guaranteeOf(drawing)) || steps.some(({ kind }) => kind === 'piece')) return drawing;
  if (chance.next() >= share) return drawing;
  const of = chance.pick(names);
  const { pairs = false, sizes } = pieceOf(of);
  if (pairs && steps.some(({ kind }) => kind === 'join')) return drawing;
  const copies = pairs ? steps.findIndex(({ kind, exchange }) => kind === 'flatMap' || exchange === 'broadcast') : -1;
  const at = chance.integer(0, copies === -1 ? steps.length : copies);
  const n = chance.pick(sizes);
  const piece: StepDrawing = { kind: 'piece', of, n, exchange: 'auto', parallelism: drawParallelism(chance) };
  // No barrier gets in between what one watermark sets free.
  const settings = { ...drawing.settings, checkpointTimeoutMs: workOffMs };
  return { ...drawing, steps: steps.toSpliced(at, 0, piece), settings };
}

/** Makes pairs of records. */
export const pairs = (step: StepDrawing): boolean =>
  step.kind === 'join' || (step.kind === 'piece' && pieceOf(step.of).pairs === true);

/** Pairs of copies, or of pairs, would be too many. */
export const multiplies = (step: StepDrawing): boolean =>
  pairs(step) || step.kind === 'flatMap' || step.exchange === 'broadcast';

function drawSink(chance: Chance, tail: Drawing['tail']['kind']): Drawing['sink']['kind'] {
  if (tail === 'sum') return 'upsertTable';
  return chance.pick([
    'table',
    'upsertTable',
    'transactionalTable',
    'transactionalTable',
    'transactionalTable',
  ] as const);
}

function drawSource(chance: Chance): SourceDrawing {
  const kind = chance.pick(['scripted', 'generator', 'generator', 'file'] as const);
  return {
    kind,
    records: chance.integer(8, 90),
    keys: chance.integer(1, 8),
    disorderMs: kind === 'generator' ? 0 : chance.pick([0, 0, 20]),
    parallelism: kind === 'scripted' ? 1 : chance.integer(1, 3),
  };
}

/** All records of a job take less, however slow its steps are. */
export const workOffMs = 10_000;

const once: ReadonlySet<StepDrawing['kind']> = new Set(['flatMap', 'side', 'hold', 'window']);

function drawSteps(chance: Chance): StepDrawing[] {
  const steps: StepDrawing[] = [];
  for (let i = chance.integer(0, 3); i > 0; i--) {
    const placed = drawPlace(chance);
    const kind = chance.pick(['filter', 'map', 'flatMap', 'side', 'window', 'window', 'hold', 'hold'] as const);
    if (steps.some((step) => step.kind === kind && once.has(kind))) continue;
    // A broadcast in the middle makes as many copies as there are receivers; once is enough.
    if (placed.exchange === 'broadcast' && steps.some((step) => step.exchange === 'broadcast')) continue;
    if (kind === 'window') steps.push({ kind, sizeMs: chance.pick([10, 50, 200]), ...placed, exchange: 'auto' });
    else if (kind === 'hold') {
      steps.push({ kind, n: chance.pick([3, 20, 100]), in: chance.pick(holders), ...placed, exchange: 'auto' });
    } else steps.push({ kind, n: kind === 'flatMap' ? chance.integer(2, 3) : chance.integer(2, 5), ...placed });
  }
  return steps;
}

const drawPlace = (chance: Chance): Placed => ({
  exchange: drawExchange(chance),
  parallelism: drawParallelism(chance),
  costMs: drawCost(chance),
});

const drawCost = (chance: Chance): number => chance.pick([0, 0, 0, 0, 0, 1, 2, 4]);

export const drawParallelism = (chance: Chance): number => chance.pick([1, 1, 2, 2, 3, 4]);

const drawExchange = (chance: Chance): PartitionerChoice =>
  chance.pick(['auto', 'auto', 'rebalance', 'rescale', 'shuffle', 'global', 'broadcast'] as const);

function drawSettings(chance: Chance): Partial<JobSettings> {
  return {
    parallelism: 1,
    maxParallelism: chance.pick([8, 16, 128]),
    bufferRecords: chance.pick([1, 2, 5, 16, 64]),
    bufferTimeoutMs: chance.pick([0, 1, 10, 100]),
    buffersPerChannel: chance.integer(1, 3),
    watermarkIntervalMs: chance.pick([1, 10, 50]),
    chaining: chance.next() < 0.7,
    heartbeatTimeoutMs: 400,
    checkpointIntervalMs: chance.pick([10, 25, 60, 150]),
    checkpointMinPauseMs: chance.pick([0, 0, 20]),
    checkpointTimeoutMs: chance.pick([300, 1000]),
    tolerableCheckpointFailures: chance.pick([0, 3, 1000]),
    maxConcurrentCheckpoints: chance.pick([1, 1, 2, 3]),
    incrementalCheckpoints: chance.next() < 0.4,
    retainedCheckpoints: chance.integer(1, 3),
    checkpointsAfterFinish: true,
    restartStrategy: 'fixed-delay',
    restartAttempts: 1000,
    restartDelayMs: chance.pick([1, 20, 100]),
    failover: chance.pick(['region', 'full'] as const),
  };
}

function settingsOf(chance: Chance, guarantee: Guarantee): Partial<JobSettings> {
  if (guarantee !== 'aligned-timeout') return { checkpointMode: guarantee };
  return { checkpointMode: 'aligned', alignmentTimeoutMs: chance.pick([1, 5, 20]) };
}
