/**
 * The running half of semi and anti joins of tables, after Flink's StreamingSemiAntiJoinOperator: rows of the left that meet
 * one of the right (IN, EXISTS), or none (NOT EXISTS), each once, whatever it meets. A row comes out with its first match and
 * is taken back with its last one, or the other way around. A null key meets none.
 *
 * Results have the time of the record that caused them, or that of the left row if it is greater.
 */
import { isRetraction } from '../graph/schema.ts';
import type { RowKind, StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import type { Batch } from '../wire/batch.ts';
import type { Held } from '../wire/inspect.ts';
import { heldOf } from './held.ts';
import { leftColumns, withoutKind } from './join-columns.ts';
import { JoinOutput } from './join-output.ts';
import { changesOf, heldSide, joinSide, meetsNone } from './join-side.ts';
import type { JoinSide, RowChange } from './join-side.ts';
import { later } from './joined-rows.ts';
import type { RegularJoinParams } from './regular-join-operator.ts';

export class SemiJoinOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly anti: boolean;
  private readonly left: JoinSide;
  private readonly right: JoinSide;
  private readonly output: JoinOutput;

  constructor({ join, leftTtlMs, rightTtlMs }: RegularJoinParams, context: OperatorContext) {
    this.context = context;
    this.anti = join === 'anti';
    this.left = joinSide(context, 0, leftTtlMs, true);
    this.right = joinSide(context, 1, rightTtlMs, false);
    this.output = JoinOutput.ofColumns(context, leftColumns(withoutKind(context.inputs[0] as StreamType)));
  }

  process(batch: Batch, input: number): void {
    if (input === 0) for (const change of changesOf(this.left, batch)) this.ofLeft(change);
    else for (const change of changesOf(this.right, batch)) this.ofRight(change);
    this.output.flush();
  }

  holds(key: Key): readonly Held[] {
    return heldOf(heldSide(this.context, this.left, key), heldSide(this.context, this.right, key));
  }

  private ofLeft({ key, kind, cells, time }: RowChange): void {
    const { left, right, anti, output } = this;
    const matches = right.rows.of(key).reduce((sum, row) => sum + row.count, 0);
    if (anti === (matches === 0)) output.add(cells, null, time, kind);
    if (isRetraction(kind)) left.rows.remove(key, cells);
    else if (!meetsNone(left, cells)) left.rows.add(key, cells, time, matches);
  }

  private ofRight({ key, kind, cells, time }: RowChange): void {
    const { left, right } = this;
    const away = isRetraction(kind);
    if (away) right.rows.remove(key, cells);
    else if (!meetsNone(right, cells)) right.rows.add(key, cells, time, 0);
    for (const row of left.rows.of(key)) {
      // The first that it meets, or the last.
      if (row.associations === (away ? 1 : 0))
        for (let copy = 0; copy < row.count; copy++)
          this.output.add(row.cells, null, later(time, row.time), this.told(kind, away));
      left.rows.associate(key, row, row.associations + (away ? -1 : 1));
    }
  }

  /** A semi join hands the kind of the change on, an anti join says the opposite. */
  private told(kind: RowKind, away: boolean): RowKind {
    if (!this.anti) return kind;
    return away ? '+I' : '-D';
  }
}
