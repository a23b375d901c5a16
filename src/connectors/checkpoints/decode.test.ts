/** What the snapshot explorer shows: chunks as the engine wrote them, described and compared. */
import { describe, expect, it } from 'vitest';
import { encodeJson } from '../../base/canonical-json.ts';
import { hashInt } from '../../base/java-hash.ts';
import { duration, eventTime, processingTime } from '../../base/units.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import { rangeOfSubtask } from '../../engine/state/key-groups.ts';
import { KeyedState } from '../../engine/state/keyed-state.ts';
import { TimerQueue } from '../../engine/time/timers.ts';
import { BufferWriter } from '../../engine/wire/codec.ts';
import type { StateChunk } from '../../engine/wire/checkpoints.ts';
import { encodeInFlight, unreadPart } from '../../engine/wire/in-flight.ts';
import { Layout } from '../../engine/wire/layout.ts';
import { describeChunk } from './decode.ts';
import type { ChunkContents } from './decode.ts';
import { diffSnapshots, differentHandles, valueChanges } from './difference.ts';
import type { SnapshotChunk } from './difference.ts';
import { chunk, jsonChunk, metadata } from './testing/made-up.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
];
const schemaOf = (channel: string): Schema | null => (channel.startsWith('e1:') ? schema : null);

const described = ({ handle, data }: StateChunk, limit?: number): ChunkContents =>
  describeChunk(handle, data, schemaOf, limit);

const ttl = {
  ttlMs: duration(1000),
  update: 'on-create-and-write',
  visibility: 'never-return-expired',
} as const;

/** Chunks of keyed state of a vertex with some parallelism, as its subtasks would write them. */
function keyedChunks(parallelism: number, fill: (of: (key: number) => KeyedState) => void): SnapshotChunk[] {
  const maxParallelism = 8;
  const states = Array.from(
    { length: parallelism },
    (_, i) =>
      new KeyedState(
        maxParallelism,
        rangeOfSubtask(i, maxParallelism, parallelism),
        (key) => hashInt(key as number),
        () => processingTime(5),
      ),
  );
  fill((key) => states.find((state) => owns(state, key)) as KeyedState);
  return states.flatMap((state, index) =>
    [...state.snapshot()].map(([group, snapshot]) => ({
      vertex: 'v2',
      index,
      contents: described(jsonChunk(`${index}/${group}`, snapshot, { kind: 'keyed', group })),
    })),
  );
}

function owns(state: KeyedState, key: number): boolean {
  try {
    state.groupOf(key);
    return true;
  } catch {
    return false;
  }
}

const entriesOf = (chunks: readonly SnapshotChunk[]) =>
  chunks.flatMap(({ contents }) => (contents.kind === 'keyed' ? contents.entries : []));

