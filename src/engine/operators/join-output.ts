/** Where the pairs of a join go: into columns of both sides, or through a function of the person. */
import { rowKindIndex } from '../graph/schema.ts';
import type { RowKind, Schema, StreamType } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { rowAt, selectRows } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import { declaredResult } from './declared.ts';
import type { JoinColumn } from './join-columns.ts';
import { cellsRow, putCell } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

/** Emits in between when there are this many records. */
const emitRows = 2048;

/** Writes a pair; a side that is not there is null, and so are its columns. */
type Append = (left: Cells | null, right: Cells | null, time: number) => void;

/** Pairs become columns of both sides; `lead` sets what columns there are in front of theirs, and says how many. */
export function columnPairs(
  builder: BatchBuilder,
  columns: readonly JoinColumn[],
  lead: (builder: BatchBuilder) => number = () => 0,
): Append {
  return (left, right, time) => {
    builder.startRow(time);
    const first = lead(builder);
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as JoinColumn;
      putCell(builder, first + i, column.type, left?.[column.left] ?? right?.[column.right] ?? null);
    }
  };
}

/** Pairs become what `(left, right) => row` gives; a side that is not there is null. */
export function functionPairs(builder: BatchBuilder, context: OperatorContext, source: string): Append {
  const [left, right] = context.inputs.map(({ schema }) => schema) as [Schema, Schema];
  const compute = context.compile('function', source);
  const row = (schema: Schema, cells: Cells | null) => (cells === null ? null : cellsRow(schema, cells));
  const append = declaredResult(builder, context);
  return (one, other, time) => append(compute(row(left, one), row(right, other)), time);
}

export class JoinOutput {
  private readonly context: OperatorContext;
  private readonly builder: BatchBuilder;
  private readonly append: Append;
  /** The column for row kinds, -1 if the results are insertions only. */
  private readonly op: number;

  private constructor(context: OperatorContext, append: (builder: BatchBuilder) => Append) {
    this.context = context;
    this.builder = new BatchBuilder((context.outputTypes[0] as StreamType).schema, 256, context);
    this.append = append(this.builder);
    this.op = rowKindIndex(this.builder.schema);
  }

  static ofColumns(context: OperatorContext, columns: readonly JoinColumn[]): JoinOutput {
    return new JoinOutput(context, (builder) => columnPairs(builder, columns));
  }

  static ofFunction(context: OperatorContext, source: string): JoinOutput {
    return new JoinOutput(context, (builder) => functionPairs(builder, context, source));
  }

  /** One result; a side that is not there is null, and so are its columns. `kind` counts where the output is a changelog. */
  add(left: Cells | null, right: Cells | null, time: number, kind: RowKind = '+I'): void {
    this.append(left, right, time);
    if (this.op !== -1) this.builder.text(this.op, kind);
    if (this.builder.length >= emitRows) this.flush();
  }

  flush(): void {
    if (this.builder.length > 0) this.context.outputs[0]?.emit(this.builder.take());
  }
}

/** The records of a batch that came too late, on their way to a port of their own. */
export class LateRows {
  private rows = new Int32Array(256);
  private count = 0;

  add(row: number): void {
    if (this.count === this.rows.length) {
      const wider = new Int32Array(this.count * 2);
      wider.set(this.rows);
      this.rows = wider;
    }
    this.rows[this.count++] = row;
  }

  /** Counts and emits them, and forgets them. */
  emit(batch: Batch, context: OperatorContext, port: number): void {
    const { rows, count } = this;
    if (count === 0) return;
    this.count = 0;
    const { times } = context;
    if (times?.followsBatch === true) for (let i = 0; i < count; i++) times.dropped(rows[i] as number);
    context.countLate(count);
    context.outputs[port]?.emit(selectRows(batch, rows, count));
  }
}

/** Between calls no record is in hand. */
export const noBatch: Batch = { schema: [], length: 0, timestamps: new Float64Array(0), columns: [] };

/** A record that a join cannot place in time. */
export function missingTimestamp({ node, name }: OperatorContext, batch: Batch, row: number): TaskFailure {
  const record = JSON.stringify(rowAt(batch, row)).slice(0, 2000);
  return new TaskFailure({ code: 'missing-timestamp', details: { node: name }, node, record });
}
