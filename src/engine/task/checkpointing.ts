/**
 * Checkpoints at one subtask: brings the barriers, the synchronous part, the asynchronous parts and the notices of the
 * coordinator together. Several checkpoints may be in their asynchronous part at once.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId } from '../graph/plan.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId, CheckpointOptions, StateChunk, StateHandle } from '../wire/checkpoints.ts';
import { TaskFailure } from '../wire/failures.ts';
import type { SubtaskEffect } from '../wire/messages.ts';
import type { BarrierEvent } from '../wire/reports.ts';
import type { Answer } from '../wire/requests.ts';
import { BarrierHandler, deadlineOf } from './barrier-handler.ts';
import type { Alignment, BarrierActions, BarrierFailure } from './barrier-handler.ts';
import { BarrierTracker } from './barrier-tracker.ts';
import type { InputGate } from './input-gate.ts';
import type { Outputs } from './outputs.ts';
import { captureState } from './snapshot-chunks.ts';
import type { InFlightPart, Stateful } from './snapshot-chunks.ts';
import { placeKey, SnapshotJob } from './snapshot-job.ts';

/** What checkpointing needs of the subtask. */
export interface CheckpointSurroundings extends Omit<Stateful, 'chain'> {
  readonly chain: Stateful['chain'] | null;
  readonly attempt: number;
  readonly gate: InputGate;
  readonly outputs: Outputs;
  now(): ProcessingTimeMs;
  /** Records processed so far. */
  records(): number;
  /** The stream has ended here. */
  atEnd(): boolean;
  emit(effect: SubtaskEffect): void;
  writeState(checkpoint: CheckpointId, chunks: readonly StateChunk[], onAnswer: (answer: Answer) => void): void;
  /** Reports all results so far: they come before what an acknowledgement covers. */
  flushResults(): void;
}

/** Snapshots remembered until a notice comes. */
const acknowledgedMax = 32;

export class Checkpointing {
  /** The newest checkpoint that is complete. */
  completedId: CheckpointId = 0;
  /** The first checkpoint whose snapshot was taken after the end of the stream. */
  firstAtEnd: CheckpointId | null = null;
  private readonly around: CheckpointSurroundings;
  private readonly handler: BarrierHandler;
  private readonly tracker: BarrierTracker;
  private jobs: SnapshotJob[] = [];
  private triggers: CheckpointOptions[] = [];
  /** Records processed when the first barrier came. */
  private readonly firstRecords = new Map<CheckpointId, number>();
  private readonly acknowledged = new Map<CheckpointId, readonly StateHandle[]>();
  private known: ReadonlyMap<string, StateHandle> = new Map();
  /** Records that the barriers in hand overtake, by channel. */
  private readonly overtook = new Map<number, number>();

  constructor(around: CheckpointSurroundings, channels: number) {
    this.around = around;
    const { checkpointsAfterFinish } = around.plan.settings;
    const actions: BarrierActions = {
      arrived: (channel, checkpoint, blocked) => this.arrived(channel, checkpoint, blocked),
      block: (channel) => around.gate.block(channel),
      release: () => around.gate.unblock(),
      timedOut: (checkpoint) => this.report({ kind: 'timed-out', checkpoint }),
      snapshot: (alignment) => this.snapshot(alignment),
      complete: (alignment) => this.allArrived(alignment),
      abort: (checkpoint, failure, alignment) => this.abandoned(checkpoint, failure, alignment),
    };
    this.handler = new BarrierHandler(channels, checkpointsAfterFinish, actions);
    this.tracker = new BarrierTracker(channels, checkpointsAfterFinish, actions);
  }

  /** Chunks that an incremental checkpoint may name again. */
  remember(handles: readonly StateHandle[]): void {
    this.known = new Map(handles.map((handle) => [placeKey(handle.place), handle]));
  }

  /** Nothing of a snapshot is under way here. */
  get idle(): boolean {
    return this.jobs.length === 0 && this.triggers.length === 0 && this.handler.alignment === null;
  }

  // Barriers

  trigger(options: CheckpointOptions): void {
    this.triggers.push(options);
  }

