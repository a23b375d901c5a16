/**
 * The script of the database's Worker: Postgres in WebAssembly (PGlite) over IndexedDB. Loaded when a job or the SQL box
 * asks for it, never before. Functions of a job do not run here, so their lock-down does not matter to it; its policy is
 * the page's.
 */
import { IdbFs, PGlite } from '@electric-sql/pglite';
import { PostgresTransactions, startParameters } from './postgres.ts';
import type { Database } from './postgres.ts';
import type { Answered, Asked, ConnectPostgres, OpenPostgres, PostgresState } from './postgres-protocol.ts';
import type { PostgresQuestion } from './postgres-protocol.ts';
import { holdingFiles } from './postgres-lock.ts';
import { SqlBox } from './sql-box.ts';

/** PGlite says nothing when one of its files cannot be had; it would be waited for without end. */
const startPatienceMs = 90_000;

interface Opened {
  readonly transactions: PostgresTransactions;
  readonly box: SqlBox;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent<OpenPostgres | ConnectPostgres>) => void) | null;
  postMessage(message: PostgresState): void;
}

const scope = globalThis as unknown as WorkerScope;
let opened: Promise<Opened> | null = null;

scope.onmessage = ({ data }) => {
  if (data.kind === 'connect') serve(data.port);
  else opened = open(data.database);
};

async function open(name: string): Promise<Opened> {
  const begun = performance.now();
  try {
    await lock(name);
    const startParams = [...PGlite.defaultStartParams, ...startParameters];
    const fs = new FlushedFiles(name);
    const database: Database = await inTime(PGlite.create({ fs, startParams }));
    const transactions = new PostgresTransactions(database, () => fs.flush());
    // Makes its tables, and finds what is prepared.
    await transactions.queue(async () => {});
    scope.postMessage({ kind: 'ready', ms: performance.now() - begun });
    return { transactions, box: new SqlBox(database, transactions) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: 'failed', reason });
    throw error;
  }
}

/**
 * Files in memory that go to IndexedDB, those that changed, in one transaction. PGlite would do so after every
 * statement, and that takes ten times as long as the statement.
 */
class FlushedFiles extends IdbFs {
  override async syncToFs(): Promise<void> {}

  flush(): Promise<void> {
    return super.syncToFs();
  }
}

function inTime<T>(start: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () => reject(new Error(`Postgres did not start within ${startPatienceMs / 1000} s; load the page again`)),
      startPatienceMs,
    );
  });
  return Promise.race([start, late]);
}

/** Held as long as the Worker lives. */
function lock(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    holdingFiles(name, () => {
      resolve();
      return new Promise<never>(() => {});
    }).catch(reject);
  });
}

function serve(port: MessagePort): void {
  port.onmessage = async ({ data: { number, question } }: MessageEvent<Asked>) => {
    try {
      const answer = await ask(question);
      port.postMessage({ number, answer } satisfies Answered);
    } catch (error) {
      port.postMessage({ number, error: error instanceof Error ? error.message : String(error) } satisfies Answered);
    }
  };
}

async function ask(question: PostgresQuestion) {
  try {
    if (opened === null) throw new Error('the database was not opened');
    const { transactions, box } = await opened;
    if (question.kind === 'sql') return await box.run(question.text);
    if (question.kind === 'committed') return await transactions.committed(question.run, question.sink);
    if (question.kind === 'transaction') return await transactions.answer(question.run, question.request);
    await transactions.removeRun(question.run);
    return null;
  } catch (error) {
    if (question.kind !== 'transaction') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', code: 'system-failed', reason } as const;
  }
}
