/** Tests of the README's table of operators: it is made right, and the one in README.md is current. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { OperatorKind } from '../engine/graph/kind.ts';
import { operators } from '../engine/operators/list.ts';
import { operatorRows, withOperatorTable } from './operator-table.ts';

const kind = (name: string, more: Partial<OperatorKind>): OperatorKind => ({
  kind: name,
  family: 'transform',
  title: name.toUpperCase(),
  summary: 'Does a | b.',
  icon: 'box',
  params: z.object({}),
  inputs: [],
  outputs: [],
  derive: () => ({ ok: true, value: [] }),
  describe: () => '',
  ...more,
});

test('each operator is a row, by family in the order of the palette, with its ports', () => {
  const kinds = [
    kind('sum', { inputs: [{ name: 'in', keyed: true }], outputs: [{ name: 'out' }, { name: 'late', side: true }] }),
    kind('file', { family: 'source', outputs: [{ name: 'out' }] }),
  ];
  expect(operatorRows(kinds).split('\n').slice(2)).toEqual([
    '| Sources | **FILE** `file` | Does a \\| b. |  | out |',
    '| Transformations | **SUM** `sum` | Does a \\| b. | in, keyed | out; late, side |',
  ]);
});

test('a README without the place for the table is refused', () => {
  expect(() => withOperatorTable('# Weir', operators)).toThrow('markers');
});

test('the table in README.md is the one that the registry gives (npm run readme)', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(withOperatorTable(readme, operators));
  expect(operators.every(({ title }) => readme.includes(`**${title}**`))).toBe(true);
});
