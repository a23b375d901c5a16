/** What a run has found counts for operators that are still as they ran. */
import { expect, test } from 'vitest';
import { emptyJob, type Job } from '../../engine/graph/job.ts';
import type { ParamIssue } from '../../engine/graph/problems.ts';
import { foundProblems } from './found.ts';

const issue: ParamIssue = { code: 'undeclared-field', param: 'columns', details: { names: '“x”' } };
const found = new Map([['m', [issue]]]);
const drawn = (params: Record<string, unknown>, kind = 'map'): Job => ({
  ...emptyJob,
  nodes: [
    { id: 'm', kind, name: 'Map', params, parallelism: null, chaining: 'always', costMs: 0, position: { x: 0, y: 0 } },
  ],
});
const ran = drawn({ function: '(row) => row' });

test('it is a problem of the operator', () => {
  expect(foundProblems(found, ran, drawn({ function: '(row) => row' }), [])).toEqual([{ ...issue, node: 'm' }]);
});

test('it is none of an operator that was changed, replaced or removed since', () => {
  expect(foundProblems(found, ran, drawn({ function: '(row) => ({})' }), [])).toEqual([]);
  expect(foundProblems(found, ran, drawn({ function: '(row) => row' }, 'flatMap'), [])).toEqual([]);
  expect(foundProblems(found, ran, emptyJob, [])).toEqual([]);
});

test('what is told already is not told again', () => {
  expect(foundProblems(found, ran, ran, [{ code: 'undeclared-field', node: 'm' }])).toEqual([]);
  expect(foundProblems(found, ran, ran, [{ code: 'undeclared-field', node: 'other' }])).toHaveLength(1);
});
