/** Rows as text: columns aligned, numbers to the right. */
import type { CellValue } from '../engine/graph/schema.ts';

const widthMax = 60;

/** Lines without a trailing one; the first is the header. */
export function textTable(columns: readonly string[], rows: readonly (readonly CellValue[])[]): string[] {
  const cells = rows.map((row) => row.map(cellText));
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const right = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (right[i] === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)];
}

const isNumber = (value: CellValue | undefined): boolean => typeof value === 'number' || value === null;

function cellText(value: CellValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Control characters of data must not reach a terminal.
  const plain = text.replace(/\p{Cc}/gu, '·');
  return plain.length > widthMax ? `${plain.slice(0, widthMax - 1)}…` : plain;
}
