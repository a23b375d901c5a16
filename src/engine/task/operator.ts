/**
 * The contract of an operator that runs. One file per kind in `operators/` exports an `OperatorDefinition` and an
 * `OperatorFactory`: two constants, so that a bundler leaves what runs out of the page.
 *
 * Promises that the task makes: calls never overlap; `process` sees only batches of the derived input schema; a batch
 * is valid until `process` returns (its memory goes back to the sender: copy what you keep); a watermark never goes back; after `finish` nothing comes. Duties of an operator: no
 * clock, no randomness, no allocation per record where it can be avoided; all state that a snapshot must hold lives in
 * `context.keyedState`, `context.timers` or `snapshot()`; emit results before a watermark is forwarded (the task
 * forwards it after `onWatermark`).
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { JsonValue, StreamType } from '../graph/schema.ts';
import type { OperatorKind } from '../graph/kind.ts';
import type { NodeId } from '../graph/job.ts';
import type { Params } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { Key } from '../state/key.ts';
import type { KeyEntry, KeyedState } from '../state/keyed-state.ts';
import type { Timer, TimerService } from '../time/timers.ts';
import type { WatermarkSink } from '../time/watermarks/emitter.ts';
import type { TimeWindow } from '../time/windows.ts';
import type { Batch } from '../wire/batch.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import type { Held, OperatorHeld } from '../wire/inspect.ts';
import type { LogLevel } from '../wire/reports.ts';
import type { Answer, Request } from '../wire/requests.ts';
import type { PaneTiming } from '../wire/time-traces.ts';
import type { FiredPane } from './witness.ts';

/** Where an operator emits; one per output port. */
export interface Output {
  emit(batch: Batch): void;
}

/** Compiled user function. `this` is undefined. */
export type UserFunction = (...args: unknown[]) => unknown;

/** A pane that an operator has just fired. */
export interface ToldPane {
  /** By which time its window passes. */
  readonly domain: 'event' | 'processing' | 'none';
  /** Null: the operator does not count its panes; then they are counted for the picture alone. */
  readonly pane: { readonly index: number; readonly timing: PaneTiming } | null;
  /** A record fired it, and not a timer. */
  readonly byElement: boolean;
  /** Records that wait to be emitted, those of this pane included. */
  readonly rows: number;
}

/**
 * What an operator tells of its windows for the plot of event time (`wire/time-traces.ts`). Records and watermarks are told by the
 * task. Costs next to nothing while more happens than can be told.
 */
export interface TimeTelling {
  /** Records of the batch in hand are told; else `assigned` and `dropped` need not be called for it. */
  readonly followsBatch: boolean;
  /** A record of the batch in hand went into a window. */
  assigned(row: number, start: number, end: number): void;
  /** A record of the batch in hand came too late. */
  dropped(row: number): void;
  fired(key: Key, window: TimeWindow, told: ToldPane): void;
  /** The results of the panes told since the last call; its first columns that are no values: key, window, pane. */
  emitted(batch: Batch, leading: number): void;
  /** `from` became `window`. */
  merged(key: Key, window: TimeWindow, from: readonly TimeWindow[]): void;
  /** The state of a window is gone; of all keys without one. */
  closed(key: Key | undefined, window: TimeWindow): void;
}

