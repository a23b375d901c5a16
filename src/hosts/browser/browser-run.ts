/**
 * One run in the browser, as the page sees it. The page starts and ends Workers, connects them, and folds what they
 * report into the view; everything else happens among the Workers. No work here grows with the number of records.
 *
 *   run ──> coordinator's Worker ──deploy──> Workers connected and given their plans ──reports──> view, until terminal
 */
import { assert, present } from '../../base/assert.ts';
import { processingTime } from '../../base/units.ts';
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { emptyView } from '../../engine/telemetry/empty-view.ts';
import { fold } from '../../engine/telemetry/fold.ts';
import type { Failure, FailureCode } from '../../engine/wire/failures.ts';
import type { CoordinatorCommand, Pace, SubtaskPlan } from '../../engine/wire/messages.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { Resource } from '../../connectors/resource.ts';
import type { Run, RunRequest } from '../host.ts';
import type { Assignment, CoordinatorToPage, PageToCoordinator, SentResource } from './protocol.ts';
import { wallNow } from './shared-clock.ts';
import { ViewCommits } from './view-commits.ts';
import type { PooledWorker, WorkerPool } from './worker-pool.ts';

/** A Worker that is not up after this time will not come. */
const bootTimeoutMs = 10_000;

/** The coordinator in sentences that name a subtask. */
const coordinatorName = 'the coordinator';

export class BrowserRun implements Run {
  readonly ended: Promise<ClusterView>;
  private readonly pool: WorkerPool;
  private readonly onFree: () => void;
  private readonly resources: readonly SentResource[];
  private readonly toCoordinator: MessagePort;
  private readonly coordinator: PooledWorker;
  private readonly subtasks = new Map<SubtaskId, PooledWorker>();
  private readonly commits = new ViewCommits(() => this.commit());
  private readonly listeners = new Set<(view: ClusterView) => void>();
  private resolveEnded: (view: ClusterView) => void = () => undefined;
  private current: ClusterView;
  private reports: Report[] = [];
  private over = false;

  /** `onFree` is called once, when the run has given up its Workers. */
  constructor(pool: WorkerPool, request: RunRequest, onFree: () => void) {
    this.pool = pool;
    this.onFree = onFree;
    this.current = emptyView(request.plan, processingTime(wallNow()));
    this.resources = request.resources.map(toSent);
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    const channel = new MessageChannel();
    this.toCoordinator = channel.port1;
    this.toCoordinator.onmessage = (event: MessageEvent<CoordinatorToPage>) => this.onCoordinator(event.data);
    this.coordinator = pool.take();
    this.watch(this.coordinator, (code, reason) => this.coordinatorLost(code, reason));
    assign(this.coordinator, { role: 'coordinator', page: channel.port2 }, [channel.port2]);
    this.command({ kind: 'run', plan: request.plan, pace: request.pace });
  }

  view(): ClusterView {
    return this.current;
  }

