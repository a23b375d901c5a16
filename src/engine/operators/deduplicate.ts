/**
 * Deduplicate: of each key one record. The first to arrive, at once (Flink's ProcTimeDeduplicateKeepFirstRowFunction), or
 * first in event time, as soon as the watermark reaches it (RowTimeDeduplicateKeepFirstRowFunction): either way nothing has
 * to be taken back. A time to live counts from when the record went out; one that waits for its watermark cannot expire.
 * Or the last one, which makes a changelog (`deduplicate-last.ts`).
 */
import * as z from 'zod/mini';
import { choiceField, durationField } from '../graph/params.ts';
import { changelogSchema, isChangelog, plainStream, withoutRowKind } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { KeyedState, ValueState } from '../state/keyed-state.ts';
import type { Operator, OperatorContext, OperatorDefinition, Progress, TransformFactory } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { selectRows } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { appendCells } from './append-cells.ts';
import { derived } from './check.ts';
import { KeepLast } from './deduplicate-last.ts';
import { LateRows } from './late-rows.ts';
import { cellsAt } from './row-cells.ts';
import type { Cells } from './row-cells.ts';
import { durationText } from './short-text.ts';
import { tableTtl } from './time-to-live.ts';

const params = z.object({
  keep: choiceField(
    'first',
    [
      { value: 'first', label: 'The first' },
      { value: 'last', label: 'The last' },
    ],
    {
      label: 'Keep',
      help: 'The first record of a key goes out once. The last one is a row that is updated: the output is a changelog.',
    },
  ),
  first: choiceField(
    'arrival',
    [
      { value: 'arrival', label: 'To arrive' },
      { value: 'eventTime', label: 'In event time' },
    ],
    {
      label: 'Which is that',
      help:
        'To arrive: at once; which it is may depend on the order of arrival. First in event time: the smallest timestamp ' +
        '(of equal ones the first to arrive) goes out when the watermark reaches it; records behind the watermark are ' +
        'late. Last in event time: at once; an older record changes nothing.',
    },
  ),
  ttlMs: durationField(0, {
    label: 'Time to live',
    help:
      'A key is remembered for this long in processing time since its record went out; after that, the next record is a ' +
      'first one again. 0 ms: for ever, so that the state grows with every new key.',
  }),
});
type DeduplicateParams = z.infer<typeof params>;

export const deduplicate: OperatorDefinition<DeduplicateParams> = {
  kind: 'deduplicate',
  family: 'transform',
  title: 'Deduplicate',
  summary: 'Keeps the first record of each key and drops the others, or keeps the last as a row that is updated.',
  icon: 'copy-minus',
  params,
  inputs: [{ name: 'in', keyed: true, changelog: true }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: ({ first }) => first === 'eventTime' },
  derive({ keep, first }, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    // Flink normalizes changelogs by the last row to arrive, and takes none elsewhere.
    if (isChangelog(schema) && (keep === 'first' || first === 'eventTime'))
      return derived([{ code: 'changelog' }], () => []);
    const out = keep === 'first' ? schema : changelogSchema(withoutRowKind(schema));
    return derived([], () => [plainStream(out), plainStream(schema)]);
  },
  describe: ({ keep, first, ttlMs }) =>
    `${keep} ${first === 'arrival' ? 'to arrive' : 'in event time'}${ttlMs === 0 ? '' : ` in ${durationText(ttlMs)}`}`,
  example: {
    params: { first: 'eventTime' },
    inputs: [
      {
        type: {
          schema: [
            { name: 'order', type: 'string' },
            { name: 'try', type: 'int' },
          ],
          key: ['order'],
        },
        timeline: 'a=2@12 a=1@10 b=1@11 w10 a=3@14 b=0@9 w20 a=4@25 |',
      },
    ],
    outputs: { out: 'a=1@10 w10 b=1@11 w20 |', late: 'w10 b=0@9 w20 |' },
  },
};

