/** Joins in a whole cluster: keys of two names meet, an idle side holds nothing back, and crashes lose no pair. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import type { JobSettings } from '../../engine/graph/job.ts';
import { columns, job, node, request } from '../acceptance-jobs.ts';
import { simulate, sinkRecords } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const shown = (simulation: Simulation, sink: string): string[] =>
  sinkRecords(simulation, sink).map(({ row, timestamp }) => `${JSON.stringify(Object.values(row))}@${timestamp}`);

/** Two scripts with a join between, and a table for each of its ports. */
async function scripts(kind: string, params: object, ports: readonly string[], left: string, right: string) {
  const sides = { intervalJoin: ['left', 'right'], temporalJoin: ['left', 'versions'] }[kind] as [string, string];
  const drawn = job(
    [
      node('l', 'scripted', { timeline: left, columns: columns('ad string, n int') }),
      node('r', 'scripted', { timeline: right, columns: columns('id string, m int') }),
      node('by ad', 'keyBy', { columns: ['ad'] }),
      node('by id', 'keyBy', { columns: ['id'] }),
      node('join', kind, params as never, { parallelism: 3 }),
      ...ports.map((port) => node(port, 'table', {}, { parallelism: 1 })),
    ],
    [
      'l -> by ad',
      'r -> by id',
      `by ad -> join.${sides[0]}`,
      `by id -> join.${sides[1]}`,
      ...ports.map((port) => `join.${port} -> ${port}`),
    ],
    { parallelism: 1 },
  );
  const simulation = await simulate(request(drawn), { seed: 1 });
  expect(simulation.view.job.state).toBe('finished');
  return simulation;
}

const ports = ['out', 'lateLeft', 'lateRight'];

describe('an interval join', () => {
  it('brings equal keys of two names to one subtask', async () => {
    const left = Array.from({ length: 20 }, (_, i) => `k${i}=${i}@${i}`).join(' ');
    const right = Array.from({ length: 20 }, (_, i) => `k${i}=${100 + i}@${i + 2}`).join(' ');
    const simulation = await scripts('intervalJoin', { upperMs: 5 }, ports, `${left} |`, `${right} |`);
    const expected = Array.from({ length: 20 }, (_, i) => `["k${i}",${i},"k${i}",${100 + i}]@${i + 2}`);
    expect(shown(simulation, 'out').toSorted()).toEqual(expected.toSorted());
  });

  it('is not held back by an idle side, pads in the meantime, and at once what comes too late, and sets aside what that side then brings too late', async () => {
    const left = 'a=1@5 +1s w20 +1s b=2@7 +1s c=3@30 w31 +5s |';
    const right = '~ +4s a=9@6 c=8@35 w40 |';
    const simulation = await scripts('intervalJoin', { upperMs: 8, join: 'left' }, ports, left, right);
    expect(shown(simulation, 'out')).toEqual(['["a",1,null,null]@5', '["b",2,null,null]@7', '["c",3,"c",8]@35']);
    expect(shown(simulation, 'lateLeft')).toEqual([]);
    expect(shown(simulation, 'lateRight')).toEqual(['["a",9]@6']);
  });

  it('that holds its watermark back passes idleness on: when both sides are idle, it holds back nobody', async () => {
    const scripted = (id: string, timeline: string) =>
      node(id, 'scripted', { timeline, columns: columns('key string, n int') });
    const sum = {
      function: '(left, right) => left ?? right',
      result: 'function',
      columns: columns('key string, n int'),
    };
    const drawn = job(
      [
        scripted('l', 'a=1@5 w9 ~ +9s |'),
        scripted('r', 'a=2@5 w9 ~ +9s |'),
        scripted('live', 'a=7@12 w60 +1s a=8@15 +9s |'),
        node('lk', 'keyBy', { columns: ['key'] }),
        node('rk', 'keyBy', { columns: ['key'] }),
        node('join', 'intervalJoin', { ...sum, join: 'full', upperMs: 3 }),
        node('all', 'union'),
        node('by', 'keyBy', { columns: ['key'] }),
        node('window', 'tumblingWindow', { sizeMs: 10 }),
        node('out', 'table'),
        node('late', 'table'),
      ],
      [
        'l -> lk',
        'r -> rk',
        'lk -> join.left',
        'rk -> join.right',
        'join -> all',
        'live -> all',
        'all -> by',
        'by -> window',
        'window -> out',
        'window.late -> late',
      ],
      { parallelism: 1 },
    );
    const simulation = await simulate(request(drawn), { seed: 1 });
    expect(shown(simulation, 'out')).toEqual(['["a",0,10,1]@9', '["a",10,20,1]@19']);
    // Its window has fired: the watermark of the live source counts alone.
    expect(shown(simulation, 'late')).toEqual(['["a",8]@15']);
  });
});

