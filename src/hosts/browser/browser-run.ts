/**
 * One run in the browser, as the page sees it. The page starts and ends Workers, connects them, and folds what they
 * report into the view; everything else happens among the Workers. No work here grows with the number of records.
 *
 *   run ──> coordinator's Worker ──deploy──> Workers connected and given their plans ──reports──> view, until terminal
 *
 * The page is to the coordinator what a cluster manager is to a JobManager: when the coordinator's Worker dies, it ends
 * all Workers and starts another one, which goes on from the newest completed checkpoint in the store.
 */
import { processingTime } from '../../base/units.ts';
import type { HostAction } from '../../engine/faults/fault.ts';
import { nameOfSubtask } from '../../engine/faults/subtask-name.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { emptyView } from '../../engine/telemetry/empty-view.ts';
import { fold } from '../../engine/telemetry/fold.ts';
import type { CheckpointMetadata, StateHandle } from '../../engine/wire/checkpoints.ts';
import type { Failure, FailureCode } from '../../engine/wire/failures.ts';
import type { InspectAnswer, InspectQuery } from '../../engine/wire/inspect.ts';
import type { CoordinatorCommand, Deployment, Pace } from '../../engine/wire/messages.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { CheckpointStore } from '../../connectors/checkpoints/store.ts';
import type { Resource } from '../../connectors/resource.ts';
import type { Run, RunRequest } from '../host.ts';
import type { Assignment, CoordinatorToPage, PageToCoordinator, SentResource } from './protocol.ts';
import { wallNow } from './shared-clock.ts';
import type { LeftBehind } from './left-behind.ts';
import { PendingLooks } from './pending-looks.ts';
import { SubtaskWorkers } from './subtask-workers.ts';
import type { ConnectDatabase } from './subtask-workers.ts';
import { ViewCommits } from './view-commits.ts';
import { watchWorker } from './watch-worker.ts';
import type { PooledWorker, WorkerPool } from './worker-pool.ts';

/** The coordinator in sentences that name a subtask. */
const coordinatorName = 'the coordinator';
/** Coordinators of one run that may crash within `crashWindowMs` before the run is given up. */
const crashesMax = 10;
const crashWindowMs = 60_000;

/** What the run needs of its host. */
export interface RunSurroundings {
  readonly pool: WorkerPool;
  readonly checkpoints: CheckpointStore;
  /** A connection to the database of the page, for a subtask that writes to it. */
  readonly postgres: ConnectDatabase;
  readonly reloadPage: () => void;
  /** Of a run that goes on or begins from a savepoint: what it finds. Null: it begins anew. */
  readonly left: Promise<LeftBehind> | null;
  /** The job runs, and the processors have time for what may be needed next. */
  readonly onRunning: () => void;
  /** Called once, when the run has given up its Workers. */
  readonly onFree: () => void;
}

type RunCommand = Extract<CoordinatorCommand, { kind: 'run' }>;

/** A coordinator and the connection to it. */
interface CoordinatorWorker {
  readonly pooled: PooledWorker;
  readonly port: MessagePort;
  readonly forget: () => void;
}

export class BrowserRun implements Run {
  readonly ended: Promise<ClusterView>;
  private readonly request: RunRequest;
  private readonly around: RunSurroundings;
  private readonly workers: SubtaskWorkers;
  /** The script and what was injected, less what was taken away; and how often each struck. */
  private readonly faults = new Map<FaultId, Fault>();
  private readonly strikes = new Map<FaultId, number>();
  private readonly commits = new ViewCommits(() => this.commit());
  private readonly looks = new PendingLooks();
  private readonly listeners = new Set<(view: ClusterView) => void>();
  /** Null until what was left behind is known. */
  private coordinator: CoordinatorWorker | null = null;
  /** Commands that came before there was a coordinator. */
  private early: CoordinatorCommand[] = [];
  private readonly crashes: number[] = [];
  private pace: Pace;
  /** How the job is to end, for the next coordinator: a cancel goes before a stop. */
  private endAsked: 'stop' | 'cancel' | null = null;
  private highestAttempt = 1;
  /** What the run began from. */
  private savepoint: CheckpointMetadata | null = null;
  private wasRunning = false;
  private resolveEnded: (view: ClusterView) => void = () => undefined;
  private current: ClusterView;
  private reports: Report[] = [];
  private over = false;

