/** Records in short, for traces: what a dot on screen is called and which colour it has. */
import type { CellValue, ColumnSpec } from '../graph/schema.ts';
import { cell } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { hueOfText, hueText } from '../wire/hue.ts';

const labelColumnsMax = 3;
const labelLengthMax = 40;

/** 0 … 255; equal values have equal hues on every edge and in every plot. Column -1: none. */
export function hueAt(batch: Batch, column: number, row: number): number {
  if (column === -1) return 0;
  return hueOfText(textAt(batch, column, row));
}

/** Its first columns: `JFK 12`. At most 40 characters. */
export function labelAt(batch: Batch, row: number): string {
  const columns = Math.min(batch.schema.length, labelColumnsMax);
  const parts = Array.from({ length: columns }, (_, column) => textAt(batch, column, row));
  return shortened(parts.join(' '), labelLengthMax);
}

export function textAt(batch: Batch, column: number, row: number): string {
  const { type } = batch.schema[column] as ColumnSpec;
  const value: CellValue = cell(batch.columns[column] as Column, type === 'json' ? 'string' : type, row);
  return hueText(value, type);
}

export const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
