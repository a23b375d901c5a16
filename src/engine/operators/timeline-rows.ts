/** Records of a timeline as rows of columns: a bare value, `key=value`, or an object with a property per column. */
import type { TimelineRecord, TimelineValue } from '../../base/timeline.ts';
import { rowKindIndex, rowKinds, withoutRowKind } from '../graph/schema.ts';
import type { CellValue, ColumnSpec, Row, Schema } from '../graph/schema.ts';
import { CoercionError, shown, toCell } from '../wire/coerce.ts';

/**
 * The row that a timeline record stands for. A key is the first column and its value the second, or an object with the
 * others; without a key, the value is the only column, or an object with all. Columns left out are null. The row kind of a
 * changelog is written in front of the record; without one it is an insertion. Throws CoercionError for what does not fit.
 */
export function timelineRow(record: TimelineRecord, schema: Schema): Row {
  const row: Record<string, CellValue> = {};
  const cells = cellsOf(record, withoutRowKind(schema));
  const strange = Object.keys(cells).find((name) => !schema.some((spec) => spec.name === name));
  if (strange !== undefined) throw new CoercionError(`there is no column “${strange}”`);
  for (const spec of schema) row[spec.name] = toCell(cells[spec.name], spec);
  const op = schema[rowKindIndex(schema)];
  if (op !== undefined) row[op.name] = record.rowKind ?? row[op.name] ?? rowKinds[0];
  else if (record.rowKind !== undefined)
    throw new CoercionError(`${record.rowKind} before a record needs a column of type rowkind`);
  return row;
}

type Cells = Readonly<Record<string, TimelineValue>>;

function cellsOf({ key, value }: TimelineRecord, schema: Schema): Cells {
  const [first, second] = schema as readonly (ColumnSpec | undefined)[];
  if (key !== null) {
    if (first === undefined || second === undefined)
      throw new CoercionError('a record written key=value needs at least two columns');
    return { [first.name]: key, ...(schema.length === 2 ? { [second.name]: value } : objectOf(value)) };
  }
  if (schema.length !== 1 || first === undefined) return objectOf(value);
  return isObject(value) && first.name in value ? value : { [first.name]: value };
}

function objectOf(value: TimelineValue): Cells {
  if (isObject(value)) return value;
  throw new CoercionError(`${shown(value)}, where an object with the columns is needed`);
}

const isObject = (value: TimelineValue): value is Cells =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
