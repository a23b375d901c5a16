import { expect, test } from 'vitest';
import { outOfSight, showingMarks } from './marks-in-sight.ts';

const shown = { x: [100, 200], y: [0, 50] } as const;

test('a marked row is out of sight where its arrival or its event time is; one without a place is not missing', () => {
  const marks = [
    { time: 10, arrival: 150 },
    { time: 60, arrival: 150 },
    { time: null, arrival: 201 },
    { time: null, arrival: 150 },
    { time: 60, arrival: null },
  ];
  expect(outOfSight(marks, shown)).toEqual([marks[1], marks[2]]);
});

test('the plot grows to show them, no further than with some room, and only where it must', () => {
  const marks = [
    { time: 60, arrival: 150 },
    { time: 10, arrival: 300 },
  ];
  const grown = showingMarks(marks, shown);
  expect(outOfSight(marks, grown)).toEqual([]);
  expect([grown.x[0], grown.y[0]]).toEqual([100, 0]);
  expect(grown.x[1]).toBeLessThan(320);
  expect(grown.y[1]).toBeLessThan(65);
});