  subscribe(listener: (view: ClusterView) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setPace(pace: Pace): void {
    this.command({ kind: 'pace', pace });
  }

  stop(): void {
    this.command({ kind: 'stop' });
  }

  cancel(): void {
    this.command({ kind: 'cancel' });
  }

  dispose(): void {
    this.listeners.clear();
    this.free();
  }

  private command(command: CoordinatorCommand): void {
    this.tell({ kind: 'command', command });
  }

  private tell(message: PageToCoordinator, transfer: MessagePort[] = []): void {
    if (!this.over) this.toCoordinator.postMessage(message, transfer);
  }

  private onCoordinator(message: CoordinatorToPage): void {
    if (this.over) return;
    switch (message.kind) {
      case 'deploy':
        this.deploy(message.plans);
        break;
      case 'terminate':
        this.subtasks.get(message.subtask)?.worker.terminate();
        this.subtasks.delete(message.subtask);
        break;
      case 'reports':
        this.reports.push(...message.reports);
        this.commits.request();
        break;
    }
  }

  // Deployment

  private deploy(plans: readonly SubtaskPlan[]): void {
    const channels = new Map<ChannelId, MessageChannel>();
    for (const plan of plans) {
      for (const output of plan.outputs) for (const id of output.channels) channels.set(id, new MessageChannel());
    }
    const ports = plans.map((plan) => [plan.id, this.deployOne(plan, channels)] as const);
    this.tell(
      { kind: 'connect', ports },
      ports.map(([, port]) => port),
    );
  }

  /** Returns the coordinator's end of its connection to the subtask. */
  private deployOne(plan: SubtaskPlan, channels: ReadonlyMap<ChannelId, MessageChannel>): MessagePort {
    const end = (side: 'port1' | 'port2') => (id: ChannelId) =>
      [id, present(channels.get(id), `channel ${id}`)[side]] as const;
    const inputs = plan.inputs.flatMap((input) => input.channels.map(end('port2')));
    const outputs = plan.outputs.flatMap((output) => output.channels.map(end('port1')));
    const toCoordinator = new MessageChannel();
    const pooled = this.pool.take();
    assert(!this.subtasks.has(plan.id), `${plan.id} is deployed once`);
    this.subtasks.set(plan.id, pooled);
    this.watch(pooled, (code, reason) => this.subtaskLost(plan.id, code, reason));
    assign(
      pooled,
      { role: 'subtask', plan, resources: this.resources, coordinator: toCoordinator.port2, inputs, outputs },
      [toCoordinator.port2, ...inputs.map(([, port]) => port), ...outputs.map(([, port]) => port)],
    );
    return toCoordinator.port1;
  }

  /** Calls `lost` once if the Worker does not come up, or breaks later. */
  private watch(pooled: PooledWorker, lost: (code: FailureCode, reason: string) => void): void {
    let up = false;
    let told = false;
    const tell = (code: FailureCode, reason: string): void => {
      clearTimeout(timer);
      if (told || this.over) return;
      told = true;
      lost(code, reason);
    };
    const timer = setTimeout(() => {
      if (!up) tell('worker-unavailable', `it was not up after ${bootTimeoutMs / 1000} s`);
    }, bootTimeoutMs);
    void pooled.boot.then((boot) => {
      up = boot.up;
      clearTimeout(timer);
      if (!boot.up) tell('worker-unavailable', boot.reason);
    });
    pooled.worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (up) tell('worker-crashed', event.message || 'no reason given');
    });
    pooled.worker.addEventListener('messageerror', () => tell('worker-crashed', 'a message could not be read'));
  }

  private subtaskLost(subtask: SubtaskId, code: FailureCode, reason: string): void {
    const failure: Failure = { code, details: { subtask, reason }, subtask };
    this.tell({ kind: 'lost', subtask, failure });
  }

  /** Nobody else is left to say that the job has failed. */
  private coordinatorLost(code: FailureCode, reason: string): void {
    const failure: Failure = { code, details: { subtask: coordinatorName, reason } };
    this.reports.push({ kind: 'job-state', at: processingTime(wallNow()), state: 'failed', failure });
    this.commits.request();
  }

  // View

  private commit(): void {
    this.current = fold(this.current, this.reports);
    this.reports = [];
    this.tell({ kind: 'folded' });
    for (const listener of this.listeners) listener(this.current);
    if (isTerminal(this.current.job.state)) this.end();
  }

  private end(): void {
    this.free();
    this.resolveEnded(this.current);
  }

  private free(): void {
    if (this.over) return;
    this.over = true;
    this.commits.cancel();
    this.toCoordinator.close();
    this.coordinator.worker.terminate();
    for (const { worker } of this.subtasks.values()) worker.terminate();
    this.subtasks.clear();
    this.onFree();
  }
}

function assign(pooled: PooledWorker, assignment: Assignment, transfer: Transferable[]): void {
  pooled.worker.postMessage(assignment, transfer);
}

function toSent({ name, format, content }: Resource): SentResource {
  return { name, format, content: content instanceof URL ? content.href : content };
}
