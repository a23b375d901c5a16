/** The colour of a value: one hash for the dots on the canvas and for the series of charts, so that a key looks alike. */
import { hashString } from '../../base/java-hash.ts';
import { isDate } from '../../base/units.ts';
import type { CellValue, ColumnType } from '../graph/schema.ts';
import { murmur } from '../state/key-groups.ts';

/** The text that stands for a value in labels and hashes; JSON as its text. */
export function hueText(value: CellValue, type: ColumnType): string {
  if (type === 'timestamp' && typeof value === 'number' && isDate(value))
    return new Date(value).toISOString().slice(5, 16);
  return String(value);
}

/** 0 … 255; equal texts have equal hues everywhere. */
export const hueOfText = (text: string): number => murmur(hashString(text)) & 0xff;
