/** A coordinator and a small plan for its tests, with a short way to say what it hears and what it did. */
import { duration, processingTime } from '../../../base/units.ts';
import { defaultSettings } from '../../graph/job.ts';
import type { JobSettings } from '../../graph/job.ts';
import type { ExecutionGraph, JobGraphEdge, JobVertex } from '../../graph/plan.ts';
import { plainStream } from '../../graph/schema.ts';
import { expand } from '../../graph/translate.ts';
import type { CheckpointFailure, StateHandle } from '../../wire/checkpoints.ts';
import type { Failure } from '../../wire/failures.ts';
import type {
  CoordinatorCommand,
  CoordinatorEffect,
  CoordinatorMessage,
  Deployment,
  Pace,
} from '../../wire/messages.ts';
import type { CheckpointEvent, JobState, RecoveryEvent, Report, TaskState } from '../../wire/reports.ts';
import { isTerminal } from '../../wire/reports.ts';
import type { CoordinatorAnswer, CoordinatorRequest } from '../../wire/requests.ts';
import { noMetrics } from '../../wire/testing/no-metrics.ts';
import { Coordinator } from '../coordinator.ts';

export const fullSpeed: Pace = { paused: false, recordsPerSecond: null, linkLatencyMs: duration(0) };
export const broken: Failure = { code: 'user-function', node: 'map', details: { node: 'map', reason: 'oh' } };

type RunCommand = Extract<CoordinatorCommand, { kind: 'run' }>;
const anew = { from: 'anew', faults: [] } as const;

/** A chunk of 10 bytes. */
export const chunk = (key: string, place: StateHandle['place'] = { kind: 'keyed', group: 0 }): StateHandle => {
  return { place, key, bytes: 10, fingerprint: '0'.repeat(16), entries: 1 };
};

/** Without restarts and checkpoints, so that a test sees only what it is about. */
const quiet: JobSettings = { ...defaultSettings, restartStrategy: 'none', checkpointMode: 'off' };

/** Vertices as `id: parallelism`, each with one node of the same name; edges as `from→to`, rebalanced or forward. */
export function planOf(
  parallelisms: Readonly<Record<string, number>>,
  edges: readonly string[],
  settings: Partial<JobSettings> = {},
): ExecutionGraph {
  const vertices = Object.entries(parallelisms).map(([id, parallelism]): JobVertex => {
    const operators = [{ node: id, kind: 'any', name: id, params: {}, costMs: 0, inputs: [], outputs: [] }];
    return { id, name: names[id] ?? id, parallelism, operators, chained: [] };
  });
  const wires = edges.map((edge): JobGraphEdge => {
    const [from = '', to = ''] = edge.split(/[→=]/);
    const partitioner = edge.includes('=') ? 'forward' : 'rebalance';
    const type = plainStream([{ name: 'n', type: 'int' }]);
    return { edge: `${from}-${to}`, from, fromNode: from, fromPort: 0, to, toNode: to, toPort: 0, partitioner, type };
  });
  return expand({ vertices, edges: wires, decisions: new Map(), settings: { ...quiet, ...settings } });
}

const names: Readonly<Record<string, string>> = { v1: 'Numbers', v2: 'Out' };

/** Source (2 subtasks) → sink (1 subtask): `v1/0`, `v1/1` and `v2/0`. */
export const smallPlan = (settings: Partial<JobSettings> = {}): ExecutionGraph =>
  planOf({ v1: 2, v2: 1 }, ['v1→v2'], settings);

export const allTasks = ['v1/0', 'v1/1', 'v2/0'] as const;

/** Feeds messages and keeps all effects; `now` is the host's clock. */
export class Driven {
  readonly coordinator = new Coordinator();
  readonly effects: CoordinatorEffect[] = [];
  now = 0;
  /** Answers what the coordinator asks of the store; null: nobody does. */
  store: ((body: CoordinatorRequest) => CoordinatorAnswer | null) | null = () => ({ kind: 'done' });
  /** The wake-up asked for last. */
  wakeAt: number | null = null;

  take(message: CoordinatorMessage): CoordinatorEffect[] {
    const effects = this.coordinator.step(message, processingTime(this.now));
    this.effects.push(...effects);
    for (const effect of effects) if (effect.kind === 'wake') this.wakeAt = effect.at;
    for (const effect of effects) {
      const answer = effect.kind === 'request' ? this.store?.(effect.body) : null;
      if (effect.kind === 'request' && answer) effects.push(...this.answer(effect.request, answer));
    }
    return effects;
  }

