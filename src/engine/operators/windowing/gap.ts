/**
 * The gap behind a record, with which its session goes on: the same for all, or what a person's function says of it.
 * Flink's SessionWindowTimeGapExtractor; over two streams it sees their union, and so which of them a record comes from.
 */
import type { OperatorContext } from '../../task/operator.ts';
import type { Batch } from '../../wire/batch.ts';
import { resultFailure, shown } from '../../wire/coerce.ts';
import { RowView } from '../../wire/row-view.ts';

export interface GapParams {
  readonly gapMs: number;
  /** Source of a function; empty: the gap is `gapMs`. */
  readonly gap: string;
}

/** In ms, of the record in hand. */
export type GapOf = (batch: Batch, row: number, input: number) => number;

const sides = ['left', 'right'] as const;

export function gapOf({ gapMs, gap }: GapParams, context: OperatorContext): GapOf {
  if (gap.trim() === '') return () => gapMs;
  const call = context.compile('gap', gap);
  const views = context.inputs.map(({ schema }) => new RowView(schema));
  const bound: (Batch | null)[] = views.map(() => null);
  const two = views.length > 1;
  return (batch, row, input) => {
    const view = views[input] as RowView;
    if (bound[input] !== batch) view.bind(batch);
    bound[input] = batch;
    const ms = two ? call(view.move(row), sides[input]) : call(view.move(row));
    if (typeof ms === 'number' && ms >= 1) return Math.floor(ms);
    throw resultFailure(context, `${shown(ms)}, where a gap of at least 1 ms is needed`);
  };
}
