/**
 * Functions of two inputs, sort and deduplicate in a whole cluster: Workers that crash, and a restore with another
 * parallelism, lose nothing and repeat nothing. Expectations are sums over the sequence numbers of generators.
 */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import type { Job } from '../../engine/graph/job.ts';
import type { Row } from '../../engine/graph/schema.ts';
import { job, node, request } from '../acceptance-jobs.ts';
import type { RunRequest } from '../host.ts';
import { memoryStores } from './outside.ts';
import { simulate, sinkRecords } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const modes = ['aligned', 'unaligned'] as const;
type Mode = (typeof modes)[number];

const records = 2000;
const rules = 60;
const sumTo = (count: number): number => (count * (count - 1)) / 2;
const event = { stepMs: 100, disorderMs: 1000, timestampColumn: 'time', watermarks: 'bounded', outOfOrdernessMs: 1000 };

const end = Date.UTC(2090, 0, 1);
const counted = '(a, b) => [a[0] + b[0], a[1] + b[1]]';
const columns = (...names: string[]) =>
  names.map((name) => ({ name, type: name === 'key' ? ('string' as const) : ('int' as const) }));

/** Per key, at the end: how many records came from each side, and the sums of their numbers. */
const coProcess = {
  processElement1: `(row, ctx) => {
    ctx.state.one.add([1, row.sequence]);
    ctx.timerService.registerEventTimeTimer(${end});
  }`,
  processElement2: `(row, ctx) => {
    ctx.state.two.add([1, row.sequence]);
    ctx.timerService.registerEventTimeTimer(${end});
  }`,
  onTimer: `(timestamp, ctx, out) => {
    const [[n1, sum1], [n2, sum2]] = [ctx.state.one.get() ?? [0, 0], ctx.state.two.get() ?? [0, 0]];
    out.collect({ key: ctx.currentKey, n1, sum1, n2, sum2 });
  }`,
  states: ['one', 'two'].map((name) => ({ name, kind: 'reducing', reduce: counted })),
  columns: columns('key', 'n1', 'sum1', 'n2', 'sum2'),
};

/** Per key, at the end: the same of its records and, by the copy of its subtask, of the rules. */
const broadcastProcess = {
  processElement: `(row, ctx) => {
    ctx.state.one.add([1, row.sequence]);
    ctx.timerService.registerEventTimeTimer(${end});
  }`,
  processBroadcastElement: `(row, ctx) => {
    const [n, sum] = ctx.broadcast.rules.get('all') ?? [0, 0];
    ctx.broadcast.rules.put('all', [n + 1, sum + row.sequence]);
  }`,
  onTimer: `(timestamp, ctx, out) => {
    const [[n1, sum1], [n2, sum2]] = [ctx.state.one.get(), ctx.broadcast.rules.get('all')];
    out.collect({ key: ctx.currentKey, n1, sum1, n2, sum2 });
  }`,
  states: [{ name: 'one', kind: 'reducing', reduce: counted }],
  columns: columns('key', 'n1', 'sum1', 'n2', 'sum2'),
};

function drawn(kind: string, params: object, parallelism: number, checkpointMode: Mode): Job {
  const keyed = { keys: 40, rate: 500, count: records, ...event };
  const own = { ...node('own', kind, params as never, { parallelism }), costMs: 0.5 };
  const nodes = [node('one', 'generator', keyed as never), node('key one', 'keyBy', { columns: ['key'] }), own];
  const edges = ['one -> key one'];
  const into = (port: string): string => `own.${port}`;
  if (kind === 'coProcess') {
    nodes.push(node('two', 'generator', keyed as never), node('key two', 'keyBy', { columns: ['key'] }));
    edges.push('two -> key two', `key one -> ${into('in1')}`, `key two -> ${into('in2')}`);
  } else edges.push(`key one -> ${into('in')}`);
  if (kind === 'broadcastProcess') {
    nodes.push(node('rules', 'generator', { ...keyed, keys: 1, count: rules, rate: 20 } as never));
    edges.push(`rules -> ${into('rules')}`);
  }
  nodes.push(node('out', 'transactionalTable', {}, { parallelism: 1 }));
  return job(nodes, [...edges, 'own -> out'], {
    bufferRecords: 8,
    checkpointIntervalMs: 100,
    checkpointMode,
    restartStrategy: 'fixed-delay',
    restartAttempts: 5,
  });
}

