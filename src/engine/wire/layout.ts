/** Where the columns of a schema lie in a buffer's segment. */
import type { Schema } from '../graph/schema.ts';
import { columnKind } from './batch.ts';
import type { Column } from './batch.ts';

/** Where each column lies in a segment, for one schema. */
export class Layout {
  readonly kinds: readonly Column['kind'][];
  private readonly bytesPerRow: number;

  constructor(schema: Schema) {
    this.kinds = schema.map((column) => columnKind(column.type));
    const width = { number: 8, text: 4, boolean: 1 };
    this.bytesPerRow = this.kinds.reduce((sum, kind) => sum + width[kind], 8);
  }

  byteLength(capacity: number): number {
    return capacity * this.bytesPerRow;
  }

  /** Records for which a segment has room. */
  capacityOf(segment: ArrayBuffer): number {
    return Math.floor(segment.byteLength / this.bytesPerRow);
  }

  /** The last `rows - from` of the first `rows` records, in a segment that has room for just them. */
  tail(segment: ArrayBuffer, capacity: number, from: number, rows: number): ArrayBuffer {
    const count = rows - from;
    const out = new ArrayBuffer(this.byteLength(count));
    const source = this.views(segment, capacity);
    const target = this.views(out, count);
    target.timestamps.set(source.timestamps.subarray(from, rows));
    target.columns.forEach((column, i) => column.set((source.columns[i] as TypedColumn).subarray(from, rows)));
    return out;
  }

  /** Typed arrays over a segment: timestamps and one per column, each `capacity` long. */
  views(segment: ArrayBuffer, capacity: number): { timestamps: Float64Array; columns: TypedColumn[] } {
    let at = 8 * capacity;
    const timestamps = new Float64Array(segment, 0, capacity);
    const columns: TypedColumn[] = new Array(this.kinds.length);
    const place = (kind: Column['kind'], make: (offset: number) => TypedColumn, width: number): void => {
      this.kinds.forEach((each, i) => {
        if (each !== kind) return;
        columns[i] = make(at);
        at += width * capacity;
      });
    };
    place('number', (offset) => new Float64Array(segment, offset, capacity), 8);
    place('text', (offset) => new Int32Array(segment, offset, capacity), 4);
    place('boolean', (offset) => new Uint8Array(segment, offset, capacity), 1);
    return { timestamps, columns };
  }
}

export type TypedColumn = Float64Array | Int32Array | Uint8Array;
