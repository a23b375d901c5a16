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
import type { Held } from '../wire/inspect.ts';
import { heldOf } from './held.ts';
import { joinColumns, withoutKind } from './join-columns.ts';
import { JoinOutput } from './join-output.ts';
import { changesOf, heldSide, joinSide, meetsNone } from './join-side.ts';
import type { JoinSide, RowChange } from './join-side.ts';
import { later } from './joined-rows.ts';
import type { Cells } from './row-cells.ts';

export interface RegularJoinParams {
  readonly join: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';
  readonly leftTtlMs: number;
  readonly rightTtlMs: number;
  readonly prefix: string;
}

export class RegularJoinOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly left: JoinSide;
  private readonly right: JoinSide;
  private readonly inner: boolean;
  private readonly output: JoinOutput;

  constructor({ join, leftTtlMs, rightTtlMs, prefix }: RegularJoinParams, context: OperatorContext) {
    const [left, right] = context.inputs as readonly [StreamType, StreamType];
    this.context = context;
    this.inner = join === 'inner';
    this.left = joinSide(context, 0, leftTtlMs, join === 'left' || join === 'full');
    this.right = joinSide(context, 1, rightTtlMs, join === 'right' || join === 'full');
    this.output = JoinOutput.ofColumns(context, joinColumns(withoutKind(left), withoutKind(right), prefix));
  }

  process(batch: Batch, input: number): void {
    const [side, other] = input === 0 ? [this.left, this.right] : [this.right, this.left];
    for (const change of changesOf(side, batch)) {
      if (isRetraction(change.kind)) this.retract(side, other, change);
      else this.accumulate(side, other, change);
    }
    this.output.flush();
  }

  holds(key: Key): readonly Held[] {
    return heldOf(heldSide(this.context, this.left, key), heldSide(this.context, this.right, key));
  }

  private accumulate(side: JoinSide, other: JoinSide, change: RowChange): void {
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

  private retract(side: JoinSide, other: JoinSide, change: RowChange): void {
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
  private emit(kind: RowKind, side: JoinSide, own: Cells, others: Cells | null, time: number): void {
    if (side === this.left) this.output.add(own, others, time, kind);
    else this.output.add(others, own, time, kind);
  }
}