describe('a chunk described', () => {
  it('of an operator is its state', () => {
    const state = { source: { offset: 12 }, emitted: 12 };
    expect(described(jsonChunk('k', state, { kind: 'operator', node: 'n1' }))).toEqual({
      kind: 'operator',
      node: 'n1',
      state,
    });
  });

  it('of keyed state is a table of entries, with times where they can expire', () => {
    const chunks = keyedChunks(1, (of) => {
      of(1).value<number>('plain').set(1, '', 7);
      of(1).value<number>('expiring', ttl).set(1, 3000, 8);
      of(1).list<string>('list', ttl).addAll(1, '', ['a', 'b']);
      of(1).map<string>('map', ttl).put(1, '', 'k', 'v');
      of(1).accumulator('sums', [0, Infinity]).table(0).slot(1);
    });
    const row = { namespace: '', key: 1, touchedAt: 5 };
    expect(entriesOf(chunks)).toEqual([
      { ...row, state: 'expiring', kind: 'value', namespace: 3000, value: 8 },
      { ...row, state: 'list', kind: 'list', value: ['a', 'b'] },
      { ...row, state: 'map', kind: 'map', value: [['k', 'v']] },
      { ...row, state: 'plain', kind: 'value', value: 7, touchedAt: null },
      { ...row, state: 'sums', kind: 'accumulator', namespace: 0, value: [0, Infinity], touchedAt: null },
    ]);
  });

  it('of timers is a table of timers, and says how many more there are', () => {
    const queue = new TimerQueue();
    for (const time of [30, 10, 20]) queue.register({ domain: 'event', time, key: 'a', namespace: 0 });
    const [[group, timers]] = [...queue.snapshotGroups(() => 4)] as [[number, readonly unknown[]]];
    expect(described(jsonChunk('k', timers, { kind: 'timers', group }), 2)).toEqual({
      kind: 'timers',
      group: 4,
      timers: [
        { domain: 'event', time: 10, key: 'a', namespace: 0 },
        { domain: 'event', time: 20, key: 'a', namespace: 0 },
      ],
      more: 1,
    });
  });

  it('of in-flight data is its records and watermarks, by the schema of the channel', () => {
    const writer = new BufferWriter(schema, 16, 1);
    const batch = {
      schema,
      length: 2,
      timestamps: Float64Array.of(5, NaN),
      columns: [
        { kind: 'text', codes: Int32Array.of(0, -1), entries: ['ü'] },
        { kind: 'number', values: Float64Array.of(1, 2) },
      ],
    } as const;
    writer.append(batch, { indices: null, start: 0, end: 2 });
    writer.event({ kind: 'watermark', time: eventTime(4) });
    const part = unreadPart(new Layout(schema), writer.take(), 0, 0);
    const data = encodeInFlight(schema, part === null ? [] : [part]);
    const made = chunk('k', data, { kind: 'input', channel: 'e1:0-1' });
    const handle = { ...made.handle, entries: 2 };
    const elements = [
      { kind: 'record', row: { word: 'ü', count: 1 }, time: 5 },
      { kind: 'record', row: { word: null, count: 2 }, time: null },
      { kind: 'event', event: { kind: 'watermark', time: 4 } },
    ];
    const place = { kind: 'in-flight', side: 'input', channel: 'e1:0-1' };
    expect(describeChunk(handle, data, schemaOf)).toEqual({ ...place, elements, more: 0 });
    expect(describeChunk(handle, data, schemaOf, 1)).toEqual({ ...place, elements: elements.slice(0, 1), more: 1 });
    const elsewhere = { ...handle, place: { kind: 'input', channel: 'e9:0-0' } } as const;
    expect(describeChunk(elsewhere, data, schemaOf)).toEqual({
      kind: 'unreadable',
      reason: 'The job has no channel e9:0-0 any more.',
    });
  });

  it('that is missing, damaged or not what it says is unreadable, with the reason', () => {
    const made = jsonChunk('k', [1]);
    const reason = (contents: ChunkContents) => (contents.kind === 'unreadable' ? contents.reason : contents.kind);
    expect(reason(describeChunk(made.handle, null, schemaOf))).toBe('The chunk is missing from the store.');
    expect(reason(describeChunk(made.handle, encodeJson([2]), schemaOf))).toMatch(/^The chunk is damaged: /);
    const noJson = chunk('k', Uint8Array.of(1, 2, 3), { kind: 'operator', node: 'n' });
    expect(reason(described(noJson))).toMatch(/^The chunk cannot be read: /);
    const noFlight = chunk('k', Uint8Array.of(9, 9), { kind: 'output', channel: 'e1:0-0' });
    expect(reason(described(noFlight))).toMatch(/^The chunk cannot be read: /);
    expect(reason(described(jsonChunk('k', { a: 1 }, { kind: 'timers', group: 0 })))).toMatch(/cannot be read/);
  });
});