export interface OperatorContext {
  readonly node: NodeId;
  /** The node's name on the canvas, for messages. */
  readonly name: string;
  readonly subtaskIndex: number;
  /** Attempt of the subtask, from 1; with node and index it makes names unique over failures. */
  readonly attempt: number;
  /** False: the job takes no checkpoints, so that none ever completes. Left out: it does. */
  readonly checkpoints?: boolean;
  readonly parallelism: number;
  readonly maxParallelism: number;
  /** The job's seed; combine with the subtask index where subtasks must differ. */
  readonly seed: number;
  readonly inputs: readonly StreamType[];
  /** Stream types of `outputs`. */
  readonly outputTypes: readonly StreamType[];
  readonly outputs: readonly Output[];
  /** Only for heads with a keyed input: state by key and namespace, in key groups. */
  readonly keyedState: KeyedState;
  /** Event- and processing-time timers; head operators only. Fires `onTimer`. */
  readonly timers: TimerService;
  /** The watermark as of the last `onWatermark`, MIN_EVENT_TIME before. */
  watermark(): EventTimeMs;
  now(): ProcessingTimeMs;
  /**
   * Compiles TypeScript text of a function expression, `(row) => row.delay > 10`. The function fails the task as
   * `function-compile` if it does not compile.
   */
  compile(param: string, source: string): UserFunction;
  /** For a function that a compiled one made: what it throws names the record in hand, too. */
  guard(made: UserFunction): UserFunction;
  /** For an operator whose watermarks are its own (`onWatermarkInterval`): here it emits them, at any time. */
  readonly watermarks: WatermarkSink;
  /**
   * Says which record is in hand while user code runs over a batch, so that a throw names it. Cheap: stores two
   * references. Call it before each user call.
   */
  at(batch: Batch, row: number): void;
  log(level: LogLevel, text: string): void;
  /** Says what is wrong with the operator as it is drawn and shows only while it runs. Told once per operator and code. */
  found(issue: ParamIssue): void;
  /** Absent: nobody looks. */
  readonly times?: TimeTelling;
  /** Counts records dropped as late, for the gauges. */
  countLate(records: number): void;
  /** Present: somebody wants to hear of each pane that a window fires, when its records are made. */
  onPane?(pane: FiredPane): void;
  /**
   * Sinks: hands records to the results of this node, where they are visible from then on. With a transaction's name
   * (unique over attempts): its records, once it is committed; repeated, they count once.
   */
  result(batch: Batch, transaction?: string): void;
  /** Asks the host; the answer comes back through `onAnswer` with the same number. */
  request(body: Request): number;
}

/** `more`: call again when there is room downstream; nothing else happens to the operator before it says `done`. */
export type Progress = 'done' | 'more';

export interface Operator {
  process(batch: Batch, input: number): void;
  /**
   * Present: while it is true the chain takes no more input, as if its output had no credit; asked again after each
   * answer. Sinks whose system is slower than the job hold it back so, and need no unbounded memory.
   */
  blocked?(): boolean;
  /**
   * The input watermark rose to `time`. Fire what is due, in bounded portions. Timers of `context.timers` are fired by
   * the task before this is called. Default: nothing is due.
   */
  onWatermark?(time: EventTimeMs): Progress;
  onTimer?(timer: Timer): void;
  /**
   * Present: the operator puts watermarks and idleness of its own, by `context.watermarks`, in the place of those that
   * come in (an assigner in mid-stream); only the final watermark passes. Called each watermark interval.
   */
  onWatermarkInterval?(): void;
  /** Beside `onWatermarkInterval`: records are held back from now on, or are no longer, since the output is blocked. */
  onBackpressure?(heldBack: boolean): void;
  /**
   * Present: watermarks go out this many ms behind those that came in, so that a result may be older by as much. Idleness
   * and the final watermark pass as they are.
   */
  readonly watermarkDelayMs?: number;
  /** All inputs ended, after the final watermark. */
  finish?(): void;
  /** Present: after `finish` the task finishes only once this says true; asked again after each answer. */
  ended?(): boolean;
  /**
   * A barrier is about to be forwarded: emit or stage whatever belongs in front of it (Flink:
   * prepareSnapshotPreBarrier).
   */
  beforeBarrier?(checkpoint: CheckpointId): void;
  /** Operator state beside keyed state and timers; must be JSON, and must not change afterwards. */
  snapshot?(checkpoint: CheckpointId): JsonValue;
  /**
   * Present: the checkpoint is acknowledged only once this says true; asked again after each answer. Two-phase sinks
   * wait here until the system outside has prepared their transaction. Throws an Error to decline the checkpoint.
   */
  settled?(checkpoint: CheckpointId): boolean;
  /** Called before anything else, with what `snapshot` gave. */
  restore?(state: JsonValue): void;
  onAnswer?(request: number, answer: Answer): void;
  /** The checkpoint is complete: commit. Present: at the end of input the task waits for a last checkpoint. */
  onCheckpointComplete?(checkpoint: CheckpointId): void;
  onCheckpointAborted?(checkpoint: CheckpointId): void;
  /** Two-phase sinks: records not committed, for the gauges. */
  transactions?(): { readonly open: number; readonly prepared: number };
  /** One line per thing that waits for event time, for the watermark view; at most 20. */
  notes?(): readonly string[];
  /**
   * What it holds for a key in words that a person understands, windows first; `entries` is the key's state. Only looks:
   * it may be called between any two steps. Absent: states are shown by their names.
   */
  holds?(key: Key, entries: readonly KeyEntry[]): readonly Held[];
  /** Present with `snapshot`: what that would keep now, in words. Only looks. */
  holdsBeside?(): OperatorHeld;
  /** What a timer of its will do, to follow “it”: `closes window [0, 10)`. Only looks. */
  timerPurpose?(timer: Timer): string;
}

