/** Links with latency. */
import { expect, test } from 'vitest';
import { DelayLine } from './delay-line.ts';
import { SharedClock } from './shared-clock.ts';
import { fakeWall } from './testing/wall.ts';

const wall = fakeWall(0);
const { later } = wall;

function line() {
  const clock = new SharedClock(() => wall.now);
  const delivered: string[] = [];
  return { clock, delivered, line: new DelayLine<string>(clock, (item) => delivered.push(`${item}@${wall.now}`)) };
}

test('a link without latency delivers at once', () => {
  const { line: link, delivered } = line();
  link.push('a');
  expect(delivered).toEqual(['a@0']);
});

test('each item is on its way for the latency, in order', () => {
  const { line: link, delivered } = line();
  link.setLatency(100);
  link.push('a');
  later(30);
  link.push('b');
  later(200);
  expect(delivered).toEqual(['a@100', 'b@130']);
});

test('a shorter latency lets what is under way arrive sooner, and nothing overtakes it', () => {
  const { line: link, delivered } = line();
  link.setLatency(1000);
  link.push('a');
  later(10);
  link.push('b');
  link.setLatency(0);
  link.push('c');
  later(5);
  expect(delivered).toEqual(['a@11', 'b@11', 'c@11']);
});

test('records in flight stay in flight while the job is paused', () => {
  const { clock, line: link, delivered } = line();
  link.setLatency(100);
  link.push('a');
  later(60);
  clock.setStopped(true);
  link.rearm();
  later(5000);
  expect(delivered).toEqual([]);
  clock.setStopped(false);
  link.rearm();
  later(40);
  expect(delivered).toEqual(['a@5100']);
});
