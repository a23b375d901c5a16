/** Credits, timeouts and bounds at the sending end of a channel. */
import { describe, expect, it } from 'vitest';
import { eventTime, processingTime } from '../../base/units.ts';
import type { Batch } from '../wire/batch.ts';
import type { WireBuffer } from '../wire/buffer.ts';
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
