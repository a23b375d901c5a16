/**
 * The page's side of the database: starts its Worker when it is first needed, and hands out ports to it.
 *
 *   page ── sql, committed ──> Worker with Postgres <── port ── Worker of a subtask (`postgresThrough`)
 *
 * The Worker is started from a blob, as those of the engine are, so that it has the page's content security policy.
 */
import type { RunId } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import { holdingFiles } from './postgres-lock.ts';
import { PostgresPort } from './postgres-port.ts';
import type { ConnectPostgres, OpenPostgres, PostgresState, SqlAnswer } from './postgres-protocol.ts';
// Vite gives the module its default export, the address of the built Worker.
// oxlint-disable-next-line import/default
import workerUrl from './postgres-worker.ts?worker&url';
import type { CommittedTransaction, TransactionalStore } from './system.ts';

export type PostgresStatus =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  /** `ms`: what the start took. */
  | PostgresState;

interface Running {
  readonly worker: Worker;
  readonly port: PostgresPort;
  /** Whom to tell when it ends. */
  readonly lost: Set<Lost>;
}

type Lost = (reason: string) => void;

export interface PostgresConnection {
  readonly port: MessagePort;
  /** Nobody needs to know any more what becomes of it. */
  forget(): void;
}

export class PostgresClient implements TransactionalStore {
  private readonly database: string;
  private running: Running | null = null;
  private failed: Worker | null = null;
  private current: PostgresStatus = { kind: 'off' };
  private readonly listeners = new Set<() => void>();

  /** Another name is another database, for tests. */
  constructor(database = 'weir') {
    this.database = database;
  }

  /**
   * A port for one subtask, to be transferred to its Worker; `postgresThrough` makes a system of it there. `lost` is
   * called when nobody answers there any more, since no message can tell.
   */
  connect(lost: Lost): PostgresConnection {
    const running = this.start();
    running.lost.add(lost);
    return { port: this.channelTo(running.worker), forget: () => void running.lost.delete(lost) };
  }

  answer(run: RunId, request: TransactionRequest): Promise<Answer> {
    return this.start().port.answer(run, request);
  }

  committed(run: RunId, sink: NodeId): Promise<readonly CommittedTransaction[]> {
    return this.start().port.committed(run, sink);
  }

  removeRun(run: RunId): Promise<void> {
    return this.start().port.removeRun(run);
  }

  sql(text: string): Promise<SqlAnswer> {
    return this.start().port.sql(text);
  }

  get status(): PostgresStatus {
    return this.current;
  }

  /** Called when the status changed. Returns the way to unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Ends the Worker, with whatever statement it is at; the next call starts another one. What was prepared or committed
   * is there; sinks of a running job are lost and recover.
   */
  stop(): void {
    const { running } = this;
    this.failed?.terminate();
    this.running = null;
    running?.worker.terminate();
    this.tell({ kind: 'off' });
    if (running !== null) end(running, 'the database was stopped');
  }

  /** Deletes the database with all its tables. Rejects if another tab has it open. */
  async reset(): Promise<void> {
    this.stop();
    await holdingFiles(
      this.database,
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase(`/pglite/${this.database}`);
          request.onsuccess = () => resolve();
          request.onerror = () => reject(request.error ?? new Error('the database could not be deleted'));
        }),
    );
  }

  private start(): Running {
    if (this.running !== null) return this.running;
    this.failed?.terminate();
    this.failed = null;
    const script = new URL(workerUrl, import.meta.url).href;
    const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' }));
    const worker = new Worker(url, { type: 'module', name: 'weir-postgres' });
    const running = { worker, port: new PostgresPort(this.channelTo(worker)), lost: new Set<Lost>() };
    this.running = running;
    this.tell({ kind: 'starting' });
    worker.onmessage = ({ data }: MessageEvent<PostgresState>) => {
      URL.revokeObjectURL(url);
      this.tell(data);
      if (data.kind === 'failed') this.setAside(running);
    };
    worker.onerror = (event) => {
      const reason = event.message || 'its Worker could not be started';
      this.tell({ kind: 'failed', reason });
      this.setAside(running);
      end(running, reason);
    };
    worker.postMessage({ kind: 'open', database: this.database } satisfies OpenPostgres);
    return running;
  }

  /** The next call starts another Worker; until then this one answers everything with its failure. */
  private setAside(running: Running): void {
    if (this.running !== running) return;
    this.running = null;
    this.failed = running.worker;
  }

  private channelTo(worker: Worker): MessagePort {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ kind: 'connect', port: port2 } satisfies ConnectPostgres, [port2]);
    return port1;
  }

  private tell(status: PostgresStatus): void {
    this.current = status;
    for (const listener of this.listeners) listener();
  }
}

function end({ port, lost }: Running, reason: string): void {
  port.close(reason);
  for (const tell of lost) tell(reason);
  lost.clear();
}
