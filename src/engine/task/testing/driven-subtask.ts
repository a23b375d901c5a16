/**
 * One subtask for tests, driven by hand: a chain of one operator kind between channels in:0-0, in:1-0 and out:0-0, in job
 * time that the test sets. Two kinds are made for it: one that adds up by key, one that commits.
 */
import * as z from 'zod/mini';
import { decodeJson } from '../../../base/canonical-json.ts';
import { ok } from '../../../base/result.ts';
import { eventTime, MAX_EVENT_TIME, processingTime } from '../../../base/units.ts';
import { defaultSettings } from '../../graph/job.ts';
import type { JobSettings } from '../../graph/job.ts';
import { plainStream } from '../../graph/schema.ts';
import type { JsonValue } from '../../graph/schema.ts';
import type { JobGraphEdge } from '../../graph/plan.ts';
import { rowsOf } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import type { WireBuffer } from '../../wire/buffer.ts';
import type { CheckpointOptions, StateChunk, SubtaskSnapshot } from '../../wire/checkpoints.ts';
import { BufferReader, BufferWriter } from '../../wire/codec.ts';
import { decodeInFlight } from '../../wire/in-flight.ts';
import type { Deployment, SubtaskCommand, SubtaskEffect, SubtaskMessage, SubtaskPlan } from '../../wire/messages.ts';
import type { BarrierEvent } from '../../wire/reports.ts';
import type { OperatorDefinition, OperatorTable, RunnableOperator, TransformFactory } from '../operator.ts';
import { Subtask } from '../subtask.ts';

export const schema = [{ name: 'n', type: 'int' }] as const;
const stream = plainStream(schema);
const keyed = { schema, key: ['n'] };

const common = {
  role: 'transform' as const,
  family: 'transform',
  icon: 'circle',
  params: z.object({}),
  inputs: [{ name: 'in' }],
  outputs: [{ name: 'out' }],
  derive: () => ok([stream]),
  describe: () => '',
  summary: 'For tests.',
  example: { params: {}, inputs: [], outputs: {} },
} as const;

/** Counts by key, sums in operator state, and passes all on. A timer per key far in the future. */
const counting = {
  ...common,
  kind: 'counting',
  title: 'Counting',
  redistribute: (states: readonly (JsonValue | null)[], parallelism: number) => {
    const sum = states.reduce<number>((total, state) => total + ((state as { sum: number } | null)?.sum ?? 0), 0);
    return Array.from({ length: parallelism }, (_, index) => (index === 0 ? { sum } : null));
  },
  create: (_params, context) => {
    let sum = 0;
    const count = context.keyedState.value<number>('count');
    return {
      process(batch) {
        for (const row of rowsOf(batch)) {
          const key = row['n'] as number;
          sum += key;
          count.set(key, '', (count.get(key, '') ?? 0) + 1);
          context.timers.register({ domain: 'event', time: 1_000_000 + key, key, namespace: '' });
        }
        context.outputs[0]?.emit(batch);
      },
      snapshot: () => ({ sum }),
      restore(state) {
        sum = (state as { sum: number }).sum;
      },
    };
  },
} satisfies OperatorDefinition & TransformFactory;

/** Acknowledges when a prepare is answered, commits at the notice. */
const committing = {
  ...common,
  kind: 'committing',
  title: 'Committing',
  create: (_params, context) => {
    const asked = new Map<number, string>();
    let prepared = -1;
    let refused: string | null = null;
    const ask = (step: 'prepare' | 'commit', checkpoint: number): void => {
      const body = step === 'prepare' ? ({ kind: step, portions: 0 } as const) : ({ kind: step } as const);
      const transaction = `t${checkpoint}`;
      const request = { kind: 'transaction', system: 'results', sink: context.node, transaction, step: body } as const;
      asked.set(context.request(request), step);
    };
    return {
      process: (batch) => context.outputs[0]?.emit(batch),
      beforeBarrier: (checkpoint) => ask('prepare', checkpoint),
      snapshot: (checkpoint) => checkpoint,
      settled(checkpoint) {
        if (refused !== null) throw new Error(refused);
        return prepared >= checkpoint;
      },
      onAnswer(request, answer) {
        if (asked.get(request) !== 'prepare') return;
        if (answer.kind === 'failed') refused = answer.reason;
        else prepared = Number.POSITIVE_INFINITY;
      },
      onCheckpointComplete: (checkpoint) => ask('commit', checkpoint),
      restore: () => {},
    };
  },
} satisfies OperatorDefinition & TransformFactory;

const table: OperatorTable = new Map([
  ['counting', counting as unknown as RunnableOperator],
  ['committing', committing as unknown as RunnableOperator],
]);

export type Kind = 'counting' | 'committing';
export interface Shape {
  readonly kind?: Kind;
  readonly settings?: Partial<JobSettings>;
  readonly index?: number;
  readonly parallelism?: number;
  readonly senders?: number;
  readonly partitioner?: JobGraphEdge['partitioner'];
}

