/** Random access to the records of a sink, which are kept as chunks of columns. Nothing is copied. */
import { cell } from '../../../engine/wire/batch.ts';
import type { Column } from '../../../engine/wire/batch.ts';
import type { CellValue, ColumnSpec, Schema } from '../../../engine/graph/schema.ts';
import type { ResultChunk, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { isBrushed, noBrush, type Brush, type Mark, type Span } from '../../session/time-pick.ts';

export class RowIndex {
  readonly size: number;
  readonly schema: Schema;
  private readonly chunks: readonly ResultChunk[];
  /** Number of records before each chunk. */
  private readonly starts: readonly number[];
  /** Rows that are shown, where only a brush's are; null: all. */
  private readonly rows: Int32Array | null;
  /** Before the brush cut out its own. */
  readonly whole: number;

  /** `brush`: only records whose event time, and whose arrival at the sink, lie in it, all ends included. */
  constructor(result: ResultView, brush: Brush = noBrush) {
    this.chunks = result.chunks;
    this.schema = this.chunks[0]?.records.schema ?? [];
    let size = 0;
    this.starts = this.chunks.map(({ records }) => {
      const start = size;
      size += records.length;
      return start;
    });
    this.whole = size;
    this.rows = isBrushed(brush) ? this.rowsWithin(brush) : null;
    this.size = this.rows?.length ?? size;
  }

  /** Cell of record `shown` (0 is the oldest kept, or the oldest in the brush) in column `column`. */
  cell(shown: number, column: number): CellValue {
    const { chunk, row } = this.find(shown);
    const { type } = this.schema[column] as ColumnSpec;
    return cell(chunk.records.columns[column] as Column, type === 'json' ? 'string' : type, row);
  }

  /** Where a record is in the plot. */
  mark(shown: number): Mark {
    const { chunk, row } = this.find(shown);
    return { time: known(chunk.records.timestamps[row]), arrival: known(arrivalAt(chunk, row)) };
  }

  /** Records that a brush cannot tell of, kept ones all together: without event time, or committed nobody knows when. */
  unplaced(): { readonly timeless: number; readonly arrivalUnknown: number } {
    let [timeless, arrivalUnknown] = [0, 0];
    for (const { records, arrivals } of this.chunks) {
      for (let row = 0; row < records.length; row++) if (Number.isNaN(records.timestamps[row])) timeless++;
      arrivals.times.forEach((time, i) => {
        if (Number.isNaN(time)) arrivalUnknown += arrivals.counts[i] as number;
      });
    }
    return { timeless, arrivalUnknown };
  }

  private rowsWithin({ event, arrival }: Brush): Int32Array {
    const rows: number[] = [];
    this.chunks.forEach(({ records: { timestamps }, arrivals: { times, counts } }, i) => {
      let row = 0;
      for (let run = 0; run < times.length; run++) {
        const end = row + (counts[run] as number);
        if (isWithin(times[run] as number, arrival))
          for (let each = row; each < end; each++)
            if (isWithin(timestamps[each] as number, event)) rows.push((this.starts[i] as number) + each);
        row = end;
      }
    });
    return Int32Array.from(rows);
  }

  private find(shown: number): { readonly chunk: ResultChunk; readonly row: number } {
    const row = this.rows?.[shown] ?? shown;
    const at = this.chunkOf(row);
    return { chunk: this.chunks[at] as ResultChunk, row: row - (this.starts[at] as number) };
  }

  /** The last chunk that starts at or before the record. */
  private chunkOf(row: number): number {
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

/** What is not known (NaN) lies in no span. */
const isWithin = (time: number, span: Span | null): boolean => span === null || (time >= span[0] && time <= span[1]);

const known = (time: number | undefined): number | null => (time === undefined || Number.isNaN(time) ? null : time);

function arrivalAt({ arrivals: { times, counts } }: ResultChunk, row: number): number | undefined {
  let end = 0;
  return times.find((_, run) => {
    end += counts[run] as number;
    return row < end;
  });
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
