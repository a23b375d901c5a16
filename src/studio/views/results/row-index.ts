/** Random access to the records of a sink, which are kept as chunks of columns. Nothing is copied. */
import { cell } from '../../../engine/wire/batch.ts';
import type { Batch, Column } from '../../../engine/wire/batch.ts';
import type { CellValue, ColumnSpec, Schema } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';

export class RowIndex {
  readonly size: number;
  readonly schema: Schema;
  private readonly batches: readonly Batch[];
  /** Number of records before each batch. */
  private readonly starts: readonly number[];

  /** Rows that are shown, where only a span of event time is; null: all. */
  private readonly rows: Int32Array | null;
  /** Before the span was cut out. */
  readonly whole: number;

  /** `span`: only records whose event time lies in it, both ends included. */
  constructor(result: ResultView, span: readonly [from: number, to: number] | null = null) {
    this.batches = result.chunks.map((chunk) => chunk.records);
    this.schema = this.batches[0]?.schema ?? [];
    let size = 0;
    this.starts = this.batches.map((batch) => {
      const start = size;
      size += batch.length;
      return start;
    });
    this.whole = size;
    this.rows = span === null ? null : this.rowsWithin(span);
    this.size = this.rows?.length ?? size;
  }

  /** Cell of record `shown` (0 is the oldest kept, or the oldest in the span) in column `column`. */
  cell(shown: number, column: number): CellValue {
    const row = this.rows?.[shown] ?? shown;
    const at = this.batchOf(row);
    const batch = this.batches[at] as Batch;
    const { type } = this.schema[column] as ColumnSpec;
    return cell(batch.columns[column] as Column, type === 'json' ? 'string' : type, row - (this.starts[at] as number));
  }

  /** Event time of a record, null if it has none. */
  timestamp(shown: number): number | null {
    const row = this.rows?.[shown] ?? shown;
    const at = this.batchOf(row);
    const time = (this.batches[at] as Batch).timestamps[row - (this.starts[at] as number)] as number;
    return Number.isNaN(time) ? null : time;
  }

  private rowsWithin([from, to]: readonly [from: number, to: number]): Int32Array {
    const rows: number[] = [];
    this.batches.forEach((batch, i) => {
      const start = this.starts[i] as number;
      for (let row = 0; row < batch.length; row++) {
        const time = batch.timestamps[row] as number;
        if (time >= from && time <= to) rows.push(start + row);
      }
    });
    return Int32Array.from(rows);
  }

  /** The last batch that starts at or before the record. */
  private batchOf(row: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Row numbers in the order of a column's values; nulls last. Stable, so equal values keep the order of arrival. */
export function sortedRows(index: RowIndex, column: number, descending: boolean): Int32Array {
  const rows = Int32Array.from({ length: index.size }, (_, row) => row);
  const values = Array.from(rows, (row) => index.cell(row, column));
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => {
    const left = values[a] as CellValue;
    const right = values[b] as CellValue;
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
    return sign * compare(left, right) || a - b;
  });
}

function compare(a: NonNullable<CellValue>, b: NonNullable<CellValue>): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : Number(left > right);
}
