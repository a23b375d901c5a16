/**
 * The coordinator (Flink: JobManager) of one job: deploys its subtasks, starts them together, watches over them, takes
 * checkpoints, restarts what fails, and brings the job to exactly one end. Pure: messages in, effects out;
 * `job-states.ts` has the diagram. This file sorts messages and decides how the job ends; `recovery/` deploys and
 * redeploys, `checkpoints/` takes checkpoints.
 *
 * `now` is the host's clock, which goes on while the job is paused. Reports carry the job's time, which does not.
 */
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { SubtaskId } from '../graph/plan.ts';
import type { Failure } from '../wire/failures.ts';
import type { CoordinatorCommand, CoordinatorEffect, CoordinatorMessage, Pace } from '../wire/messages.ts';
import { isTerminal } from '../wire/reports.ts';
import type { JobState, TaskState } from '../wire/reports.ts';
import { CheckpointCoordinator } from './checkpoints/checkpoint-coordinator.ts';
import { heartbeatTimeout, mayRestart, unaskedCancel, workerUnavailable } from './failures.ts';
import { endOf, isEnding, isLive } from './job-states.ts';
import { cancelTimeoutMs, deploymentTimeoutMs } from './limits.ts';
import { Outbox } from './outbox.ts';
import { Rounds } from './recovery/rounds.ts';
import { RunningJob } from './running-job.ts';
import { sentences } from './sentences.ts';
import { isOver } from './tasks.ts';
import { WatermarkAlignment } from './watermark-alignment.ts';

type RunCommand = Extract<CoordinatorCommand, { kind: 'run' }>;
type TaskMessage = Extract<CoordinatorMessage, { subtask: SubtaskId }>;

/** The job and those who care for it. */
interface Run {
  readonly job: RunningJob;
  readonly checkpoints: CheckpointCoordinator;
  readonly rounds: Rounds;
  readonly alignment: WatermarkAlignment;
  /** Host time at which tasks that were told to end are ended; null: they were not told. */
  endDeadline: number | null;
}

export class Coordinator {
  private readonly outbox = new Outbox();
  private active: Run | null = null;
  /** As long as there is no job. */
  private idle: JobState = 'created';

  get state(): JobState {
    return this.active?.job.state ?? this.idle;
  }

  /** Takes in one message. Messages that come too late, twice, for an unknown subtask or attempt change nothing. */
  step(message: CoordinatorMessage, now: ProcessingTimeMs): CoordinatorEffect[] {
    this.outbox.now = now;
    if (!isTerminal(this.state)) {
      this.take(message);
      this.checkTime();
      this.checkEnd();
      this.askForWake();
    }
    return this.outbox.take();
  }

  private take(message: CoordinatorMessage): void {
    if (message.kind === 'tick') return;
    if (message.kind === 'command') return this.command(message.command);
    if (message.kind === 'answer') return this.outbox.answered(message.request, message.answer);
    const { active } = this;
    if (active?.job.tasks.has(message.subtask) !== true) return;
    const attempt = active.job.tasks.attempt(message.subtask);
    if (message.attempt === attempt) this.hear(active, message);
    else if (message.kind === 'acknowledge' && message.attempt >= active.job.firstAttempt) {
      active.checkpoints.dropLate(message.checkpoint, message.snapshot.handles);
    }
  }

  private hear(active: Run, message: TaskMessage): void {
    const { job, checkpoints, rounds, alignment } = active;
    const { subtask } = message;
    switch (message.kind) {
      case 'deployed':
        if (job.tasks.markDeployed(subtask)) rounds.advance();
        return;
      case 'task-state':
        return this.taskState(active, subtask, message.state, message.failure);
      case 'lost':
        return this.taskState(active, subtask, 'failed', message.failure);
      case 'heartbeat':
        return job.heartbeats.beat(subtask, this.outbox.now);
      case 'end-of-data':
        return job.tasks.markEndOfData(subtask);
      case 'offsets':
        job.offsets.set(subtask, message.offsets);
        return;
      case 'report-watermark':
        return alignment.report(subtask, message.watermark);
      case 'acknowledge':
        return checkpoints.acknowledged(subtask, message.checkpoint, message.snapshot);
      case 'decline':
        return checkpoints.declined(subtask, message.checkpoint, message.failure);
    }
  }

  // Commands

  private command(command: CoordinatorCommand): void {
    const { active } = this;
    if (command.kind === 'run') {
      if (active === null) this.run(command);
    } else if (active !== null) this.order(active, command);
    else if (command.kind === 'cancel') {
      this.idle = 'cancelled';
      this.outbox.report({ kind: 'job-state', at: this.outbox.jobTime, state: 'cancelled' });
    }
  }

