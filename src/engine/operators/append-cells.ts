/** Whole records out of state. */
import type { BatchBuilder } from '../wire/batch-builder.ts';
import type { ColumnSpec } from '../graph/schema.ts';
import { putCell } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

/** Appends a record whose cells are those of the builder's columns. */
export function appendCells(builder: BatchBuilder, cells: Cells, timestamp: number): void {
  const { schema } = builder;
  builder.startRow(timestamp);
  for (let i = 0; i < schema.length; i++)
    putCell(builder, i, (schema[i] as ColumnSpec).type, cells[i] as Cells[number]);
}
