/** A subtask step by step: credits, backpressure, pause, failure, end of input, simulated work. */
import { describe, expect, it } from 'vitest';
import { eventTime, MAX_EVENT_TIME, processingTime } from '../../base/units.ts';
import { defaultSettings } from '../graph/job.ts';
import type { JobSettings } from '../graph/job.ts';
import type { JobGraphEdge, PlannedOperator } from '../graph/plan.ts';
import { plainStream } from '../graph/schema.ts';
import { operatorTable } from '../operators/running.ts';
import { rowsOf } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import { BufferReader, BufferWriter } from '../wire/codec.ts';
import type { SubtaskEffect, SubtaskMessage, SubtaskPlan } from '../wire/messages.ts';
import { Subtask } from './subtask.ts';

const stream = plainStream([{ name: 'n', type: 'int' }]);
const edge = (id: string, to: string): JobGraphEdge => ({
  edge: id,
  from: 'v',
  fromNode: 'map',
  fromPort: 0,
  to,
  toNode: 'map',
  toPort: 0,
  partitioner: 'forward',
  type: stream,
});

const filter = (source: string, costMs = 0): PlannedOperator => ({
  node: 'map',
  kind: 'filter',
  name: 'Keep',
  params: { function: source, predicate: source },
  costMs,
  inputs: [stream],
  outputs: [stream],
});

/** One filter between channels a, b and x. */
function subtask(
  options: { settings?: Partial<JobSettings>; operator?: PlannedOperator; operators?: readonly PlannedOperator[] } = {},
) {
  const operators = options.operators ?? [options.operator ?? filter('() => true')];
  // A chain that ends in a sink has no outputs.
  const outputs =
    operators.at(-1)?.outputs.length === 0 ? [] : [{ edge: edge('out', 'w'), channels: ['x'], receiverParallelism: 1 }];
  const plan: SubtaskPlan = {
    id: 'v/0',
    index: 0,
    vertex: {
      id: 'v',
      name: 'Keep',
      parallelism: 1,
      operators,
      chained: operators.slice(1).map(({ node }) => ({ edge: `to ${node}`, from: 'map', fromPort: 0, to: node })),
    },
    inputs: [{ edge: edge('in', 'v'), channels: ['a', 'b'] }],
    outputs,
    settings: { ...defaultSettings, bufferRecords: 4, buffersPerChannel: 2, bufferTimeoutMs: 100, ...options.settings },
  };
  const compile = (source: string) => new Function(`return (${source})`)();
  const task = new Subtask(
    { plan, attempt: 1, restore: null, offsets: null, recovery: null, faults: [] },
    { operators: operatorTable, compile },
  );
  const writers = { a: writer(plan.settings.bufferRecords), b: writer(plan.settings.bufferRecords) };
  const at = (message: SubtaskMessage, ms: number): SubtaskEffect[] => task.step(message, processingTime(ms));
  const started = at({ kind: 'command', command: { kind: 'start' } }, 0);
  return { task, at, writers, started };
}

const writer = (limit: number): BufferWriter => new BufferWriter(stream.schema, limit, 4);

function numbers(...values: number[]): Batch {
  const columns = [{ kind: 'number', values: Float64Array.from(values) }] as const;
  return { schema: stream.schema, length: values.length, timestamps: new Float64Array(values.length), columns };
}

function buffer(from: BufferWriter, ...values: number[]): WireBuffer {
  from.append(numbers(...values), { indices: null, start: 0, end: values.length });
  return from.take();
}

const watermark = (from: BufferWriter, time: number): WireBuffer => {
  from.event({ kind: 'watermark', time: eventTime(time) });
  return from.take();
};

const end = (from: BufferWriter): WireBuffer => {
  from.event({ kind: 'watermark', time: MAX_EVENT_TIME });
  from.event({ kind: 'end' });
  return from.take();
};

const arrive = (channel: string, what: WireBuffer): SubtaskMessage => ({ kind: 'buffer', channel, buffer: what });
const sent = (effects: readonly SubtaskEffect[]): WireBuffer[] =>
  effects.flatMap((effect) => (effect.kind === 'send' ? [effect.buffer] : []));
const credits = (effects: readonly SubtaskEffect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'credit' ? [`${effect.channel}+${effect.grant.credits}`] : []));
const states = (effects: readonly SubtaskEffect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'state' ? [effect.state] : []));

function valuesOf(buffers: readonly WireBuffer[]): unknown[] {
  const reader = new BufferReader(stream.schema);
  return buffers.flatMap((each) => {
    const batch = reader.read(each);
    return batch === null ? [] : rowsOf(batch).map((row) => row['n']);
  });
}

