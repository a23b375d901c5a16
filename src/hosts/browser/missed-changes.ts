/**
 * Changes of a table that the page is not told one by one: kept as the fewest that do the same. Of a table that grows
 * without end, while the page is away, the newest: what is beyond the bound is lost, and counted.
 */
import { resultLimit } from '../../engine/telemetry/cluster-view.ts';
import type { TableRule } from '../../engine/graph/kind.ts';
import type { Missed } from '../../engine/wire/reports.ts';
import { TableFold } from '../../engine/wire/table-fold.ts';
import type { Part } from '../../engine/wire/table-fold.ts';

export class MissedChanges {
  private readonly rule: TableRule;
  private fold: TableFold;
  private lost = 0;

  constructor(rule: TableRule) {
    this.rule = rule;
    this.fold = new TableFold(rule, true);
  }

  /** Changes that are kept. */
  get size(): number {
    return this.fold.size;
  }

  /** Records of a report that is left out, behind what it had missed itself. */
  add({ records, arrivals, missed }: Part & { readonly missed?: Missed }): void {
    if (missed !== undefined) {
      this.lost += missed.lost;
      if (missed.changes !== null) this.fold.add(missed.changes);
    }
    this.fold.add({ records, arrivals });
    // Rarely, so that adding costs the same however many there are.
    if (this.size > 2 * resultLimit) this.cut();
  }

  /** As many as the page keeps of a table; what is beyond is lost, and counted. */
  take(): Missed {
    return { changes: this.fold.part(resultLimit), lost: this.lost + Math.max(0, this.size - resultLimit) };
  }

  private cut(): void {
    const { changes, lost } = this.take();
    this.fold = new TableFold(this.rule, true);
    if (changes !== null) this.fold.add(changes);
    this.lost = lost;
  }
}