  /** A trigger came before the task runs. */
  notReady({ checkpoint }: CheckpointOptions, state: string): void {
    this.tell(checkpoint, { reason: 'declined-not-ready', details: { detail: `it is ${state}` } });
  }

  barrier(channel: number, options: CheckpointOptions): void {
    const machine = options.mode === 'at-least-once' ? this.tracker : this.handler;
    machine.barrier(channel, options, this.around.now());
  }

  cancel(checkpoint: CheckpointId): void {
    const tracks = this.around.plan.settings.checkpointMode === 'at-least-once';
    const pending = this.handler.alignment?.options.checkpoint === checkpoint;
    (tracks && !pending ? this.tracker : this.handler).cancel(checkpoint);
  }

  end(channel: number): void {
    this.handler.end(channel);
    this.tracker.end(channel);
  }

  /** Something must be done before records are processed, even without room at the outputs. */
  get urgent(): boolean {
    if (this.mayTrigger || this.around.gate.hasOvertaking) return true;
    const now = this.around.now();
    return this.handler.deadline <= now || this.around.gate.overdue(now, this.concerns) !== null;
  }

  /**
   * A task with inputs is triggered when all before it have come to their end. Barriers of older checkpoints may still be
   * on their way to it, so the trigger waits for the ends, unless it may overtake.
   */
  private get mayTrigger(): boolean {
    const [next] = this.triggers;
    if (next === undefined) return false;
    const { gate } = this.around;
    if (gate.channels.length === 0 || (gate.allEnded && !gate.hasInput)) return true;
    if (this.handler.alignment !== null) return false;
    return next.mode === 'unaligned' || deadlineOf(next) <= this.around.now();
  }

  /** Does one urgent thing. Only between two records, and between watermarks. */
  attend(): void {
    const { gate } = this.around;
    const now = this.around.now();
    const trigger = this.mayTrigger ? this.triggers.shift() : undefined;
    if (trigger !== undefined) {
      (trigger.mode === 'at-least-once' ? this.tracker : this.handler).trigger(trigger, now);
      return;
    }
    const overtaking = gate.nextOvertaking();
    if (overtaking !== null) {
      this.overtook.set(overtaking.channel, overtaking.overtook);
      this.handler.barrier(overtaking.channel, { ...overtaking.options, mode: 'unaligned' }, now);
      this.overtook.clear();
      return;
    }
    const late = this.handler.deadline <= now ? this.handler.alignment?.options : gate.overdue(now, this.concerns);
    if (late !== undefined && late !== null) this.handler.timeOut(late, now);
  }

  /** A barrier came into a queue while in-flight data is recorded. */
  barrierCame(channel: number, options: CheckpointOptions): void {
    this.handler.barrier(channel, options, this.around.now());
  }

  /** Likewise the end: the channel waits for nothing more, although its end is processed later. */
  endCame(channel: number): void {
    const { alignment } = this.handler;
    if (alignment !== null) this.barrierCame(channel, alignment.options);
  }

  // Notices

  complete(checkpoint: CheckpointId): void {
    this.completedId = Math.max(this.completedId, checkpoint);
    const handles = this.acknowledged.get(checkpoint);
    if (handles !== undefined) this.remember(handles);
    for (const id of this.acknowledged.keys()) if (id <= checkpoint) this.acknowledged.delete(id);
    this.around.chain?.checkpointComplete(checkpoint);
  }

  abort(checkpoint: CheckpointId): void {
    this.triggers = this.triggers.filter((options) => options.checkpoint !== checkpoint);
    this.acknowledged.delete(checkpoint);
    this.handler.abort(checkpoint);
    this.tracker.abort(checkpoint);
    this.dropped(checkpoint);
    this.around.chain?.checkpointAborted(checkpoint);
  }

  // The synchronous part

  private snapshot({ options, unaligned, arrived, firstAt }: Alignment): readonly number[] {
    const { around } = this;
    const { checkpoint } = options;
    const chain = around.chain as Stateful['chain'];
    if (around.atEnd()) this.firstAtEnd ??= checkpoint;
    chain.beforeBarrier(checkpoint);
    const outputs = unaligned ? around.outputs.overtake(options) : [];
    if (!unaligned) around.outputs.barrier({ kind: 'barrier', options });
    const found = unaligned ? around.gate.startRecording(checkpoint, arrived) : [];
    this.report({ kind: 'snapshot', checkpoint, unaligned });
    for (const { channel, overtook } of found) this.overtook.set(channel, overtook);
    this.begin(options, unaligned, firstAt, outputs);
    return found.map(({ channel }) => channel);
  }

