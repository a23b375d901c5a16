/**
 * The barriers of at-least-once checkpoints at one subtask: nothing is blocked, several checkpoints are pending, each
 * one's snapshot is taken when its last barrier came. As Flink's CheckpointBarrierTracker.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { CheckpointId, CheckpointOptions } from '../wire/checkpoints.ts';
import { declinedCancelled } from './barrier-handler.ts';
import type { Alignment, BarrierActions } from './barrier-handler.ts';

interface Tracked extends Alignment {
  readonly arrived: Set<number>;
  readonly unaligned: false;
  started: boolean;
}

/** More are not tracked: the oldest goes. */
const trackedMax = 50;
const cancelledMax = 64;

export class BarrierTracker {
  private readonly channels: number;
  private readonly afterFinish: boolean;
  private readonly actions: Pick<BarrierActions, 'arrived' | 'snapshot' | 'complete' | 'abort'>;
  private readonly ended = new Set<number>();
  private readonly cancelled: CheckpointId[] = [];
  /** By id, ascending. */
  private pending: Tracked[] = [];
  private lastId: CheckpointId = 0;

  constructor(
    channels: number,
    afterFinish: boolean,
    actions: Pick<BarrierActions, 'arrived' | 'snapshot' | 'complete' | 'abort'>,
  ) {
    this.channels = channels;
    this.afterFinish = afterFinish;
    this.actions = actions;
  }

  barrier(channel: number, options: CheckpointOptions, now: ProcessingTimeMs): void {
    const tracked = this.take(options, now);
    if (tracked === null || tracked.arrived.has(channel)) return;
    tracked.arrived.add(channel);
    this.actions.arrived(channel, options.checkpoint, false);
    this.completeIfAll(tracked);
  }

  trigger(options: CheckpointOptions, now: ProcessingTimeMs): void {
    const tracked = this.take(options, now);
    if (tracked !== null) this.completeIfAll(tracked);
  }

  /** Aborts this checkpoint and the older ones, each once. */
  cancel(checkpoint: CheckpointId): void {
    if (this.cancelled.includes(checkpoint)) return;
    const known = this.pending.find(({ options }) => options.checkpoint === checkpoint) ?? null;
    if (known === null && checkpoint <= this.lastId) return;
    this.lastId = Math.max(this.lastId, checkpoint);
    for (const older of this.pending.filter(({ options }) => options.checkpoint < checkpoint)) this.drop(older);
    if (known !== null) this.drop(known);
    else {
      this.forget(checkpoint);
      this.actions.abort(checkpoint, declinedCancelled, null);
    }
  }

  end(channel: number): void {
    this.ended.add(channel);
    for (const tracked of this.pending) {
      if (tracked.arrived.has(channel) || !this.pending.includes(tracked)) continue;
      if (this.afterFinish) this.completeIfAll(tracked);
      else this.drop(tracked, { reason: 'declined-end-of-input', details: {} });
    }
  }

  abort(checkpoint: CheckpointId): void {
    this.forget(checkpoint);
    this.pending = this.pending.filter(({ options }) => options.checkpoint !== checkpoint);
  }

  /** Null: it is stale, or cancelled. */
  private take(options: CheckpointOptions, firstAt: ProcessingTimeMs): Tracked | null {
    const { checkpoint } = options;
    if (this.cancelled.includes(checkpoint)) return null;
    const known = this.pending.find((each) => each.options.checkpoint === checkpoint);
    if (known !== undefined) return known;
    if (checkpoint <= this.lastId) return null;
    this.lastId = checkpoint;
    const tracked: Tracked = { options, firstAt, arrived: new Set(), unaligned: false, started: false };
    this.pending.push(tracked);
    if (this.pending.length > trackedMax) this.pending.shift();
    return tracked;
  }

  private completeIfAll(tracked: Tracked): void {
    for (let channel = 0; channel < this.channels; channel++) {
      if (!tracked.arrived.has(channel) && !this.ended.has(channel)) return;
    }
    const { checkpoint } = tracked.options;
    // Older ones that are not complete never will be asked for again.
    this.pending = this.pending.filter(({ options }) => options.checkpoint > checkpoint);
    tracked.started = true;
    this.actions.snapshot(tracked);
    this.actions.complete(tracked);
  }

  private drop(tracked: Tracked, failure = declinedCancelled): void {
    const { checkpoint } = tracked.options;
    this.forget(checkpoint);
    this.pending = this.pending.filter((each) => each !== tracked);
    this.actions.abort(checkpoint, failure, tracked);
  }

  private forget(checkpoint: CheckpointId): void {
    this.cancelled.push(checkpoint);
    if (this.cancelled.length > cancelledMax) this.cancelled.shift();
  }
}
