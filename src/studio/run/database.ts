/** The database of the page, as the composition root gave it. The studio sends SQL to it; sinks have their own way. */
import type { SqlAnswer } from '../../connectors/transactions/postgres-protocol.ts';

export interface SqlDatabase {
  /** Starts the database if it is not running. Rejects when it cannot be started or was stopped. */
  sql(text: string): Promise<SqlAnswer>;
  readonly status:
    | { readonly kind: 'off' | 'starting' }
    | { readonly kind: 'ready'; readonly ms: number }
    | { readonly kind: 'failed'; readonly reason: string };
  /** Called when the status changed. Returns the way to unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Ends it, with whatever statement it is at; the next call starts it again. */
  stop(): void;
  /** Deletes it with all its tables. */
  reset(): Promise<void>;
}

let database: SqlDatabase | null = null;

export function provideDatabase(given: SqlDatabase): void {
  database = given;
}

/** Null where the studio runs without one. */
export const currentDatabase = (): SqlDatabase | null => database;