  constructor(request: RunRequest, around: RunSurroundings) {
    this.request = request;
    this.around = around;
    this.pace = request.pace;
    for (const fault of request.faults) this.faults.set(fault.id, fault);
    this.current = emptyView(request.plan, processingTime(wallNow()));
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.workers = new SubtaskWorkers({
      pool: around.pool,
      run: request.runId,
      resources: request.resources.map(toSent),
      postgres: around.postgres,
      lost: (subtask, attempt, code, reason) => this.subtaskLost(subtask, attempt, code, reason),
    });
    if (around.left === null) this.coordinator = this.startCoordinator('anew', 1);
    else void this.goOn(around.left);
  }

  view(): ClusterView {
    return this.current;
  }

  subscribe(listener: (view: ClusterView) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setPace(pace: Pace): void {
    this.pace = pace;
    this.command({ kind: 'pace', pace });
  }

  stop(): void {
    this.endAsked ??= 'stop';
    this.command({ kind: 'stop' });
  }

  cancel(): void {
    this.endAsked = 'cancel';
    this.command({ kind: 'cancel' });
  }

  checkpoint(kind: 'checkpoint' | 'savepoint'): void {
    this.command({ kind: 'checkpoint', savepoint: kind === 'savepoint' });
  }

  inject(fault: Fault): void {
    this.faults.set(fault.id, fault);
    this.command({ kind: 'inject', fault });
  }

  removeFault(fault: FaultId): void {
    this.faults.delete(fault);
    this.command({ kind: 'remove-fault', fault });
  }

  readState(handles: readonly StateHandle[]): Promise<readonly (Uint8Array | null)[]> {
    return this.around.checkpoints.read(
      this.request.runId,
      handles.map((handle) => handle.key),
    );
  }

  async inspect(subtask: SubtaskId, query: InspectQuery): Promise<InspectAnswer> {
    if (this.over || this.coordinator === null) return { kind: 'gone', state: 'lost' };
    return await this.looks.ask(subtask, (request) => this.tell({ kind: 'inspect', request, subtask, query }));
  }

  dispose(): void {
    this.listeners.clear();
    this.free();
  }

  private command(command: CoordinatorCommand): void {
    if (this.coordinator === null) this.early.push(command);
    else this.tell({ kind: 'command', command });
  }

  private tell(message: PageToCoordinator, transfer: MessagePort[] = []): void {
    if (!this.over) this.coordinator?.port.postMessage(message, transfer);
  }

  private async goOn(left: Promise<LeftBehind>): Promise<void> {
    try {
      const { firstAttempt, reports, savepoint } = await left;
      if (this.over) return;
      for (const report of reports) this.tellView(report);
      this.highestAttempt = firstAttempt;
      this.savepoint = savepoint;
      const goesOn = this.request.from === 'latest' || savepoint === null;
      this.coordinator = this.startCoordinator(goesOn ? 'latest' : savepoint, firstAttempt);
      for (const command of this.early) this.command(command);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.fail({ code: 'no-checkpoint', details: { reason } });
    }
  }

  // Coordinator

  private startCoordinator(from: RunCommand['from'], firstAttempt: number): CoordinatorWorker {
    const { plan, runId } = this.request;
    const { port1: port, port2 } = new MessageChannel();
    const pooled = this.around.pool.take();
    port.onmessage = (event: MessageEvent<CoordinatorToPage>) => this.onCoordinator(event.data);
    const forget = watchWorker(pooled, (code, reason) => this.coordinatorLost(code, reason));
    const assignment: Assignment = { role: 'coordinator', run: runId, page: port2 };
    pooled.worker.postMessage(assignment, [port2]);
    const { startedAt } = this.current.job;
    const first: PageToCoordinator = {
      kind: 'run',
      command: {
        kind: 'run',
        plan,
        pace: this.pace,
        faults: [...this.faults.values()],
        from,
        firstAttempt,
        ...(from === 'latest' && this.savepoint !== null ? { fallback: this.savepoint } : {}),
      },
      strikes: this.strikes,
      elapsedMs: startedAt === null ? 0 : this.current.at - startedAt,
    };
    port.postMessage(first);
    return { pooled, port, forget };
  }

  private onCoordinator(message: CoordinatorToPage): void {
    if (this.over) return;
    switch (message.kind) {
      case 'deploy':
        this.deploy(message.tasks);
        break;
      case 'terminate':
        this.workers.terminate(message.subtask);
        this.looks.lose(message.subtask);
        break;
      case 'inspected':
        this.looks.answered(message.request, message.answer);
        break;
      case 'struck':
        this.strikes.set(message.fault, 1 + (this.strikes.get(message.fault) ?? 0));
        break;
      case 'act':
        this.act(message.action, message.failure);
        break;
      case 'reports':
        this.reports.push(...message.reports);
        this.commits.request();
        break;
    }
  }

  private deploy(tasks: readonly Deployment[]): void {
    for (const { attempt, plan } of tasks) {
      this.highestAttempt = Math.max(this.highestAttempt, attempt);
      this.looks.lose(plan.id);
    }
    const ports = this.workers.deploy(tasks);
    this.tell(
      { kind: 'connect', ports },
      ports.map(({ port }) => port),
    );
  }

  /** A coordinator that never came up will not come up the next time either. */
  private coordinatorLost(code: FailureCode, reason: string): void {
    if (this.over) return;
    this.endCoordinator();
    const now = wallNow();
    this.crashes.push(now);
    while ((this.crashes[0] ?? now) < now - crashWindowMs) this.crashes.shift();
    if (code === 'worker-unavailable') this.fail({ code, details: { subtask: coordinatorName, reason } });
    else if (this.crashes.length > crashesMax) this.fail({ code: 'coordinator-crashed', details: { reason } });
    else this.failOver(reason);
  }

  private failOver(reason: string): void {
    const at = this.current.at;
    const text = `The coordinator crashed: ${reason}. Another one takes over from the newest completed checkpoint.`;
    this.tellView({ kind: 'log', at, level: 'error', text });
    this.tellView({ kind: 'job-state', at, state: 'restarting' });
    this.highestAttempt++;
    this.coordinator = this.startCoordinator('latest', this.highestAttempt);
    if (this.endAsked !== null) this.command({ kind: this.endAsked });
  }

  /** Its tasks die with it: nobody would hear them. */
  private endCoordinator(): void {
    const { coordinator } = this;
    this.coordinator = null;
    coordinator?.forget();
    coordinator?.port.close();
    coordinator?.pooled.worker.terminate();
    this.workers.terminateAll();
    this.looks.loseAll();
  }

  private crashCoordinator(): void {
    this.coordinator?.pooled.worker.terminate();
    this.coordinatorLost('worker-crashed', 'it was killed');
  }

  private fail(failure: Failure): void {
    this.tellView({ kind: 'job-state', at: this.current.at, state: 'failed', failure });
  }

  // Subtasks

  private subtaskLost(subtask: SubtaskId, attempt: number, code: FailureCode, reason: string): void {
    this.looks.lose(subtask);
    this.tell({
      kind: 'lost',
      subtask,
      attempt,
      failure: { code, details: { subtask: this.nameOf(subtask), reason }, subtask },
    });
  }

  /** Ends the Worker for real and says so at once, as a connection would that breaks. */
  private killSubtask(subtask: SubtaskId, failure: Failure | undefined): void {
    const attempt = this.workers.attemptOf(subtask);
    if (attempt === null) return;
    this.workers.terminate(subtask);
    this.looks.lose(subtask);
    const killed: Failure = failure ?? { code: 'worker-killed', details: { subtask: this.nameOf(subtask) }, subtask };
    this.tell({ kind: 'lost', subtask, attempt, failure: killed });
  }

  /** What a fault demands of the page. */
  private act(action: HostAction, failure: Failure | undefined): void {
    if (action.kind === 'crash-subtasks') for (const each of action.subtasks) this.killSubtask(each, failure);
    else if (action.kind === 'crash-coordinator') this.crashCoordinator();
    else if (action.kind === 'reload-page') this.around.reloadPage();
  }

  private nameOf(subtask: SubtaskId): string {
    return nameOfSubtask(this.request.plan, subtask);
  }

  // View

  private tellView(report: Report): void {
    this.reports.push(report);
    this.commits.request();
  }

  private commit(): void {
    this.current = fold(this.current, this.reports);
    this.reports = [];
    this.tell({ kind: 'folded' });
    for (const listener of this.listeners) listener(this.current);
    if (!this.wasRunning && this.current.job.state === 'running') {
      this.wasRunning = true;
      this.around.onRunning();
    }
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
    this.endCoordinator();
    this.around.onFree();
  }
}

function toSent({ name, format, content }: Resource): SentResource {
  return { name, format, content: content instanceof URL ? content.href : content };
}
