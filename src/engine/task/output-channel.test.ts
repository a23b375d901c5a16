/** Credits, timeouts and bounds at the sending end of a channel. */
import { describe, expect, it } from 'vitest';
import { eventTime, processingTime } from '../../base/units.ts';
import type { Batch } from '../wire/batch.ts';
import { rowsOf } from '../wire/batch.ts';
import type { StreamEvent, WireBuffer } from '../wire/buffer.ts';
import { BufferReader } from '../wire/codec.ts';
import type { CheckpointOptions } from '../wire/checkpoints.ts';
import { OutputChannel } from './output-channel.ts';

const schema = [{ name: 'n', type: 'int' }] as const;

function numbers(...values: number[]): Batch {
  const columns = [{ kind: 'number', values: Float64Array.from(values) }] as const;
  return { schema, length: values.length, timestamps: new Float64Array(values.length), columns };
}

function open(settings: { bufferRecords?: number; bufferTimeoutMs?: number; buffersPerChannel?: number }) {
  const sent: WireBuffer[] = [];
  const full = { bufferRecords: 4, bufferTimeoutMs: 100, buffersPerChannel: 2, ...settings };
  const channel = new OutputChannel('e:0-0', schema, full, (_, buffer) => sent.push(buffer));
  const write = (count: number, at = 0): void =>
    channel.write(numbers(...Array(count).keys()), { indices: null, start: 0, end: count }, processingTime(at));
  return { channel, sent, write };
}

describe('output channel', () => {
  it('sends a buffer when it is full, one per credit', () => {
    const { channel, sent, write } = open({});
    write(13);
    expect(sent.map((buffer) => buffer.rows)).toEqual([4, 4]);
    expect(channel.gauges()).toMatchObject({ credits: 0, sentRecords: 8, queuedBuffers: 2, queuedRecords: 5 });
  });

  it('is unavailable while two full buffers wait, and sends them as credits come', () => {
    const { channel, sent, write } = open({});
    write(16);
    expect(channel.available).toBe(false);
    channel.grant({ credits: 1, segments: [] });
    expect(channel.available).toBe(true);
    expect(sent.map((buffer) => buffer.sequence)).toEqual([0, 1, 2]);
  });

  it('refuses more credits than there are buffers', () => {
    const { channel } = open({});
    expect(() => channel.grant({ credits: 1, segments: [] })).toThrow(/at most its buffers/);
  });

  it('sends a part-filled buffer after its timeout, counted from its first record', () => {
    const { channel, sent, write } = open({ bufferTimeoutMs: 100 });
    write(1, 1000);
    write(1, 1090);
    expect(channel.flushAt()).toBe(1100);
    channel.flushDue(processingTime(1099));
    expect(sent).toHaveLength(0);
    channel.flushDue(processingTime(1100));
    expect(sent.map((buffer) => buffer.rows)).toEqual([2]);
    expect(channel.flushAt()).toBeNull();
  });

  it('goes on filling the buffer while it has no credit, instead of queueing small ones', () => {
    const { channel, sent, write } = open({ buffersPerChannel: 1, bufferTimeoutMs: 0 });
    write(1);
    channel.flushDue(processingTime(0));
    write(1);
    channel.flushDue(processingTime(5));
    write(1);
    expect(sent).toHaveLength(1);
    channel.grant({ credits: 1, segments: [] });
    channel.flushDue(processingTime(5));
    expect(sent.map((buffer) => buffer.rows)).toEqual([1, 2]);
  });

  it('keeps only the newest of watermarks that wait behind each other without credit', () => {
    const { channel, sent, write } = open({ buffersPerChannel: 1, bufferRecords: 3 });
    write(3);
    for (let time = 1; time <= 1000; time++)
      channel.event({ kind: 'watermark', time: eventTime(time) }, processingTime(0));
    expect(channel.available).toBe(true);
    channel.grant({ credits: 1, segments: [] });
    channel.flushDue(processingTime(100));
    expect(sent.at(-1)?.events).toEqual([{ after: 0, event: { kind: 'watermark', time: 1000 } }]);
  });

  it('sends the end of the stream at once, and is drained then', () => {
    const { channel, sent, write } = open({});
    write(1);
    expect(channel.drained).toBe(false);
    channel.event({ kind: 'end' }, processingTime(0));
    expect(sent.at(-1)?.events).toEqual([{ after: 1, event: { kind: 'end' } }]);
    expect(channel.drained).toBe(true);
  });
});

const options = (checkpoint: number): CheckpointOptions => ({
  checkpoint,
  triggeredAt: processingTime(0),
  mode: 'aligned',
  alignmentTimeoutMs: null,
  savepoint: false,
});
const barrier = (checkpoint: number): Extract<StreamEvent, { kind: 'barrier' }> => ({
  kind: 'barrier',
  options: options(checkpoint),
});
const valuesOf = (buffers: readonly WireBuffer[]): unknown[] => {
  const reader = new BufferReader(schema);
  return buffers.flatMap((buffer) => {
    const batch = reader.read(buffer);
    return batch === null ? [] : rowsOf(batch).map((row) => row['n']);
  });
};
const kinds = ({ events }: WireBuffer): string[] => events.map(({ event }) => event.kind);