function planOf({ kind = 'counting', settings = {}, index = 0, parallelism = 1, senders = 2, partitioner }: Shape) {
  const edge = (id: string, from: string, to: string, type: JobGraphEdge['type']): JobGraphEdge => ({
    edge: id,
    from,
    fromNode: from,
    fromPort: 0,
    to,
    toNode: to,
    toPort: 0,
    partitioner: type === keyed ? (partitioner ?? 'hash') : 'forward',
    type,
  });
  const operator = { node: 'v', kind, name: 'Test', params: {}, costMs: 0, inputs: [keyed], outputs: [stream] };
  const inputs = Array.from({ length: senders }, (_, from) => `in:${from}-${index}`);
  return {
    id: `v/${index}`,
    index,
    vertex: { id: 'v', name: 'Test', parallelism, operators: [operator], chained: [] },
    inputs: [{ edge: { ...edge('in', 'u', 'v', keyed), toNode: 'v' }, channels: inputs }],
    outputs: [{ edge: { ...edge('out', 'v', 'w', stream) }, channels: [`out:${index}-0`], receiverParallelism: 1 }],
    settings: { ...defaultSettings, bufferRecords: 4, buffersPerChannel: 2, bufferTimeoutMs: 100, ...settings },
  } satisfies SubtaskPlan;
}

export const options = (checkpoint: number, more: Partial<CheckpointOptions> = {}): CheckpointOptions => ({
  checkpoint,
  triggeredAt: processingTime(0),
  mode: 'aligned',
  alignmentTimeoutMs: null,
  savepoint: false,
  ...more,
});

export function numbers(values: readonly number[]): Batch {
  const columns = [{ kind: 'number', values: Float64Array.from(values) }] as const;
  return { schema, length: values.length, timestamps: new Float64Array(values.length), columns };
}

export class DrivenSubtask {
  readonly task: Subtask;
  readonly plan: SubtaskPlan;
  /** All effects so far. */
  effects: SubtaskEffect[] = [];
  now = 0;
  /** Chunks that were written, by key. */
  readonly store = new Map<string, StateChunk>();
  private readonly writers: BufferWriter[];
  private readonly sent: number[];
  private readonly priorities: number[];
  private answered = 0;

  constructor(shape: Shape = {}, deployment: Partial<Deployment> = {}) {
    this.plan = planOf(shape);
    const senders = this.plan.inputs[0]?.channels ?? [];
    this.writers = senders.map(() => new BufferWriter(schema, 100, 4));
    this.sent = senders.map(() => 0);
    this.priorities = senders.map(() => 0);
    const whole = { plan: this.plan, attempt: 1, restore: null, offsets: null, recovery: null, faults: [] };
    this.task = new Subtask({ ...whole, ...deployment }, { operators: table, compile: () => () => null });
    this.command({ kind: 'start' });
  }

  step(message: SubtaskMessage): SubtaskEffect[] {
    const now = processingTime(this.now);
    const effects = this.task.step(message, now);
    this.task.stepped(now, processingTime(this.now));
    this.effects.push(...effects);
    return effects;
  }

  command(command: SubtaskCommand): SubtaskEffect[] {
    return this.step({ kind: 'command', command });
  }

  /** Runs until the subtask asks for no more. */
  run(): void {
    for (let i = 0; i < 100; i++) if (!this.step({ kind: 'run' }).some(({ kind }) => kind === 'continue')) return;
  }

  /** Records on a channel, and behind them a barrier. */
  data(sender: number, values: readonly number[], barrier: CheckpointOptions | null = null): SubtaskEffect[] {
    const writer = this.writers[sender] as BufferWriter;
    if (values.length > 0) writer.append(numbers(values), { indices: null, start: 0, end: values.length });
    if (barrier !== null) writer.event({ kind: 'barrier', options: barrier });
    return this.buffer(sender, writer.take());
  }

  barrier(sender: number, barrier: CheckpointOptions): SubtaskEffect[] {
    return this.data(sender, [], barrier);
  }

  overtaking(sender: number, barrier: CheckpointOptions): SubtaskEffect[] {
    const event = { kind: 'barrier', options: { ...barrier, mode: 'unaligned' } } as const;
    const empty = { rows: 0, capacity: 0, segment: null, texts: [], events: [{ after: 0, event }] };
    const sequence = this.priorities[sender] as number;
    this.priorities[sender] = sequence + 1;
    const buffer: WireBuffer = { ...empty, sequence, priority: true, behind: this.sent[sender] as number };
    return this.step({ kind: 'buffer', channel: `in:${sender}-${this.plan.index}`, buffer });
  }

  watermark(sender: number, time: number): void {
    const writer = this.writers[sender] as BufferWriter;
    writer.event({ kind: 'watermark', time: eventTime(time) });
    this.buffer(sender, writer.take());
  }

