/** What is said through a port of the database's Worker. Every question has a number, and one answer with it. */
import type { RunId } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import type { CommittedTransaction } from './system.ts';

/** To the Worker itself, once. `database`: its name in IndexedDB. */
export interface OpenPostgres {
  readonly kind: 'open';
  readonly database: string;
}
/** To the Worker itself: somebody else who may ask. */
export interface ConnectPostgres {
  readonly kind: 'connect';
  readonly port: MessagePort;
}
/** From the Worker: it is up (with what that took), or cannot be. */
export type PostgresState =
  | { readonly kind: 'ready'; readonly ms: number }
  | { readonly kind: 'failed'; readonly reason: string };

export type PostgresQuestion =
  | { readonly kind: 'transaction'; readonly run: RunId; readonly request: TransactionRequest }
  | { readonly kind: 'committed'; readonly run: RunId; readonly sink: NodeId }
  | { readonly kind: 'remove-run'; readonly run: RunId }
  | { readonly kind: 'sql'; readonly text: string };

/** The answer to a question of this kind. */
export interface PostgresAnswers {
  readonly transaction: Answer;
  readonly committed: readonly CommittedTransaction[];
  readonly 'remove-run': null;
  readonly sql: SqlAnswer;
}

export interface Asked {
  readonly number: number;
  readonly question: PostgresQuestion;
}
export type Answered =
  | { readonly number: number; readonly answer: PostgresAnswers[keyof PostgresAnswers] }
  | { readonly number: number; readonly error: string };

/** What one statement gave. Cells are text as Postgres' users know it; null is null. */
export interface SqlTable {
  readonly command: string;
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** There are more rows than are given here. */
  readonly more: boolean;
  /** Rows given or changed, as the statement says; null where it does not. */
  readonly count: number | null;
}

export type SqlAnswer =
  /** `wrote`: it may have changed the database. */
  | { readonly kind: 'tables'; readonly tables: readonly SqlTable[]; readonly wrote: boolean; readonly ms: number }
  | {
      readonly kind: 'error';
      readonly message: string;
      /** Five characters, of Postgres' table of errors; '' for what is said by Weir. */
      readonly code: string;
      readonly hint: string;
      /** Offset in the text from 0; null: nowhere in particular. */
      readonly position: number | null;
    };

/** Rows that an answer has at most. */
export const sqlRowsMax = 1_000;
