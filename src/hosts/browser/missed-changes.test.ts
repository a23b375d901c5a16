/** What is kept of the changes of a table that the page is not told one by one. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableRule } from '../../engine/graph/kind.ts';
import type { RowKind, Schema } from '../../engine/graph/schema.ts';
import { resultLimit } from '../../engine/telemetry/cluster-view.ts';
import { arrivedAt } from '../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../engine/wire/batch-builder.ts';
import { rowsOf } from '../../engine/wire/batch.ts';
import { TableFold } from '../../engine/wire/table-fold.ts';
import type { Part } from '../../engine/wire/table-fold.ts';
import { MissedChanges } from './missed-changes.ts';

const schema: Schema = [
  { name: 'id', type: 'int' },
  { name: 'n', type: 'int' },
  { name: 'op', type: 'rowkind' },
];
type Change = readonly [op: RowKind, id: number, n: number];

function partOf(changes: readonly Change[]): Part {
  const builder = new BatchBuilder(schema, Math.max(1, changes.length));
  for (const [op, id, n] of changes) builder.appendRow({ id, n, op }, 0);
  return { records: builder.take(), arrivals: arrivedAt(0, changes.length) };
}

const rules: readonly TableRule[] = [{ kind: 'changes' }, { kind: 'upserts', keys: ['id'] }];

test.each(rules)('of a table by $kind that grows without end a bounded number, and the rest is counted', (rule) => {
  const missed = new MissedChanges(rule);
  const per = 20_000;
  let most = 0;
  for (let from = 0; from < 3 * resultLimit; from += per) {
    missed.add(partOf(Array.from({ length: per }, (_, i): Change => ['+I', from + i, 1])));
    most = Math.max(most, missed.size);
  }
  const { changes, lost } = missed.take();
  expect(most).toBeLessThanOrEqual(2 * resultLimit + per);
  expect(lost).toBe(2 * resultLimit);
  expect(changes?.records.length).toBe(resultLimit);
  expect(changes === null ? null : rowsOf(changes.records)[0]).toMatchObject({ id: 2 * resultLimit });
});

const change = fc.tuple(fc.constantFrom<RowKind>('+I', '-U', '+U', '-D'), fc.nat({ max: 2 }), fc.nat({ max: 1 }));
const changes = fc.array(change, { maxLength: 8 });

test.each(rules)('by $kind they do to any table what all of them do, were they missed twice', (rule) => {
  const tableOf = (...parts: readonly (Part | null)[]): string[] => {
    const fold = new TableFold(rule);
    for (const part of parts) if (part !== null) fold.add(part);
    const left = fold.part();
    return left === null
      ? []
      : rowsOf(left.records)
          .map(({ id, n }) => `${String(id)} ${String(n)}`)
          .sort();
  };
  fc.assert(
    fc.property(changes, fc.array(changes, { maxLength: 3 }), changes, (before, missing, after) => {
      const first = new MissedChanges(rule);
      const second = new MissedChanges(rule);
      const [head, ...rest] = missing.map(partOf);
      if (head !== undefined) first.add(head);
      for (const [i, part] of rest.entries()) second.add(i === 0 ? { ...part, missed: first.take() } : part);
      const { changes: net, lost } = (rest.length === 0 ? first : second).take();
      expect(lost).toBe(0);
      expect(tableOf(partOf(before), net, partOf(after))).toEqual(
        tableOf(partOf(before), ...missing.map(partOf), partOf(after)),
      );
    }),
    { seed: 20261122, numRuns: 500 },
  );
});

test('what was lost before is lost for good', () => {
  const missed = new MissedChanges({ kind: 'changes' });
  missed.add({ ...partOf([['+I', 1, 1]]), missed: { changes: null, lost: 3 } });
  missed.add({ ...partOf([['+I', 2, 1]]), missed: { changes: null, lost: 4 } });
  expect(missed.take().lost).toBe(7);
});
