/** Changelogs through operators that hand them on, into sinks, and where they are refused. */
import { describe, expect, test } from 'vitest';
import type { Job } from '../graph/job.ts';
import { defaultSettings } from '../graph/job.ts';
import { analyse } from '../graph/analyse.ts';
import { problemMessage } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { ColumnSpec, StreamType } from '../graph/schema.ts';
import { kindTable } from './list.ts';
import { changes, playChanges, shownChanges } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';

function outcome(kind: string, params: object, line: string, port = 'out', type: StreamType = changes): string {
  const definition = kindTable.get(kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  const harness = new Harness(definition, params, [type]);
  playChanges(harness, line);
  return shownChanges(harness, port);
}

const line = '+I:a=1@1 -U:a=1@2 +U:a=4@2 -D:a=4@3';
const doubled = [{ name: 'double', type: 'int' }];

describe('operators that hand row kinds on', () => {
  test.each([
    ['filter', { function: '(row) => row.value > 1' }, '+U:a,4@2 -D:a,4@3'],
    ['map', { function: '(row) => row.value * 2', columns: doubled }, '+I:2@1 -U:2@2 +U:8@2 -D:8@3'],
    [
      'map',
      { function: '(row) => row.value * 2', columns: doubled, keep: true },
      '+I:a,1,2@1 -U:a,1,2@2 +U:a,4,8@2 -D:a,4,8@3',
    ],
    [
      'flatMap',
      { function: '(row) => [row.value, -row.value]', columns: doubled },
      '+I:1@1 +I:-1@1 -U:1@2 -U:-1@2 +U:4@2 +U:-4@2 -D:4@3 -D:-4@3',
    ],
    ['keyBy', { columns: ['key'] }, '+I:a,1@1 -U:a,1@2 +U:a,4@2 -D:a,4@3'],
    ['union', {}, '+I:a,1@1 -U:a,1@2 +U:a,4@2 -D:a,4@3'],
  ])('%s %#', (kind, params, expected) => {
    expect(outcome(kind, params, line)).toBe(expected);
  });

  test('a function sees the kind, and a map that names a row kind makes a changelog of its own', () => {
    const columns = [
      { name: 'v', type: 'int' },
      { name: 'kind', type: 'rowkind' },
    ];
    const source = "(row) => ({ v: row.value, kind: row.op === '-D' ? '+I' : '-D' })";
    expect(outcome('map', { function: source, columns }, '+I:a=1@1 -D:a=1@2')).toBe('-D:1@1 +I:1@2');
    const wrong = '(row) => ({ v: 1, kind: "insert" })';
    expect(() => outcome('map', { function: wrong, columns }, '+I:a=1@1')).toThrow(
      'where one of +I, -U, +U, -D is needed',
    );
  });

  test('a name that is taken does not hide the kinds', () => {
    const columns = [{ name: 'op', type: 'int' }];
    expect(outcome('map', { function: '(row) => row.value', columns }, '-D:a=1@1')).toBe('-D:1@1');
  });
});

describe('table sinks', () => {
  test.each([
    ['update', '+I:a,1@1 +U:a,4@2 -D:a,4@3'],
    ['changelog', '+I:a,1@1 -U:a,1@2 +U:a,4@2 -D:a,4@3'],
    ['complete', '+I:a,1@1 -U:a,1@2 +U:a,4@2 -D:a,4@3'],
  ])('in %s mode give to the results', (mode, expected) => {
    for (const kind of ['table', 'transactionalTable']) {
      const definition = kindTable.get(kind);
      if (definition === undefined) throw new Error(`no kind ${kind}`);
      const harness = new Harness(definition, { mode }, [changes]);
      playChanges(harness, `${line} #1`);
      const shown = harness.port('results').flatMap((one) => {
        if (one.kind !== 'record') return [];
        const { key, value, op } = one.row;
        return [`${op}:${key},${value}@${one.time}`];
      });
      expect(shown.join(' ')).toBe(expected);
    }
  });
});

const columns: readonly ColumnSpec[] = changes.schema;
const node = (id: string, kind: string, params: object) =>
  ({ id, kind, name: id, params, parallelism: null, chaining: 'always', costMs: 0, position: { x: 0, y: 0 } }) as const;
const edge = (from: string, to: string) =>
  ({
    id: `${from}-${to}`,
    from: { node: from, port: 'out' },
    to: { node: to, port: 'in' },
    partitioner: 'auto',
  }) as const;

function problemsOf(kind: string, params: object): string[] {
  const job = {
    nodes: [
      node('changes', 'scripted', { columns, timeline: '+I:a=1@1 -D:a=1@2 |' }),
      node('keyed', 'keyBy', { columns: ['key'] }),
      node('one', kind, params),
    ],
    edges: [edge('changes', 'keyed'), edge('keyed', 'one')],
    settings: defaultSettings,
  } as unknown as Job;
  return analyse(job, kindTable)
    .problems.filter((problem) => problem.node === 'one')
    .map(problemMessage);
}

describe('where only insertions are taken, a changelog is refused while the job is drawn', () => {
  const refused = 'The input takes only insertions, and this stream also updates or deletes rows.';
  test.each(['tumblingWindow', 'sessionWindow', 'reduce', 'process', 'deduplicate', 'sortByTime'])('by %s', (kind) => {
    expect(problemsOf(kind, {})).toContain(refused);
  });

  test('by a table in append mode, and by no other mode', () => {
    expect(problemsOf('table', {})).toEqual([
      'The output mode “append” takes only insertions, and this stream also updates or deletes rows.',
    ]);
    expect(problemsOf('transactionalTable', {})).toHaveLength(1);
    for (const mode of ['update', 'complete', 'changelog']) expect(problemsOf('table', { mode })).toEqual([]);
    expect(problemsOf('upsertTable', { keys: ['key'] })).toEqual([]);
    expect(problemsOf('log', {})).toEqual([]);
  });

  test('by Postgres without a key, which it needs to change rows by', () => {
    expect(problemsOf('postgres', {})).toEqual([
      'This stream also updates or deletes rows, and no key says which rows of the table those are.',
    ]);
    expect(problemsOf('postgres', { keys: ['key'] })).toEqual([]);
    for (const kind of ['postgres', 'upsertTable'])
      expect(problemsOf(kind, { keys: ['op'] })).toEqual(['There is no column “op” here. There are: key, value.']);
  });

  test('not by a chart, which draws the table as it is now', () => {
    expect(problemsOf('chart', { style: 'bar', x: 'key', y: 'value' })).toEqual([]);
    expect(problemsOf('chart', { style: 'bar', x: 'op', y: 'value' }).join()).toContain(
      'There is no column “op” here.',
    );
  });

  test('a row kind is no key, and a stream has one at most', () => {
    expect(problemsOf('keyBy', { columns: ['op'] }).join()).toContain('The column “op” is rowkind');
    const twice = [...columns, { name: 'again', type: 'rowkind' as const }];
    expect(problemsOf('map', { columns: twice }).join()).toContain(
      'The columns “op” and “again” are both of type rowkind',
    );
  });
});

test('a timeline without a column for row kinds has none', () => {
  const plain = plainStream(changes.schema.slice(0, 2));
  expect(() => outcome('filter', {}, '-D:a=1@1', 'out', plain)).toThrow(
    '-D before a record needs a column of type rowkind',
  );
});
