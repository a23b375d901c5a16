/**
 * The coordinator (Flink: JobManager) of one job: deploys its subtasks, starts them together, watches over them and
 * brings the job to exactly one end. Pure: messages in, effects out; `job-states.ts` has the diagram.
 *
 * `now` is the host's clock, which goes on while the job is paused. Reports carry the job's time, which does not.
 */
import { present } from '../../base/assert.ts';
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { ExecutionGraph, SubtaskId } from '../graph/plan.ts';
import { subtaskPlans } from '../graph/translate.ts';
import type { Failure } from '../wire/failures.ts';
import type {
  CoordinatorCommand,
  CoordinatorEffect,
  CoordinatorMessage,
  Deployment,
  Pace,
  SubtaskCommand,
} from '../wire/messages.ts';
import { isTerminal } from '../wire/reports.ts';
import type { JobState, TaskState } from '../wire/reports.ts';
import { heartbeatTimeout, unaskedCancel, workerUnavailable } from './failures.ts';
import { Heartbeats } from './heartbeats.ts';
import { endOf, isEnding, isLive, mayMove } from './job-states.ts';
import { cancelTimeoutMs, deploymentTimeoutMs } from './limits.ts';
import { Outbox } from './outbox.ts';
import { sentences } from './sentences.ts';
import { isOver, Tasks } from './tasks.ts';

type RunCommand = Extract<CoordinatorCommand, { kind: 'run' }>;

/** Everything that exists from the run command on. */
interface RunningJob {
  readonly graph: ExecutionGraph;
  readonly tasks: Tasks;
  readonly heartbeats: Heartbeats;
  readonly startedAt: ProcessingTimeMs;
  pace: Pace;
  stopAsked: boolean;
  /** Host time at which the present state runs out of patience; null for none. */
  deadline: number | null;
  /** The first one; later failures are only logged. */
  failure: Failure | null;
}

export class Coordinator {
  private current: JobState = 'created';
  private job: RunningJob | null = null;
  private readonly outbox = new Outbox();

  get state(): JobState {
    return this.current;
  }

