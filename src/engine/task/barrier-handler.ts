/**
 * The barriers of exactly-once checkpoints at one subtask: a state machine over channels, without queues or state. After
 * Flink's SingleCheckpointBarrierHandler with its alternating states (FLIP-76): one checkpoint is pending at a time, a
 * newer one takes its place, stale barriers do nothing.
 *
 *   none ──first barrier──> aligning (channels block) ──all──> snapshot, none
 *                              │ timeout, or an overtaking barrier
 *                              v
 *   none ──overtaking────> snapshot, recording ──all──> none
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { CheckpointFailure, CheckpointId, CheckpointOptions, CheckpointReason } from '../wire/checkpoints.ts';

/** A checkpoint whose barriers are on their way. */
export interface Alignment {
  readonly options: CheckpointOptions;
  /** When its first barrier (or trigger) was seen here. */
  readonly firstAt: ProcessingTimeMs;
  /** Channels whose barrier came. */
  readonly arrived: ReadonlySet<number>;
  /** Barriers overtake from here on. */
  readonly unaligned: boolean;
  /** Its snapshot is taken. */
  readonly started: boolean;
}

/** What the handler has done by others. */
export interface BarrierActions {
  /** A barrier counted. */
  arrived(channel: number, checkpoint: CheckpointId, blocked: boolean): void;
  block(channel: number): void;
  /** All blocked channels. */
  release(): void;
  /** The alignment took too long. */
  timedOut(checkpoint: CheckpointId): void;
  /**
   * Take the snapshot and let the barriers out, now. Unaligned: returns the channels in whose queues the barrier or the
   * end was found behind data, which is overtaken by this; they count as arrived.
   */
  snapshot(alignment: Alignment): readonly number[];
  /** The last barrier of a checkpoint came, after its snapshot or at once with it. */
  complete(alignment: Alignment): void;
  /** It will not be. Null: the coordinator said so. `alignment`: null if none of its barriers came. */
  abort(checkpoint: CheckpointId, failure: BarrierFailure | null, alignment: Alignment | null): void;
}

export type BarrierFailure = Pick<CheckpointFailure, 'details'> & { readonly reason: CheckpointReason };

interface Pending extends Alignment {
  readonly arrived: Set<number>;
  unaligned: boolean;
  started: boolean;
  blocks: boolean;
}

/** Aborted checkpoints whose barriers may still come. */
const cancelledMax = 64;

export class BarrierHandler {
  private readonly channels: number;
  private readonly afterFinish: boolean;
  private readonly actions: BarrierActions;
  private readonly ended = new Set<number>();
  private readonly cancelled: CheckpointId[] = [];
  private pending: Pending | null = null;
  /** The newest checkpoint that was begun or cancelled: what is not newer is stale. */
  private lastId: CheckpointId = 0;

  /** `afterFinish`: an ended channel counts as one whose barrier came; otherwise it aborts what is pending. */
  constructor(channels: number, afterFinish: boolean, actions: BarrierActions) {
    this.channels = channels;
    this.afterFinish = afterFinish;
    this.actions = actions;
  }

  get alignment(): Alignment | null {
    return this.pending;
  }

  barrier(channel: number, options: CheckpointOptions, now: ProcessingTimeMs): void {
    if (this.isStale(options.checkpoint, channel)) return;
    const pending = this.take(options, now);
    if (options.mode === 'unaligned') pending.unaligned = true;
    this.count(channel, pending);
  }

  /** The coordinator asks this subtask itself: it has no inputs, or none that will bring a barrier. */
  trigger(options: CheckpointOptions, now: ProcessingTimeMs): void {
    if (this.isStale(options.checkpoint, null)) return;
    const pending = this.take(options, now);
    if (options.mode === 'unaligned') pending.unaligned = true;
    this.goOn(pending);
  }

  /** When an alignment that has begun takes too long; infinite if there is none, or no limit. */
  get deadline(): number {
    const { pending } = this;
    return pending === null || pending.started ? Number.POSITIVE_INFINITY : deadlineOf(pending.options);
  }

  /** A barrier of this checkpoint waits in a queue, or in part of the queues, and its time is over. */
  timeOut(options: CheckpointOptions, now: ProcessingTimeMs): void {
    const { pending } = this;
    if (pending === null ? this.isStale(options.checkpoint, null) : pending.options.checkpoint !== options.checkpoint) {
      return;
    }
    const late = this.take(options, now);
    if (late.started) return;
    late.unaligned = true;
    this.actions.timedOut(options.checkpoint);
    this.goOn(late);
  }

