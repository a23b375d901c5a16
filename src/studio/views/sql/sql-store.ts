/** What is in the SQL box and what came of it; stays while the view is not on screen. */
import { createStore, useStore } from 'zustand';
import type { SqlAnswer } from '../../../connectors/transactions/postgres-protocol.ts';
import { currentDatabase } from '../../run/database.ts';

interface SqlState {
  /** Null: nothing was typed; the first ready query stands there. */
  readonly text: string | null;
  readonly answer: SqlAnswer | null;
  /** What `answer` is an answer to. */
  readonly answered: string;
  readonly running: boolean;
  readonly live: boolean;
}

export const sqlStore = createStore<SqlState>(() => ({
  text: null,
  answer: null,
  answered: '',
  running: false,
  live: false,
}));

export const useSql = <T>(selector: (state: SqlState) => T): T => useStore(sqlStore, selector);

export const writeSql = (text: string): void => sqlStore.setState({ text });
export const setLive = (live: boolean): void => sqlStore.setState({ live });

/** One at a time; one that is asked for meanwhile has its turn afterwards. */
let last: Promise<void> = Promise.resolve();

export function runSql(text: string): Promise<void> {
  const next = last.then(() => runNow(text));
  last = next;
  return next;
}

async function runNow(text: string): Promise<void> {
  const database = currentDatabase();
  if (database === null || text.trim() === '') return;
  sqlStore.setState({ running: true });
  const answer = await database
    .sql(text)
    .catch(
      (error: Error): SqlAnswer => ({ kind: 'error', message: error.message, code: '', hint: '', position: null }),
    );
  sqlStore.setState({ running: false, answer, answered: text });
}

const undefinedTable = '42P01';
const readsOnly = /^\s*(?:select|table|values)\b/i;

/**
 * The last query once more, if it only read, or would have if its table had been there: what changes something is never
 * repeated by itself.
 */
export function repeatSql(): void {
  const { answer, answered, running } = sqlStore.getState();
  if (answer === null || running) return;
  const harmless =
    answer.kind === 'tables' ? !answer.wrote : answer.code === undefinedTable && readsOnly.test(answered);
  if (harmless) void runSql(answered);
}
