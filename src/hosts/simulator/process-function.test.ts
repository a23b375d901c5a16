/** The process function in a whole cluster: what a failure of it says, and that crashes lose no timer and no state. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import type { JobSettings } from '../../engine/graph/job.ts';
import { failureMessage } from '../../engine/wire/failures.ts';
import { job, node, request } from '../acceptance-jobs.ts';
import { simulate, sinkRecords } from './simulate.ts';

const settings = {
  bufferRecords: 8,
  checkpointIntervalMs: 100,
  restartStrategy: 'fixed-delay',
  restartAttempts: 5,
} as const;

const throughProcess = (params: object, source: object, given: Partial<JobSettings> = settings) =>
  job(
    [
      node('source', 'generator', { rate: 0, ...source }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('own', 'process', params as never, { parallelism: 2 }),
      node('out', 'transactionalTable', {}, { parallelism: 1 }),
    ],
    ['source -> by key', 'by key -> own', 'own -> out'],
    given,
  );

describe('a process function that throws', () => {
  const failing = async (params: object) => {
    const drawn = throughProcess(params, { count: 10, keys: 1 }, { ...settings, restartStrategy: 'none' });
    const { view } = await simulate(request(drawn), { seed: 1 });
    return view.job.failure;
  };

  it('at a record names it', async () => {
    const failure = await failing({ processElement: '(row, ctx) => { ctx.state.last.update(row.value); }' });
    expect(failure).toMatchObject({ code: 'user-function', node: 'own' });
    expect(failure?.record).toContain('"key"');
    expect(failure === null ? '' : failureMessage(failure)).toBe(
      'The function of “own” threw: Error: No state “last” is declared. Declared: none is.',
    );
  });

  it('at a timer names the timer and its key, and no record', async () => {
    const failure = await failing({
      processElement: '(row, ctx) => ctx.timerService.registerEventTimeTimer(Date.UTC(2026, 0, 2))',
      onTimer: '(timestamp, ctx) => { null.nothing; }',
    });
    expect(failure).toMatchObject({ code: 'user-function', node: 'own' });
    expect(failure?.record).toBeUndefined();
    expect(failure?.details['reason']).toMatch(
      /^TypeError: .*; in onTimer, at the event-time timer 2026-01-02 00:00:00\.000 of key "[^"]+"$/,
    );
  });
});

/**
 * Per key, when no record came for 3 s of event time: how many there were since the last such pause, the sum of their
 * sequence numbers. Independent of the order of arrival.
 */
const pauses = {
  processElement: `(row, ctx) => {
    ctx.state.values.put(ctx.timestamp, [...(ctx.state.values.get(ctx.timestamp) ?? []), row.sequence]);
    ctx.timerService.registerEventTimeTimer(ctx.timestamp + 3000);
  }`,
  onTimer: `(timestamp, ctx, out) => {
    const { values, pauses } = ctx.state;
    const times = values.keys();
    if (times.some((time) => time > timestamp - 3000 && time <= timestamp)) return;
    const past = times.filter((time) => time <= timestamp);
    const all = past.flatMap((time) => values.get(time)).sort((a, b) => a - b);
    for (const time of past) values.remove(time);
    pauses.add(1);
    out.collect({ key: ctx.currentKey, nth: pauses.get(), records: all.length, sum: all.reduce((a, b) => a + b, 0) });
  }`,
  states: [
    { name: 'values', kind: 'map' },
    { name: 'pauses', kind: 'reducing', reduce: '(a, b) => a + b' },
  ],
  columns: ['key', 'nth', 'records', 'sum'].map((name) => ({ name, type: name === 'key' ? 'json' : 'int' })),
};
const source = { count: 3000, keys: 40, stepMs: 100, disorderMs: 1000, timestampColumn: 'time', watermarks: 'bounded' };

async function rowsWith(faults: readonly Fault[], given: Partial<JobSettings> = settings) {
  const drawn = throughProcess(pauses, { ...source, outOfOrdernessMs: 1000 }, given);
  const slow = {
    ...drawn,
    nodes: drawn.nodes.map((each) => (each.id === 'own' ? { ...each, costMs: 1 } : each)),
    faults,
  };
  const simulation = await simulate(request(slow), { seed: 3 });
  expect(simulation.view.job.state).toBe('finished');
  const rows = sinkRecords(simulation, 'out').map(({ row, timestamp }) => JSON.stringify({ row, timestamp }));
  return { rows: rows.sort(), from: simulation.view.recoveries.map(({ checkpoint }) => checkpoint) };
}

describe('a process function whose Worker crashes', () => {
  it.each(['aligned', 'unaligned'] as const)('has every timer and state again, %s', async (checkpointMode) => {
    const undisturbed = await rowsWith([], { ...settings, checkpointMode });
    expect(undisturbed.rows.length).toBeGreaterThan(300);
    const crash = (ms: number): Fault => ({
      id: `crash-${ms}`,
      kind: 'crash-worker',
      target: { kind: 'node', node: 'own' },
      when: { kind: 'at', ms },
      params: {},
      times: 1,
    });
    const disturbed = await rowsWith([crash(500), crash(1100)], { ...settings, checkpointMode });
    expect(disturbed.from.map((checkpoint) => checkpoint !== null && checkpoint > 0)).toEqual([true, true]);
    expect(disturbed.rows).toEqual(undisturbed.rows);
  });
});
