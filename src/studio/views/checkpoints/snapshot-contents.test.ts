/** What the explorer and the difference show of a snapshot, and where a key lives. */
import { describe, expect, it } from 'vitest';
import type { ChunkContents, KeyedEntry } from '../../../connectors/checkpoints/decode.ts';
import type { SnapshotDifference } from '../../../connectors/checkpoints/difference.ts';
import { eventTime } from '../../../base/units.ts';
import { rangeOfSubtask } from '../../../engine/state/key-groups.ts';
import { contentsOf, flatValues, jsonText, stateText } from './contents.ts';
import { diffCounts, diffRows } from './diff-rows.ts';
import { keyPlaces, parseKey } from './key-search.ts';
import { storedRows, storedTotals } from './stored-runs.ts';
import { graph, metadata } from './testing/cluster.ts';

const entry = (key: string, value: number): KeyedEntry => {
  return { state: 'windows', kind: 'accumulator', namespace: 978_307_200_000, key, value: [value], touchedAt: null };
};

describe('the contents of a snapshot', () => {
  it('are offsets of sources, and operator state of others', () => {
    const chunks: ChunkContents[] = [
      { kind: 'operator', node: 'flights', state: { source: { position: 4096, ended: false }, emitted: 12 } },
      { kind: 'operator', node: 'hourly', state: [1, 2] },
    ];
    expect(contentsOf(chunks, graph).operators).toMatchObject([
      {
        name: 'Flights',
        offsets: true,
        values: [
          { path: 'source.position', value: '4096' },
          { path: 'source.ended', value: 'false' },
          { path: 'emitted', value: '12' },
        ],
      },
      { name: 'Hourly', offsets: false, values: [{ path: '', value: '[1,2]' }] },
    ]);
  });

  it('tell pending transactions apart from the rest of a sink’s state', () => {
    const state = { sequence: 3, pending: [{ transaction: 'hourly/0/1-2', records: 40 }] };
    const { pending, operators } = contentsOf([{ kind: 'operator', node: 'hourly', state }], graph);
    expect(pending).toEqual([{ node: 'hourly', name: 'Hourly', transaction: 'hourly/0/1-2', records: 40 }]);
    expect(operators[0]?.values).toEqual([{ path: 'sequence', value: '3' }]);
  });

  it('keep an empty list of transactions in sight', () => {
    const { pending, operators } = contentsOf(
      [{ kind: 'operator', node: 'hourly', state: { sequence: 0, pending: [] } }],
      graph,
    );
    expect(pending).toEqual([]);
    expect(operators[0]?.values).toContainEqual({ path: 'pending', value: '[]' });
  });

  it('name the channel of in-flight data by its ends', () => {
    const elements = [
      { kind: 'record', row: { origin: 'SFO' }, time: eventTime(30) },
      { kind: 'event', event: { kind: 'watermark', time: eventTime(20) } },
    ] as const;
    const [section] = contentsOf(
      [{ kind: 'in-flight', side: 'input', channel: 'e:0-1', elements, more: 2 }],
      graph,
    ).inFlight;
    expect(section).toMatchObject({
      name: 'Flights 0 → Hourly 1',
      elements: ['{"origin":"SFO"} @ 30', 'watermark 20'],
      more: 2,
    });
  });

  it('gather keyed state over key groups, with what was not decoded', () => {
    const chunk = (group: number, key: string, more: number): ChunkContents => {
      return { kind: 'keyed', group, entries: [entry(key, 1)], more };
    };
    const { keyed, keyedMore } = contentsOf([chunk(3, 'SFO', 0), chunk(9, 'JFK', 5)], graph);
    expect(keyed.map(({ group, key }) => [group, key])).toEqual([
      [3, 'SFO'],
      [9, 'JFK'],
    ]);
    expect(keyedMore).toBe(5);
  });
});

describe('JSON in one line', () => {
  it('keeps numbers that JSON does not have', () => {
    expect([Number.NaN, Infinity, -0].map(jsonText)).toEqual(['NaN', 'Infinity', '-0']);
  });

  it('shows a map by its keys, and other states as they are', () => {
    const map = [
      ['n1', [1, 'x']],
      [7, null],
    ] as const;
    expect(stateText({ kind: 'map', value: map })).toBe('{n1: [1,"x"], 7: null}');
    expect(stateText({ kind: 'list', value: map })).toBe('[["n1",[1,"x"]],[7,null]]');
    expect(stateText({ kind: 'map', value: Array.from({ length: 200 }, (_, i) => [i, i]) })).toHaveLength(401);
  });

  it('opens objects and lists of objects, and leaves short lists closed', () => {
    expect(flatValues({ splits: [{ at: 1 }, { at: 2 }], names: ['a', 'b'], none: {} })).toEqual([
      { path: 'splits[0].at', value: '1' },
      { path: 'splits[1].at', value: '2' },
      { path: 'names', value: '["a","b"]' },
      { path: 'none', value: '{}' },
    ]);
  });
});