/** What a source says after a poll. `wait` without a time waits for an answer to a request. */
export type Polled =
  | { readonly kind: 'more' }
  | { readonly kind: 'wait'; readonly until: ProcessingTimeMs | null }
  | { readonly kind: 'end' };

/**
 * A source. The task calls `poll` only while there is room downstream and the pace allows `limit` > 0 records. Records
 * go out through `context.outputs[0]`; the task generates the watermarks (see `time/watermarks/`) from the
 * batch's timestamps unless `watermarks` is 'own'.
 */
export interface SourceOperator {
  poll(limit: number): Polled;
  onAnswer?(request: number, answer: Answer): void;
  /** Offsets: enough to go on exactly behind the last record emitted. */
  snapshot(): JsonValue;
  /** The same for people: `records 1,200 of split 0`. */
  offsets?(): string;
  restore(state: JsonValue): void;
}

/** Emits in-band events by itself; given to sources that say `ownWatermarks`. */
export interface SourceEvents {
  watermark(time: EventTimeMs): void;
  idle(): void;
  active(): void;
}

/** The half of an operator that the page knows: palette, forms, checks. Nothing here may reach what runs. */
export interface OperatorDefinition<P extends Params = Params> extends OperatorKind<P> {
  /** An example that is at once tooltip, documentation and test. */
  readonly example: OperatorExample<P>;
}

interface CommonFactory {
  /**
   * What this operator's state of `snapshot()` becomes when the parallelism changes: given the states of all old
   * subtasks in order of index, the states of all new ones (null: none). Absent: the state cannot be redistributed, and
   * a restore with another parallelism is refused with a message, unless there is no such state.
   */
  redistribute?(states: readonly (JsonValue | null)[], parallelism: number): readonly (JsonValue | null)[];
}

export interface TransformFactory<P extends Params = Params> extends CommonFactory {
  readonly role: 'transform';
  /**
   * True: its inputs are one stream under one watermark valve, as those of Flink's CoGroupedStreams, which unites them.
   * Absent: each input has a valve of its own, and the least of them counts that is not idle.
   */
  readonly united?: boolean;
  create(params: P, context: OperatorContext): Operator;
}

export interface SourceFactory<P extends Params = Params> extends CommonFactory {
  readonly role: 'source';
  /** True: the source emits watermarks itself (scripted source). */
  readonly ownWatermarks?: boolean;
  create(params: P, context: OperatorContext, events: SourceEvents): SourceOperator;
}

/** The half that runs, in Workers and the simulator (Flink: StreamOperatorFactory). */
export type OperatorFactory<P extends Params = Params> = TransformFactory<P> | SourceFactory<P>;

/** Both halves. */
export type RunnableOperator<P extends Params = Params> = OperatorDefinition<P> & OperatorFactory<P>;

/** Look-up by kind name; `operators/running.ts` makes it. */
export type OperatorTable = ReadonlyMap<string, RunnableOperator>;

/**
 * Timelines (base/timeline.ts) in and out; records with one column are written bare, others as JSON objects. The
 * generic tests run it; the tooltip shows it.
 */
export interface OperatorExample<P extends Params = Params> {
  readonly params: Partial<P>;
  /** Stream type of each input, and its timeline. Sources have none. */
  readonly inputs: readonly { readonly type: StreamType; readonly timeline: string }[];
  /** Timeline per output port that the example is about, by port name. Sinks: what the results hold, as `results`. */
  readonly outputs: Readonly<Record<string, string>>;
}
