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

  constructor(result: ResultView) {
    this.batches = result.chunks.map((chunk) => chunk.records);
    this.schema = this.batches[0]?.schema ?? [];
    let size = 0;
    this.starts = this.batches.map((batch) => {
      const start = size;
      size += batch.length;
      return start;
    });
    this.size = size;
  }

  /** Cell of record `row` (0 is the oldest kept) in column `column`. */
  cell(row: number, column: number): CellValue {
    const at = this.batchOf(row);
    const batch = this.batches[at] as Batch;
    const { type } = this.schema[column] as ColumnSpec;
    return cell(batch.columns[column] as Column, type === 'json' ? 'string' : type, row - (this.starts[at] as number));
  }

  /** Event time of a record, null if it has none. */
  timestamp(row: number): number | null {
    const at = this.batchOf(row);
    const time = (this.batches[at] as Batch).timestamps[row - (this.starts[at] as number)] as number;
    return Number.isNaN(time) ? null : time;
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
