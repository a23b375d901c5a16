/**
 * Apache Arrow files and streams (IPC). The format is made to be mapped whole, so the bytes are held while it is read;
 * cells are taken out of the record batches one by one. Loaded only when an Arrow file is read.
 */
import { type DataType, type DictionaryType, type Table, tableFromIPC, Type } from '@uwdata/flechette';
import type { ColumnSpec, ColumnType, Schema } from '../../engine/graph/schema.ts';
import { type BatchBuilder, complaint } from './batch-builder.ts';
import type { Cut, RowCutter } from './rows.ts';
import { unreadable } from './unreadable.ts';

/** @throws UnreadableResource for bytes that are not Arrow, or compressed. */
export function arrowTable(bytes: Uint8Array): Table {
  try {
    // Times as milliseconds and 64-bit integers as doubles, which is what columns hold.
    return tableFromIPC(bytes, { useDate: false, useBigInt: false });
  } catch (error) {
    const reason = (error as Error).message;
    throw unreadable(
      /compress|codec/i.test(reason)
        ? 'its buffers are compressed; write it without compression'
        : `it is not an Arrow file: ${reason}`,
    );
  }
}

interface ArrowBatch {
  readonly length: number;
  at(index: number): unknown;
}

/** Rows of an Arrow table; a row whose cell cannot be held exactly (a 64-bit integer beyond 2^53) is broken. */
export class ArrowRows implements RowCutter {
  readonly problem = '';
  readonly #schema: Schema;
  readonly #rows: number;
  /** Record batches of each column of the schema; all columns are cut alike. */
  readonly #columns: readonly (readonly ArrowBatch[])[];
  /** Per column: the file itself says that it holds times. */
  readonly #exactTime: readonly boolean[];
  #row = -1;
  #batch = 0;
  /** Row in the table where batch `#batch` begins. */
  #batchFrom = 0;

  constructor(schema: Schema, table: Table) {
    this.#schema = schema;
    this.#rows = table.numRows;
    this.#columns = schema.map(({ name }) => {
      const column = table.getChild(name);
      if (!column) throw unreadable(`it has no column “${name}”; it has ${table.names.slice(0, 50).join(', ')}`);
      return column.data as readonly ArrowBatch[];
    });
    this.#exactTime = schema.map(({ name }) => {
      const id = table.getChild(name)?.type.typeId;
      return id === Type.Timestamp || id === Type.Date;
    });
  }

  fill(): void {
    // The table is whole from the start; a cutter over it never starves.
  }

  next(): Cut {
    if (this.#row + 1 >= this.#rows) return 'end';
    this.#row++;
    const batches = this.#columns[0] ?? [];
    while (this.#row - this.#batchFrom >= (batches[this.#batch]?.length ?? Number.POSITIVE_INFINITY)) {
      this.#batchFrom += (batches[this.#batch] as ArrowBatch).length;
      this.#batch++;
    }
    return 'row';
  }

  place(): string {
    return `row ${this.#row + 1}`;
  }

  write(builder: BatchBuilder): string | null {
    for (let column = 0; column < this.#schema.length; column++) {
      const spec = this.#schema[column] as ColumnSpec;
      let value: unknown;
      try {
        value = this.#columns[column]?.[this.#batch]?.at(this.#row - this.#batchFrom);
      } catch (error) {
        return `${(error as Error).message} in column ${spec.name}`;
      }
      if (!writeCell(builder, column, spec, value, this.#exactTime[column] === true))
        return complaint(spec, String(value));
    }
    return null;
  }
}

/** @param exactTime the file says that the number is milliseconds, so its size need not be guessed at */
function writeCell(
  builder: BatchBuilder,
  column: number,
  spec: ColumnSpec,
  value: unknown,
  exactTime: boolean,
): boolean {
  if (value === null || value === undefined || Number.isNaN(value)) return builder.setValue(column, null);
  if (spec.type === 'timestamp' && exactTime && typeof value === 'number') {
    builder.setNumber(column, value);
    return true;
  }
  return builder.setValue(column, spec.type === 'json' ? plainJson(value) : value);
}

/** Lists of numbers come as typed arrays, which JSON would write as objects; long integers as BigInt, which it refuses. */
function plainJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => {
      if (ArrayBuffer.isView(inner)) return Array.from(inner as unknown as ArrayLike<number | bigint>);
      return typeof inner === 'bigint' ? Number(inner) : inner;
    }),
  );
}

/** The columns of a table as Weir's types. */
export function arrowSchema(table: Table): Schema {
  return table.schema.fields.map(({ name, type }) => ({ name, type: columnType(type) }));
}

function columnType(type: DataType): ColumnType {
  switch (type.typeId) {
    case Type.Dictionary:
      return columnType((type as DictionaryType).dictionary);
    case Type.Int:
    case Type.Duration:
    case Type.Time:
      return 'int';
    case Type.Float:
    case Type.Decimal:
      return 'float';
    case Type.Bool:
      return 'boolean';
    case Type.Date:
    case Type.Timestamp:
      return 'timestamp';
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Null:
      return 'string';
    default:
      return 'json';
  }
}
