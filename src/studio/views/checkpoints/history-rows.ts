/** The history of checkpoints as rows, newest first, with what they add up to. Pure. */
import type { CheckpointView, CheckpointsView } from '../../../engine/telemetry/cluster-view.ts';
import type { BarrierMode, CheckpointFailure, CheckpointId } from '../../../engine/wire/checkpoints.ts';
import { failureHelp, failureSentence } from './words.ts';

export interface HistoryRow {
  /** Unique in the history, also for those that have no number. */
  readonly key: string;
  /** Null: it could not be triggered. */
  readonly id: CheckpointId | null;
  readonly state: CheckpointView['state'];
  readonly savepoint: boolean;
  readonly mode: BarrierMode | null;
  /** Of the acknowledged subtasks, so many had barriers that overtook. */
  readonly overtaken: number;
  readonly triggeredAt: number;
  /** Until it ended, or until now; null: it was never under way, or was taken before this page was opened. */
  readonly durationMs: number | null;
  /** Of all acknowledged subtasks; null: none yet, and it never will be known. */
  readonly stateBytes: number | null;
  readonly writtenBytes: number | null;
  readonly inFlightBytes: number | null;
  readonly acknowledged: number;
  /** Subtasks that must acknowledge. */
  readonly awaited: number;
  /** Subtasks that had finished before, and need not. */
  readonly finished: number;
  /** Why it failed or cannot be used, and what to do; empty if there is nothing to say. */
  readonly sentence: string;
  readonly advice: string;
}

/** @param now job time, up to which a checkpoint under way has taken */
export function historyRows(view: CheckpointsView, now: number): readonly HistoryRow[] {
  return view.history.map((one, place) => rowOf(one, place, now)).reverse();
}

function rowOf(one: CheckpointView, place: number, now: number): HistoryRow {
  const metrics = [...one.acknowledged.values()].map((each) => each.metrics);
  const sum = (of: (each: (typeof metrics)[number]) => number): number | null =>
    metrics.length === 0 ? null : metrics.reduce((total, each) => total + of(each), 0);
  return {
    key: one.id === null ? `refused ${one.triggeredAt} ${place}` : String(one.id),
    id: one.id,
    state: one.state,
    savepoint: one.options?.savepoint ?? one.metadata?.savepoint ?? false,
    mode: one.options?.mode ?? one.metadata?.mode ?? null,
    overtaken: metrics.filter((each) => each.unaligned).length,
    triggeredAt: one.triggeredAt,
    durationMs: durationOf(one, now),
    stateBytes: one.metadata?.stateBytes ?? sum((each) => each.stateBytes),
    writtenBytes: sum((each) => each.writtenBytes),
    inFlightBytes: sum((each) => each.inFlightBytes),
    acknowledged: acknowledgedOf(one),
    awaited: awaitedOf(one),
    finished: one.finished.length,
    ...wordsOf(one),
  };
}

function durationOf(one: CheckpointView, now: number): number | null {
  if (one.id === null) return null;
  if (one.endedAt !== null) return one.endedAt - one.triggeredAt;
  return one.state === 'in-progress' ? Math.max(0, now - one.triggeredAt) : null;
}

/** Taken before this page was opened: what is known is its metadata. */
const fromMetadata = (one: CheckpointView): boolean => one.options === null && one.metadata !== null;

const acknowledgedOf = (one: CheckpointView): number =>
  fromMetadata(one) ? restorable(one.metadata) : one.acknowledged.size;
const awaitedOf = (one: CheckpointView): number => (fromMetadata(one) ? restorable(one.metadata) : one.awaits.length);
const restorable = (metadata: CheckpointView['metadata']): number =>
  metadata?.subtasks.filter((each) => !each.finished).length ?? 0;

function wordsOf({ failure, state, unusable }: CheckpointView): Pick<HistoryRow, 'sentence' | 'advice'> {
  if (failure !== null) return failureWords(failure);
  if (state === 'unusable')
    return {
      sentence: unusable === undefined ? 'It was damaged or incomplete.' : sentenceOf(unusable),
      advice: 'The one before it was used instead.',
    };
  return { sentence: '', advice: '' };
}

const failureWords = (failure: CheckpointFailure): Pick<HistoryRow, 'sentence' | 'advice'> => ({
  sentence: failureSentence(failure),
  advice: failureHelp(failure),
});

const sentenceOf = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};

/** The newest that completed and can be used; also one that has since been discarded. */
export function lastCompleted(view: CheckpointsView): CheckpointView | null {
  return view.history.findLast((one) => one.metadata !== null && one.state !== 'unusable') ?? null;
}

/**
 * Storage refused the newest checkpoint that ended: the reason, until one completes again; null otherwise. Checkpoints
 * that were not even triggered say nothing about storage.
 */
export function storageTrouble(view: CheckpointsView): CheckpointFailure | null {
  const newest = view.history.findLast((one) => one.id !== null && one.state !== 'in-progress');
  const failure = newest?.failure ?? null;
  return failure?.reason === 'write-failed' || failure?.reason === 'finalize-failed' ? failure : null;
}

/** The state of one in words: `completed 6/6`, `3/6 acknowledged`. */
export function stateText(row: HistoryRow): string {
  const share = `${row.acknowledged}/${row.awaited}`;
  switch (row.state) {
    case 'in-progress':
      return `${share} acknowledged`;
    case 'completed':
      return `completed ${share}`;
    case 'failed':
      return row.id === null ? 'not triggered' : `failed ${share}`;
    case 'discarded':
      return `discarded ${share}`;
    case 'unusable':
      return 'unusable';
  }
}