export const deduplicateFactory: TransformFactory<DeduplicateParams> = {
  role: 'transform',
  create({ keep, first, ttlMs }, context) {
    if (keep === 'last') return new KeepLast(first, ttlMs, context);
    return first === 'arrival' ? new FirstToArrive(ttlMs, context) : new FirstInEventTime(ttlMs, context);
  },
};

/** Keys whose record is out. */
function seenKeys(keyed: KeyedState, ttlMs: number): ValueState<true> {
  return keyed.value<true>('seen', tableTtl(ttlMs));
}

class FirstToArrive implements Operator {
  private readonly context: OperatorContext;
  private readonly reader: KeyReader;
  private readonly seen: ValueState<true>;
  private firsts = new Int32Array(256);

  constructor(ttlMs: number, context: OperatorContext) {
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.reader = new KeyReader(schema, key as readonly string[]);
    this.seen = seenKeys(context.keyedState, ttlMs);
  }

  process(batch: Batch): void {
    const { reader, seen } = this;
    if (this.firsts.length < batch.length) this.firsts = new Int32Array(batch.length);
    let count = 0;
    for (let row = 0; row < batch.length; row++) {
      const key = reader.read(batch, row);
      if (seen.get(key, emptyNamespace) !== undefined) continue;
      seen.set(key, emptyNamespace, true);
      this.firsts[count++] = row;
    }
    if (count > 0) this.context.outputs[0]?.emit(selectRows(batch, this.firsts, count));
  }
}

/** The earliest so far of a key: its time and its cells. */
type Candidate = readonly [time: number, cells: Cells];

/** Emits in between when there are this many records. */
const emitRows = 2048;

class FirstInEventTime implements Operator {
  private readonly context: OperatorContext;
  private readonly reader: KeyReader;
  private readonly late: LateRows;
  private readonly builder: BatchBuilder;
  private readonly seen: ValueState<true>;
  /** Each has a timer at its time. */
  private readonly candidates: ValueState<Candidate>;

  constructor(ttlMs: number, context: OperatorContext) {
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.reader = new KeyReader(schema, key as readonly string[]);
    this.late = new LateRows(context, 1);
    this.builder = new BatchBuilder(schema, 256, context);
    this.seen = seenKeys(context.keyedState, ttlMs);
    this.candidates = context.keyedState.value<Candidate>('first');
  }

  process(batch: Batch): void {
    const { late } = this;
    late.begin(batch);
    for (let row = 0; row < batch.length; row++) {
      const time = batch.timestamps[row] as number;
      if (late.isLate(time, 'behind')) late.add(row);
      else this.consider(batch, row, time);
    }
    late.emit(batch);
  }

  onTimer({ key }: Timer): void {
    const candidate = this.candidates.get(key, emptyNamespace);
    if (candidate === undefined) return;
    appendCells(this.builder, candidate[1], candidate[0]);
    this.candidates.delete(key, emptyNamespace);
    this.seen.set(key, emptyNamespace, true);
    if (this.builder.length >= emitRows) this.flush();
  }

  onWatermark(): Progress {
    this.flush();
    return 'done';
  }

  private consider(batch: Batch, row: number, time: number): void {
    const { candidates, seen, reader, context } = this;
    const key = reader.read(batch, row);
    if (seen.get(key, emptyNamespace) !== undefined) return;
    const earliest = candidates.get(key, emptyNamespace);
    if (earliest !== undefined && earliest[0] <= time) return;
    if (earliest !== undefined) context.timers.remove(timerOf(key, earliest[0]));
    context.timers.register(timerOf(key, time));
    candidates.set(key, emptyNamespace, [time, cellsAt(batch, row)]);
  }

  private flush(): void {
    if (this.builder.length > 0) this.context.outputs[0]?.emit(this.builder.take());
  }
}

const timerOf = (key: Key, time: number): Timer => ({ domain: 'event', time, key, namespace: emptyNamespace });
