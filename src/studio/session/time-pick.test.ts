import { beforeEach, expect, test } from 'vitest';
import {
  forgetArrivals,
  marksMax,
  markName,
  noBrush,
  pickBrush,
  pickedNow,
  setMarks,
  toggleMark,
} from './time-pick.ts';

beforeEach(() => {
  pickBrush(noBrush);
  setMarks([]);
});

test('a row that is marked twice is let go, and one at the same place of the plot is the same', () => {
  toggleMark({ time: 1, arrival: 5 });
  toggleMark({ time: 1, arrival: 6 });
  expect(pickedNow().marks).toEqual([
    { time: 1, arrival: 5 },
    { time: 1, arrival: 6 },
  ]);
  toggleMark({ time: 1, arrival: 5 });
  expect([...pickedNow().marked]).toEqual([markName({ time: 1, arrival: 6 })]);
});

test('so many rows are marked at most: those marked last', () => {
  setMarks(Array.from({ length: marksMax + 5 }, (_, i) => ({ time: i, arrival: null })));
  expect(pickedNow().marks.length).toBe(marksMax);
  expect(pickedNow().marks.at(-1)?.time).toBe(marksMax + 4);
  expect(pickedNow().marked.size).toBe(marksMax);
});

test('another run has another clock: a span of event time stays, arrivals and marks go', () => {
  pickBrush({ event: [1, 2], arrival: [3, 4] });
  toggleMark({ time: 1, arrival: 3 });
  forgetArrivals();
  expect(pickedNow().brush).toEqual({ event: [1, 2], arrival: null });
  expect(pickedNow().marks).toEqual([]);
});
