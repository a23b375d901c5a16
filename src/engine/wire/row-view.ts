/**
 * The row that a user's function sees: one object per schema whose getters read the columns of the batch in hand at the
 * record in hand. Nothing is allocated per record; `{...row}` makes a plain copy for those who want to keep it.
 */
import type { CellValue, ColumnType, JsonValue, Row, Schema } from '../graph/schema.ts';
import { NULL_BOOLEAN, NULL_CODE } from './batch.ts';
import type { Batch, BooleanColumn, Column, NumberColumn, TextColumn } from './batch.ts';

export class RowView {
  /** Changes with every `move`; valid until the next one. Read-only. */
  readonly row: Row;
  private readonly names: readonly string[];
  private readonly cells: readonly Cell[];
  private readonly cursor: Cursor = { row: 0, batch: 0 };

  constructor(schema: Schema) {
    const row = {};
    this.names = schema.map((spec) => spec.name);
    this.cells = schema.map((spec) => makeCell(spec.type, this.cursor));
    schema.forEach((spec, i) => {
      const { get } = this.cells[i] as Cell;
      Object.defineProperty(row, spec.name, { enumerable: true, configurable: false, get });
    });
    this.row = row;
  }

  /** Reads from this batch from now on. */
  bind(batch: Batch): void {
    this.cursor.batch++;
    this.cursor.row = 0;
    for (let i = 0; i < this.cells.length; i++) (this.cells[i] as Cell).bind(batch.columns[i] as Column);
  }

  /** The row, now at record `index`. */
  move(index: number): Row {
    this.cursor.row = index;
    return this.row;
  }

  /** The values at record `index` as a plain object of its own; faster than `{...row}`, which must go by the getters. */
  copy(index: number): Row {
    this.cursor.row = index;
    const { names, cells } = this;
    const row: Record<string, CellValue> = {};
    for (let i = 0; i < names.length; i++) row[names[i] as string] = (cells[i] as Cell).get();
    return row;
  }
}

interface Cursor {
  row: number;
  /** Counts the batches, so that a parsed JSON cell is known to belong to the batch in hand. */
  batch: number;
}

interface Cell {
  bind(column: Column): void;
  readonly get: () => CellValue;
}

function makeCell(type: ColumnType, cursor: Cursor): Cell {
  if (type === 'boolean') return booleanCell(cursor);
  if (type === 'string' || type === 'rowkind') return stringCell(cursor);
  return type === 'json' ? jsonCell(cursor) : numberCell(cursor);
}

function numberCell(cursor: Cursor): Cell {
  let values = new Float64Array(0);
  return {
    bind(column) {
      values = (column as NumberColumn).values as Float64Array<ArrayBuffer>;
    },
    get() {
      const value = values[cursor.row] as number;
      return Number.isNaN(value) ? null : value;
    },
  };
}

function booleanCell(cursor: Cursor): Cell {
  let values = new Uint8Array(0);
  return {
    bind(column) {
      values = (column as BooleanColumn).values as Uint8Array<ArrayBuffer>;
    },
    get() {
      const value = values[cursor.row] as number;
      return value === NULL_BOOLEAN ? null : value === 1;
    },
  };
}

function stringCell(cursor: Cursor): Cell {
  let codes = new Int32Array(0);
  let entries: readonly string[] = [];
  return {
    bind(column) {
      codes = (column as TextColumn).codes as Int32Array<ArrayBuffer>;
      entries = (column as TextColumn).entries;
    },
    get() {
      const code = codes[cursor.row] as number;
      return code === NULL_CODE ? null : (entries[code] as string);
    },
  };
}

/** Parses when first read, once per record. */
function jsonCell(cursor: Cursor): Cell {
  const text = stringCell(cursor);
  let parsedRow = -1;
  let parsedBatch = -1;
  let parsed: JsonValue = null;
  return {
    bind: text.bind,
    get() {
      if (parsedRow === cursor.row && parsedBatch === cursor.batch) return parsed;
      const source = text.get() as string | null;
      parsed = source === null ? null : (JSON.parse(source) as JsonValue);
      parsedRow = cursor.row;
      parsedBatch = cursor.batch;
      return parsed;
    },
  };
}
