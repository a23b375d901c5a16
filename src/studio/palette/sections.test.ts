/** The palette: every kind is in it once, and a few letters find it. */
import { expect, test } from 'vitest';
import { operators } from '../../engine/operators/list.ts';
import { paletteSections } from './sections.ts';

const titles = (query: string) =>
  paletteSections(operators, query).flatMap(({ kinds }) => kinds.map(({ title }) => title));

test('holds every kind once, sections in the order of a stream', () => {
  expect(titles('').toSorted()).toEqual(operators.map(({ title }) => title).toSorted());
  const sections = paletteSections(operators, '').map(({ title }) => title);
  const order = ['Sources', 'Transform', 'Time', 'Join', 'Sinks'];
  expect(sections).toEqual(order.filter((title) => sections.includes(title)));
});

test('a kind is found by its title in any case, by its section, and by a word of its summary', () => {
  expect(titles('KEY')).toContain('Key by');
  expect(titles('sinks').toSorted()).toEqual(
    operators
      .filter(({ family }) => family === 'sink')
      .map(({ title }) => title)
      .toSorted(),
  );
  const summaryWord = operators[0]?.summary.split(' ').find((word) => word.length > 4) ?? '';
  expect(titles(summaryWord)).toContain(operators[0]?.title);
});

test('the kind whose title begins with the query comes first in its section', () => {
  const transform = paletteSections(operators, 'map').find(({ family }) => family === 'transform');
  expect(transform?.kinds[0]?.title).toBe('Map');
});

test('nothing matches nonsense', () => {
  expect(paletteSections(operators, 'qqqq')).toEqual([]);
});
