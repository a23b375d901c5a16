/**
 * A script: what happens to a job, line by line, in the order in which it happens. Sources, splits and inputs share it, so
 * the order of its text is the order of delivery. SCRIPT.md has the notation.
 */
import type { TimelineElement } from '../../../base/timeline.ts';
import type { DurationMs } from '../../../base/units.ts';
import type { NodeId } from '../../../engine/graph/job.ts';

/** Where a step stands in the text, from 1, and its text. */
export interface Placed {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** What sources are given. Pauses and barriers are not theirs. */
export type GivenElement = Exclude<TimelineElement, { kind: 'advance' | 'barrier' }>;

export type StepAction =
  | {
      readonly kind: 'element';
      readonly node: NodeId;
      readonly split: number;
      /** Elements of this split before it. */
      readonly position: number;
      readonly element: GivenElement;
    }
  /** Processing time goes on. */
  | { readonly kind: 'advance'; readonly by: DurationMs }
  | { readonly kind: 'checkpoint'; readonly savepoint: boolean }
  /** Workers die: of the whole job, of an operator, or of one of its subtasks. */
  | { readonly kind: 'fail'; readonly node: NodeId | null; readonly subtask: number | null }
  /** The run ends where it is, and another one begins from a checkpoint. */
  | {
      readonly kind: 'restore';
      /** Null: the newest. */
      readonly checkpoint: number | null;
      /** Null: as it was. */
      readonly parallelism: number | null;
      readonly of: ReadonlyMap<NodeId, number>;
    };

export type Step = Placed & StepAction;

export interface Script {
  readonly steps: readonly Step[];
  /** Of each scripted source of the job: how many splits it has, at least 1. */
  readonly splits: ReadonlyMap<NodeId, number>;
}