describe('subtask', () => {
  it('processes a buffer, sends what comes of it, and gives the credit with the segment back', () => {
    const { at, writers } = subtask({ operator: filter('(row) => row.n % 2 === 0') });
    const effects = at(arrive('a', buffer(writers.a, 1, 2, 3, 4)), 1);
    expect(credits(effects)).toEqual(['a+1']);
    const flushed = at({ kind: 'run' }, 101);
    expect(valuesOf(sent(flushed))).toEqual([2, 4]);
  });

  it('takes no input while its output has no room, and goes on when credit comes', () => {
    const { task, at, writers } = subtask();
    const effects: SubtaskEffect[] = [];
    // Two credits and two queued buffers take 16 records; the fifth buffer of four finds no room.
    for (let i = 0; i < 4; i++) {
      effects.push(...at(arrive('a', buffer(writers.a, i, i, i, i)), 1));
    }
    expect(credits(effects)).toHaveLength(4);
    effects.push(...at(arrive('a', buffer(writers.a, 9, 9, 9, 9)), 1));
    expect(task.occupation).toBe('backpressured');
    expect(sent(effects)).toHaveLength(2);
    expect(credits(effects)).toHaveLength(4);
    const after = at({ kind: 'credit', channel: 'x', grant: { credits: 1, segments: [] } }, 2);
    expect(sent(after)).toHaveLength(1);
    expect(credits(after)).toEqual(['a+1']);
  });

  it('forwards the least watermark of its channels, after the records before it', () => {
    const { at, writers } = subtask();
    at(arrive('a', buffer(writers.a, 1)), 1);
    at(arrive('a', watermark(writers.a, 10)), 1);
    at(arrive('b', watermark(writers.b, 7)), 1);
    const [out] = sent(at({ kind: 'run' }, 200));
    expect(out?.events).toEqual([{ after: 1, event: { kind: 'watermark', time: 7 } }]);
  });

  it('loses nothing in a pause', () => {
    const { at, writers } = subtask();
    const pace = (paused: boolean): SubtaskMessage => ({
      kind: 'command',
      command: { kind: 'pace', pace: { paused, recordsPerSecond: null, linkLatencyMs: 0 as never } },
    });
    at(pace(true), 1);
    expect(credits(at(arrive('a', buffer(writers.a, 1, 2)), 1))).toEqual([]);
    expect(credits(at(pace(false), 1))).toEqual(['a+1']);
    expect(valuesOf(sent(at({ kind: 'run' }, 200)))).toEqual([1, 2]);
  });

  it('finishes after the end of all inputs, once everything is sent', () => {
    const { at, writers } = subtask();
    expect(states(at(arrive('a', end(writers.a)), 1))).toEqual([]);
    const effects = at(arrive('b', end(writers.b)), 1);
    expect(
      sent(effects)
        .at(-1)
        ?.events.map(({ event }) => event.kind),
    ).toEqual(['watermark', 'end']);
    expect(states(effects)).toEqual(['finished']);
  });

  it('does not finish while the end waits for credit', () => {
    const { at, writers } = subtask({ settings: { buffersPerChannel: 1 } });
    at(arrive('a', buffer(writers.a, 1, 2, 3, 4)), 1);
    at(arrive('a', end(writers.a)), 1);
    expect(states(at(arrive('b', end(writers.b)), 1))).toEqual([]);
    expect(states(at({ kind: 'credit', channel: 'x', grant: { credits: 1, segments: [] } }, 2))).toEqual(['finished']);
  });

  it('fails on a gap in the sequence numbers and processes nothing after it', () => {
    const { at, writers } = subtask();
    buffer(writers.a, 1);
    const effects = at(arrive('a', buffer(writers.a, 2)), 1);
    expect(effects.find((effect) => effect.kind === 'state')).toMatchObject({
      state: 'failed',
      failure: { code: 'sequence-gap', details: { channel: 'a', got: 1, expected: 0 } },
    });
    expect(sent(at({ kind: 'run' }, 500))).toEqual([]);
  });

  it('names node, subtask, record and stack when a function throws', () => {
    const { at, writers } = subtask({
      operator: filter('(row) => { if (row.n === 3) throw new Error("no threes"); return true; }'),
    });
    const effects = at(arrive('a', buffer(writers.a, 1, 2, 3)), 1);
    const failure = effects.flatMap((effect) => (effect.kind === 'state' ? [effect.failure] : [])).at(-1);
    expect(failure).toMatchObject({ code: 'user-function', node: 'map', subtask: 'v/0', record: '{"n":3}' });
    expect(failure?.details['reason']).toBe('Error: no threes');
    expect(failure?.stack).toContain('no threes');
  });

  it('takes simulated work as long as it says, one record at a time', () => {
    const { task, at, writers } = subtask({ operator: filter('() => true', 50) });
    const effects = at(arrive('a', buffer(writers.a, 1, 2, 3)), 0);
    expect(task.occupation).toBe('busy');
    expect(effects).toContainEqual({ kind: 'wake', at: 50 });
    expect(credits(effects)).toEqual([]);
    at({ kind: 'run' }, 50);
    expect(credits(at({ kind: 'run' }, 100))).toEqual(['a+1']);
    at({ kind: 'run' }, 150);
    const { busyMs, idleMs } = task.gauges();
    expect([busyMs, idleMs]).toEqual([150, 0]);
  });

  it('ends at once when it is cancelled', () => {
    const { at, writers } = subtask();
    expect(states(at({ kind: 'command', command: { kind: 'cancel' } }, 1))).toEqual(['cancelled']);
    expect(at(arrive('a', buffer(writers.a, 1)), 2)).toEqual([]);
  });

  it('sleeps when its input has ended and its sink waits for the last checkpoint, though it makes watermarks of its own', () => {
    const own: PlannedOperator = { ...filter(''), kind: 'watermarks', params: { watermarks: 'ingestion' } };
    const sink: PlannedOperator = { ...filter(''), node: 'sink', kind: 'transactionalTable', params: {}, outputs: [] };
    const { at, writers, started } = subtask({ operators: [own, sink], settings: { watermarkIntervalMs: 10 } });
    for (const effect of started)
      if (effect.kind === 'request') at({ kind: 'answer', request: effect.request, answer: { kind: 'done' } }, 0);
    at(arrive('a', buffer(writers.a, 1)), 1);
    at(arrive('a', end(writers.a)), 2);
    const ended = at(arrive('b', end(writers.b)), 3);
    expect(ended.map(({ kind }) => kind)).toContain('end-of-data');
    const wakes = [4, 500, 1000].flatMap((ms) =>
      at({ kind: 'run' }, ms).flatMap((effect) => (effect.kind === 'wake' ? [effect.at - ms] : [])),
    );
    expect(wakes.filter((inMs) => inMs <= 0)).toEqual([]);
  });
});
