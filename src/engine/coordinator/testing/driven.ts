/** A coordinator and a small plan for its tests, with a short way to say what it hears and what it did. */
import { duration, processingTime } from '../../../base/units.ts';
import { defaultSettings } from '../../graph/job.ts';
import type { JobSettings } from '../../graph/job.ts';
import type { ExecutionGraph, JobGraphEdge, JobVertex } from '../../graph/plan.ts';
import { plainStream } from '../../graph/schema.ts';
import { expand } from '../../graph/translate.ts';
import type { Failure } from '../../wire/failures.ts';
import type {
  CoordinatorCommand,
  CoordinatorEffect,
  CoordinatorMessage,
  Deployment,
  Pace,
} from '../../wire/messages.ts';
import type { JobState, Report, TaskState } from '../../wire/reports.ts';
import { isTerminal } from '../../wire/reports.ts';
import { Coordinator } from '../coordinator.ts';

export const fullSpeed: Pace = { paused: false, recordsPerSecond: null, linkLatencyMs: duration(0) };
export const broken: Failure = { code: 'user-function', node: 'map', details: { node: 'map', reason: 'oh' } };

type RunCommand = Extract<CoordinatorCommand, { kind: 'run' }>;
const anew = { from: 'anew', faults: [] } as const;

/** Without restarts and checkpoints, so that a test sees only what it is about. */
const quiet: JobSettings = { ...defaultSettings, restartStrategy: 'none', checkpointMode: 'off' };

/** Source (2 subtasks) → sink (1 subtask): `v1/0`, `v1/1` and `v2/0`. */
export function smallPlan(settings: Partial<JobSettings> = {}): ExecutionGraph {
  const vertex = (id: string, name: string, parallelism: number): JobVertex => ({
    id,
    name,
    parallelism,
    operators: [{ node: id, kind: 'any', name, params: {}, costMs: 0, inputs: [], outputs: [] }],
    chained: [],
  });
  const edge: JobGraphEdge = {
    edge: 'e',
    from: 'v1',
    fromNode: 'v1',
    fromPort: 0,
    to: 'v2',
    toNode: 'v2',
    toPort: 0,
    partitioner: 'rebalance',
    type: plainStream([{ name: 'n', type: 'int' }]),
  };
  const vertices = [vertex('v1', 'Numbers', 2), vertex('v2', 'Out', 1)];
  return expand({ vertices, edges: [edge], decisions: new Map(), settings: { ...quiet, ...settings } });
}

export const allTasks = ['v1/0', 'v1/1', 'v2/0'] as const;

/** Feeds messages and keeps all effects; `now` is the host's clock. */
export class Driven {
  readonly coordinator = new Coordinator();
  readonly effects: CoordinatorEffect[] = [];
  now = 0;
  /** The wake-up asked for last. */
  wakeAt: number | null = null;

  take(message: CoordinatorMessage): CoordinatorEffect[] {
    const effects = this.coordinator.step(message, processingTime(this.now));
    this.effects.push(...effects);
    for (const effect of effects) if (effect.kind === 'wake') this.wakeAt = effect.at;
    return effects;
  }

  run(
    plan: ExecutionGraph = smallPlan(),
    pace: Pace = fullSpeed,
    extra: Partial<RunCommand> = {},
  ): CoordinatorEffect[] {
    return this.take({ kind: 'command', command: { kind: 'run', plan, pace, ...anew, ...extra } });
  }

  deployed(...subtasks: readonly string[]): void {
    for (const subtask of subtasks) this.take({ kind: 'deployed', subtask, attempt: this.attempt(subtask) });
  }

  /** The attempt that was deployed last; 1 before. */
  attempt(subtask: string): number {
    return this.deployments.findLast(({ plan }) => plan.id === subtask)?.attempt ?? 1;
  }

  get deployments(): Deployment[] {
    return this.effects.flatMap((effect) => (effect.kind === 'deploy' ? effect.tasks : []));
  }

  /** Up and running, as far as a test that begins there cares. */
  running(plan?: ExecutionGraph, pace?: Pace): this {
    this.run(plan, pace);
    this.deployed(...allTasks);
    for (const subtask of allTasks) this.task(subtask, 'running');
    return this;
  }

  task(subtask: string, state: TaskState, failure?: Failure): CoordinatorEffect[] {
    const attempt = this.attempt(subtask);
    return this.take({ kind: 'task-state', subtask, attempt, state, ...(failure === undefined ? {} : { failure }) });
  }

  command(kind: 'stop' | 'cancel'): CoordinatorEffect[] {
    return this.take({ kind: 'command', command: { kind } });
  }

  pace(pace: Pace): CoordinatorEffect[] {
    return this.take({ kind: 'command', command: { kind: 'pace', pace } });
  }

  /** Lets time pass until `until`, waking the coordinator when it asked for it. Workers that `answers` answer pings. */
  pass(until: number, answers: (subtask: string) => boolean = () => true): void {
    while (this.wakeAt !== null && this.wakeAt <= until && !isTerminal(this.state)) {
      this.now = Math.max(this.now, this.wakeAt);
      this.wakeAt = null;
      for (const effect of this.take({ kind: 'tick' })) {
        if (effect.kind === 'ping' && answers(effect.subtask))
          this.take({ kind: 'heartbeat', subtask: effect.subtask, attempt: this.attempt(effect.subtask) });
      }
    }
    this.now = Math.max(this.now, until);
  }

  get state(): JobState {
    return this.coordinator.state;
  }

  get reports(): Report[] {
    return this.effects.flatMap((effect) => (effect.kind === 'report' ? [effect.report] : []));
  }

  get jobStates(): JobState[] {
    return this.reports.flatMap((report) => (report.kind === 'job-state' ? [report.state] : []));
  }

  get log(): string[] {
    return this.reports.flatMap((report) => (report.kind === 'log' ? [report.text] : []));
  }

  get failure(): Failure | undefined {
    return this.reports.flatMap((report) => (report.kind === 'job-state' ? [report.failure] : [])).findLast(Boolean);
  }

  /** Effects as short lines, without reports and wake-ups: `start v1/0`, `ping v2/0`. */
  static lines(effects: readonly CoordinatorEffect[]): string[] {
    return effects.flatMap((effect) => {
      if (effect.kind === 'command') return [`${effect.command.kind} ${effect.subtask}`];
      if (effect.kind === 'ping' || effect.kind === 'terminate') return [`${effect.kind} ${effect.subtask}`];
      return effect.kind === 'deploy' ? [`deploy ${effect.tasks.map(({ plan }) => plan.id).join(' ')}`] : [];
    });
  }
}
