/** Chaos against a run that only writes down what is injected: in time, by seed, and never while it is paused. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { graph } from '../../engine/faults/testing/fixture.ts';
import type { Fault } from '../../engine/graph/faults.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { JobState } from '../../engine/wire/reports.ts';
import type { Run } from '../../hosts/host.ts';
import { initialRun, runStore } from '../run/run-store.ts';
import { chaosStore, setChaos, startChaos, stopChaos } from './chaos-store.ts';

let injected: Fault[] = [];
const viewIn = (state: JobState): ClusterView => ({ graph, job: { state } }) as ClusterView;

beforeEach(() => {
  vi.useFakeTimers();
  injected = [];
  const run = { inject: (fault: Fault) => void injected.push(fault) } as unknown as Run;
  runStore.setState({ ...initialRun, run, view: viewIn('running') });
  setChaos({ seed: 5, everyMs: 2_000, kinds: ['crash-worker'] });
});

afterEach(() => {
  stopChaos();
  runStore.setState(initialRun);
  vi.useRealTimers();
});

const targets = () => injected.map(({ kind, target, when }) => ({ kind, target, when }));

test('one fault in each interval, at once, the same ones for the same seed', () => {
  startChaos();
  vi.advanceTimersByTime(20_000);
  expect(injected).toHaveLength(10);
  expect(injected.every(({ when }) => when.kind === 'now')).toBe(true);
  expect(new Set(injected.map(({ id }) => id)).size).toBe(10);
  const first = targets();
  injected = [];
  startChaos();
  vi.advanceTimersByTime(20_000);
  expect(targets()).toEqual(first);
});

test('nothing strikes while the run is paused, and what was due comes after it', () => {
  startChaos();
  vi.advanceTimersByTime(4_000);
  runStore.setState({ paused: true });
  vi.advanceTimersByTime(60_000);
  expect(injected).toHaveLength(2);
  runStore.setState({ paused: false });
  vi.advanceTimersByTime(2_000);
  expect(injected).toHaveLength(3);
});

test('it ends when it is switched off, and with the run', () => {
  startChaos();
  vi.advanceTimersByTime(4_000);
  stopChaos();
  vi.advanceTimersByTime(10_000);
  expect(injected).toHaveLength(2);
  startChaos();
  runStore.setState({ view: viewIn('finished') });
  vi.advanceTimersByTime(10_000);
  expect(injected).toHaveLength(2);
  expect(chaosStore.getState().on).toBe(false);
});

test('without a run, or without kinds, nothing happens', () => {
  setChaos({ kinds: [] });
  startChaos();
  vi.advanceTimersByTime(10_000);
  runStore.setState({ run: null });
  startChaos();
  vi.advanceTimersByTime(10_000);
  expect(injected).toEqual([]);
  expect(chaosStore.getState().on).toBe(false);
});

test('another interval counts from the fault that strikes next, without making up for the past', () => {
  startChaos();
  vi.advanceTimersByTime(20_000);
  setChaos({ everyMs: 500 });
  injected = [];
  vi.advanceTimersByTime(10_000);
  // One is still due in the old interval; then one in each half second.
  expect(injected.length).toBeGreaterThanOrEqual(15);
  expect(injected.length).toBeLessThanOrEqual(21);
  setChaos({ everyMs: 2_000 });
  vi.advanceTimersByTime(500);
  injected = [];
  vi.advanceTimersByTime(20_000);
  expect(injected.length).toBeGreaterThanOrEqual(9);
  expect(injected.length).toBeLessThanOrEqual(11);
});

test('switched on during a pause, it waits for the end of the pause', () => {
  runStore.setState({ paused: true });
  startChaos();
  vi.advanceTimersByTime(20_000);
  expect(injected).toEqual([]);
});
