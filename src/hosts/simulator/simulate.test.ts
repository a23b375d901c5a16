/** What is particular to the simulator: seeds, virtual time, limits, and memory that is gone once it is sent. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../../engine/wire/reports.ts';
import { columns, job, multiset, node, request } from '../acceptance-jobs.ts';
import { fullSpeed } from '../host.ts';
import { simulate, sinkRecords } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const wordCount = request(
  job(
    [
      node('left', 'generator', { rate: 0, count: 2000, keys: 20 }, { parallelism: 2 }),
      node('right', 'generator', { rate: 0, count: 1000, keys: 20 }, { parallelism: 1 }),
      node('both', 'union'),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('window', 'tumblingWindow', { sizeMs: 100 }, { parallelism: 3 }),
      node('out', 'table'),
    ],
    ['left -> both', 'right -> both', 'both -> by key', 'by key -> window', 'window -> out'],
    { bufferRecords: 100, watermarkIntervalMs: 5 },
  ),
);

const slowSource = (count: number) =>
  request(
    job(
      [node('source', 'generator', { rate: 100, count }, { parallelism: 1 }), node('out', 'table')],
      ['source -> out'],
    ),
  );

const records = (simulation: Simulation) => multiset(sinkRecords(simulation, 'out').map(({ row }) => row));

describe('a seed', () => {
  test('decides every event: the same seed runs the same way twice', async () => {
    const lines: [string[], string[]] = [[], []];
    const first = await simulate(wordCount, { seed: 11, onEvent: (line) => lines[0].push(line) });
    const second = await simulate(wordCount, { seed: 11, onEvent: (line) => lines[1].push(line) });
    const differs = lines[0].findIndex((line, i) => line !== lines[1][i]);
    expect(differs, `first different event: ${lines[0][differs]} | ${lines[1][differs]}`).toBe(-1);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.steps).toBe(first.steps);
    expect(sinkRecords(second, 'out')).toEqual(sinkRecords(first, 'out'));
  });

  test('changes the order of events and never the multiset of results', async () => {
    const runs = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => simulate(wordCount, { seed })));
    expect(new Set(runs.map((run) => run.fingerprint)).size).toBe(runs.length);
    const orders = new Set(runs.map((run) => JSON.stringify(sinkRecords(run, 'out'))));
    expect(orders.size).toBeGreaterThan(1);
    for (const run of runs) expect(records(run)).toEqual(records(runs[0] as Simulation));
  });
});

describe('virtual time', () => {
  test('passes as the job asks and costs no real time', async () => {
    const started = performance.now();
    const run = await simulate(slowSource(3000), { seed: 1 });
    expect(run.outcome).toBe('ended');
    // 3,000 records at 100 a second take half a minute.
    expect(run.endedAt / 1000).toBeGreaterThan(29);
    expect(run.endedAt / 1000).toBeLessThan(32);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('counts simulated work as busy, and waiting as idle', async () => {
    const run = await simulate(
      request(
        job(
          [
            node('source', 'generator', { rate: 100, count: 500 }, { parallelism: 1 }),
            node('work', 'filter', {}, { parallelism: 1, costMs: 4, chaining: 'never' }),
            node('out', 'table', {}, { parallelism: 1 }),
          ],
          ['source -> work', 'work -> out'],
        ),
      ),
      { seed: 5, script: [{ atMs: 3000, act: (_, view) => shares.push(view.nodes.get('work')?.shares.busy ?? -1) }] },
    );
    // 100 records a second of 4 ms each.
    expect(shares[0]).toBeGreaterThan(0.25);
    expect(shares[0]).toBeLessThan(0.6);
    const gauges = [...run.view.subtasks.values()].map((subtask) => subtask.gauges);
    expect(gauges[1]?.busyMs ?? 0).toBeGreaterThan(1900);
    expect(gauges[1]?.busyMs ?? 0).toBeLessThan(2500);
  });
  const shares: number[] = [];

  test('stands still for the job while it is paused', async () => {
    const pause = { ...fullSpeed, paused: true };
    const run = await simulate(slowSource(300), {
      seed: 2,
      script: [
        { atMs: 1000, act: (cluster) => cluster.command({ kind: 'pace', pace: pause }) },
        { atMs: 61_000, act: (cluster) => cluster.command({ kind: 'pace', pace: fullSpeed }) },
      ],
    });
    expect(run.outcome).toBe('ended');
    expect(run.endedAt / 1000).toBeGreaterThan(62);
    expect((run.view.job.endedAt ?? 0) / 1000).toBeLessThan(4);
    expect(sinkRecords(run, 'out').length).toBe(300);
  });
});

describe('a simulation is left', () => {
  test('at its time limit', async () => {
    const run = await simulate(slowSource(0), { seed: 1, untilMs: 5000 });
    expect(run.outcome).toBe('time-limit');
    expect(run.view.job.state).toBe('running');
    expect(sinkRecords(run, 'out').length).toBeGreaterThan(450);
  });

  test('at its limit of events', async () => {
    const run = await simulate(slowSource(0), { seed: 1, stepsMax: 200 });
    expect(run).toMatchObject({ outcome: 'step-limit', steps: 200 });
  });

  test('when nothing moves any more', async () => {
    const waits = request(
      job([node('source', 'scripted', { timeline: 'a=1@1 +10min b=2@2 |' }), node('out', 'table')], ['source -> out']),
    );
    const run = await simulate(waits, { seed: 1, standstillMs: 60_000 });
    expect(run.outcome).toBe('standstill');
    expect(records(run)).toEqual(multiset([{ key: 'a', value: 1 }]));
    expect((await simulate(waits, { seed: 1, standstillMs: 11 * 60_000 })).outcome).toBe('ended');
  });
});

test('what was sent is gone for the sender, as with postMessage', async () => {
  const buffer = new ArrayBuffer(8);
  expect(structuredClone({ segment: buffer }, { transfer: [buffer] }).segment.byteLength).toBe(8);
  expect(buffer.byteLength).toBe(0);
  // Small buffers and few of them, so that segments come back with credits and are used again many times.
  const run = await simulate(
    request(
      job(
        [
          node('source', 'generator', { rate: 0, count: 3000 }, { parallelism: 1 }),
          node('by key', 'keyBy', { columns: ['key'] }, { parallelism: 1 }),
          node(
            'copy',
            'map',
            { function: '(row) => row', columns: columns('key string, value float') },
            { parallelism: 3 },
          ),
          node('out', 'table', {}, { parallelism: 1 }),
        ],
        ['source -> by key', 'by key -> copy', 'copy -> out'],
        { bufferRecords: 7, buffersPerChannel: 1 },
      ),
    ),
    { seed: 9 },
  );
  expect(run.outcome).toBe('ended');
  expect(run.view.job.failure).toBe(null);
  expect(sinkRecords(run, 'out').length).toBe(3000);
});

test('reports tell of heartbeats kept: a job is never failed by virtual delays', async () => {
  const states: Report[] = [];
  const run = await simulate(slowSource(3000), {
    seed: 4,
    onReport: (report) => {
      if (report.kind === 'job-state') states.push(report);
    },
  });
  expect(run.view.job.failure).toBe(null);
  expect(states.map((report) => report.kind === 'job-state' && report.state)).toEqual([
    'deploying',
    'running',
    'finishing',
    'finished',
  ]);
});