describe('the difference of two snapshots', () => {
  it('names keys that were added, removed and changed, wherever their subtask was', () => {
    const before = keyedChunks(1, (of) => {
      for (const key of [1, 2, 3]) of(key).value<number>('v').set(key, '', key);
      of(1).list<number>('l').add(1, '', 1);
    });
    const after = keyedChunks(3, (of) => {
      for (const key of [1, 2, 4])
        of(key)
          .value<number>('v')
          .set(key, '', key === 2 ? 20 : key);
      of(1).list<number>('l').add(1, '', 1);
    });
    const { keyed, ...rest } = diffSnapshots(before, after);
    const row = { vertex: 'v2', state: 'v', kind: 'value', namespace: '', touchedAt: null };
    expect(keyed.toSorted((a, b) => a.change.localeCompare(b.change))).toEqual([
      { change: 'added', after: { ...row, key: 4, value: 4 } },
      { change: 'changed', before: { ...row, key: 2, value: 2 }, after: { ...row, key: 2, value: 20 } },
      { change: 'removed', before: { ...row, key: 3, value: 3 } },
    ]);
    expect(rest).toEqual({ operators: [], timers: [], inFlight: [], unreadable: [] });
  });

  it('names offsets, timers and in-flight data', () => {
    const at = (contents: ChunkContents, index = 0): SnapshotChunk => ({ vertex: 'v1', index, contents });
    const offsets = (offset: number): ChunkContents => ({ kind: 'operator', node: 's', state: { offset } });
    const timer = (time: number) => ({ domain: 'event', time, key: 'a', namespace: 0 }) as const;
    const timers = (...times: number[]): ChunkContents => ({
      kind: 'timers',
      group: 0,
      timers: times.map(timer),
      more: 0,
    });
    const flight = (more: number): ChunkContents => ({
      kind: 'in-flight',
      side: 'input',
      channel: 'e1:0-0',
      elements: [],
      more,
    });
    const lost: ChunkContents = { kind: 'unreadable', reason: 'gone' };
    const before = [at(offsets(1)), at(offsets(5), 1), at(timers(10, 20)), at(flight(3))];
    const after = [at(offsets(2)), at(offsets(5), 1), at(timers(20, 30)), at(lost)];
    const operator = (offset: number) => ({ vertex: 'v1', index: 0, node: 's', state: { offset } });
    expect(diffSnapshots(before, after)).toEqual({
      operators: [{ change: 'changed', before: operator(1), after: operator(2) }],
      keyed: [],
      timers: [
        { change: 'added', after: { vertex: 'v1', ...timer(30) } },
        { change: 'removed', before: { vertex: 'v1', ...timer(10) } },
      ],
      inFlight: [{ change: 'removed', before: { vertex: 'v1', side: 'input', channel: 'e1:0-0', records: 3 } }],
      unreadable: ['gone'],
    });
  });

  it('needs only the chunks that are not alike', () => {
    const same = jsonChunk('1/a', 'same');
    const written = jsonChunk('2/a', 'same');
    const [old, young] = [
      jsonChunk('1/b', 1, { kind: 'keyed', group: 1 }),
      jsonChunk('2/b', 2, { kind: 'keyed', group: 1 }),
    ];
    const different = differentHandles(metadata(1, [same, old]), metadata(2, [written, young]));
    expect(different.before.map(({ handle }) => handle.key)).toEqual(['1/b']);
    expect(different.after.map(({ handle }) => handle.key)).toEqual(['2/b']);
  });

  it('of two values names the innermost places', () => {
    const before = { source: { offset: 1, splits: [1, 2] }, emitted: 4, gone: null };
    const after = { source: { offset: 3, splits: [1, 5, 6] }, emitted: 4, come: [] };
    expect(valueChanges(before, after)).toEqual([
      { path: 'source.offset', before: 1, after: 3 },
      { path: 'source.splits[1]', before: 2, after: 5 },
      { path: 'source.splits[2]', before: undefined, after: 6 },
      { path: 'gone', before: null, after: undefined },
      { path: 'come', before: undefined, after: [] },
    ]);
    expect(valueChanges(1, { a: 1 })).toEqual([{ path: '', before: 1, after: { a: 1 } }]);
    expect(valueChanges(before, after, 2)).toHaveLength(2);
  });
});