describe('a barrier in its turn', () => {
  it('is the last event of its buffer, which is sent at once', () => {
    const { channel, sent, write } = open({});
    write(1);
    channel.barrier(barrier(1));
    write(1);
    channel.flushDue(processingTime(1000));
    expect(sent.map((buffer) => buffer.rows)).toEqual([1, 1]);
    expect(sent.map(kinds)).toEqual([['barrier'], []]);
  });

  it('is not crossed by a later watermark that replaces an earlier one', () => {
    const { channel, sent } = open({ buffersPerChannel: 1 });
    const mark = (time: number): void => channel.event({ kind: 'watermark', time: eventTime(time) }, processingTime(0));
    channel.barrier(barrier(1));
    mark(5);
    channel.barrier(barrier(2));
    mark(7);
    mark(8);
    for (let i = 0; i < 2; i++) channel.grant({ credits: 1, segments: [] });
    channel.flushDue(processingTime(1000));
    expect(
      sent.map(({ events }) => events.map(({ event }) => (event.kind === 'watermark' ? event.time : event.kind))),
    ).toEqual([['barrier'], [5, 'barrier'], [8]]);
  });

  it('waits for credit behind what came before it', () => {
    const { channel, sent, write } = open({ buffersPerChannel: 1 });
    write(5);
    channel.barrier(barrier(1));
    expect(sent).toHaveLength(1);
    expect(channel.holdsBarrier(1)).toBe(true);
    channel.grant({ credits: 1, segments: [] });
    expect(channel.holdsBarrier(1)).toBe(false);
  });

  it('may follow the end, and then takes no credit', () => {
    const { channel, sent } = open({ buffersPerChannel: 1 });
    channel.event({ kind: 'end' }, processingTime(0));
    channel.barrier(barrier(1));
    expect(sent.map((buffer) => [kinds(buffer), buffer.uncredited ?? false])).toEqual([
      [['end'], false],
      [['barrier'], true],
    ]);
    expect(channel.drained).toBe(true);
  });
});

describe('a barrier that overtakes', () => {
  it('goes ahead of queued and part-filled buffers without credit, and gives copies of them', () => {
    const { channel, sent, write } = open({ buffersPerChannel: 1 });
    write(10);
    const { buffers } = channel.overtake(options(3));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ priority: true, sequence: 0, behind: 1, rows: 0 });
    expect(sent[1]?.events[0]?.event).toMatchObject({ kind: 'barrier', options: { checkpoint: 3, mode: 'unaligned' } });
    expect(valuesOf(buffers)).toEqual([4, 5, 6, 7, 8, 9]);
    channel.grant({ credits: 1, segments: [] });
    channel.grant({ credits: 1, segments: [] });
    expect(valuesOf(sent.slice(2))).toEqual([4, 5, 6, 7, 8, 9]);
    expect(sent.slice(2).map((buffer) => buffer.sequence)).toEqual([1, 2]);
  });

  it('shares no memory with what is sent', () => {
    const { channel, sent, write } = open({ buffersPerChannel: 1 });
    write(8);
    const { buffers } = channel.overtake(options(1));
    channel.grant({ credits: 1, segments: [] });
    structuredClone(sent[2], { transfer: [sent[2]?.segment as ArrayBuffer] });
    expect(valuesOf(buffers)).toEqual([4, 5, 6, 7]);
  });

  it('that waits in its turn can be hurried: only what is before it is copied', () => {
    const { channel, sent, write } = open({ buffersPerChannel: 1 });
    write(8);
    channel.barrier(barrier(1));
    write(2);
    const { buffers } = channel.hurry(1, options(1));
    expect(valuesOf(buffers)).toEqual([4, 5, 6, 7]);
    expect(sent.at(-1)).toMatchObject({ priority: true, behind: 1 });
    for (let i = 0; i < 3; i++) channel.grant({ credits: 1, segments: [] });
    channel.flushDue(processingTime(1000));
    expect(valuesOf(sent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1]);
    expect(sent.filter(({ priority }) => priority !== true).flatMap(kinds)).toEqual([]);
    expect(channel.hurry(1, options(1)).buffers).toEqual([]);
  });
});

describe('in-flight data of a checkpoint', () => {
  it('is sent before anything new, in one count of sequence numbers', () => {
    const before = open({ buffersPerChannel: 1 });
    before.write(10);
    const { channel, sent, write } = open({ buffersPerChannel: 2 });
    channel.restore(before.channel.overtake(options(1)).buffers);
    write(1);
    channel.grant({ credits: 1, segments: [] });
    channel.flushDue(processingTime(1000));
    expect(valuesOf(sent)).toEqual([4, 5, 6, 7, 8, 9, 0]);
    expect(sent.map((buffer) => buffer.sequence)).toEqual([0, 1, 2]);
  });
});