  end(sender: number): void {
    const writer = this.writers[sender] as BufferWriter;
    writer.event({ kind: 'watermark', time: MAX_EVENT_TIME });
    writer.event({ kind: 'end' });
    this.buffer(sender, writer.take());
  }

  credit(credits = 1): void {
    this.step({ kind: 'credit', channel: `out:${this.plan.index}-0`, grant: { credits, segments: [] } });
  }

  /** Answers every open request: chunks are kept, transactions are done. */
  answer(): void {
    const open = this.requests.slice(this.answered);
    this.answered += open.length;
    for (const { request, body } of open) {
      if (body.kind === 'write-state') for (const chunk of body.chunks) this.store.set(chunk.handle.key, chunk);
      if (body.kind === 'read-state') {
        const data = body.keys.map((key) => this.store.get(key)?.data ?? null);
        this.step({ kind: 'answer', request, answer: { kind: 'state', data } });
      } else this.step({ kind: 'answer', request, answer: { kind: 'done' } });
    }
  }

  fail(reason: string): void {
    const open = this.requests.slice(this.answered);
    this.answered += open.length;
    for (const { request } of open) {
      this.step({ kind: 'answer', request, answer: { kind: 'failed', code: 'storage-full', reason } });
    }
  }

  /** Runs and answers until nothing more happens. */
  settle(): void {
    for (let i = 0; i < 10; i++) {
      this.run();
      this.answer();
    }
  }

  get requests() {
    return this.of('request');
  }

  of<K extends SubtaskEffect['kind']>(kind: K): Extract<SubtaskEffect, { kind: K }>[] {
    return this.effects.filter((effect): effect is Extract<SubtaskEffect, { kind: K }> => effect.kind === kind);
  }

  /** What went out: records as numbers, events as words. */
  get sentThings(): (number | string)[] {
    return this.of('send').flatMap(({ buffer }) => contentsOf(buffer));
  }

  get acknowledged(): number[] {
    return this.of('acknowledge').map(({ checkpoint }) => checkpoint);
  }

  snapshot(checkpoint: number): SubtaskSnapshot {
    const found = this.of('acknowledge').find((each) => each.checkpoint === checkpoint);
    if (found === undefined) throw new Error(`Checkpoint ${checkpoint} is not acknowledged.`);
    return found.snapshot;
  }

  get declined(): string[] {
    return this.of('decline').map(({ checkpoint, failure }) => `${checkpoint} ${failure.reason}`);
  }

  get barriers(): BarrierEvent[] {
    return this.of('report').flatMap(({ report }) => (report.kind === 'barrier' ? [report.event] : []));
  }

  /** State of a checkpoint as plain values: the sum, counts by key, number of timers, data in flight. */
  stateOf(checkpoint: number) {
    const state = {
      sum: 0,
      counts: {} as Record<number, number>,
      timers: 0,
      input: [] as number[],
      output: [] as number[],
    };
    for (const { place, key } of this.snapshot(checkpoint).handles) {
      const data = (this.store.get(key) as StateChunk).data;
      if (place.kind === 'operator') state.sum = (decodeJson(data) as { sum: number }).sum;
      if (place.kind === 'timers') state.timers += (decodeJson(data) as unknown[]).length;
      if (place.kind === 'keyed') {
        for (const { entries } of decodeJson(data) as { entries: [string, number, number][] }[])
          for (const [, of, count] of entries) state.counts[of] = count;
      }
      if (place.kind === 'input' || place.kind === 'output') {
        for (const one of decodeInFlight(schema, data)) {
          if (one.kind === 'record') state[place.kind].push(one.row['n'] as number);
        }
      }
    }
    return state;
  }

  /** A deployment that restores a checkpoint of this subtask; `store` must be shared. */
  deploymentFrom(checkpoint: number, parallelism = this.plan.vertex.parallelism): Partial<Deployment> {
    const handles = this.snapshot(checkpoint).handles.map((handle) => ({
      ...handle,
      from: this.plan.index,
      of: parallelism,
    }));
    return { attempt: 2, recovery: 1, restore: { checkpoint, finished: false, handles, parallelism } };
  }

  private buffer(sender: number, buffer: WireBuffer): SubtaskEffect[] {
    this.sent[sender] = (this.sent[sender] as number) + 1;
    return this.step({ kind: 'buffer', channel: `in:${sender}-${this.plan.index}`, buffer });
  }
}

function contentsOf(buffer: WireBuffer): (number | string)[] {
  const batch = new BufferReader(schema).read(buffer);
  const rows = batch === null ? [] : rowsOf(batch).map((row) => row['n'] as number);
  const out: (number | string)[] = [];
  let next = 0;
  for (const { after, event } of buffer.events) {
    for (; next < after; next++) out.push(rows[next] as number);
    const sign = buffer.priority === true ? '!' : '#';
    out.push(event.kind === 'barrier' ? `${sign}${event.options.checkpoint}` : event.kind);
  }
  return [...out, ...rows.slice(next)];
}
