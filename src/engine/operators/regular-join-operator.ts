/**
 * The running half of the regular join, after Flink's StreamingJoinOperator. An outer side's row that meets none goes out
 * padded with nulls; its first match takes that back before the pair goes out, and when its last match has been taken
 * away it is put back. As in Flink, outer joins tell all changes as insertions and deletions, an inner one hands on the
 * kind of the change that caused the result, and keys with a null meet none.
 *
 * Flink's results have no time. Here they have the greater of the times of the change and the row that it met, as those of
 * other joins, so that of insertions alone every order of arrival gives the same.
 */
import { isRetraction } from '../graph/schema.ts';
import type { RowKind, StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import type { Batch } from '../wire/batch.ts';
import { shortJson } from '../wire/inspect.ts';
import type { Held } from '../wire/inspect.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { joinColumns, withoutKind } from './join-columns.ts';
import { JoinOutput } from './join-output.ts';
import { JoinedRows, later } from './joined-rows.ts';
import { heldOf, heldRowsMost } from './held.ts';
import { cellsAt, cellsRow } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

export interface RegularJoinParams {
  readonly join: 'inner' | 'left' | 'right' | 'full';
  readonly leftTtlMs: number;
  readonly rightTtlMs: number;
  readonly prefix: string;
}

/** One input, seen from its own records. */
interface Side {
  readonly reader: KeyReader;
  readonly kinds: RowKindReader;
  readonly rows: JoinedRows;
  /** Its rows come out even if they meet none. */
  readonly outer: boolean;
}

/** A record in hand: a change of its side's rows. */
interface Change {
  readonly key: Key;
  readonly kind: RowKind;
  readonly cells: Cells;
  readonly time: number;
}

export class RegularJoinOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly left: Side;
  private readonly right: Side;
  private readonly inner: boolean;
  private readonly output: JoinOutput;

  constructor({ join, leftTtlMs, rightTtlMs, prefix }: RegularJoinParams, context: OperatorContext) {
    const [left, right] = context.inputs as readonly [StreamType, StreamType];
    this.context = context;
    this.inner = join === 'inner';
    this.left = this.side('left rows', left, leftTtlMs, join === 'left' || join === 'full');
    this.right = this.side('right rows', right, rightTtlMs, join === 'right' || join === 'full');
    this.output = JoinOutput.ofColumns(context, joinColumns(withoutKind(left), withoutKind(right), prefix));
  }

  process(batch: Batch, input: number): void {
    const [side, other] = input === 0 ? [this.left, this.right] : [this.right, this.left];
    const plain = withoutRowKinds(batch);
    for (let row = 0; row < batch.length; row++) {
      const kind = side.kinds.at(batch, row);
      const time = batch.timestamps[row] as number;
      const change: Change = { key: side.reader.read(plain, row), kind, cells: cellsAt(plain, row), time };
      if (isRetraction(kind)) this.retract(side, other, change);
      else this.accumulate(side, other, change);
    }
    this.output.flush();
  }

  holds(key: Key): readonly Held[] {
    const sides = [this.left, this.right].map((side, i) => this.heldBy(side, i, key));
    return heldOf(...sides);
  }

  private heldBy({ rows, outer }: Side, input: number, key: Key): Held | null {
    const kept = rows.peek(key);
    if (kept.length === 0) return null;
    const { schema } = withoutKind(this.context.inputs[input] as StreamType);
    const shown = kept.slice(0, heldRowsMost).map(({ cells }) => cellsRow(schema, cells));
    const count = kept.reduce((sum, row) => sum + row.count, 0);
    const alone = kept.filter(({ associations }) => associations === 0).length;
    const note =
      `${count === 1 ? '1 row' : `${count} rows`}, kept until they are taken back` +
      `${outer && alone > 0 ? `; ${alone} of them without a match` : ''}.`;
    return { what: input === 0 ? 'Left rows' : 'Right rows', window: null, value: shortJson(shown), note };
  }

  private side(name: string, type: StreamType, ttlMs: number, outer: boolean): Side {
    const { schema, key } = withoutKind(type);
    return {
      reader: new KeyReader(schema, key as readonly string[]),
      kinds: new RowKindReader(type.schema),
      rows: new JoinedRows(this.context.keyedState, name, ttlMs),
      outer,
    };
  }

  private accumulate(side: Side, other: Side, change: Change): void {
    const { key, kind, cells, time } = change;
    let associations = 0;
    for (const row of other.rows.of(key)) {
      const first = other.outer && row.associations === 0;
      if (other.outer) other.rows.associate(key, row, row.associations + 1);
      for (let copy = 0; copy < row.count; copy++) {
        if (first) this.emit('-D', other, row.cells, null, later(time, row.time));
        this.emit(this.inner ? kind : '+I', side, cells, row.cells, later(time, row.time));
      }
      associations += row.count;
    }
    if (side.outer && associations === 0) this.emit('+I', side, cells, null, time);
    if (!meetsNone(side, cells)) side.rows.add(key, cells, time, side.outer ? associations : 0);
  }

  private retract(side: Side, other: Side, change: Change): void {
    const { key, kind, cells, time } = change;
    side.rows.remove(key, cells);
    let any = false;
    for (const row of other.rows.of(key)) {
      any = true;
      const last = other.outer && row.associations === 1;
      if (other.outer) other.rows.associate(key, row, row.associations - 1);
      for (let copy = 0; copy < row.count; copy++) {
        this.emit(side.outer ? '-D' : kind, side, cells, row.cells, later(time, row.time));
        if (last) this.emit('+I', other, row.cells, null, later(time, row.time));
      }
    }
    if (side.outer && !any) this.emit('-D', side, cells, null, time);
  }

  /** `own` are cells of `side`, `others` of the other one, null for nulls. */
  private emit(kind: RowKind, side: Side, own: Cells, others: Cells | null, time: number): void {
    if (side === this.left) this.output.add(own, others, time, kind);
    else this.output.add(others, own, time, kind);
  }
}

/** Null equals nothing, not even null: such rows are not kept, so that none meets them. */
const meetsNone = ({ reader }: Side, cells: Cells): boolean => reader.columns.some((column) => cells[column] === null);