  private begin(
    options: CheckpointOptions,
    unaligned: boolean,
    firstAt: ProcessingTimeMs,
    outputs: readonly InFlightPart[],
  ): void {
    const { around } = this;
    const { checkpoint } = options;
    const { settings, id } = around.plan;
    try {
      const state = captureState({ ...around, chain: around.chain as Stateful['chain'] }, checkpoint);
      const job = new SnapshotJob(
        {
          options,
          keyPrefix: `${checkpoint}/${id}/${around.attempt}/`,
          firstAt,
          now: around.now(),
          records: around.records(),
          unaligned,
          known: settings.incrementalCheckpoints && !options.savepoint ? this.known : new Map(),
          write: (chunks) => around.writeState(checkpoint, chunks, (answer) => this.onWritten(job, answer)),
        },
        state,
      );
      job.barriersOut = unaligned || deadlineOf(options) === Number.POSITIVE_INFINITY;
      job.addInFlight(outputs);
      this.jobs.push(job);
    } catch (error) {
      this.decline(checkpoint, 'snapshot-failed', error);
    }
  }

  private allArrived({ options, unaligned, firstAt }: Alignment): void {
    const { gate } = this.around;
    const { checkpoint } = options;
    if (unaligned) this.report({ kind: 'aligned', checkpoint });
    const parts = unaligned ? this.inputParts() : [];
    const job = this.find(checkpoint);
    const now = this.around.now();
    const before = this.firstRecords.get(checkpoint) ?? this.around.records();
    this.firstRecords.delete(checkpoint);
    gate.forget((id) => this.handler.isOver(id));
    if (job === undefined) return;
    job.addInFlight(parts);
    job.allArrived(now, now === firstAt && !unaligned ? 0 : this.around.records() - before);
  }

  private inputParts(): InFlightPart[] {
    const copies = this.around.gate.stopRecording();
    return this.around.plan.inputs.flatMap(({ edge, channels }) =>
      channels.flatMap((channel: ChannelId) => {
        const buffers: readonly WireBuffer[] | undefined = copies.get(channel);
        if (buffers === undefined) return [];
        return [{ place: { kind: 'input' as const, channel }, schema: edge.type.schema, buffers }];
      }),
    );
  }

  // The asynchronous part

  /** The host says how long the step took in which a snapshot was taken. */
  stepped(startedAt: ProcessingTimeMs, endedAt: ProcessingTimeMs): void {
    for (const job of this.jobs) job.synced(endedAt - startedAt, endedAt);
  }

  /** Goes on with what is under way; true if there is more to do at once. */
  proceed(): boolean {
    if (this.jobs.length === 0) return false;
    let more = false;
    for (const job of this.jobs) {
      try {
        if (job.encode()) more = true;
        if (!job.barriersOut) this.watchOutputs(job);
      } catch (error) {
        this.decline(job.options.checkpoint, 'snapshot-failed', error);
      }
    }
    this.acknowledgeComplete();
    return more;
  }

  /** When there is something to do by the clock. */
  wakeAt(): number {
    let at = Math.min(this.handler.deadline, this.around.gate.overdueAt(this.concerns));
    const [next] = this.triggers;
    if (next !== undefined) at = Math.min(at, deadlineOf(next));
    for (const job of this.jobs) if (!job.barriersOut) at = Math.min(at, deadlineOf(job.options));
    // What is late already waits for something else.
    return at > this.around.now() ? at : Number.POSITIVE_INFINITY;
  }

  private onWritten(job: SnapshotJob, answer: Answer): void {
    if (!this.jobs.includes(job)) return;
    if (answer.kind === 'done') job.written();
    else {
      const reason = answer.kind === 'failed' ? answer.reason : 'the store gave no answer to that';
      this.decline(job.options.checkpoint, 'write-failed', new Error(reason));
    }
  }