  answer(request: number, answer: CoordinatorAnswer): CoordinatorEffect[] {
    return this.take({ kind: 'answer', request, answer });
  }

  get requests(): { readonly request: number; readonly body: CoordinatorRequest }[] {
    return this.effects.flatMap((effect) => (effect.kind === 'request' ? [effect] : []));
  }

  checkpointByHand(savepoint = false): CoordinatorEffect[] {
    return this.take({ kind: 'command', command: { kind: 'checkpoint', savepoint } });
  }

  acknowledge(subtask: string, checkpoint: number, handles: readonly StateHandle[] = []): CoordinatorEffect[] {
    const snapshot = { handles, metrics: noMetrics };
    return this.take({ kind: 'acknowledge', subtask, attempt: this.attempt(subtask), checkpoint, snapshot });
  }

  /** All tasks that run acknowledge. */
  acknowledgeAll(checkpoint: number, handles: (subtask: string) => readonly StateHandle[] = () => []): void {
    const event = this.checkpoints.find((each) => each.kind === 'triggered' && each.options.checkpoint === checkpoint);
    if (event?.kind !== 'triggered') throw new Error(`checkpoint ${checkpoint} was not triggered`);
    for (const id of event.awaits) this.acknowledge(id, checkpoint, handles(id));
  }

  decline(subtask: string, checkpoint: number, failure: CheckpointFailure): CoordinatorEffect[] {
    return this.take({ kind: 'decline', subtask, attempt: this.attempt(subtask), checkpoint, failure });
  }

  endOfData(...subtasks: readonly string[]): void {
    for (const subtask of subtasks) this.take({ kind: 'end-of-data', subtask, attempt: this.attempt(subtask) });
  }

  get checkpoints(): CheckpointEvent[] {
    return this.reports.flatMap((report) => (report.kind === 'checkpoint' ? [report.event] : []));
  }

  /** `triggered 1`, `failed 1 expired`, `completed 2`, …; without acknowledgements. */
  get checkpointLines(): string[] {
    return this.checkpoints.flatMap((event) => {
      if (event.kind === 'acknowledged') return [];
      if (event.kind === 'triggered') return [`triggered ${event.options.checkpoint}`];
      if (event.kind === 'completed') return [`completed ${event.metadata.checkpoint}`];
      if (event.kind === 'failed') return [`failed ${event.checkpoint} ${event.failure.reason}`];
      return [`${event.kind} ${event.checkpoint}`];
    });
  }

  get recoveries(): RecoveryEvent[] {
    return this.reports.flatMap((report) => (report.kind === 'recovery' ? [report.event] : []));
  }

  /** `detected 1`, `chosen 1 checkpoint 3`, … */
  get recoveryLines(): string[] {
    return this.recoveries.map((event) => {
      const line = `${event.kind} ${event.recovery}`;
      return event.kind === 'chosen' ? `${line} checkpoint ${event.checkpoint}` : line;
    });
  }

  /** Every task that was told to end ends, the delay passes, and the last deployment comes up and runs. */
  recover(): this {
    for (const id of this.effects.flatMap((e) =>
      e.kind === 'command' && e.command.kind === 'cancel' ? e.subtask : [],
    )) {
      this.task(id, 'cancelled');
    }
    this.pass(this.now + defaultSettings.restartDelayMs);
    this.comeUp();
    return this;
  }

  /** The tasks deployed last come up and run. */
  comeUp(): void {
    const last = this.effects.findLast((effect) => effect.kind === 'deploy');
    const ids = last?.tasks.map(({ plan }) => plan.id) ?? [];
    this.deployed(...ids);
    for (const id of ids) this.task(id, 'initializing');
    for (const id of ids) this.task(id, 'running');
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
  running(plan?: ExecutionGraph, pace?: Pace, extra?: Partial<RunCommand>): this {
    this.run(plan, pace, extra);
    this.comeUp();
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
      if (effect.kind === 'request') return [effect.body.kind];
      if (effect.kind === 'ping' || effect.kind === 'terminate') return [`${effect.kind} ${effect.subtask}`];
      return effect.kind === 'deploy' ? [`deploy ${effect.tasks.map(({ plan }) => plan.id).join(' ')}`] : [];
    });
  }
}
