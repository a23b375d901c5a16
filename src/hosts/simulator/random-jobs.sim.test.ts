/**
 * Random small jobs under many seeds: every order of delivery and every parallelism gives the multiset of results that
 * one subtask per operator gives.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job, JobNode, PartitionerChoice } from '../../engine/graph/job.ts';
import { edge } from '../../engine/graph/testing/short-jobs.ts';
import { columns, job, multiset, node, request } from '../acceptance-jobs.ts';
import { simulate, sinkRecords } from './simulate.ts';
import type { Simulation } from './simulate.ts';

/** Every stream of a random job has these columns; the value is whole, so that sums do not depend on their order. */
const shape = columns('key string, value int');

const letters = fc.constantFrom('a', 'b', 'c', 'd');
/** One timeline: records in disorder, and after some of them the highest watermark that makes no later one late. */
const scripted = fc
  .array(fc.tuple(letters, fc.nat({ max: 50 }), fc.nat({ max: 300 }), fc.boolean()), { minLength: 1, maxLength: 30 })
  .map((records) => {
    const elements = records.map(([key, value, time, watermark], i) => {
      const later = records.slice(i + 1).map((record) => record[2]);
      const record = `${key}=${value}@${time}`;
      return watermark && later.length > 0 ? `${record} w${Math.min(...later) - 1}` : record;
    });
    return { kind: 'scripted', params: { timeline: `${elements.join(' ')} |`, columns: shape } };
  });
const generator = fc
  .record({
    count: fc.integer({ min: 1, max: 300 }),
    keys: fc.integer({ min: 1, max: 12 }),
    disorderMs: fc.nat({ max: 40 }),
  })
  .map((given) => {
    // The bound covers the disorder of the whole stream, so no record is late in any order.
    const time = { startMs: 0, stepMs: 2, watermarks: 'bounded', outOfOrdernessMs: 2 * given.disorderMs + 100 };
    return { kind: 'generator', params: { rate: 0, ...time, ...given } };
  });

type Step =
  | { readonly kind: 'filter' | 'map'; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: 'window'; readonly sizeMs: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .integer({ min: 2, max: 5 })
    .map((n): Step => ({ kind: 'filter', params: { function: `(row) => row.value % ${n} !== 1` } })),
  fc.integer({ min: 1, max: 9 }).map((n): Step => {
    return {
      kind: 'map',
      params: { function: `(row) => ({ key: row.key, value: row.value + ${n} })`, columns: shape },
    };
  }),
  fc.integer({ min: 10, max: 200 }).map((sizeMs): Step => ({ kind: 'window', sizeMs })),
);
const exchange = fc.constantFrom<PartitionerChoice>('auto', 'auto', 'rebalance', 'rescale', 'shuffle', 'global');

interface Drawing {
  readonly sources: readonly { readonly kind: string; readonly params: Readonly<Record<string, unknown>> }[];
  readonly steps: readonly Step[];
  /** After each source and step; used round and round. */
  readonly exchanges: readonly PartitionerChoice[];
  readonly parallelisms: readonly number[];
  readonly last: 'count' | 'none';
  readonly settings: Partial<Job['settings']>;
}

const drawing: fc.Arbitrary<Drawing> = fc.record({
  sources: fc.array(fc.oneof(scripted, generator), { minLength: 1, maxLength: 3 }),
  steps: fc.array(step, { maxLength: 4 }),
  exchanges: fc.array(exchange, { minLength: 1, maxLength: 5 }),
  parallelisms: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  last: fc.constantFrom('count', 'none'),
  settings: fc.record({
    bufferRecords: fc.constantFrom(1, 3, 16, 2048),
    bufferTimeoutMs: fc.constantFrom(0, 1, 100),
    buffersPerChannel: fc.integer({ min: 1, max: 4 }),
    watermarkIntervalMs: fc.constantFrom(1, 200),
    chaining: fc.boolean(),
  }),
});

