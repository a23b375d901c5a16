/**
 * The life of checkpoints, after Flink's CheckpointCoordinator: triggered periodically, by hand, or once at the end of
 * all data; acknowledged by every task that runs; made durable in one step of the store; told to the tasks, so that they
 * commit. Or aborted: declined, expired, subsumed, or overtaken by a failure.
 *
 *   trigger ──> pending ──(all acknowledged)──> completing ──(done)──> completed ──> discarded
 *                  └──> failed                     └──(failed)──> failed
 *
 * All times are of the job's clock: while the job is paused nothing is triggered and nothing expires.
 */
import type { ExecutionGraph, SubtaskId } from '../../graph/plan.ts';
import type {
  CheckpointFailure,
  CheckpointId,
  CheckpointMetadata,
  CheckpointOptions,
  StateHandle,
  SubtaskSnapshot,
} from '../../wire/checkpoints.ts';
import { duration } from '../../../base/units.ts';
import type { Failure } from '../../wire/failures.ts';
import type { CoordinatorAnswer } from '../../wire/requests.ts';
import { tooManyFailures } from '../failures.ts';
import type { Outbox } from '../outbox.ts';
import { sentences } from '../sentences.ts';
import { isOver } from '../tasks.ts';
import type { Tasks } from '../tasks.ts';
import { PendingCheckpoint } from './pending.ts';
import { notAllRunning, planCheckpoint } from './plan.ts';
import { RetainedCheckpoints } from './retained.ts';
import type { Drops } from './retained.ts';
import { CheckpointSchedule } from './schedule.ts';
import { Tolerance } from './tolerance.ts';

/** Before another checkpoint at the end of all data is tried: after one that failed, and after one that completed. */
const finalRetryMs = { failed: 100, completed: 1000 } as const;

/** Why pending checkpoints end with the tasks: these failed, the job restarts; or the job is over. */
export type Interruption = { readonly kind: 'failover'; readonly subtask: SubtaskId | null } | { readonly kind: 'end' };

export class CheckpointCoordinator {
  readonly retained: RetainedCheckpoints;
  private readonly graph: ExecutionGraph;
  private readonly tasks: Tasks;
  private readonly outbox: Outbox;
  private readonly intolerable: (failure: Failure) => void;
  private readonly schedule: CheckpointSchedule;
  private readonly tolerance: Tolerance;
  private pending: PendingCheckpoint[] = [];
  private nextId = 1;
  /** All tasks run: checkpoints can be taken. */
  private active = false;
  private finalNotBefore = 0;

  /** `intolerable` is called when too many checkpoints have failed in a row. */
  constructor(graph: ExecutionGraph, tasks: Tasks, outbox: Outbox, intolerable: (failure: Failure) => void) {
    const { settings } = graph.jobGraph;
    this.graph = graph;
    this.tasks = tasks;
    this.outbox = outbox;
    this.intolerable = intolerable;
    this.schedule = new CheckpointSchedule(settings);
    this.tolerance = new Tolerance(settings.tolerableCheckpointFailures);
    this.retained = new RetainedCheckpoints(settings.retainedCheckpoints, settings.incrementalCheckpoints);
  }

  /** Ids of new checkpoints are above this one. */
  continueAfter(checkpoint: CheckpointId): void {
    this.nextId = Math.max(this.nextId, checkpoint + 1);
  }

  // When

  /** All tasks run, at the start or after a restart. */
  start(): void {
    if (this.active) return;
    this.active = true;
    this.schedule.begin(this.outbox.jobTime);
  }

  /** Aborts what is pending, except what is already with the store; nothing is triggered before the next start. */
  interrupt(why: Interruption): void {
    this.active = false;
    for (const each of this.pending) if (!each.completing) this.abort(each, this.interruption(each, why));
  }

  private interruption(pending: PendingCheckpoint, why: Interruption): CheckpointFailure {
    if (why.kind === 'end') return { reason: 'job-ended', details: {} };
    const { subtask } = why;
    if (subtask === null || !pending.awaits(subtask)) return { reason: 'job-failover', details: {} };
    return { reason: 'task-failed', details: { task: this.tasks.name(subtask) }, subtask };
  }

  checkTime(): void {
    if (this.outbox.clock.paused) return;
    const now = this.outbox.jobTime;
    for (const each of this.pending) if (!each.completing && now >= each.deadline) this.expire(each);
    if (!this.active || this.pending.length >= this.schedule.concurrent) return;
    if (this.finalIsDue() && now >= this.finalNotBefore) this.trigger(false, true);
    else if (now >= this.schedule.due()) this.trigger(false, false);
  }

