/**
 * Records as state keeps them: one plain value per column, in the order of the schema, so that no name is kept twice.
 * What is json stays text, and is not parsed unless a function looks at it.
 */
import type { CellValue, ColumnSpec, ColumnType, JsonValue, Row, Schema } from '../graph/schema.ts';
import { cell, columnKind } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import type { BatchBuilder } from '../wire/batch-builder.ts';

export type Cells = readonly (number | boolean | string | null)[];

export function cellsAt(batch: Batch, row: number): Cells {
  return batch.schema.map(({ type }, i) => cell(batch.columns[i] as Column, plain(type), row)) as unknown as Cells;
}

/** The record as a function sees it. */
export function cellsRow(schema: Schema, cells: Cells): Row {
  const row: Record<string, CellValue> = {};
  for (let i = 0; i < schema.length; i++) {
    const { name, type } = schema[i] as ColumnSpec;
    const value = cells[i] as CellValue;
    row[name] = type === 'json' && value !== null ? (JSON.parse(value as string) as JsonValue) : value;
  }
  return row;
}

/** Sets a cell of the record begun last to what a column of this type has kept. */
export function putCell(builder: BatchBuilder, column: number, type: ColumnType, value: Cells[number]): void {
  if (value === null) return;
  const kind = columnKind(type);
  if (kind === 'number') builder.number(column, value as number);
  else if (kind === 'boolean') builder.boolean(column, value as boolean);
  else builder.text(column, value as string);
}

/** Whether these are cells of equal rows of one schema. */
export const sameCells = (a: Cells, b: Cells): boolean => a.every((cell, i) => cell === b[i]);

const plain = (type: ColumnType): ColumnType => (type === 'json' ? 'string' : type);
