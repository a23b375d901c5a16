/** Faults by chance are repeatable, fit the job, and reach everything that they may reach. */
import { describe, expect, it } from 'vitest';
import { chaos, chaosFault } from './chaos.ts';
import { checkFaults } from './check-fault.ts';
import { faultKinds, faultTable } from './list.ts';
import { machinesOf } from './targets.ts';
import { graph } from './testing/fixture.ts';

const kinds = faultKinds.map(({ kind }) => kind);
const options = { seed: 7, plan: graph, everyMs: 2_000, kinds: ['crash-worker'], untilMs: 60_000 };

describe('chaos', () => {
  it('strikes once in each interval, in order, until its end', () => {
    const times = chaos(options).map(({ when }) => (when.kind === 'at' ? when.ms : -1));
    expect(times.map((ms) => Math.floor(ms / 2_000))).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(Math.max(...times)).toBeLessThanOrEqual(60_000);
    expect(new Set(times.map((ms) => ms % 2_000)).size).toBeGreaterThan(20);
  });

  it('is the same for the same seed and another for another', () => {
    expect(chaos(options)).toEqual(chaos({ ...options }));
    expect(chaos({ ...options, seed: 8 })).not.toEqual(chaos(options));
    expect(chaosFault(options, 12)).toEqual(chaos(options)[12]);
  });

  it('draws only faults that fit the job, of every kind, trigger and subtask', () => {
    const faults = chaos({ ...options, kinds, everyMs: 10, untilMs: 10_000, triggers: 'any' });
    expect(checkFaults(faults, faultTable, graph)).toEqual([]);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(new Set(faults.map(({ when }) => when.kind))).toEqual(new Set(['at', 'record', 'point']));
    const hit = faults.flatMap(({ target }) => (target.kind === 'subtask' ? [target.subtask] : []));
    expect(new Set(hit)).toEqual(new Set(graph.subtasks.map(({ id }) => id)));
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
  });

  it('is empty where no kind can strike, and never longer than a job may be', () => {
    expect(chaos({ ...options, kinds: [] })).toEqual([]);
    expect(chaos({ ...options, kinds: ['from-the-future'] })).toEqual([]);
    expect(chaos({ ...options, everyMs: 1, untilMs: Number.POSITIVE_INFINITY })).toHaveLength(1_000);
  });
});

it('a machine holds one subtask of every vertex that has so many', () => {
  expect(machinesOf(graph).map(({ subtasks }) => subtasks)).toEqual([
    ['v1/0', 'v2/0'],
    ['v1/1', 'v2/1'],
  ]);
});