/** Draws the job; `parallel: false` gives one subtask to every operator and leaves all else alike. */
function draw({ sources, steps, exchanges, parallelisms, last, settings }: Drawing, parallel: boolean): Job {
  const nodes: JobNode[] = [];
  const edges: ReturnType<typeof edge>[] = [];
  const add = (id: string, kind: string, params: Readonly<Record<string, unknown>>): string => {
    const alone = kind === 'scripted' || !parallel;
    const parallelism = alone ? 1 : (parallelisms[nodes.length % parallelisms.length] ?? 1);
    nodes.push(node(id, kind, params, { parallelism }));
    return id;
  };
  const connect = (from: string, to: string, keyed = false): void => {
    edges.push(edge(`${from} -> ${to}`, keyed ? 'auto' : (exchanges[edges.length % exchanges.length] ?? 'auto')));
  };
  const after = (before: string, id: string, kind: string, params = {}, keyed = false): string => {
    connect(before, add(id, kind, params), keyed);
    return id;
  };
  const branches = sources.map(({ kind, params }, i) => {
    const id = add(`source${i}`, kind, params);
    // A generator has a time and a fractional value beside the key.
    const same = { function: '(row) => ({ key: row.key, value: Math.round(row.value) })', columns: shape };
    return kind === 'generator' ? after(id, `shape${i}`, 'map', same) : id;
  });
  const union = add('union', 'union', {});
  for (const branch of branches) connect(branch, union);
  let tail = union;
  let timed = true;
  for (const [i, given] of steps.entries()) {
    if (given.kind !== 'window') tail = after(tail, `step${i}`, given.kind, given.params);
    else if (timed) {
      const by = after(tail, `by${i}`, 'keyBy', { columns: ['key'] });
      const aggregates = [{ function: 'sum', column: 'value', as: 'value' }];
      const window = after(by, `window${i}`, 'tumblingWindow', { sizeMs: given.sizeMs, aggregates }, true);
      tail = after(window, `reshape${i}`, 'map', { function: '({ key, value }) => ({ key, value })', columns: shape });
      // One window is enough: a second one over its results would be as large as the first.
      timed = false;
    }
  }
  if (last === 'count') {
    const by = after(tail, 'by key', 'keyBy', { columns: ['key'] });
    // Running counts go by arrival, but each key shows 1 … n in any order.
    tail = after(by, 'count', 'aggregate', {}, true);
  }
  after(tail, 'out', 'table');
  return job(nodes, edges, { parallelism: 1, ...settings });
}

async function run(given: Job, seed: number): Promise<Simulation> {
  const simulation = await simulate(request(given), { seed, stepsMax: 500_000 });
  expect(simulation.view.job.failure).toBe(null);
  expect(simulation.outcome).toBe('ended');
  return simulation;
}

const resultsOf = (simulation: Simulation): string[] =>
  multiset(sinkRecords(simulation, 'out').map(({ row, timestamp }) => ({ ...row, timestamp })));
const rowsOf = (simulation: Simulation): string[] => multiset(sinkRecords(simulation, 'out').map(({ row }) => row));

/** Nothing was left under way, and what each channel took in is what was sent on it. */
function checkConservation(simulation: Simulation): void {
  for (const { id, input, output } of simulation.view.channels.values()) {
    expect(input?.consumedRecords, id).toBe(output?.sentRecords);
    expect(input?.queuedRecords, id).toBe(0);
  }
  for (const { id, lateDropped } of simulation.view.nodes.values()) expect(lateDropped, id).toBe(0);
}

test('any seed and any parallelism give the results of one subtask per operator', { timeout: 180_000 }, async () => {
  let records = 0;
  await fc.assert(
    fc.asyncProperty(drawing, fc.integer(), async (drawn, seed) => {
      const alone = await run(draw(drawn, false), seed);
      const first = await run(draw(drawn, true), seed);
      const second = await run(draw(drawn, true), seed + 1);
      for (const simulation of [alone, first, second]) checkConservation(simulation);
      // A running count shows the record's own event time, and which record is the n-th is the order's business.
      const of = drawn.last === 'count' ? rowsOf : resultsOf;
      expect(of(first)).toEqual(of(alone));
      expect(of(second)).toEqual(of(alone));
      records += of(alone).length;
    }),
    // On a machine that is busy with other things, fewer jobs than the 200 of about 15 s.
    { numRuns: 200, interruptAfterTimeLimit: 60_000 },
  );
  // The jobs do something: an empty multiset equals another too easily.
  expect(records).toBeGreaterThan(500);
});

test('a random job runs the same way twice', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawing, fc.integer(), async (drawn, seed) => {
      const given = draw(drawn, true);
      expect((await run(given, seed)).fingerprint).toBe((await run(given, seed)).fingerprint);
    }),
    { numRuns: 25 },
  );
});
