/**
 * Runs what a person typed, between the steps of the sinks. What only reads sees what is committed and disturbs nobody.
 * What changes something may need a lock that a prepared transaction holds, and would wait for ever in a database with
 * one connection; so it waits outside, until nothing is prepared.
 */
import type { Database, PostgresTransactions, StatementResult } from './postgres.ts';
import { sqlRowsMax } from './postgres-protocol.ts';
import type { SqlAnswer, SqlTable } from './postgres-protocol.ts';

/** How long a change waits for the transactions of a checkpoint. */
const patienceMs = 15_000;
const againAfterMs = 25;

/** Refused because the transaction reads only; because there is one; because a cursor cannot change anything. */
const refusedToReaders: ReadonlySet<string | undefined> = new Set(['25006', '25001', '0A000']);

/** One statement that gives rows: it is read through a cursor, so that not all of them are held. */
const selection = /^(?:\s|--[^\n]*\n|\/\*[^*]*\*\/)*(?:select|with|values|table)\b[^;]*;?\s*$/i;
/** What resolves a prepared transaction cannot wait until there is none. */
const resolution = /^\s*(?:commit|rollback)\s+prepared\b/i;

export class SqlBox {
  private readonly database: Database;
  private readonly transactions: PostgresTransactions;

  constructor(database: Database, transactions: PostgresTransactions) {
    this.database = database;
    this.transactions = transactions;
  }

  async run(text: string): Promise<SqlAnswer> {
    const read = await this.transactions.queue(() => this.read(text));
    return read ?? this.write(text);
  }

  /** Null: it wants to change something. */
  private async read(text: string): Promise<SqlAnswer | null> {
    const begun = performance.now();
    if (resolution.test(text)) return null;
    try {
      return tables(await this.readOnly(text), false, begun);
    } catch (error) {
      const { code } = error as { code?: string };
      return refusedToReaders.has(code) ? null : errorAnswer(error);
    }
  }

  private async readOnly(text: string): Promise<readonly StatementResult[]> {
    await this.database.exec('BEGIN READ ONLY');
    try {
      if (!selection.test(text)) return await this.database.exec(text, { rowMode: 'array' });
      const declare = 'DECLARE weir_box CURSOR FOR ';
      try {
        await this.database.exec(declare + text);
      } catch (error) {
        throw shifted(error, -declare.length);
      }
      return await this.database.exec(`FETCH ${sqlRowsMax + 1} FROM weir_box`, { rowMode: 'array' });
    } finally {
      await this.database.exec('ROLLBACK');
    }
  }

  private async write(text: string): Promise<SqlAnswer> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const answer = await this.transactions.queue(() => this.writeIfFree(text), true);
      if (answer !== null) return answer;
      if (performance.now() > until) return refusal;
      await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    }
  }

  private async writeIfFree(text: string): Promise<SqlAnswer | null> {
    if (this.transactions.preparedCount > 0 && !resolution.test(text)) {
      await this.transactions.refresh();
      if (this.transactions.preparedCount > 0) return null;
    }
    const begun = performance.now();
    try {
      return tables(await this.database.exec(text, { rowMode: 'array' }), true, begun);
    } catch (error) {
      return errorAnswer(error);
    } finally {
      // A BEGIN without its end would take in the next step of a sink.
      await this.database.exec('ROLLBACK');
      await this.transactions.refresh();
    }
  }
}

const refusal: SqlAnswer = {
  kind: 'error',
  message:
    'A transaction is prepared and holds locks, and this database has one connection: what changes something has to wait.',
  code: '',
  hint: 'Try again after the next checkpoint, or end the transaction: SELECT gid FROM pg_prepared_xacts, then ROLLBACK PREPARED.',
  position: null,
};

function tables(results: readonly StatementResult[], wrote: boolean, begun: number): SqlAnswer {
  return { kind: 'tables', tables: results.map(tableOf), wrote, ms: performance.now() - begun };
}

/** bigint, smallint, int, real, double precision, numeric. */
const numericTypes: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);

function tableOf({ rows, fields, command, rowCount }: StatementResult): SqlTable {
  const more = rows.length > sqlRowsMax;
  return {
    command: command === 'FETCH' ? 'SELECT' : (command ?? ''),
    columns: fields.map(({ name, dataTypeID }) => ({ name, numeric: numericTypes.has(dataTypeID) })),
    rows: rows.slice(0, sqlRowsMax).map((row) => (row as unknown[]).map(cellText)),
    more,
    count: more ? null : (rowCount ?? rows.length),
  };
}

function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

interface PostgresError {
  readonly message?: string;
  readonly code?: string;
  readonly hint?: string;
  /** From 1. */
  readonly position?: string;
}

/** Adds to the position that the error names. */
function shifted(error: unknown, by: number): unknown {
  const { message, code, hint, position } = error as PostgresError;
  if (position === undefined) return error;
  return Object.assign(new Error(message), { code, hint, position: String(Number(position) + by) });
}

function errorAnswer(error: unknown): SqlAnswer {
  const { message, code, hint, position } = error as PostgresError;
  const at = Number(position) - 1;
  return {
    kind: 'error',
    message: message ?? String(error),
    code: code ?? '',
    hint: hint ?? '',
    position: position === undefined || !(at >= 0) ? null : at,
  };
}
