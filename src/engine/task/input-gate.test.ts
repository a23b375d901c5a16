/** Blocked channels, overtaking barriers and the recording of in-flight data at the receiving ends. */
import { describe, expect, it } from 'vitest';
import { processingTime } from '../../base/units.ts';
import { rowsOf } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { CheckpointOptions } from '../wire/checkpoints.ts';
import { BufferReader, BufferWriter } from '../wire/codec.ts';
import { InputGate } from './input-gate.ts';

const schema = [{ name: 'n', type: 'int' }] as const;
const buffersMax = 2;

const options = (checkpoint: number, mode: 'aligned' | 'unaligned' = 'aligned'): CheckpointOptions => ({
  checkpoint,
  triggeredAt: processingTime(0),
  mode,
  alignmentTimeoutMs: null,
  savepoint: false,
});

function numbers(values: readonly number[]): Batch {
  const columns = [{ kind: 'number', values: Float64Array.from(values) }] as const;
  return { schema, length: values.length, timestamps: new Float64Array(values.length), columns };
}

const valuesOf = (batch: Batch | null): number[] =>
  batch === null ? [] : rowsOf(batch).map((row) => row['n'] as number);

/** A gate of channels a and b. */
function gate() {
  const came: string[] = [];
  const reader = new BufferReader(schema);
  const machine = new InputGate(
    ['a', 'b'].map((id) => ({ id, port: 0, schema, reader })),
    buffersMax,
    {
      consumed: () => {},
      barrierCame: (channel, { checkpoint }) => came.push(`${channel}#${checkpoint}`),
      endCame: (channel) => came.push(`${channel} end`),
    },
  );
  const writers = { a: new BufferWriter(schema, 100, 4), b: new BufferWriter(schema, 100, 4) };
  const sent = { a: 0, b: 0 };
  const priorities = { a: 0, b: 0 };
  const data = (id: 'a' | 'b', values: readonly number[], barrier?: number): void => {
    writers[id].append(numbers(values), { indices: null, start: 0, end: values.length });
    if (barrier !== undefined) writers[id].event({ kind: 'barrier', options: options(barrier) });
    sent[id]++;
    machine.receive(id, { ...writers[id].take(), behind: priorities[id] });
  };
  const end = (id: 'a' | 'b', values: readonly number[]): void => {
    writers[id].append(numbers(values), { indices: null, start: 0, end: values.length });
    writers[id].event({ kind: 'end' });
    sent[id]++;
    machine.receive(id, { ...writers[id].take(), behind: priorities[id] });
  };
  const overtaking = (id: 'a' | 'b', checkpoint: number, behind = sent[id]): void => {
    const event = { kind: 'barrier', options: options(checkpoint, 'unaligned') } as const;
    const sequence = priorities[id]++;
    const empty = { rows: 0, capacity: 0, segment: null, texts: [] };
    machine.receive(id, { ...empty, sequence, events: [{ after: 0, event }], priority: true, behind });
  };
  const losePriority = (id: 'a' | 'b'): number => priorities[id]++;
  /** Takes up to so many elements; records as their values, events as their kinds. */
  const take = (count: number, rows = 100): (number | string)[] => {
    const out: (number | string)[] = [];
    for (let i = 0; i < count; i++) {
      const element = machine.take(rows);
      if (element === null) break;
      if (element.kind === 'records') out.push(...valuesOf(element.batch));
      else out.push(element.event.kind);
      machine.release();
    }
    return out;
  };
  const copies = (): Record<string, number[]> =>
    Object.fromEntries(
      [...machine.stopRecording()].map(([id, buffers]) => [
        id,
        buffers.flatMap((buffer: WireBuffer) => valuesOf(reader.read(buffer))),
      ]),
    );
  return { machine, data, end, overtaking, losePriority, take, copies, came };
}

describe('a blocked channel', () => {
  it('keeps its queue and gives no credit back, while the others go on', () => {
    const { machine, data, take } = gate();
    data('a', [1], 1);
    expect(take(2)).toEqual([1, 'barrier']);
    machine.takeGrants();
    machine.block(0);
    data('a', [2]);
    data('a', [3]);
    data('b', [10]);
    expect(take(9)).toEqual([10]);
    expect(machine.takeGrants().map(([channel]) => channel)).toEqual(['b']);
    machine.unblock();
    expect(take(9)).toEqual([2, 3]);
  });

  it('does not lose its turn to go on', () => {
    const { machine, data, take } = gate();
    data('a', [1], 1);
    data('a', [2]);
    expect(take(2)).toEqual([1, 'barrier']);
    machine.block(0);
    expect(take(9)).toEqual([]);
    machine.unblock();
    machine.unblock();
    expect(take(9)).toEqual([2]);
  });

  it('queues no more than its credits', () => {
    const { machine, data } = gate();
    machine.block(0);
    data('a', [1]);
    data('a', [2]);
    expect(() => data('a', [3])).toThrow(/at most its 2 buffers/);
  });
});