const crash = (ms: number): Fault => ({
  id: `crash-${ms}`,
  kind: 'crash-worker',
  target: { kind: 'node', node: 'own' },
  when: { kind: 'at', ms },
  params: {},
  times: 1,
});

const rowsOf = (simulation: Simulation): Row[] => sinkRecords(simulation, 'out').map(({ row }) => row);

async function crashed(kind: string, params: object, mode: Mode): Promise<Row[]> {
  const faulty = { ...drawn(kind, params, 2, mode), faults: [crash(450), crash(1100)] };
  const simulation = await simulate(request(faulty), { seed: 5 });
  expect(simulation.view.job.state).toBe('finished');
  expect(simulation.view.recoveries.map(({ checkpoint }) => (checkpoint ?? 0) > 0)).toEqual([true, true]);
  return rowsOf(simulation);
}

async function rescaled(kind: string, params: object, mode: Mode, from: number, to: number): Promise<Row[]> {
  const stores = memoryStores();
  const first = { ...request(drawn(kind, params, from, mode)), runId: 'first' };
  const before = await simulate(first, { seed: 5, stores, untilMs: 1000 });
  const checkpoint = before.view.checkpoints.retained[0]?.checkpoint ?? 0;
  expect(checkpoint).toBeGreaterThan(0);
  const second: RunRequest = {
    ...request(drawn(kind, params, to, mode)),
    runId: 'second',
    from: { savepoint: { run: 'first', checkpoint } },
  };
  const after = await simulate(second, { seed: 6, stores });
  expect(after.view.job.state).toBe('finished');
  return [...rowsOf(before), ...rowsOf(after)];
}

const total = (rows: readonly Row[], column: string): number =>
  rows.reduce((sum, row) => sum + (row[column] as number), 0);

function checkCo(rows: readonly Row[]): void {
  expect(new Set(rows.map(({ key }) => key)).size).toBe(40);
  expect(rows).toHaveLength(40);
  const sums = ['n1', 'sum1', 'n2', 'sum2'].map((column) => total(rows, column));
  expect(sums).toEqual([records, sumTo(records), records, sumTo(records)]);
}

function checkBroadcast(rows: readonly Row[]): void {
  expect(rows).toHaveLength(40);
  expect([total(rows, 'n1'), total(rows, 'sum1')]).toEqual([records, sumTo(records)]);
  for (const row of rows) expect([row['n2'], row['sum2']]).toEqual([rules, sumTo(rules)]);
}

describe.each(modes)('with %s checkpoints', (mode) => {
  it('a co-process function counts every record of both sides once, over crashes', async () => {
    checkCo(await crashed('coProcess', coProcess, mode));
  });

  it('every copy of broadcast state has every rule once, over crashes', async () => {
    checkBroadcast(await crashed('broadcastProcess', broadcastProcess, mode));
  });

  it.each([
    [2, 3],
    [5, 2],
  ])('from parallelism %i to %i, the sides and the copies go along', async (from, to) => {
    checkCo(await rescaled('coProcess', coProcess, mode, from, to));
    checkBroadcast(await rescaled('broadcastProcess', broadcastProcess, mode, from, to));
  });

  it('a sort gives every record once, each key in order of time, over crashes', async () => {
    const rows = await crashed('sortByTime', {}, mode);
    expect(rows.map((row) => row['sequence'] as number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: records }, (_, i) => i),
    );
    const last = new Map<unknown, number>();
    for (const { key, time } of rows) {
      expect(time as number).toBeGreaterThanOrEqual(last.get(key) ?? Number.NEGATIVE_INFINITY);
      last.set(key, time as number);
    }
  });

  it.each(['arrival', 'eventTime'])('deduplicate (%s) gives each key once, over crashes', async (first) => {
    const rows = await crashed('deduplicate', { first }, mode);
    expect(rows).toHaveLength(40);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(40);
  });
});
