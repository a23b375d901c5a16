/** The kept records of a sink as the text of a file: CSV (RFC 4180), NDJSON, or tab-separated for the clipboard. */
import type { CellValue, ColumnSpec } from '../../../engine/graph/schema.ts';
import { exactText } from './cell-text.ts';
import type { RowIndex } from './row-index.ts';

export type FileFormat = 'csv' | 'ndjson' | 'tsv';

export function fileText(index: RowIndex, format: FileFormat): string {
  const lines = format === 'ndjson' ? [] : [header(index, format)];
  for (let row = 0; row < index.size; row++) {
    lines.push(format === 'ndjson' ? jsonLine(index, row) : delimitedLine(index, row, format));
  }
  return `${lines.join('\n')}\n`;
}

const header = (index: RowIndex, format: 'csv' | 'tsv'): string =>
  join(
    index.schema.map((column) => column.name),
    format,
  );

const delimitedLine = (index: RowIndex, row: number, format: 'csv' | 'tsv'): string =>
  join(
    index.schema.map((column, i) => exactText(index.cell(row, i), column.type)),
    format,
  );

function join(texts: readonly string[], format: 'csv' | 'tsv'): string {
  if (format === 'tsv') return texts.map((text) => text.replace(/[\t\r\n]/g, ' ')).join('\t');
  return texts.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
}

function jsonLine(index: RowIndex, row: number): string {
  const cells = index.schema.map(
    (column, i) => `${JSON.stringify(column.name)}:${jsonCell(index.cell(row, i), column)}`,
  );
  return `{${cells.join(',')}}`;
}

function jsonCell(value: CellValue, column: ColumnSpec): string {
  if (value === null) return 'null';
  // A json column travels as JSON text already.
  return column.type === 'json' ? (value as string) : JSON.stringify(value);
}
