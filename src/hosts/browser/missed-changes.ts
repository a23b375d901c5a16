/** Changes of a table that the page is not told one by one: kept as the fewest that do the same. */
import { resultLimit } from '../../engine/telemetry/cluster-view.ts';
import type { TableRule } from '../../engine/graph/kind.ts';
import type { Missed } from '../../engine/wire/reports.ts';
import { TableFold } from '../../engine/wire/table-fold.ts';
import type { Part } from '../../engine/wire/table-fold.ts';

export class MissedChanges {
  private readonly fold: TableFold;
  private lost = 0;

  constructor(rule: TableRule) {
    this.fold = new TableFold(rule, true);
  }

  /** Records of a report that is left out, behind what it had missed itself. */
  add({ records, arrivals, missed }: Part & { readonly missed?: Missed }): void {
    if (missed !== undefined) {
      this.lost += missed.lost;
      if (missed.changes !== null) this.fold.add(missed.changes);
    }
    this.fold.add({ records, arrivals });
  }

  /** As many as the page keeps of a table; what is beyond is lost, and counted. */
  take(): Missed {
    return { changes: this.fold.part(resultLimit), lost: this.lost + Math.max(0, this.fold.size - resultLimit) };
  }
}
