/**
 * The outside world as effects: what a task asks its host to do, and the answers that come back as messages. The
 * simulator can delay, repeat or lose any of them; the engine never touches a file, a socket or a store itself.
 */
import type { Batch } from './batch.ts';
import type { Schema } from '../graph/schema.ts';

export type Request =
  /**
   * The next records of a resource: those whose position p satisfies p ≥ `position` and p % of === split.
   * `schema` says which columns, by name, and how to read them.
   */
  {
    readonly kind: 'read';
    readonly resource: string;
    readonly schema: Schema;
    readonly split: number;
    readonly of: number;
    readonly position: number;
    readonly limit: number;
  };

export type Answer =
  /**
   * `next` is the position to ask for after these records. `rejected` lists broken rows that were left out (at most
   * 20 a read; `rejectedCount` counts all), with their place in the file.
   */
  | {
      readonly kind: 'records';
      readonly batch: Batch;
      readonly next: number;
      readonly end: boolean;
      readonly rejectedCount: number;
      readonly rejected: readonly string[];
    }
  | { readonly kind: 'failed'; readonly code: 'resource-missing' | 'resource-unreadable'; readonly reason: string };
