/**
 * The Workers of a run's subtasks, as the page keeps them: one per subtask, of its newest attempt. Deploying gives each
 * a Worker that no job ran in before, and new channels between those that are deployed together.
 */
import { present } from '../../base/assert.ts';
import type { RunId } from '../../connectors/checkpoints/store.ts';
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import type { FailureCode } from '../../engine/wire/failures.ts';
import type { Deployment } from '../../engine/wire/messages.ts';
import type { Assignment, SentResource, SubtaskPort } from './protocol.ts';
import { watchWorker } from './watch-worker.ts';
import type { PooledWorker, WorkerPool } from './worker-pool.ts';

/** What the page hears of a Worker that is not up or no more. */
export type Lost = (subtask: SubtaskId, attempt: number, code: FailureCode, reason: string) => void;

/** Null: the subtask does not need it. `lost` is called if it breaks. */
export type ConnectDatabase = (
  deployment: Deployment,
  lost: (reason: string) => void,
) => { readonly port: MessagePort; forget(): void } | null;

interface Running {
  readonly attempt: number;
  readonly pooled: PooledWorker;
  /** Nothing that becomes of it matters any more. */
  readonly forget: () => void;
}

export interface SubtaskWorkersOptions {
  readonly pool: WorkerPool;
  readonly run: RunId;
  readonly resources: readonly SentResource[];
  /** A connection to the page's database, for a subtask that writes to it. */
  readonly postgres: ConnectDatabase;
  readonly lost: Lost;
}

export class SubtaskWorkers {
  private readonly running = new Map<SubtaskId, Running>();
  private readonly options: SubtaskWorkersOptions;

  constructor(options: SubtaskWorkersOptions) {
    this.options = options;
  }

  /** Returns the coordinator's ends of its connections to the new attempts. */
  deploy(tasks: readonly Deployment[]): SubtaskPort[] {
    const channels = new Map<ChannelId, MessageChannel>();
    for (const { plan } of tasks) {
      for (const output of plan.outputs) for (const id of output.channels) channels.set(id, new MessageChannel());
    }
    return tasks.map((task) => this.deployOne(task, channels));
  }

  attemptOf(subtask: SubtaskId): number | null {
    return this.running.get(subtask)?.attempt ?? null;
  }

  terminate(subtask: SubtaskId): void {
    const running = this.running.get(subtask);
    if (running === undefined) return;
    running.forget();
    running.pooled.worker.terminate();
    this.running.delete(subtask);
  }

  terminateAll(): void {
    for (const subtask of this.running.keys()) this.terminate(subtask);
  }

  private deployOne(deployment: Deployment, channels: ReadonlyMap<ChannelId, MessageChannel>): SubtaskPort {
    const { plan, attempt } = deployment;
    const { pool, run, resources, postgres, lost } = this.options;
    this.terminate(plan.id);
    const end = (side: 'port1' | 'port2') => (id: ChannelId) =>
      [id, present(channels.get(id), `channel ${id}`)[side]] as const;
    const inputs = plan.inputs.flatMap((input) => input.channels.map(end('port2')));
    const outputs = plan.outputs.flatMap((output) => output.channels.map(end('port1')));
    const coordinator = new MessageChannel();
    const database = postgres(deployment, (reason) => lost(plan.id, attempt, 'database-lost', reason));
    const pooled = pool.take();
    const forget = watchWorker(pooled, (code, reason) => lost(plan.id, attempt, code, reason));
    this.running.set(plan.id, {
      attempt,
      pooled,
      forget: () => {
        forget();
        database?.forget();
      },
    });
    const assignment: Assignment = {
      role: 'subtask',
      run,
      deployment,
      resources,
      coordinator: coordinator.port2,
      inputs,
      outputs,
      postgres: database?.port ?? null,
    };
    const ports = [...inputs, ...outputs].map(([, port]) => port);
    if (database !== null) ports.push(database.port);
    pooled.worker.postMessage(assignment, [coordinator.port2, ...ports]);
    return { subtask: plan.id, attempt, port: coordinator.port1 };
  }
}
