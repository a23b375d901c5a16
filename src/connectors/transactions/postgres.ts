/**
 * The Postgres sink's system, by Postgres' own two-phase commit: PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED.
 *
 * PGlite has one connection, and a statement that waits for a lock there waits for ever: nobody else can let it go. So
 * all steps stand in one queue, and a prepared transaction locks nothing that a later step may need. Without a key its
 * rows are in the table, unseen until it is committed. With a key, two transactions may hold the same key, and the
 * second would wait for the first; there the prepared transaction holds the records beside the table, and committing it
 * brings them in, in the same queue and once (`weir.sink_transactions.position` says that it was done).
 */
import type { RunId } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import {
  batchOf,
  createTable,
  deleteRecords,
  dropOldRecords,
  identifier,
  insertRecords,
  literal,
  ownTables,
  portionOf,
  schemaOf,
  upsertRecords,
} from './postgres-sql.ts';
import { done, isOther, refused, Staging, transactionKey, unknown } from './staging.ts';
import type { StagedTransaction, WriteStep } from './staging.ts';
import { recordsIn } from './system.ts';
import type { CommittedTransaction, TransactionalStore } from './system.ts';

/** What is needed of PGlite. */
export interface Statements {
  query<T>(sql: string, params?: unknown[]): Promise<{ readonly rows: T[] }>;
  exec(sql: string, options?: { readonly rowMode?: 'array' | 'object' }): Promise<readonly StatementResult[]>;
}

export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly command?: string;
  readonly rowCount?: number;
}

export interface Database extends Statements {
  transaction<T>(body: (statements: Statements) => Promise<T>): Promise<T>;
}

/** Postgres' start parameters beside PGlite's own. A transaction is prepared per subtask and checkpoint under way. */
export const startParameters = ['-c', 'max_prepared_transactions=256'];

/** Postgres' GIDSIZE - 1, in bytes. */
const gidBytes = 199;
const undefinedObject = '42704';

/** As many as the page shows of a sink. */
const keptRecordsMax = 100_000;

interface Kept {
  readonly run: RunId;
  readonly sink: NodeId;
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: unknown;
  readonly position: number | null;
}

interface Listed {
  readonly gid: string;
  readonly transaction: string;
  readonly columns: unknown;
  readonly count: number;
}

type QueuedStep = Exclude<TransactionRequest['step'], WriteStep>;

interface Work {
  readonly changes: boolean;
  /** Does it; then `tell` says how it went. */
  readonly run: () => Promise<void>;
  readonly tell: (notFlushed: { readonly error: unknown } | null) => void;
}

export class PostgresTransactions implements TransactionalStore {
  private readonly database: Database;
  private readonly flush: () => Promise<void>;
  private readonly keptRecords: number;
  private readonly staging = new Staging();
  private waiting: Work[] = [];
  private working = false;
  private opened = false;
  /** Prepared and neither committed nor aborted, by gid. */
  private readonly prepared = new Set<string>();

  /**
   * @param flush makes durable what was done; for a database that does so by itself there is nothing to do
   * @param keptRecords of a sink, beside its table
   */
  constructor(database: Database, flush: () => Promise<void> = async () => {}, keptRecords = keptRecordsMax) {
    this.database = database;
    this.flush = flush;
    this.keptRecords = keptRecords;
  }

  async answer(run: RunId, request: TransactionRequest): Promise<Answer> {
    const { step } = request;
    // Needs no database, so that the job does not wait for one that starts.
    if (step.kind === 'write') return this.staging.write(run, request, step);
    try {
      return await this.queue(() => this.take(run, request, step), true);
    } catch (error) {
      return failure(error);
    }
  }

  committed(run: RunId, sink: NodeId): Promise<readonly CommittedTransaction[]> {
    return this.queue(async () => {
      const { rows } = await this.database.query<Listed>(
        `SELECT gid, transaction, columns, count FROM weir.sink_transactions
         WHERE run = $1 AND sink = $2 AND position IS NOT NULL ORDER BY position`,
        [run, sink],
      );
      const all: CommittedTransaction[] = [];
      for (const { gid, transaction, columns, count } of rows) {
        const records = await this.recordsOf(gid, columns);
        const kept = records.length > 0 ? records : [batchOf(schemaOf(columns), [], [])];
        all.push({ transaction, records: kept, count: Math.max(count, recordsIn(records)) });
      }
      return all;
    });
  }

