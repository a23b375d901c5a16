/** Panes are told when their records leave; what had not left when the job failed is never told. */
import { expect, test } from 'vitest';
import type { FiredPane } from '../../../engine/task/witness.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import { planOf } from './settled-job.ts';
import { ScriptLines } from './lines.ts';
import type { ScriptLine } from './lines.ts';
import { windows } from '../../../cli/testing/scripts.ts';

const pane = (index: number): FiredPane => ({ key: 'a', start: 0, end: 10, index, timing: 'on time', records: 1 });

const sums = (...values: readonly number[]): Batch => ({
  schema: [{ name: 'sum', type: 'int' }],
  length: values.length,
  timestamps: Float64Array.from(values, () => 9),
  columns: [{ kind: 'number', values: Float64Array.from(values) }],
});

test('a pane that was fired in front of a failure does not take the record of one that came behind it', () => {
  const told: ScriptLine[] = [];
  const lines = new ScriptLines(planOf(windows('tumblingWindow'), { line: 0, column: 1 }), (line) => told.push(line));
  lines.seen('sum', 0, false, { kind: 'pane', pane: pane(0) });
  lines.forget();
  lines.seen('sum', 0, false, { kind: 'pane', pane: pane(7) });
  lines.seen('sum', 0, false, { kind: 'emitted', port: 0, batch: sums(3) });
  expect(told).toMatchObject([{ kind: 'pane', index: 7, row: { sum: 3 }, timestamp: 9 }]);
});

test('panes share a batch of records in the order in which they were fired', () => {
  const told: ScriptLine[] = [];
  const lines = new ScriptLines(planOf(windows('tumblingWindow'), { line: 0, column: 1 }), (line) => told.push(line));
  for (const index of [0, 1]) lines.seen('sum', 0, false, { kind: 'pane', pane: pane(index) });
  expect(told).toEqual([]);
  lines.seen('sum', 0, false, { kind: 'emitted', port: 0, batch: sums(3, 4) });
  expect(told).toMatchObject([
    { index: 0, row: { sum: 3 } },
    { index: 1, row: { sum: 4 } },
  ]);
});