  /** Job time of the next thing to do; Infinity for none. */
  nextTime(): number {
    const deadlines = this.pending.filter(({ completing }) => !completing).map(({ deadline }) => deadline);
    const next = Math.min(...deadlines, Infinity);
    if (!this.active || this.pending.length >= this.schedule.concurrent) return next;
    return Math.min(next, this.finalIsDue() ? this.finalNotBefore : Infinity, this.schedule.due());
  }

  /** All tasks that still run wait for a checkpoint to finish with, and none is on its way for them (FLIP-147). */
  private finalIsDue(): boolean {
    const { checkpointMode, checkpointsAfterFinish } = this.graph.jobGraph.settings;
    if (checkpointMode === 'off' || !checkpointsAfterFinish || this.pending.some(({ final }) => final)) return false;
    const open = this.tasks.open();
    return open.length > 0 && open.every((id) => this.tasks.saidEndOfData(id));
  }

  // Triggering

  byHand(savepoint: boolean): void {
    if (!this.active) return this.refuse(notAllRunning(this.whoIsMissing()));
    if (!savepoint && this.pending.length >= this.schedule.concurrent) {
      return this.refuse({ reason: 'too-many-pending', details: { count: this.pending.length } });
    }
    this.trigger(savepoint, false);
  }

  private whoIsMissing(): string {
    const { tasks } = this;
    const missing = tasks.all().find((id) => tasks.state(id) !== 'running');
    return missing === undefined ? 'the job restarts' : `${tasks.name(missing)} is ${tasks.state(missing)}`;
  }

  private trigger(savepoint: boolean, final: boolean): void {
    const { settings } = this.graph.jobGraph;
    const now = this.outbox.jobTime;
    if (!savepoint) this.schedule.triggered(now);
    const plan = planCheckpoint(this.graph, this.tasks, settings.checkpointsAfterFinish);
    if ('reason' in plan) {
      this.finalNotBefore = now + finalRetryMs.failed;
      return this.refuse(plan);
    }
    const options: CheckpointOptions = { checkpoint: this.nextId, triggeredAt: now, ...this.barriers(savepoint) };
    this.nextId += 1;
    this.pending.push(new PendingCheckpoint(options, plan, now + settings.checkpointTimeoutMs, final));
    this.outbox.checkpoint({ kind: 'triggered', options, ...plan });
    for (const id of plan.triggers) this.outbox.tell(id, { kind: 'checkpoint', options });
  }

  /** Savepoints are always aligned; so is what a person asks of a job without checkpoints. */
  private barriers(savepoint: boolean): Pick<CheckpointOptions, 'mode' | 'alignmentTimeoutMs' | 'savepoint'> {
    const { checkpointMode, alignmentTimeoutMs } = this.graph.jobGraph.settings;
    if (savepoint || checkpointMode === 'off') return { mode: 'aligned', alignmentTimeoutMs: null, savepoint };
    const overtakes = checkpointMode === 'aligned' && alignmentTimeoutMs > 0;
    return { mode: checkpointMode, alignmentTimeoutMs: overtakes ? duration(alignmentTimeoutMs) : null, savepoint };
  }

  private refuse(failure: CheckpointFailure): void {
    this.outbox.checkpoint({ kind: 'failed', checkpoint: null, failure });
    this.outbox.log('warning', sentences.checkpointRefused(failure));
  }

  // What tasks say

  acknowledged(subtask: SubtaskId, checkpoint: CheckpointId, snapshot: SubtaskSnapshot): void {
    const pending = this.find(checkpoint);
    if (pending === undefined) return this.dropLate(checkpoint, snapshot.handles);
    if (!pending.awaits(subtask)) return;
    pending.acknowledge(subtask, snapshot);
    this.outbox.checkpoint({ kind: 'acknowledged', checkpoint, subtask, snapshot });
    if (pending.acknowledged) this.completeNext();
  }

  declined(subtask: SubtaskId, checkpoint: CheckpointId, failure: CheckpointFailure): void {
    const pending = this.find(checkpoint);
    if (pending === undefined || pending.completing) return;
    this.abort(pending, { ...failure, subtask: failure.subtask ?? subtask });
  }

  /** Chunks of a checkpoint that is no more, or of an attempt that is no more. */
  dropLate(checkpoint: CheckpointId, handles: readonly StateHandle[]): void {
    const named = new Set(
      this.find(checkpoint)
        ?.handles()
        .map(({ key }) => key),
    );
    this.dropChunks(this.retained.orphans(checkpoint, handles).filter((key) => !named.has(key)));
  }

  taskFinished(subtask: SubtaskId): void {
    for (const each of this.pending) {
      if (each.awaits(subtask)) {
        this.abort(each, { reason: 'task-finished', details: { task: this.tasks.name(subtask) }, subtask });
      }
    }
  }

