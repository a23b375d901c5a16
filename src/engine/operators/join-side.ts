/** One input of a join of tables: its rows as state keeps them, and the changes that its records are. */
import type { RowKind, StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { OperatorContext } from '../task/operator.ts';
import type { Batch } from '../wire/batch.ts';
import { shortJson } from '../wire/inspect.ts';
import type { Held } from '../wire/inspect.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { heldRowsMost } from './held.ts';
import { withoutKind } from './join-columns.ts';
import { JoinedRows } from './joined-rows.ts';
import { cellsAt, cellsRow } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

/** One input, seen from its own records. */
export interface JoinSide {
  readonly input: 0 | 1;
  readonly reader: KeyReader;
  readonly kinds: RowKindReader;
  readonly rows: JoinedRows;
  /** Whether its rows meet any decides about what comes out: they are kept with the number of those that they meet. */
  readonly outer: boolean;
}

/** A record in hand: a change of its side's rows. */
export interface RowChange {
  readonly key: Key;
  readonly kind: RowKind;
  readonly cells: Cells;
  readonly time: number;
}

export function joinSide(context: OperatorContext, input: 0 | 1, ttlMs: number, outer: boolean): JoinSide {
  const type = context.inputs[input] as StreamType;
  const { schema, key } = withoutKind(type);
  return {
    input,
    reader: new KeyReader(schema, key as readonly string[]),
    kinds: new RowKindReader(type.schema),
    rows: new JoinedRows(context.keyedState, input === 0 ? 'left rows' : 'right rows', ttlMs),
    outer,
  };
}

export function* changesOf({ reader, kinds }: JoinSide, batch: Batch): Generator<RowChange> {
  const plain = withoutRowKinds(batch);
  for (let row = 0; row < batch.length; row++)
    yield {
      key: reader.read(plain, row),
      kind: kinds.at(batch, row),
      cells: cellsAt(plain, row),
      time: batch.timestamps[row] as number,
    };
}

/** Null equals nothing, not even null: such rows are not kept, so that none meets them. */
export const meetsNone = ({ reader }: JoinSide, cells: Cells): boolean =>
  reader.columns.some((column) => cells[column] === null);

/** What it keeps of a key, in words; null: nothing. */
export function heldSide({ inputs }: OperatorContext, { input, rows, outer }: JoinSide, key: Key): Held | null {
  const kept = rows.peek(key);
  if (kept.length === 0) return null;
  const { schema } = withoutKind(inputs[input] as StreamType);
  const shown = kept.slice(0, heldRowsMost).map(({ cells }) => cellsRow(schema, cells));
  const count = kept.reduce((sum, row) => sum + row.count, 0);
  const alone = kept.filter(({ associations }) => associations === 0).length;
  const note =
    `${count === 1 ? '1 row' : `${count} rows`}, kept until they are taken back` +
    `${outer && alone > 0 ? `; ${alone} of them without a match` : ''}.`;
  return { what: input === 0 ? 'Left rows' : 'Right rows', window: null, value: shortJson(shown), note };
}
