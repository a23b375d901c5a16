/**
 * A witness sees what the operators of a subtask do, at the moment when they do it: what a script's printout and tests
 * are made of. It is called within the step and must not keep the batches. Without one nothing is told and nothing costs.
 */
import type { EventTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { Key } from '../state/key.ts';
import type { Batch } from '../wire/batch.ts';

/** A pane that a window has fired. Its records leave the operator's first port next, in the order of the panes. */
export interface FiredPane {
  readonly key: Key;
  readonly start: number;
  readonly end: number;
  /** From 0, per key and window. */
  readonly index: number;
  readonly timing: 'early' | 'on time' | 'late';
  /** What the window function made of it: with aggregates one record, with a process function any number. */
  readonly records: number;
}

export type Witnessed =
  /** Records leave an operator by the port of this index. */
  | { readonly kind: 'emitted'; readonly port: number; readonly batch: Batch }
  /** The operator's output watermark rose; the results that it caused have been told. */
  | { readonly kind: 'watermark'; readonly time: EventTimeMs }
  | { readonly kind: 'idle' | 'active' }
  | { readonly kind: 'pane'; readonly pane: FiredPane }
  /** So many records were too late. */
  | { readonly kind: 'late'; readonly records: number }
  /** Records are visible at a sink; with a transaction: it is committed, and may be told again. */
  | { readonly kind: 'result'; readonly batch: Batch; readonly transaction?: string };

/** `subtask` is the index of the operator's subtask. */
export type Witness = (node: NodeId, subtask: number, seen: Witnessed) => void;