  private watchOutputs(job: SnapshotJob): void {
    const { outputs } = this.around;
    const { checkpoint } = job.options;
    if (outputs.holdsBarrier(checkpoint)) {
      if (deadlineOf(job.options) > this.around.now()) return;
      this.report({ kind: 'timed-out', checkpoint });
      job.addInFlight(outputs.hurry(job.options));
      job.unaligned = true;
    }
    job.barriersOut = true;
  }

  private acknowledgeComplete(): void {
    const { around } = this;
    for (const job of this.jobs) {
      if (!job.complete) continue;
      const { checkpoint, savepoint } = job.options;
      try {
        if (around.chain?.settled(checkpoint) === false) continue;
      } catch (error) {
        this.decline(checkpoint, 'declined', error);
        continue;
      }
      const snapshot = job.snapshot(around.now(), around.records());
      this.jobs = this.jobs.filter((each) => each !== job);
      if (!savepoint && around.plan.settings.incrementalCheckpoints) this.keep(checkpoint, snapshot.handles);
      around.flushResults();
      around.emit({ kind: 'acknowledge', checkpoint, snapshot });
    }
  }

  private keep(checkpoint: CheckpointId, handles: readonly StateHandle[]): void {
    this.acknowledged.set(checkpoint, handles);
    const [oldest] = this.acknowledged.keys();
    if (this.acknowledged.size > acknowledgedMax && oldest !== undefined) this.acknowledged.delete(oldest);
  }

  // What goes wrong

  /** A failure of the task itself stays one. */
  private decline(checkpoint: CheckpointId, reason: 'snapshot-failed' | 'write-failed' | 'declined', error: unknown) {
    if (error instanceof TaskFailure) throw error;
    const detail = error instanceof Error ? error.message.replace(/[.!]$/, '') : String(error);
    this.dropped(checkpoint);
    this.handler.abort(checkpoint);
    this.tell(checkpoint, { reason, details: { detail } });
  }

  private abandoned(checkpoint: CheckpointId, failure: BarrierFailure | null, alignment: Alignment | null): void {
    this.firstRecords.delete(checkpoint);
    if (alignment?.started === true) this.around.gate.stopRecording();
    else this.around.outputs.barrier({ kind: 'cancel-barrier', checkpoint });
    this.around.gate.forget((id) => this.handler.isOver(id));
    if (!this.dropped(checkpoint) && alignment?.started !== true) this.report({ kind: 'aborted', checkpoint });
    if (failure !== null) this.tell(checkpoint, failure);
  }

  /** Whether there was a snapshot under way to drop. */
  private dropped(checkpoint: CheckpointId): boolean {
    if (this.find(checkpoint) === undefined) return false;
    this.jobs = this.jobs.filter(({ options }) => options.checkpoint !== checkpoint);
    this.report({ kind: 'aborted', checkpoint });
    return true;
  }

  private tell(checkpoint: CheckpointId, { reason, details }: BarrierFailure): void {
    const { id, index, vertex } = this.around.plan;
    const task = `${vertex.name} (${index + 1}/${vertex.parallelism})`;
    const failure = { reason, details: { task, ...details }, subtask: id };
    this.around.emit({ kind: 'decline', checkpoint, failure });
  }

  // Small things

  private readonly concerns = (checkpoint: CheckpointId): boolean => this.handler.concerns(checkpoint);

  private find(checkpoint: CheckpointId): SnapshotJob | undefined {
    return this.jobs.find(({ options }) => options.checkpoint === checkpoint);
  }

  private arrived(channel: number, checkpoint: CheckpointId, blocked: boolean): void {
    if (!this.firstRecords.has(checkpoint)) this.firstRecords.set(checkpoint, this.around.records());
    const id = this.around.gate.channels[channel]?.id ?? '';
    const overtook = this.overtook.get(channel) ?? 0;
    this.overtook.delete(channel);
    this.report({ kind: 'arrived', checkpoint, channel: id, blocked, overtook });
  }

  private report(event: BarrierEvent): void {
    const { plan } = this.around;
    this.around.emit({ kind: 'report', report: { kind: 'barrier', at: this.around.now(), subtask: plan.id, event } });
  }
}
