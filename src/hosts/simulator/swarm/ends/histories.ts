/** What ends have in common that tell when records came: the stamp, the changes of a key in order, and what was to come. */
import { Comparison } from '../checkers/comparison.ts';
import type { Item } from '../items.ts';
import type { Stage } from '../pieces/piece.ts';
import type { Told } from './end.ts';

/**
 * In one chain with an operator: what it puts out gets the processing time of the step as its event time, which is the
 * time by which the operator's own state expired or did not.
 */
export const stamped: Stage = { kind: 'watermarks', params: { watermarks: 'ingestion' }, by: null };

/**
 * Numbers the records of a key as they come, by a state, and tells the processing time of each.
 * `columns`: those that it sends; `step` and `now` are its own, the others the record's.
 */
export const numbered = (columns: readonly { readonly name: string }[]): Stage => ({
  kind: 'process',
  params: {
    processElement: `(row, ctx, out) => {
  const step = (ctx.state.steps.value() ?? 0) + 1;
  ctx.state.steps.update(step);
  const now = ctx.timerService.currentProcessingTime();
  out.collect({ ${columns.map(({ name }) => (name === 'step' || name === 'now' ? name : `${name}: row.${name}`)).join(', ')} });
}`,
    states: [{ name: 'steps', kind: 'value', ttlMs: 0, reduce: '' }],
    columns,
  },
});

/** By key, in the order of processing time; what has the same is of one step and stays as it was. */
export function historyOf(told: readonly Told[], keyOf: (told: Told) => unknown): Map<string, Told[]> {
  const keys = new Map<string, Told[]>();
  for (const one of told) {
    const key = String(keyOf(one));
    const before = keys.get(key);
    if (before === undefined) keys.set(key, [one]);
    else before.push(one);
  }
  for (const history of keys.values()) history.sort((a, b) => a.timestamp - b.timestamp);
  return keys;
}

/** Records that were to come, against those that did. */
export function arrivals(items: readonly Pick<Item, 'key' | 'id'>[], came: readonly string[]): string[] {
  return new Comparison(
    'the history',
    items.map(({ key, id }) => arrivalText(key, id)),
    came,
  ).exact();
}

export const arrivalText = (key: unknown, id: unknown): string => `${String(key)} ${String(id)}`;

/** By the clock that the operator had, what was touched at `at` is gone (Flink: TtlUtils.expired). */
export const isOver = (at: number, ttlMs: number, now: number): boolean => at + ttlMs <= now;