  private order(active: Run, command: Exclude<CoordinatorCommand, RunCommand>): void {
    switch (command.kind) {
      case 'pace':
        return this.setPace(active.job, command.pace);
      case 'stop':
        return this.stop(active.job);
      case 'cancel':
        return this.cancel(active);
      case 'checkpoint':
        return active.checkpoints.byHand(command.savepoint);
      case 'inject':
        return active.job.inject(command.fault);
      case 'remove-fault':
        return active.job.removeFault(command.fault);
    }
  }

  private run({ plan, pace, faults, from, fallback, firstAttempt }: RunCommand): void {
    const { outbox } = this;
    outbox.clock.setPaused(pace.paused, outbox.now);
    const job = new RunningJob(plan, pace, faults, firstAttempt ?? 1, outbox);
    const checkpoints = new CheckpointCoordinator(plan, job.tasks, outbox, (failure) => this.jobFailed(failure));
    const rounds = new Rounds(job, outbox, checkpoints, {
      hopeless: (failure) => this.failJob(failure),
      unavailable: (id) => this.workerUnavailable(job, id),
      started: (recovery) => this.started(job, recovery),
    });
    const alignment = new WatermarkAlignment(plan, job.tasks, outbox);
    this.active = { job, checkpoints, rounds, alignment, endDeadline: null };
    this.reportPace(pace);
    job.move('deploying');
    outbox.log('info', sentences.deploying(job.tasks.size));
    const savepoint = typeof from === 'string' ? (fallback ?? null) : from;
    rounds.begin(savepoint, from === 'latest');
  }

  private setPace(job: RunningJob, pace: Pace): void {
    const before = job.pace;
    job.pace = pace;
    this.outbox.clock.setPaused(pace.paused, this.outbox.now);
    this.reportPace(pace);
    job.tellDeployed({ kind: 'pace', pace });
    if (pace.paused !== before.paused) this.outbox.log('info', pace.paused ? sentences.paused() : sentences.resumed());
    if (pace.recordsPerSecond !== before.recordsPerSecond) {
      this.outbox.log('info', sentences.pace(pace.recordsPerSecond));
    }
  }

  private stop(job: RunningJob): void {
    if (job.stopAsked || !isLive(job.state)) return;
    job.stopAsked = true;
    this.outbox.log('info', sentences.stopAsked());
    if (job.pace.paused) {
      this.outbox.log('info', sentences.stopResumes());
      this.setPace(job, { ...job.pace, paused: false });
    }
    // While it deploys or restarts: those that have not started are told when they do.
    job.stop();
    if (job.state === 'running') job.move('finishing');
  }

  private cancel(active: Run): void {
    if (!isLive(active.job.state)) return;
    this.outbox.log('info', sentences.cancelAsked());
    this.endTasks(active, 'cancelling');
  }

  /** A job that ends is no longer paused; its subtasks need not hear of it. */
  private endPause(job: RunningJob): void {
    job.pace = { ...job.pace, paused: false };
    this.outbox.clock.setPaused(false, this.outbox.now);
    this.reportPace(job.pace);
  }

  // What is heard of tasks

  private started(job: RunningJob, recovery: number | null): void {
    if (recovery === null) this.outbox.log('info', sentences.running());
    if (job.stopAsked) job.move('finishing');
  }

  private taskState(active: Run, id: SubtaskId, state: TaskState, failure?: Failure): void {
    const { job, rounds } = active;
    if (!isOver(state)) job.moveTask(id, state);
    else if (isOver(job.tasks.state(id))) return;
    else if (state === 'finished') this.taskFinished(active, id);
    else if (isEnding(job.state) || rounds.cancels(id)) this.taskEnded(job, id, state, failure);
    else this.taskFailed(job, id, failure ?? unaskedCancel(id, job.graph.jobGraph.settings.seed));
    rounds.advance();
  }

  private taskFinished({ job, checkpoints }: Run, id: SubtaskId): void {
    job.moveTask(id, 'finished');
    this.outbox.log('info', sentences.taskFinished(job.tasks.name(id)), id);
    checkpoints.taskFinished(id);
    if (job.state !== 'running' || !job.tasks.allSourcesOver()) return;
    job.move('finishing');
    this.outbox.log('info', sentences.sourcesEnded());
  }

  /** A task ends that was told to end: one that fails on its way out changes nothing more. */
  private taskEnded(job: RunningJob, id: SubtaskId, state: TaskState, failure?: Failure): void {
    job.moveTask(id, state, failure);
    const name = job.tasks.name(id);
    if (failure === undefined) this.outbox.log('info', sentences.taskCancelled(name), id);
    else this.outbox.log('warning', sentences.taskFailed(name, failure), id);
  }