  /** Takes in one message. Messages that come too late, twice or for an unknown subtask change nothing. */
  step(message: CoordinatorMessage, now: ProcessingTimeMs): CoordinatorEffect[] {
    this.outbox.now = now;
    if (!isTerminal(this.current)) {
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
    if (this.job?.tasks.has(message.subtask) !== true) return;
    if (message.attempt !== this.job.tasks.attempt(message.subtask)) return;
    switch (message.kind) {
      case 'deployed':
        return this.deployed(this.job, message.subtask);
      case 'task-state':
        return this.taskState(this.job, message.subtask, message.state, message.failure);
      case 'heartbeat':
        return this.job.heartbeats.beat(message.subtask, this.outbox.now);
      case 'lost':
        return this.taskState(this.job, message.subtask, 'failed', message.failure);
    }
  }

  // Commands

  private command(command: CoordinatorCommand): void {
    if (command.kind === 'run') return this.run(command);
    if (this.job === null) {
      if (command.kind === 'cancel') this.move('cancelled');
      return;
    }
    switch (command.kind) {
      case 'pace':
        return this.setPace(this.job, command.pace);
      case 'stop':
        return this.stop(this.job);
      case 'cancel':
        return this.cancel(this.job);
    }
  }

  private run({ plan: graph, pace, firstAttempt, faults }: RunCommand): void {
    if (this.job !== null) return;
    const { heartbeatTimeoutMs } = graph.jobGraph.settings;
    const tasks = new Tasks(graph, firstAttempt ?? 1);
    this.outbox.clock.setPaused(pace.paused, this.outbox.now);
    this.job = {
      graph,
      tasks,
      heartbeats: new Heartbeats(heartbeatTimeoutMs),
      startedAt: this.outbox.now,
      pace,
      stopAsked: false,
      deadline: this.outbox.now + deploymentTimeoutMs,
      failure: null,
    };
    this.reportPace(pace);
    this.move('deploying');
    this.outbox.log('info', sentences.deploying(tasks.size));
    for (const id of tasks.all()) this.moveTask(this.job, id, 'deploying');
    const deployments = subtaskPlans(graph).map((plan): Deployment => {
      return { plan, attempt: tasks.attempt(plan.id), restore: null, offsets: null, recovery: null, faults };
    });
    this.outbox.push({ kind: 'deploy', tasks: deployments });
    this.startIfDeployed(this.job);
  }

  private setPace(job: RunningJob, pace: Pace): void {
    const before = job.pace;
    job.pace = pace;
    this.outbox.clock.setPaused(pace.paused, this.outbox.now);
    this.reportPace(pace);
    this.tellAll(job, { kind: 'pace', pace });
    if (pace.paused !== before.paused) this.outbox.log('info', pace.paused ? sentences.paused() : sentences.resumed());
    if (pace.recordsPerSecond !== before.recordsPerSecond) {
      this.outbox.log('info', sentences.pace(pace.recordsPerSecond));
    }
  }

  private stop(job: RunningJob): void {
    if (job.stopAsked || !isLive(this.current)) return;
    job.stopAsked = true;
    this.outbox.log('info', sentences.stopAsked());
    if (job.pace.paused) {
      this.outbox.log('info', sentences.stopResumes());
      this.setPace(job, { ...job.pace, paused: false });
    }
    if (this.current === 'deploying') return; // done as soon as it runs
    this.tellAll(job, { kind: 'stop' });
    if (this.current === 'running') this.move('finishing');
  }

  private cancel(job: RunningJob): void {
    if (!isLive(this.current)) return;
    this.outbox.log('info', sentences.cancelAsked());
    this.endTasks(job, 'cancelling');
  }

  /** A job that ends is no longer paused; its subtasks need not hear of it. */
  private endPause(job: RunningJob): void {
    job.pace = { ...job.pace, paused: false };
    this.outbox.clock.setPaused(false, this.outbox.now);
    this.reportPace(job.pace);
  }

  // What is heard of tasks

  private deployed(job: RunningJob, id: SubtaskId): void {
    if (this.current !== 'deploying' || !job.tasks.markDeployed(id)) return;
    this.startIfDeployed(job);
  }

  private startIfDeployed(job: RunningJob): void {
    const { tasks } = job;
    if (!tasks.allDeployed()) return;
    job.deadline = null;
    this.move('running');
    this.outbox.log('info', sentences.running());
    for (const id of tasks.open()) {
      this.outbox.tell(id, { kind: 'pace', pace: job.pace });
      this.outbox.tell(id, { kind: 'start' });
      job.heartbeats.watch(id, this.outbox.now);
    }
    if (!job.stopAsked) return;
    this.tellAll(job, { kind: 'stop' });
    this.move('finishing');
  }

  private taskState(job: RunningJob, id: SubtaskId, state: TaskState, failure?: Failure): void {
    if (!isOver(state)) {
      this.moveTask(job, id, state);
      return;
    }
    if (isOver(job.tasks.state(id))) return;
    if (state === 'finished') this.taskFinished(job, id);
    else if (isEnding(this.current)) this.taskEnded(job, id, state, failure);
    else this.taskFailed(job, id, failure ?? unaskedCancel(id, job.graph.jobGraph.settings.seed));
  }

  private taskFinished(job: RunningJob, id: SubtaskId): void {
    this.moveTask(job, id, 'finished');
    this.outbox.log('info', sentences.taskFinished(job.tasks.name(id)), id);
    if (this.current === 'deploying') this.startIfDeployed(job);
    if (this.current !== 'running' || !job.tasks.allSourcesOver()) return;
    this.move('finishing');
    this.outbox.log('info', sentences.sourcesEnded());
  }

  /** A task ends while all are told to end: one that fails on its way out changes nothing more. */
  private taskEnded(job: RunningJob, id: SubtaskId, state: TaskState, failure?: Failure): void {
    this.moveTask(job, id, state, failure);
    const name = job.tasks.name(id);
    if (failure === undefined) this.outbox.log('info', sentences.taskCancelled(name), id);
    else this.outbox.log('warning', sentences.taskFailed(name, failure), id);
  }

  private taskFailed(job: RunningJob, id: SubtaskId, failure: Failure): void {
    const placed: Failure = { ...failure, subtask: failure.subtask ?? id };
    this.moveTask(job, id, 'failed', placed);
    this.outbox.log('error', sentences.taskFailed(job.tasks.name(id), placed), id);
    this.failJob(job, placed);
  }

  private failJob(job: RunningJob, failure: Failure): void {
    if (!isLive(this.current)) return;
    job.failure = failure;
    this.endTasks(job, 'failing', failure);
    if (job.tasks.open().length > 0) this.outbox.log('info', sentences.failing());
  }

  /** Tells every task that is up to end, and ends those that are not up yet without asking. */
  private endTasks(job: RunningJob, state: 'cancelling' | 'failing', failure?: Failure): void {
    if (job.pace.paused) this.endPause(job);
    this.move(state, failure);
    job.deadline = this.outbox.now + cancelTimeoutMs;
    for (const id of job.tasks.open()) {
      if (job.tasks.isDeployed(id)) this.outbox.tell(id, { kind: 'cancel' });
      else this.terminate(job, id);
    }
  }

  // Time

  private checkTime(): void {
    const { job } = this;
    if (job === null || isTerminal(this.current)) return;
    const { overdue, ask } = job.heartbeats.round(this.outbox.now);
    for (const id of overdue) this.overdue(job, id);
    for (const id of ask) this.outbox.push({ kind: 'ping', subtask: id });
    if (job.deadline === null || this.outbox.now < job.deadline) return;
    job.deadline = null;
    if (this.current === 'deploying') this.deploymentTimedOut(job);
    else this.endUnanswered(job);
  }

  private overdue(job: RunningJob, id: SubtaskId): void {
    const failure = heartbeatTimeout(job.tasks.name(id), id, job.graph.jobGraph.settings.heartbeatTimeoutMs);
    this.outbox.push({ kind: 'terminate', subtask: id });
    if (isEnding(this.current)) this.taskEnded(job, id, 'failed', failure);
    else this.taskFailed(job, id, failure);
  }

  private deploymentTimedOut(job: RunningJob): void {
    const missing = job.tasks.open().filter((id) => !job.tasks.isDeployed(id));
    const first = present(missing[0], 'a subtask that is not deployed');
    this.outbox.push({ kind: 'terminate', subtask: first });
    this.taskFailed(job, first, workerUnavailable(job.tasks.name(first), first, deploymentTimeoutMs));
  }

  private endUnanswered(job: RunningJob): void {
    for (const id of job.tasks.open()) {
      this.outbox.log('warning', sentences.taskEnded(job.tasks.name(id)), id);
      this.terminate(job, id);
    }
  }

  private checkEnd(): void {
    const { job } = this;
    if (job === null || isTerminal(this.current) || !job.tasks.allOver() || this.current === 'deploying') return;
    if (this.current === 'running') this.move('finishing');
    const end = endOf(this.current);
    const seconds = ((this.outbox.now - job.startedAt) / 1000).toFixed(1);
    this.move(end, job.failure ?? undefined);
    if (end === 'failed') this.outbox.log('error', sentences.failed(seconds, present(job.failure, 'why the job failed')));
    else this.outbox.log('info', end === 'finished' ? sentences.finished(seconds) : sentences.cancelled(seconds));
  }

  private askForWake(): void {
    const { job } = this;
    if (job === null || isTerminal(this.current)) return;
    const round = job.heartbeats.nextRound(this.outbox.now) ?? Infinity;
    const at = Math.min(round, job.deadline ?? Infinity);
    if (at < Infinity) this.outbox.push({ kind: 'wake', at: processingTime(at) });
  }

  // Effects

  /** A move that the diagram does not have is left out: the job is already further. */
  private move(state: JobState, failure?: Failure): void {
    if (!mayMove(this.current, state)) return;
    this.current = state;
    const report = { kind: 'job-state', at: this.outbox.jobTime, state } as const;
    this.outbox.push({ kind: 'report', report: failure === undefined ? report : { ...report, failure } });
  }

  private moveTask(job: RunningJob, id: SubtaskId, state: TaskState, failure?: Failure): void {
    if (!job.tasks.move(id, state)) return;
    if (isOver(state)) job.heartbeats.forget(id);
    const report = { kind: 'task-state', at: this.outbox.jobTime, subtask: id, attempt: job.tasks.attempt(id), state } as const;
    this.outbox.push({ kind: 'report', report: failure === undefined ? report : { ...report, failure } });
  }

  private terminate(job: RunningJob, id: SubtaskId): void {
    this.outbox.push({ kind: 'terminate', subtask: id });
    this.moveTask(job, id, 'cancelled');
  }

  private tellAll(job: RunningJob, command: SubtaskCommand): void {
    for (const id of job.tasks.open()) if (job.tasks.isDeployed(id)) this.outbox.tell(id, command);
  }

  private reportPace(pace: Pace): void {
    const { paused, recordsPerSecond, linkLatencyMs } = pace;
    this.outbox.push({
      kind: 'report',
      report: { kind: 'pace', at: this.outbox.jobTime, paused, recordsPerSecond, linkLatencyMs },
    });
  }
}