  /** What the run wrote stays in its tables. */
  removeRun(run: RunId): Promise<void> {
    return this.queue(async () => {
      this.staging.dropRun(run);
      for (const gid of this.prepared) if (parsed(gid)?.[0] === run) await this.rollBack(gid);
      await this.database.query(
        'DELETE FROM weir.records USING weir.sink_transactions t WHERE t.gid = records.gid AND t.run = $1',
        [run],
      );
      await this.database.query('DELETE FROM weir.sink_transactions WHERE run = $1', [run]);
    }, true);
  }

  /** How many transactions hold locks. */
  get preparedCount(): number {
    return this.prepared.size;
  }

  /**
   * Does this when everything before is done; nothing else happens meanwhile. What waits at the same time is flushed
   * together, since a flush takes longer than all the steps of a checkpoint.
   */
  queue<T>(work: () => Promise<T>, changes = false): Promise<T> {
    return new Promise((resolve, reject) => {
      let outcome: { readonly value: T } | { readonly error: unknown };
      this.waiting.push({
        changes,
        run: async () => {
          try {
            outcome = { value: await work() };
          } catch (error) {
            outcome = { error };
          }
        },
        tell: (notFlushed) => {
          if (notFlushed !== null) reject(notFlushed.error as Error);
          else if ('error' in outcome) reject(outcome.error as Error);
          else resolve(outcome.value);
        },
      });
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0) {
      const together = this.waiting;
      this.waiting = [];
      const failed = await this.doAll(together);
      for (const { tell } of together) tell(failed);
    }
    this.working = false;
  }

  private async doAll(together: readonly Work[]): Promise<{ readonly error: unknown } | null> {
    try {
      const changes = !this.opened || together.some((work) => work.changes);
      if (!this.opened) await this.refresh();
      this.opened = true;
      for (const { run } of together) await run();
      if (changes) await this.flush();
      return null;
    } catch (error) {
      return { error };
    }
  }

  /** A person may have dropped Weir's tables, or committed a transaction by hand. Only inside `queue`. */
  async refresh(): Promise<void> {
    await this.database.exec(ownTables);
    const { rows } = await this.database.query<{ gid: string }>('SELECT gid FROM pg_prepared_xacts');
    this.prepared.clear();
    for (const { gid } of rows) this.prepared.add(gid);
  }

  private async take(run: RunId, request: TransactionRequest, step: QueuedStep): Promise<Answer> {
    const { sink, transaction } = request;
    const gid = transactionKey(run, sink, transaction);
    switch (step.kind) {
      case 'prepare':
        return this.prepare(gid, run, request, step.portions);
      case 'commit':
        return this.commit(gid, transaction);
      case 'abort':
        if ((await this.kept(gid)) !== null) return refused(`transaction ${transaction} is committed`);
        this.staging.drop(run, sink, transaction);
        await this.rollBack(gid);
        return done;
      case 'abort-others':
        this.staging.dropOthers(run, sink, transaction, step.keep);
        for (const other of this.prepared) {
          const [ofRun, ofSink, name] = parsed(other) ?? [];
          if (ofRun === run && ofSink === sink && name !== undefined && isOther(name, transaction, step.keep))
            await this.rollBack(other);
        }
        return done;
    }
  }

  private async prepare(gid: string, run: RunId, request: TransactionRequest, portions: number): Promise<Answer> {
    if (this.prepared.has(gid) || (await this.kept(gid)) !== null) return done;
    if (new TextEncoder().encode(gid).length > gidBytes) return refused(`the name ${gid} is too long for Postgres`);
    const found = this.staging.find(run, request, portions);
    if ('kind' in found) return found;
    await this.database.exec(createTable(found.table, found.schema, found.key));
    const reason = await this.unfit(found);
    if (reason !== null) return refused(reason);
    await this.database.transaction(async (statements) => {
      await stage(statements, gid, found);
      // Ends the transaction here; the COMMIT that follows finds none, which is no error.
      await statements.exec(`PREPARE TRANSACTION ${literal(gid)}`);
    });
    this.prepared.add(gid);
    this.staging.drop(run, request.sink, request.transaction);
    return done;
  }

  /** Why this transaction could wait for another, or for ever. */
  private async unfit({ table, key }: StagedTransaction): Promise<string | null> {
    if (key.length > 0) return null;
    const { rows } = await this.database.query(
      'SELECT FROM pg_index WHERE indrelid = to_regclass($1) AND (indisunique OR indisexclusion)',
      [identifier(table)],
    );
    return rows.length === 0
      ? null
      : `the table ${table} has a unique index, so records can be in each other’s way; choose key columns, so that they replace each other`;
  }

  private async commit(gid: string, transaction: string): Promise<Answer> {
    try {
      await this.database.exec(`COMMIT PREPARED ${literal(gid)}`);
    } catch (error) {
      if ((error as { code?: string }).code !== undefinedObject) throw error;
    }
    this.prepared.delete(gid);
    const kept = await this.kept(gid);
    if (kept === null) return unknown(transaction);
    if (kept.position === null) await this.bringIn(gid, kept);
    return { kind: 'committed', records: await this.recordsOf(gid, kept.columns) };
  }

  /** The first commit; all of it in one transaction, so that it happens once. */
  private async bringIn(gid: string, { run, sink, table, key, columns }: Kept): Promise<void> {
    await this.database.transaction(async (statements) => {
      for (const change of changesOf(table, schemaOf(columns), key)) await statements.query(change, [gid]);
      await statements.query(`UPDATE weir.sink_transactions SET position = nextval('weir.positions') WHERE gid = $1`, [
        gid,
      ]);
      await statements.query(dropOldRecords, [run, sink, this.keptRecords]);
    });
  }

  private async rollBack(gid: string): Promise<void> {
    try {
      await this.database.exec(`ROLLBACK PREPARED ${literal(gid)}`);
    } catch (error) {
      if ((error as { code?: string }).code !== undefinedObject) throw error;
    }
    this.prepared.delete(gid);
  }

  /** What is visible of a transaction: once it is committed. */
  private async kept(gid: string): Promise<Kept | null> {
    const { rows } = await this.database.query<Kept>(
      'SELECT run, sink, "table", key, columns, position FROM weir.sink_transactions WHERE gid = $1',
      [gid],
    );
    return rows[0] ?? null;
  }

  private async recordsOf(gid: string, columns: unknown): Promise<Batch[]> {
    const { rows } = await this.database.query<{ times: (number | null)[]; records: unknown[] }>(
      'SELECT times, records FROM weir.records WHERE gid = $1 ORDER BY portion',
      [gid],
    );
    return rows.map(({ times, records }) => batchOf(schemaOf(columns), times, records));
  }
}

async function stage(statements: Statements, gid: string, staged: StagedTransaction): Promise<void> {
  const { run, sink, transaction, table, key, schema, records } = staged;
  await statements.query(
    'INSERT INTO weir.sink_transactions VALUES ($1, $2, $3, $4, $5, $6::json, $7::json, NULL, $8)',
    [gid, run, sink, transaction, table, JSON.stringify(key), JSON.stringify(schema), recordsIn(records)],
  );
  for (const [portion, batch] of records.entries()) {
    const { times, records: rows } = portionOf(batch);
    await statements.query('INSERT INTO weir.records VALUES ($1, $2, $3::json, $4::json)', [gid, portion, times, rows]);
    if (key.length === 0) await statements.query(insertRecords(table, schema), [rows]);
  }
  // What could not be brought in at the commit must fail here, where the checkpoint can be declined.
  for (const change of changesOf(table, schema, key, true)) await statements.query(change, [gid]);
}

/** What a commit does to a table with a key; nothing to one without, whose rows are there by then. */
const changesOf = (table: string, schema: Schema, key: readonly string[], none = false): readonly string[] =>
  key.length === 0 ? [] : [...deleteRecords(table, schema, key, none), upsertRecords(table, schema, key, none)];

/** Run, sink and name; null for a transaction that is none of Weir's. */
function parsed(gid: string): readonly [RunId, NodeId, string] | null {
  try {
    const parts: unknown = JSON.parse(gid);
    return Array.isArray(parts) && parts.length === 3 ? (parts as unknown as [RunId, NodeId, string]) : null;
  } catch {
    return null;
  }
}

/** Postgres' message with its code; or the browser's, whose storage is full. */
function failure(error: unknown): Answer {
  const { name, message, code } = error as { name?: string; message?: string; code?: unknown };
  const reason = typeof code === 'string' ? `${message} (${code})` : String(message ?? error);
  return { kind: 'failed', code: name === 'QuotaExceededError' ? 'storage-full' : 'system-failed', reason };
}
