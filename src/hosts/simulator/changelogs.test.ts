/**
 * Changelogs in a whole cluster: an aggregate and a ranking over an outer join, whose rows are taken back and put back,
 * with Workers that crash, under exactly-once. Expectations are plain computations over the sequence numbers of generators.
 */
import { expect, it } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import type { Row } from '../../engine/graph/schema.ts';
import { job, node, request } from '../acceptance-jobs.ts';
import { simulate, sinkRecords } from './simulate.ts';

const records = 600;
const groups = ['red', 'green', 'blue'];
const event = { stepMs: 100, timestampColumn: 'time', watermarks: 'monotonous' };

/** Records of 12 keys; each key has a group, told once, and for each third corrected by an update. */
function drawn(checkpointMode: 'aligned' | 'unaligned') {
  const groupOf = `(row, emit) => {
  const names = ${JSON.stringify(groups)};
  const key = 'k' + row.sequence;
  if (row.sequence % 3 === 0) {
    emit({ key, group: 'wrong', op: '+I' });
    emit({ key, group: 'wrong', op: '-U' });
  }
  emit({ key, group: names[row.sequence % 3], op: row.sequence % 3 === 0 ? '+U' : '+I' });
}`;
  const columns = [
    { name: 'key', type: 'string' },
    { name: 'group', type: 'string' },
    { name: 'op', type: 'rowkind' },
  ];
  const nodes = [
    node('events', 'generator', { keys: 1, rate: 300, count: records, ...event } as never),
    node('of key', 'map', {
      function: "(row) => ({ key: 'k' + (row.sequence % 12), value: row.sequence })",
      columns: [
        { name: 'key', type: 'string' },
        { name: 'value', type: 'int' },
      ],
    } as never),
    node('by key', 'keyBy', { columns: ['key'] }),
    node('names', 'generator', { keys: 1, rate: 6, count: 9, ...event } as never),
    node('groups', 'flatMap', { function: groupOf, columns } as never),
    node('by name', 'keyBy', { columns: ['key'] }),
    node('join', 'regularJoin', { join: 'left' } as never, { parallelism: 2 }),
    node('by group', 'keyBy', { columns: ['group'] }),
    node('sums', 'aggregate', { aggregates: [{ function: 'sum', column: 'value', as: 'sum' }] } as never, {
      parallelism: 2,
    }),
    node('all', 'keyBy', { by: 'function', function: "() => 'all'", keyColumn: 'all' } as never),
    node('best', 'topN', { n: 2, by: 'sum', rankColumn: 'place' } as never),
    node('out', 'transactionalTable', { mode: 'changelog' } as never, { parallelism: 1 }),
    node('places', 'transactionalTable', { mode: 'changelog' } as never, { parallelism: 1 }),
  ];
  const edges = [
    'events -> of key',
    'of key -> by key',
    'names -> groups',
    'groups -> by name',
    'by key -> join.left',
    'by name -> join.right',
    'join -> by group',
    'by group -> sums',
    'sums -> out',
    'sums -> all',
    'all -> best',
    'best -> places',
  ];
  return job(nodes, edges, {
    bufferRecords: 8,
    checkpointIntervalMs: 100,
    checkpointMode,
    restartStrategy: 'fixed-delay',
    restartAttempts: 5,
  });
}

const crash = (target: string, ms: number): Fault => ({
  id: `crash-${ms}`,
  kind: 'crash-worker',
  target: { kind: 'node', node: target },
  when: { kind: 'at', ms },
  params: {},
  times: 1,
});

/** What the changes leave, as sorted texts; a row that is taken away was there. */
function left(changes: readonly Row[]): string[] {
  const rows = new Map<string, number>();
  for (const { op, ...row } of changes) {
    const text = JSON.stringify(row);
    const count = (rows.get(text) ?? 0) + (op === '-U' || op === '-D' ? -1 : 1);
    expect(count).toBeGreaterThanOrEqual(0);
    rows.set(text, count);
  }
  return [...rows].flatMap(([text, count]) => Array.from({ length: count }, () => text)).toSorted();
}

it.each(['aligned', 'unaligned'] as const)('retractions survive crashes (%s)', async (mode) => {
  const sums = new Map<string | null, number>();
  for (let sequence = 0; sequence < records; sequence++) {
    const key = sequence % 12;
    const group = key < 9 ? (groups[key % 3] as string) : null;
    sums.set(group, (sums.get(group) ?? 0) + sequence);
  }
  const faulty = { ...drawn(mode), faults: [crash('join', 700), crash('sums', 1300), crash('best', 1700)] };
  const simulation = await simulate(request(faulty), { seed: 5 });
  expect(simulation.view.job.state).toBe('finished');
  expect(simulation.view.recoveries).toHaveLength(3);
  const rowsAt = (sink: string): Row[] => sinkRecords(simulation, sink).map(({ row }) => row);
  const expected = [...sums].map(([group, sum]) => ({ group, sum }));
  expect(left(rowsAt('out'))).toEqual(expected.map((row) => JSON.stringify(row)).toSorted());
  const places = expected
    .toSorted((a, b) => b.sum - a.sum)
    .slice(0, 2)
    .map((row, i) => JSON.stringify({ ...row, all: 'all', place: i + 1 }));
  expect(left(rowsAt('places'))).toEqual(places.toSorted());
});