  /** Whether a timeout of this checkpoint could be acted upon now. */
  concerns(checkpoint: CheckpointId): boolean {
    const { pending } = this;
    if (pending !== null) return pending.options.checkpoint === checkpoint && !pending.started;
    return !this.isStale(checkpoint, null);
  }

  /** Its barriers do nothing any more. */
  isOver(checkpoint: CheckpointId): boolean {
    return this.pending?.options.checkpoint !== checkpoint && this.isStale(checkpoint, null);
  }

  cancel(checkpoint: CheckpointId): void {
    const { pending } = this;
    const current = pending?.options.checkpoint ?? null;
    if (this.cancelled.includes(checkpoint)) return;
    if (current === null ? checkpoint <= this.lastId : checkpoint < current) return;
    this.forget(checkpoint);
    if (current !== null && checkpoint > current) this.drop(subsumedBy(checkpoint));
    if (current === checkpoint) this.drop(declinedCancelled);
    else this.actions.abort(checkpoint, declinedCancelled, null);
    this.lastId = checkpoint;
  }

  end(channel: number): void {
    this.ended.add(channel);
    const { pending } = this;
    if (pending === null || pending.arrived.has(channel)) return;
    if (this.afterFinish) this.goOn(pending);
    else this.drop({ reason: 'declined-end-of-input', details: {} });
  }

  /** The coordinator has aborted it: its barriers, if they still come, do nothing. */
  abort(checkpoint: CheckpointId): void {
    this.forget(checkpoint);
    if (this.pending?.options.checkpoint === checkpoint) this.drop(null);
  }

  private isStale(checkpoint: CheckpointId, channel: number | null): boolean {
    if (this.cancelled.includes(checkpoint)) return true;
    const { pending } = this;
    if (pending?.options.checkpoint === checkpoint) return channel !== null && pending.arrived.has(channel);
    return checkpoint <= this.lastId;
  }

  /** The pending checkpoint of these options: the one that is, or a new one in the place of an older. */
  private take(options: CheckpointOptions, firstAt: ProcessingTimeMs): Pending {
    const { checkpoint } = options;
    if (this.pending !== null && this.pending.options.checkpoint < checkpoint) this.drop(subsumedBy(checkpoint));
    if (this.pending === null) {
      this.lastId = checkpoint;
      this.pending = { options, firstAt, arrived: new Set(), unaligned: false, started: false, blocks: false };
    }
    return this.pending;
  }

  private count(channel: number, pending: Pending): void {
    pending.arrived.add(channel);
    const blocks = !pending.unaligned && !this.isComplete(pending);
    this.actions.arrived(channel, pending.options.checkpoint, blocks);
    if (blocks) {
      pending.blocks = true;
      this.actions.block(channel);
    }
    this.goOn(pending);
  }

  private goOn(pending: Pending): void {
    if (!pending.started && (pending.unaligned || this.isComplete(pending))) this.start(pending);
    if (!pending.started || !this.isComplete(pending) || this.pending !== pending) return;
    this.pending = null;
    this.actions.complete(pending);
  }

  private start(pending: Pending): void {
    pending.started = true;
    for (const channel of this.actions.snapshot(pending)) {
      if (pending.arrived.has(channel)) continue;
      pending.arrived.add(channel);
      this.actions.arrived(channel, pending.options.checkpoint, false);
    }
    this.release(pending);
  }

  private drop(failure: BarrierFailure | null): void {
    const { pending } = this;
    if (pending === null) return;
    this.pending = null;
    this.release(pending);
    this.actions.abort(pending.options.checkpoint, failure, pending);
  }

  private release(pending: Pending): void {
    if (!pending.blocks) return;
    pending.blocks = false;
    this.actions.release();
  }

  private isComplete({ arrived }: Pending): boolean {
    for (let channel = 0; channel < this.channels; channel++) {
      if (!arrived.has(channel) && !this.ended.has(channel)) return false;
    }
    return true;
  }

  private forget(checkpoint: CheckpointId): void {
    this.cancelled.push(checkpoint);
    if (this.cancelled.length > cancelledMax) this.cancelled.shift();
  }
}

export function deadlineOf({ mode, alignmentTimeoutMs, triggeredAt }: CheckpointOptions): number {
  return mode === 'aligned' && alignmentTimeoutMs !== null
    ? triggeredAt + alignmentTimeoutMs
    : Number.POSITIVE_INFINITY;
}

export const declinedCancelled: BarrierFailure = { reason: 'declined-cancelled', details: {} };
const subsumedBy = (by: CheckpointId): BarrierFailure => ({ reason: 'declined-subsumed', details: { by } });