describe('a key', () => {
  it('lives in the subtask whose range holds its group', () => {
    const places = ['SFO', 'JFK', 'ATL', 'BOS'].flatMap((key) => keyPlaces(key, graph, metadata(1)));
    expect(places).toHaveLength(4);
    for (const { group, index, name } of places) {
      const { start, end } = rangeOfSubtask(index, 128, 2);
      expect(name).toBe('Hourly');
      expect(group).toBeGreaterThanOrEqual(start);
      expect(group).toBeLessThanOrEqual(end);
    }
  });

  // "a".hashCode() is 97, and MurmurHash3_x86_32 of it modulo 128, computed apart from this code, is 81.
  it('is hashed as Flink does', () => {
    expect(keyPlaces('a', graph, metadata(1))).toMatchObject([{ key: 'a', group: 81, index: 1 }]);
  });

  it('is read by the types of its columns', () => {
    expect(parseKey('007', ['string'])).toBe('007');
    expect(parseKey('7', ['int'])).toBe(7);
    expect(parseKey('7.5', ['int'])).toBeUndefined();
    expect(parseKey('-0', ['float'])).toBe(0);
    expect(parseKey('', ['int'])).toBeUndefined();
    expect(parseKey('yes', ['boolean'])).toBeUndefined();
    expect(parseKey('2001-01-01 00:00', ['timestamp'])).toBe(Date.UTC(2001, 0, 1));
  });

  it('of several columns is their JSON array, however it is written', () => {
    expect(parseKey('SFO, 12', ['string', 'int'])).toBe('["SFO",12]');
    expect(parseKey('["a,b", 12]', ['string', 'int'])).toBe('["a,b",12]');
    expect(parseKey('SFO', ['string', 'int'])).toBeUndefined();
  });
});

const none: SnapshotDifference = { operators: [], keyed: [], timers: [], inFlight: [], unreadable: [] };

describe('the difference of two snapshots', () => {
  it('is one row per place of operator state that changed', () => {
    const at = { vertex: 'v1', index: 1, node: 'flights' };
    const before = { ...at, state: { offset: 10, split: 'a' } };
    const after = { ...at, state: { offset: 25, split: 'a', extra: true } };
    const rows = diffRows({ ...none, operators: [{ change: 'changed', before, after }] }, graph);
    expect(rows.map(({ change, of, place, before: from, after: to }) => [change, of, place, from, to])).toEqual([
      ['changed', 'Flights 1', 'offset', '10', '25'],
      ['added', 'Flights 1', 'extra', '', 'true'],
    ]);
  });

  it('names keyed state by key, window and state, and counts by change', () => {
    const rows = diffRows(
      {
        ...none,
        keyed: [
          { change: 'added', after: { vertex: 'v2', ...entry('SFO', 1) } },
          { change: 'removed', before: { vertex: 'v2', ...entry('JFK', 2) } },
        ],
        timers: [{ change: 'added', after: { vertex: 'v2', domain: 'event', time: 50, key: 'SFO', namespace: '' } }],
      },
      graph,
    );
    expect(rows.map(({ of, place, before, after }) => [of, place, before, after])).toEqual([
      ['Hourly', 'SFO · 2001-01-01 00:00 · windows', '', '[1]'],
      ['Hourly', 'JFK · 2001-01-01 00:00 · windows', '[2]', ''],
      ['Hourly', 'SFO', '', 'event time 50'],
    ]);
    expect(diffCounts(rows)).toEqual({ added: 2, removed: 1, changed: 0 });
  });
});

describe('stored runs', () => {
  const handle = (key: string, bytes: number) => {
    return { key, bytes, place: { kind: 'keyed', group: 0 }, fingerprint: '0'.repeat(16), entries: 1 } as const;
  };
  const of = (id: number, savepoint: boolean, handles: ReturnType<typeof handle>[]) =>
    metadata(id, { savepoint, subtasks: [{ subtask: 'v2/0', vertex: 'v2', index: 0, finished: false, handles }] });
  const run = (name: string, endedAt: number | null) => {
    return { run: name, document: 'd', job: 'no job file', startedAt: 1, endedAt };
  };

  it('count a chunk that several checkpoints share once', () => {
    const shared = handle('1/v2/0/1/0', 100);
    const checkpoints = [of(2, false, [shared, handle('2/v2/0/1/0', 10)]), of(1, true, [shared])];
    const rows = storedRows([{ run: run('a', 5), checkpoints, damaged: [] }], null, new Set());
    expect(storedTotals(rows)).toEqual({ runs: 1, checkpoints: 1, savepoints: 1, bytes: 110 });
  });

  it('go on here, in another tab, were left or have ended', () => {
    const parts = ['here', 'elsewhere', 'left', 'ended'].map((name) => {
      return { run: run(name, name === 'ended' ? 5 : null), checkpoints: [of(1, false, [])], damaged: [] };
    });
    const rows = storedRows(parts, 'here', new Set(['here', 'elsewhere']));
    expect(rows.map((row) => row.state)).toEqual(['here', 'elsewhere', 'left', 'ended']);
    expect(rows[0]?.jobName).toBe('A job that cannot be read any more');
  });

  it('are left out when they left nothing', () => {
    const empty = { checkpoints: [], damaged: [] };
    const parts = [
      { run: run('old', 5), ...empty },
      { run: run('here', null), ...empty },
    ];
    expect(storedRows(parts, 'here', new Set()).map((row) => row.run.run)).toEqual(['here']);
  });
});
