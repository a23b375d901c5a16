import { expect, test } from 'vitest';
import { arrowOf, brushBetween, goesAlong, middleBrush, movedBrush, sidesOf } from './brush.ts';

test('a brush goes along event time, along processing time, or along both, whichever corner came first', () => {
  const [a, b] = [
    { x: 10.5, y: 200.4 },
    { x: 4.25, y: 300.6 },
  ];
  expect(brushBetween('event', a, b)).toEqual({ event: [200, 301], arrival: null });
  expect(brushBetween('arrival', a, b)).toEqual({ event: null, arrival: [4.25, 10.5] });
  expect(brushBetween('both', a, b)).toEqual({ event: [200, 301], arrival: [4.25, 10.5] });
  for (const sides of ['event', 'arrival', 'both'] as const) expect(sidesOf(brushBetween(sides, a, b))).toBe(sides);
});

test('made by keys it begins as the middle third of what is shown', () => {
  expect(middleBrush('both', { x: [0, 30], y: [300, 600] })).toEqual({ event: [400, 500], arrival: [10, 20] });
});

test('it moves along what it goes along, and grows or shrinks at its far ends down to nothing', () => {
  const brush = { event: [400, 500], arrival: [10, 20] } as const;
  expect(movedBrush(brush, { x: 5, y: 0 }, false)).toEqual({ event: [400, 500], arrival: [15, 25] });
  expect(movedBrush(brush, { x: 0, y: -50 }, true)).toEqual({ event: [400, 450], arrival: [10, 20] });
  expect(movedBrush(brush, { x: -50, y: 0 }, true)).toEqual({ event: [400, 500], arrival: [10, 10] });
  expect(movedBrush({ event: null, arrival: [1, 2] }, { x: 1, y: 9 }, false)).toEqual({ event: null, arrival: [2, 3] });
});

test.each([
  ['event', ['ArrowUp', 'ArrowDown']],
  ['arrival', ['ArrowLeft', 'ArrowRight']],
  ['both', ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']],
] as const)('of %s these arrows move it: %s', (sides, expected) => {
  const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Enter'];
  const along = keys.filter((key) => {
    const way = arrowOf(key);
    return way !== null && goesAlong(sides, way);
  });
  expect(along).toEqual(expected);
});