  private taskFailed(job: RunningJob, id: SubtaskId, failure: Failure): void {
    const placed: Failure = { ...failure, subtask: failure.subtask ?? id };
    job.moveTask(id, 'failed', placed);
    this.outbox.log('error', sentences.taskFailed(job.tasks.name(id), placed), id);
    this.recoverOrFail(placed, id);
  }

  /** A failure of no single task. */
  private jobFailed(failure: Failure): void {
    if (this.active !== null && isLive(this.active.job.state)) this.recoverOrFail(failure, null);
  }

  private recoverOrFail(failure: Failure, id: SubtaskId | null): void {
    const { active } = this;
    if (active === null || !isLive(active.job.state) || active.rounds.recover(failure, id)) return;
    const { restartStrategy } = active.job.graph.jobGraph.settings;
    if (restartStrategy !== 'none' && mayRestart(failure))
      this.outbox.log('info', sentences.noRestart(restartStrategy));
    this.failJob(failure);
  }

  private failJob(failure: Failure): void {
    const { active } = this;
    if (active === null || !isLive(active.job.state)) return;
    active.job.failure = failure;
    this.endTasks(active, 'failing', failure);
    if (active.job.tasks.open().length > 0) this.outbox.log('info', sentences.failing());
  }

  /** Tells every task that is up to end, and ends those that are not up yet without asking. */
  private endTasks(active: Run, state: 'cancelling' | 'failing', failure?: Failure): void {
    const { job, checkpoints, rounds } = active;
    if (job.pace.paused) this.endPause(job);
    job.move(state, failure);
    rounds.abandon();
    checkpoints.interrupt({ kind: 'end' });
    active.endDeadline = this.outbox.now + cancelTimeoutMs;
    job.cancel(job.tasks.open());
  }

  private workerUnavailable(job: RunningJob, id: SubtaskId): void {
    job.terminate(id);
    this.taskFailed(job, id, workerUnavailable(job.tasks.name(id), id, deploymentTimeoutMs));
  }

  // Time

  private checkTime(): void {
    const { active } = this;
    if (active === null || isTerminal(this.state)) return;
    const { overdue, ask } = active.job.heartbeats.round(this.outbox.now);
    for (const id of overdue) this.overdue(active, id);
    for (const id of ask) {
      if (!isOver(active.job.tasks.state(id))) this.outbox.push({ kind: 'ping', subtask: id });
    }
    active.rounds.checkTime();
    active.checkpoints.checkTime();
    active.alignment.checkTime();
    if (active.endDeadline === null || this.outbox.now < active.endDeadline) return;
    active.endDeadline = null;
    this.endUnanswered(active.job);
  }

  private overdue(active: Run, id: SubtaskId): void {
    const { job } = active;
    job.terminate(id);
    const { heartbeatTimeoutMs } = job.graph.jobGraph.settings;
    this.taskState(active, id, 'failed', heartbeatTimeout(job.tasks.name(id), id, heartbeatTimeoutMs));
  }

  private endUnanswered(job: RunningJob): void {
    for (const id of job.tasks.open()) {
      this.outbox.log('warning', sentences.taskEnded(job.tasks.name(id)), id);
      job.end(id);
    }
  }

  private checkEnd(): void {
    const { active } = this;
    if (active === null || active.rounds.active || isTerminal(this.state) || !active.job.tasks.allOver()) return;
    const { job, checkpoints } = active;
    if (job.state === 'running') job.move('finishing');
    checkpoints.interrupt({ kind: 'end' });
    const end = endOf(job.state);
    const seconds = ((this.outbox.now - job.startedAt) / 1000).toFixed(1);
    job.move(end, job.failure ?? undefined);
    if (job.failure !== null) this.outbox.log('error', sentences.failed(seconds, job.failure));
    else this.outbox.log('info', end === 'finished' ? sentences.finished(seconds) : sentences.cancelled(seconds));
  }

  private askForWake(): void {
    const { active } = this;
    if (active === null || isTerminal(this.state)) return;
    const at = Math.min(
      active.job.heartbeats.nextRound(this.outbox.now) ?? Infinity,
      active.endDeadline ?? Infinity,
      active.rounds.nextTime(),
      this.outbox.hostTime(Math.min(active.checkpoints.nextTime(), active.alignment.nextTime())),
    );
    if (at < Infinity) this.outbox.push({ kind: 'wake', at: processingTime(at) });
  }

  private reportPace(pace: Pace): void {
    const { paused, recordsPerSecond, linkLatencyMs } = pace;
    this.outbox.report({ kind: 'pace', at: this.outbox.jobTime, paused, recordsPerSecond, linkLatencyMs });
  }
}
