import { expect, test } from 'vitest';
import type { PlayedKind, PlayedLine } from '../../../hosts/script-play.ts';
import { filtered, groupsOf, lineAt, offsetOf, operatorsOf, pagesOf } from './model.ts';

const line = (kind: PlayedKind, text: string, node: string | null = null, place = node ?? ''): PlayedLine => ({
  text,
  kind,
  node,
  place,
  what: '',
  parts: [],
  cause: 1,
});
const step = (text: string): PlayedLine => line('step', text, 'in');

const lines = [
  line('result', 'read before the first step', 'out'),
  step('w9'),
  line('pane', 'a pane', 'sum', 'sum/1'),
  line('watermark', 'its watermark', 'sum', 'sum/1'),
  step('w12'),
  step('a=1'),
  line('late', 'too late', 'sum', 'sum/0'),
];
const texts = (groups: ReturnType<typeof groupsOf>) =>
  groups.map(({ step: cause, effects }) => [cause?.text ?? null, ...effects.map(({ text }) => text)]);

test('a line belongs to the step above it, and what was before the first to none', () => {
  expect(texts(groupsOf(lines))).toEqual([
    [null, 'read before the first step'],
    ['w9', 'a pane', 'its watermark'],
    ['w12'],
    ['a=1', 'too late'],
  ]);
  expect(groupsOf(lines).map(({ at }) => at)).toEqual([0, 1, 4, 5]);
});

test('a filter keeps each wanted line under its step, and takes steps without any away', () => {
  const groups = groupsOf(lines);
  expect(filtered(groups, { kinds: 'all', node: null })).toBe(groups);
  expect(texts(filtered(groups, { kinds: 'panes', node: null }))).toEqual([['w9', 'a pane']]);
  expect(texts(filtered(groups, { kinds: 'late', node: 'sum' }))).toEqual([['a=1', 'too late']]);
  expect(texts(filtered(groups, { kinds: 'all', node: 'out' }))).toEqual([[null, 'read before the first step']]);
  expect(filtered(groups, { kinds: 'late', node: 'out' })).toEqual([]);
});

test('operators are those of the lines, by their names without subtasks; a source is none for its steps alone', () => {
  expect(operatorsOf(lines)).toEqual([
    { node: 'out', name: 'out' },
    { node: 'sum', name: 'sum' },
  ]);
});

test('pages hold every line once, in order, and a step that is longer goes on over several', () => {
  const long = [
    step('first'),
    ...Array.from({ length: 9 }, (_, i) => line('pane', `p${i}`)),
    step('second'),
    step('3'),
  ];
  const pages = pagesOf(groupsOf(long), 4);
  expect(pages.map(texts)).toEqual([
    [['first', 'p0', 'p1', 'p2']],
    [['first', 'p3', 'p4', 'p5']],
    [['first', 'p6', 'p7', 'p8']],
    [['second'], ['3']],
  ]);
  expect(pagesOf([])).toEqual([]);
});

test('a place in the text is in its line, and a line begins behind the break before it', () => {
  const text = 'a\n\nbcd';
  expect([0, 1, 2, 3, 6].map((offset) => lineAt(text, offset))).toEqual([1, 1, 2, 3, 3]);
  expect([1, 2, 3, 9].map((number) => offsetOf(text, number))).toEqual([0, 2, 3, 6]);
});
