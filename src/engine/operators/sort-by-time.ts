/**
 * Sort by event time: gives the records of each key in the order of their event time, each once the watermark has passed
 * it; those of one time in the order of further columns, else of arrival. Flink's RowTimeSortOperator (`ORDER BY rowtime,
 * a DESC`); but late is what the watermark has passed, as in its CepOperator, and not what comes behind the last record of
 * the key that went out: so no key leaves anything behind in the state.
 */
import * as z from 'zod/mini';
import { Heap } from '../../base/heap.ts';
import type { EventTimeMs } from '../../base/units.ts';
import { textField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { ListState } from '../state/list-state.ts';
import type { Operator, OperatorContext, OperatorDefinition, Progress, TransformFactory } from '../task/operator.ts';
import { timeText } from '../time/windows.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { appendCells } from './append-cells.ts';
import { derived } from './check.ts';
import { LateRows } from './late-rows.ts';
import { comparing, orderHint, orderIssues, orderOf } from './order-by.ts';
import type { CompareCells } from './order-by.ts';
import { cellsAt } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

const params = z.object({
  thenBy: textField('', {
    label: 'Then by',
    placeholder: 'name, height desc',
    help: `Columns that order the records of one time, of which else the first to arrive is first. ${orderHint}`,
  }),
});
type SortParams = z.infer<typeof params>;

/** Records of one portion of a firing. */
const portionRows = 4096;

export const sortByTime: OperatorDefinition<SortParams> = {
  kind: 'sortByTime',
  family: 'time',
  title: 'Sort by event time',
  summary:
    'Holds the records of each key until the watermark has passed them, and gives them in the order of event time.',
  icon: 'arrow-down-narrow-wide',
  params,
  inputs: [{ name: 'in', keyed: true }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: () => true },
  derive({ thenBy }, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    return derived(orderIssues(thenBy, schema, { param: 'thenBy', label: 'Then by' }), () => [
      plainStream(schema),
      plainStream(schema),
    ]);
  },
  describe: ({ thenBy }) =>
    thenBy.trim() === '' ? 'per key, up to the watermark' : `per key, then by ${thenBy.trim()}`.slice(0, 40),
  example: {
    params: {},
    inputs: [
      {
        type: {
          schema: [
            { name: 'plane', type: 'string' },
            { name: 'height', type: 'int' },
          ],
          key: ['plane'],
        },
        timeline: 'a=3@30 a=1@10 b=9@20 a=2@10 w20 a=0@15 b=8@21 w30 |',
      },
    ],
    outputs: { out: 'a=1@10 a=2@10 b=9@20 w20 b=8@21 a=3@30 w30 |', late: 'w20 a=0@15 w30 |' },
  },
};

export const sortByTimeFactory: TransformFactory<SortParams> = {
  role: 'transform',
  create: (given, context) => new SortOperator(given, context),
};

/** The records of one time that are going out: keys in turn, and of each its list. */
interface Firing {
  readonly time: number;
  readonly keys: readonly Key[];
  key: number;
  /** Those of the key in hand, in order; null: not looked up yet. */
  rows: readonly Cells[] | null;
  /** Next of them. */
  at: number;
}

class SortOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly reader: KeyReader;
  private readonly late: LateRows;
  /** Null: the order of arrival, in which they are kept. */
  private readonly compare: CompareCells | null;
  private readonly builder: BatchBuilder;
  /** By event time, which is the namespace: in the order of arrival per key. */
  private readonly state: ListState<Cells>;
  /** All times with records; null until built from the state, which may have been restored. */
  private times: Heap<number> | null = null;
  private firing: Firing | null = null;

  constructor({ thenBy }: SortParams, context: OperatorContext) {
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.reader = new KeyReader(schema, key as readonly string[]);
    this.late = new LateRows(context, 1);
    this.compare = thenBy.trim() === '' ? null : comparing(orderOf(thenBy), schema);
    this.builder = new BatchBuilder(schema, 256, context);
    this.state = context.keyedState.list<Cells>('sorted');
  }

  process(batch: Batch): void {
    const { late, state, reader } = this;
    const times = this.pending();
    late.begin(batch);
    for (let row = 0; row < batch.length; row++) {
      const time = batch.timestamps[row] as number;
      if (late.isLate(time, 'passed')) {
        late.add(row);
        continue;
      }
      if (state.keys(time).next().done === true) times.push(time);
      state.add(reader.read(batch, row), time, cellsAt(batch, row));
    }
    late.emit(batch);
  }

  onWatermark(time: EventTimeMs): Progress {
    const { builder } = this;
    while (builder.length < portionRows && this.next(time)) this.fire();
    const more = builder.length >= portionRows;
    if (builder.length > 0) this.context.outputs[0]?.emit(builder.take());
    return more ? 'more' : 'done';
  }

  notes(): readonly string[] {
    const first = this.firing?.time ?? this.pending().peek();
    return first === undefined ? [] : [`Holds records from ${timeText(first)} on, until the watermark has passed them`];
  }

  private pending(): Heap<number> {
    if (this.times !== null) return this.times;
    this.times = new Heap<number>((a, b) => a - b);
    for (const time of this.state.namespaces()) this.times.push(time as number);
    return this.times;
  }

  /** Whether there is something to fire; takes the next time that is due in hand. */
  private next(watermark: EventTimeMs): boolean {
    if (this.firing !== null) return true;
    const times = this.pending();
    const time = times.peek();
    if (time === undefined || time > watermark) return false;
    times.pop();
    this.firing = { time, keys: [...this.state.keys(time)], key: 0, rows: null, at: 0 };
    return true;
  }

  /** Takes what has room in the portion. The state goes when all of its time is out: no snapshot comes in between. */
  private fire(): void {
    const firing = this.firing as Firing;
    const { builder, state } = this;
    const { time, keys } = firing;
    for (; firing.key < keys.length; firing.key++, firing.at = 0, firing.rows = null) {
      const rows = (firing.rows ??= this.ordered(keys[firing.key] as Key, time));
      for (; firing.at < rows.length; firing.at++) {
        if (builder.length >= portionRows) return;
        appendCells(builder, rows[firing.at] as Cells, time);
      }
    }
    state.deleteNamespace(time);
    this.firing = null;
  }

  private ordered(key: Key, time: number): readonly Cells[] {
    const rows = this.state.get(key, time);
    return this.compare === null ? rows : rows.toSorted(this.compare);
  }
}