describe('an overtaking barrier', () => {
  it('comes before what is queued, takes no room in it, and tells what it overtook', () => {
    const { machine, data, overtaking, take } = gate();
    data('a', [1, 2]);
    data('a', [3]);
    overtaking('a', 1);
    expect(machine.nextOvertaking()).toMatchObject({ channel: 0, overtook: 3, options: { checkpoint: 1 } });
    expect(machine.nextOvertaking()).toBeNull();
    expect(take(9)).toEqual([1, 2, 3]);
  });

  it('fails the gate if a buffer that was sent before it is missing', () => {
    const { data, overtaking } = gate();
    data('a', [1]);
    expect(() => overtaking('a', 1, 2)).toThrow(/delivered buffer 2 where 1 was due/);
  });

  it('is missed when a buffer comes that was sent after it', () => {
    const { data, losePriority } = gate();
    data('a', [1]);
    losePriority('a');
    expect(() => data('a', [2])).toThrow(/delivered buffer 1 where 0 was due/);
  });
});

describe('recording', () => {
  it('copies the rest of the buffer in hand, the queues, and what comes before the missing barriers', () => {
    const { machine, data, overtaking, take, copies, came } = gate();
    data('a', [1, 2, 3]);
    data('a', [4]);
    data('b', [10]);
    expect(take(1, 1)).toEqual([1]);
    overtaking('b', 1);
    const first = machine.nextOvertaking();
    expect(machine.startRecording(1, new Set([first?.channel ?? -1]))).toEqual([]);
    // Processing goes on at once with what was copied.
    expect(take(2)).toEqual([2, 3, 10]);
    data('b', [11]);
    data('a', [5]);
    expect(came).toEqual([]);
    overtaking('a', 1);
    expect(came).toEqual(['0#1']);
    expect(take(9)).toEqual([4, 11, 5]);
    data('a', [6]);
    expect(copies()).toEqual({ a: [2, 3, 4, 5], b: [10] });
  });

  it('ends at a barrier that comes in its turn', () => {
    const { machine, data, overtaking, copies, came } = gate();
    overtaking('b', 1);
    machine.nextOvertaking();
    machine.startRecording(1, new Set([1]));
    data('a', [1, 2], 1);
    data('a', [3]);
    expect(came).toEqual(['0#1']);
    expect(copies()).toEqual({ a: [1, 2] });
  });

  it('finds barriers that wait in queues, and copies only what is before them', () => {
    const { machine, data, take, copies } = gate();
    data('a', [1], 1);
    data('a', [2]);
    data('b', [10], 1);
    expect(machine.startRecording(1, new Set())).toEqual([
      { channel: 0, overtook: 1 },
      { channel: 1, overtook: 1 },
    ]);
    expect(copies()).toEqual({ a: [1], b: [10] });
    expect(take(9)).toEqual([1, 'barrier', 10, 'barrier', 2]);
  });

  it('waits for no barrier of a channel whose end is in its queue: no data comes behind it', () => {
    const { machine, data, end, take, copies } = gate();
    data('a', [1, 2]);
    end('a', [3]);
    data('b', [10]);
    expect(take(1, 1)).toEqual([1]);
    expect(machine.startRecording(1, new Set())).toEqual([{ channel: 0, overtook: 2 }]);
    data('b', [11]);
    expect(take(9)).toEqual([2, 10, 3, 'end', 11]);
    expect(copies()).toEqual({ a: [2, 3], b: [10, 11] });
  });

  it('tells when the end of a channel comes that is being recorded', () => {
    const { machine, data, end, copies, came } = gate();
    data('a', [1]);
    machine.startRecording(1, new Set([1]));
    expect(came).toEqual([]);
    end('a', [2]);
    expect(came).toEqual(['0 end']);
    expect(copies()).toEqual({ a: [1, 2] });
  });

  it('copies nothing of a channel whose barrier was taken in its turn', () => {
    const { machine, data, take, copies } = gate();
    data('a', [1], 1);
    expect(take(2)).toEqual([1, 'barrier']);
    machine.block(0);
    data('a', [2]);
    data('b', [10]);
    expect(machine.startRecording(1, new Set([0]))).toEqual([]);
    expect(copies()).toEqual({ b: [10] });
  });

  it('knows the place of each of two barriers that overtook before the first was taken', () => {
    const { machine, data, overtaking, copies } = gate();
    data('a', [1]);
    overtaking('a', 1);
    data('a', [2]);
    overtaking('a', 2);
    expect(machine.nextOvertaking()?.options.checkpoint).toBe(1);
    machine.startRecording(1, new Set([0]));
    expect(copies()).toEqual({ a: [1] });
    expect(machine.nextOvertaking()?.options.checkpoint).toBe(2);
    machine.startRecording(2, new Set([0]));
    expect(copies()).toEqual({ a: [1, 2] });
  });
});

describe('in-flight data of a checkpoint', () => {
  it('comes before anything that is received, beyond the bound of the queue, and gives no credit back', () => {
    const { machine, data, overtaking, copies } = gate();
    data('a', [1]);
    data('a', [2]);
    overtaking('a', 1);
    machine.nextOvertaking();
    machine.startRecording(1, new Set([0]));
    const kept = machine.stopRecording().get('a') ?? [];
    const next = gate();
    next.data('a', [3]);
    next.machine.restore('a', kept);
    next.data('a', [4]);
    expect(next.take(2)).toEqual([1, 2]);
    expect(next.machine.takeGrants()).toEqual([]);
    // Another checkpoint that finds some of it unread holds it again.
    expect(next.machine.startRecording(2, new Set())).toEqual([]);
    expect(next.copies()).toEqual({ a: [3, 4] });
    expect(next.take(9)).toEqual([3, 4]);
    expect(next.machine.takeGrants()).toHaveLength(1);
    expect(copies()).toEqual({});
  });
});
