/**
 * Generator: synthetic records whose content is a pure function of the seed and their sequence number, so that a replay
 * from any offset, and any parallelism, gives the same records. Subtask (or split) i of p makes the numbers i, i + p,
 * i + 2p, …
 */
import * as z from 'zod/mini';
import { processingTime } from '../../base/units.ts';
import { choiceField, durationField, integerField, numberField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue, Schema } from '../graph/schema.ts';
import type { OperatorContext, OperatorDefinition, Polled, SourceFactory, SourceOperator } from '../task/operator.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { derived } from './check.ts';
import { AliasTable, mix32, stream } from './random-keys.ts';
import { assignsTimestamps, eventTimeFields, eventTimeIssues, splitsField } from './source-params.ts';
import { timestampAssigner } from './timestamps.ts';
import type { TimestampAssigner } from './timestamps.ts';

/** Records of one batch at most: the default network buffer. */
const batchRecords = 2048;
/** A source that fell behind its rate makes up for at most this much. */
const catchUpMs = 1000;

const params = z.object({
  rate: numberField(1000, {
    label: 'Rate',
    unit: 'records/s per subtask',
    min: 0,
    help: '0 means as fast as the job takes them. With splits: of each split.',
  }),
  count: integerField(0, {
    label: 'Count',
    unit: 'records',
    min: 0,
    help: 'Of all subtasks together; 0 means endless.',
  }),
  keys: integerField(10, { label: 'Keys', min: 1, max: 100_000, help: 'How many different keys there are.' }),
  keyType: choiceField(
    'string',
    [
      { value: 'string', label: 'string' },
      { value: 'int', label: 'int' },
    ],
    { label: 'Key type', help: 'What keys are: k0, k1 and so on, or 0, 1 and so on.' },
  ),
  skew: numberField(0, {
    label: 'Key skew',
    min: 0,
    max: 5,
    step: 0.1,
    help: 'Zipf exponent: 0 makes all keys equally frequent, 1 makes the second key half as frequent as the first.',
  }),
  startMs: integerField(Date.UTC(2026, 0, 1), {
    label: 'First event time',
    unit: 'ms since 1970',
    help: 'The event time of the first record.',
  }),
  stepMs: numberField(1, {
    label: 'Event-time step',
    unit: 'ms per record',
    min: 0,
    help: 'Event time between a record and the next, over all subtasks.',
  }),
  disorderMs: durationField(0, { label: 'Disorder', help: 'Each record is older than in order by up to this much.' }),
  minimum: numberField(0, { label: 'Least value', help: 'Values are spread evenly from here to the greatest.' }),
  maximum: numberField(100, { label: 'Greatest value', help: 'Values are spread evenly between the two.' }),
  splits: splitsField(),
  ...eventTimeFields({ timestampColumn: 'time', watermarks: 'bounded' }),
});
type GeneratorParams = z.infer<typeof params>;

export const generator: OperatorDefinition<GeneratorParams> = {
  kind: 'generator',
  family: 'source',
  title: 'Generator',
  summary: 'Makes up records: at any rate, with any number of keys, skewed and out of order as you like.',
  icon: 'dices',
  params,
  inputs: [],
  outputs: [{ name: 'out' }],
  eventTime: { assigns: assignsTimestamps },
  derive(given) {
    const schema = schemaOf(given);
    const issues = eventTimeIssues(given, schema);
    if (given.minimum > given.maximum)
      issues.push({
        code: 'invalid-param',
        param: 'minimum',
        details: { param: 'Least value', reason: 'it is above the greatest value' },
      });
    return derived(issues, () => [plainStream(schema)]);
  },
  describe({ rate, keys, skew }) {
    const speed = rate === 0 ? 'full speed' : `${rate}/s`;
    return `${speed} · ${keys} ${keys === 1 ? 'key' : 'keys'}${skew > 0 ? `, skew ${skew}` : ''}`;
  },
  example: {
    params: { rate: 0, count: 3, keys: 1, startMs: 0, stepMs: 10, minimum: 7, maximum: 7 },
    inputs: [],
    outputs: {
      out:
        '{"key":"k0","value":7,"sequence":0,"time":0}@0 {"key":"k0","value":7,"sequence":1,"time":10}@10 ' +
        '{"key":"k0","value":7,"sequence":2,"time":20}@20 |',
    },
  },
};

export const generatorFactory: SourceFactory<GeneratorParams> = {
  role: 'source',
  create: (given, context) => new Generator(given, context),
};

function schemaOf({ keyType }: GeneratorParams): Schema {
  return [
    { name: 'key', type: keyType },
    { name: 'value', type: 'float' },
    { name: 'sequence', type: 'int' },
    { name: 'time', type: 'timestamp' },
  ];
}

/** The arrays that batches are made in. */
interface Space {
  readonly keys: Int32Array | Float64Array;
  readonly values: Float64Array;
  readonly sequences: Float64Array;
  readonly times: Float64Array;
  /** Timestamps of records without event time. */
  readonly none: Float64Array;
  readonly columns: readonly Column[];
}