  // Completion

  /** Something is with the store, so that it is not known which checkpoint is the newest. */
  get completing(): boolean {
    return this.pending.some(({ completing }) => completing);
  }

  /** One at a time, so that each one's drops are decided when it is known what is kept. */
  private completeNext(): void {
    const next = this.pending.find(({ acknowledged }) => acknowledged);
    if (next === undefined || this.completing) return;
    const metadata = next.metadata(this.graph, this.outbox.jobTime);
    const [gone] = this.retained.missing(metadata);
    if (gone !== undefined) {
      return this.abort(next, { reason: 'finalize-failed', details: { detail: sentences.chunkGone(gone) } });
    }
    next.completing = true;
    const others = this.pending.filter((each) => each !== next).flatMap((each) => each.handles());
    const drops = this.retained.dropsFor(metadata, others);
    this.outbox.request(
      { kind: 'complete-checkpoint', metadata, drop: drops.checkpoints, dropKeys: drops.keys },
      (answer) => this.stored(next, metadata, drops, answer),
    );
  }

  private stored(
    pending: PendingCheckpoint,
    metadata: CheckpointMetadata,
    drops: Drops,
    answer: CoordinatorAnswer,
  ): void {
    if (answer.kind === 'done') this.completed(pending, metadata, drops);
    else {
      pending.completing = false;
      const detail = answer.kind === 'failed' ? answer.reason : 'the store gave no answer to that';
      this.abort(pending, { reason: 'finalize-failed', details: { detail } });
    }
    this.completeNext();
  }

  private completed(pending: PendingCheckpoint, metadata: CheckpointMetadata, drops: Drops): void {
    this.remove(pending);
    this.retained.add(metadata, drops);
    this.schedule.completed(this.outbox.jobTime);
    this.finalNotBefore = this.outbox.jobTime + finalRetryMs.completed;
    this.outbox.checkpoint({ kind: 'completed', metadata });
    for (const checkpoint of drops.checkpoints) this.outbox.checkpoint({ kind: 'discarded', checkpoint });
    if (metadata.savepoint) {
      // No notice: recovery does not use savepoints, so what they hold must not be committed yet (FLINK-25191).
      this.outbox.log('info', sentences.savepointTaken(pending.id));
      return;
    }
    this.tolerance.succeeded();
    this.tellRunning(this.tasks.all(), 'checkpoint-complete', pending.id);
    const by = pending.id;
    for (const each of this.pending) {
      if (each.id < by && !each.options.savepoint) this.abort(each, { reason: 'subsumed', details: { by } });
    }
  }

  // Failure

  private expire(pending: PendingCheckpoint): void {
    const seconds = this.graph.jobGraph.settings.checkpointTimeoutMs / 1000;
    const missing = sentences.list(pending.missing.map((id) => this.tasks.name(id)));
    this.abort(pending, { reason: 'expired', details: { seconds, missing } });
  }

  private abort(pending: PendingCheckpoint, failure: CheckpointFailure): void {
    if (!this.pending.includes(pending)) return;
    this.remove(pending);
    this.outbox.checkpoint({ kind: 'failed', checkpoint: pending.id, failure });
    if (failure.reason !== 'job-ended') this.outbox.log('warning', sentences.checkpointFailed(pending.id, failure));
    this.tellRunning(pending.plan.awaits, 'checkpoint-aborted', pending.id);
    this.dropChunks(this.retained.orphans(pending.id, pending.handles()));
    if (pending.final) this.finalNotBefore = this.outbox.jobTime + finalRetryMs.failed;
    if (pending.options.savepoint || !this.active) return;
    const count = this.tolerance.failed(failure.reason);
    if (count === null) return;
    this.intolerable(tooManyFailures(count, this.graph.jobGraph.settings.tolerableCheckpointFailures));
  }

  private dropChunks(keys: readonly string[]): void {
    if (keys.length > 0) this.outbox.request({ kind: 'drop-chunks', keys }, () => undefined);
  }

  private tellRunning(
    ids: readonly SubtaskId[],
    kind: 'checkpoint-complete' | 'checkpoint-aborted',
    checkpoint: CheckpointId,
  ): void {
    for (const id of ids) {
      if (this.tasks.isStarted(id) && !isOver(this.tasks.state(id))) this.outbox.tell(id, { kind, checkpoint });
    }
  }

  private find(checkpoint: CheckpointId): PendingCheckpoint | undefined {
    return this.pending.find(({ id }) => id === checkpoint);
  }

  private remove(pending: PendingCheckpoint): void {
    this.pending = this.pending.filter((each) => each !== pending);
  }
}
