/** Problems that a run finds are told once each, and of which operator. */
import { expect, test } from 'vitest';
import { FoundOnce } from './found-once.ts';

test('what several subtasks say of one operator is told once, of each operator and each problem', () => {
  const once = new FoundOnce(new Map([['m', 'Map']]));
  const told = (node: string, code: 'undeclared-field' | 'unreturned-column') =>
    once.textOf({ text: `${code}.`, node, issue: { code } });
  expect([told('m', 'undeclared-field'), told('m', 'undeclared-field')]).toEqual(['“Map”: undeclared-field.', null]);
  expect(told('m', 'unreturned-column')).toBe('“Map”: unreturned-column.');
  expect(told('n', 'undeclared-field')).toBe('“n”: undeclared-field.');
});

test('other entries of the log are told as they are, however often', () => {
  const once = new FoundOnce(new Map());
  expect([1, 2].map(() => once.textOf({ text: 'A broken row.', node: 'm' }))).toEqual([
    'A broken row.',
    'A broken row.',
  ]);
});
