/** The shared clock and its alarm, on a clock of the test's own. */
import { expect, test } from 'vitest';
import { Alarm, SharedClock } from './shared-clock.ts';
import { fakeWall } from './testing/wall.ts';

const wall = fakeWall(1000);
const { later } = wall;

test('job time stands still during a pause and goes on where it stood', () => {
  const clock = new SharedClock(() => wall.now);
  later(10);
  clock.setStopped(true);
  later(500);
  expect(clock.now()).toBe(1010);
  clock.setStopped(false);
  later(5);
  expect(clock.now()).toBe(1015);
});

test('Workers that follow one clock read the same time, whenever the news of a pause came', () => {
  const leader = new SharedClock(() => wall.now);
  const follower = new SharedClock(() => wall.now);
  const paused = leader.setStopped(true);
  later(3);
  follower.follow(paused);
  later(100);
  const resumed = leader.setStopped(false);
  later(7);
  follower.follow(resumed);
  expect(follower.now()).toBe(leader.now());
});

test('time never goes back, though news of a pause come late', () => {
  const leader = new SharedClock(() => wall.now);
  const follower = new SharedClock(() => wall.now);
  const paused = leader.setStopped(true);
  later(20);
  const before = follower.now();
  follower.follow(paused);
  expect(follower.now()).toBe(before);
});

test('stopping a stopped clock changes nothing', () => {
  const clock = new SharedClock(() => wall.now);
  const first = clock.setStopped(true);
  later(50);
  expect(clock.setStopped(true)).toEqual(first);
});

test('an alarm rings at its job time, later by the pauses in between', () => {
  const clock = new SharedClock(() => wall.now);
  const rings: number[] = [];
  const alarm = new Alarm(clock, () => rings.push(wall.now));
  alarm.set(1100);
  later(50);
  clock.setStopped(true);
  alarm.rearm();
  later(1000);
  expect(rings).toEqual([]);
  clock.setStopped(false);
  alarm.rearm();
  later(49);
  expect(rings).toEqual([]);
  later(1);
  expect(rings).toEqual([2100]);
});

test('setting an alarm again replaces the time asked for before', () => {
  const clock = new SharedClock(() => wall.now);
  let rings = 0;
  const alarm = new Alarm(clock, () => rings++);
  alarm.set(1010);
  alarm.set(1030);
  later(20);
  expect(rings).toBe(0);
  later(10);
  expect(rings).toBe(1);
  alarm.set(1050);
  alarm.set(null);
  later(100);
  expect(rings).toBe(1);
});