describe('a temporal join', () => {
  it('brings equal keys of two names to one subtask, and waits for the versions of a slow side', async () => {
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    const left = `${keys.map((key, i) => `${key}=${i}@10`).join(' ')} w20 |`;
    const right = `${keys.map((key, i) => `${key}=${100 + i}@1`).join(' ')} +2s ${keys.map((key, i) => `${key}=${200 + i}@9`).join(' ')} w20 |`;
    const simulation = await scripts('temporalJoin', {}, ['out', 'late'], left, right);
    const expected = keys.map((key, i) => `["${key}",${i},"${key}",${200 + i}]@10`);
    expect(shown(simulation, 'out').toSorted()).toEqual(expected.toSorted());
    expect(shown(simulation, 'late')).toEqual([]);
  });
});

const settings = {
  bufferRecords: 8,
  checkpointIntervalMs: 100,
  restartStrategy: 'fixed-delay',
  restartAttempts: 5,
} as const;
const records = 900;

/** Each second; the right side runs through its keys in another order. Plain, so that the pairs can be computed here. */
const sideRow = (n: number, step: number) => ({ key: `k${(n * step) % 20}`, n, time: n * 1000 });

async function pairsWith(kind: string, params: object, faults: readonly Fault[], given: Partial<JobSettings>) {
  const generator = { rate: 0, count: records, keys: 1, startMs: 0, stepMs: 1000, watermarks: 'monotonous' };
  const shape = (step: number, name: string) => ({
    function: `({ sequence }) => ({ key: 'k' + (sequence * ${step}) % 20, ${name}: sequence })`,
    columns: columns(`key string, ${name} int`),
  });
  const drawn = job(
    [
      node('left', 'generator', generator, { parallelism: 2 }),
      node('right', 'generator', generator, { parallelism: 1 }),
      node('l', 'map', shape(1, 'l'), { parallelism: 2 }),
      node('r', 'map', shape(3, 'r'), { parallelism: 1 }),
      node('l key', 'keyBy', { columns: ['key'] }, { parallelism: 2 }),
      node('r key', 'keyBy', { columns: ['key'] }, { parallelism: 1 }),
      node('join', kind, params as never, { parallelism: 2, costMs: 1 }),
      node('out', 'transactionalTable', {}, { parallelism: 1 }),
    ],
    [
      'left -> l',
      'right -> r',
      'l -> l key',
      'r -> r key',
      'l key -> join.left',
      `r key -> join.${kind === 'intervalJoin' ? 'right' : 'versions'}`,
      'join -> out',
    ],
    { ...settings, ...given },
  );
  const simulation = await simulate(request({ ...drawn, faults }), { seed: 3 });
  expect(simulation.view.job.state).toBe('finished');
  const rows = sinkRecords(simulation, 'out').map(({ row, timestamp }) => `${row['l']}+${row['r']}@${timestamp}`);
  return {
    rows: rows.toSorted(),
    recoveries: simulation.view.recoveries.map(({ checkpoint }) => (checkpoint ?? 0) > 0),
  };
}

const crash = (ms: number): Fault => ({
  id: `crash-${ms}`,
  kind: 'crash-worker',
  target: { kind: 'node', node: 'join' },
  when: { kind: 'at', ms },
  params: {},
  times: 1,
});

const sideRows = (step: number) => Array.from({ length: records }, (_, n) => sideRow(n, step));

/** Left outer: of each left record the right ones of its key from 5 s before to 8 s after it. */
function intervalPairs(): string[] {
  const rights = sideRows(3);
  return sideRows(1).flatMap(({ key, n, time }) => {
    const met = rights.filter((right) => right.key === key && right.time >= time - 5000 && right.time <= time + 8000);
    if (met.length === 0) return [`${n}+null@${time}`];
    return met.map((right) => `${n}+${right.n}@${Math.max(time, right.time)}`);
  });
}

function versionPairs(): string[] {
  const rights = sideRows(3);
  return sideRows(1).map(({ key, n, time }) => {
    const version = rights.findLast((right) => right.key === key && right.time <= time);
    return `${n}+${version?.n ?? null}@${time}`;
  });
}

describe('a join whose Worker crashes', () => {
  it.each([
    ['intervalJoin', 'aligned', { lowerMs: -5000, upperMs: 8000, join: 'left' }, intervalPairs],
    ['intervalJoin', 'unaligned', { lowerMs: -5000, upperMs: 8000, join: 'left' }, intervalPairs],
    ['temporalJoin', 'aligned', { join: 'left' }, versionPairs],
    ['temporalJoin', 'unaligned', { join: 'left' }, versionPairs],
  ] as const)('(%s, %s) gives the pairs of a plain loop', async (kind, checkpointMode, params, expected) => {
    const { rows, recoveries } = await pairsWith(kind, params, [crash(500), crash(1100)], { checkpointMode });
    expect(recoveries).toEqual([true, true]);
    expect(rows).toEqual(expected().toSorted());
  });
});