/** `names`: entries of the key column; null for keys that are numbers. */
function makeSpace(room: number, names: readonly string[] | null): Space {
  const values = new Float64Array(room);
  const sequences = new Float64Array(room);
  const times = new Float64Array(room);
  const codes = names === null ? new Float64Array(room) : new Int32Array(room);
  const keys: Column =
    names !== null && codes instanceof Int32Array
      ? { kind: 'text', codes, entries: names }
      : { kind: 'number', values: codes as Float64Array };
  const numbers = [values, sequences, times].map((array): Column => ({ kind: 'number', values: array }));
  return {
    keys: codes,
    values,
    sequences,
    times,
    none: new Float64Array(room).fill(Number.NaN),
    columns: [keys, ...numbers],
  };
}

class Generator implements SourceOperator {
  private readonly params: GeneratorParams;
  private readonly context: OperatorContext;
  private readonly schema: Schema;
  private readonly timed: TimestampAssigner;
  private readonly names: readonly string[];
  private readonly table: AliasTable;
  /** Records of this subtask in all. */
  private readonly total: number;
  /** Records emitted so far. */
  private offset = 0;
  private arrays: Space | null = null;
  /** Clock and offset from which the rate counts. */
  private rateFrom: { at: number; offset: number } | null = null;

  constructor(given: GeneratorParams, context: OperatorContext) {
    this.params = given;
    this.context = context;
    this.schema = schemaOf(given);
    this.timed = timestampAssigner(given, context, this.schema);
    this.table = new AliasTable(given.keys, given.skew);
    this.names = given.keyType === 'string' ? Array.from({ length: given.keys }, (_, i) => `k${i}`) : [];
    const share = (given.count - context.subtaskIndex) / context.parallelism;
    this.total = given.count === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(share));
  }

  poll(limit: number): Polled {
    const left = this.total - this.offset;
    if (left === 0) return { kind: 'end' };
    const due = this.params.rate === 0 ? left : this.due();
    const count = Math.min(limit, batchRecords, left, due);
    if (count === 0) return { kind: 'wait', until: this.nextDue() };
    this.context.outputs[0]?.emit(this.timed(this.make(count)));
    this.offset += count;
    return this.offset === this.total ? { kind: 'end' } : { kind: 'more' };
  }

  snapshot(): JsonValue {
    return { offset: this.offset };
  }

  restore(state: JsonValue): void {
    this.offset = (state as { offset: number }).offset;
    this.rateFrom = null;
  }

  /** Records that the rate allows by now, beyond those emitted; the first at once. */
  private due(): number {
    const { rate } = this.params;
    const now = this.context.now();
    const from = (this.rateFrom ??= { at: now, offset: this.offset });
    const due = 1 + Math.floor(((now - from.at) * rate) / 1000 + 1e-6) - (this.offset - from.offset);
    const most = Math.max(1, Math.ceil((catchUpMs * rate) / 1000));
    if (due <= most) return Math.max(0, due);
    this.rateFrom = { at: now - ((most - 1) * 1000) / rate, offset: this.offset };
    return most;
  }

  private nextDue() {
    const from = this.rateFrom as { at: number; offset: number };
    return processingTime(from.at + ((this.offset - from.offset) * 1000) / this.params.rate);
  }

  /** The batch is valid until the next one is made: its arrays are used again. */
  private make(count: number): Batch {
    const { keys, values, sequences, times, none, columns } = this.space(count);
    this.fill(count, keys, values, sequences, times);
    return { schema: this.schema, length: count, timestamps: none, columns };
  }

  /** Columns with room for `count` records. Fresh arrays for each batch cost more than the records in them. */
  private space(count: number): Space {
    if (this.arrays === null || this.arrays.values.length < count) {
      const room = Math.min(batchRecords, Math.max(count, 2 * (this.arrays?.values.length ?? 0)));
      this.arrays = makeSpace(room, this.params.keyType === 'string' ? this.names : null);
    }
    return this.arrays;
  }

  private fill(
    count: number,
    keys: Int32Array | Float64Array,
    values: Float64Array,
    sequences: Float64Array,
    times: Float64Array,
  ): void {
    const { table } = this;
    const { parallelism, subtaskIndex, seed } = this.context;
    const { startMs, stepMs, disorderMs, minimum, maximum } = this.params;
    const range = (maximum - minimum) / 0x1_0000_0000;
    const disorder = (disorderMs + 1) / 0x1_0000_0000;
    const base = mix32(seed ^ stream.base);
    let sequence = this.offset * parallelism + subtaskIndex;
    for (let i = 0; i < count; i++, sequence += parallelism) {
      const h = mix32(base ^ (sequence | 0) ^ Math.imul((sequence / 0x1_0000_0000) | 0, stream.high));
      keys[i] = table.pick(mix32(h ^ stream.column), mix32(h ^ stream.alias));
      values[i] = minimum + range * (mix32(h ^ stream.value) >>> 0);
      sequences[i] = sequence;
      times[i] = startMs + Math.floor(sequence * stepMs) - Math.floor(disorder * (mix32(h ^ stream.disorder) >>> 0));
    }
  }
}
