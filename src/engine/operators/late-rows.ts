/**
 * Records that are late by the watermark alone, for operators that hold back what it has not passed: counted, and sent to
 * a side output.
 */
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { OperatorContext } from '../task/operator.ts';
import { selectRows } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';

export class LateRows {
  private readonly context: OperatorContext;
  private readonly port: number;
  private rows = new Int32Array(256);
  private count = 0;
  private watermark: EventTimeMs = MIN_EVENT_TIME;

  /** `port` is the side output's index. */
  constructor(context: OperatorContext, port: number) {
    this.context = context;
    this.port = port;
  }

  /** All records of a batch see the same watermark. */
  begin(batch: Batch): void {
    if (this.rows.length < batch.length) this.rows = new Int32Array(batch.length);
    this.count = 0;
    this.watermark = this.context.watermark();
  }

  /**
   * Whether a record's time lies `behind` the watermark (below it), or is `passed` by it (not above it). Throws
   * TaskFailure `missing-timestamp`.
   */
  isLate(time: number, rule: 'behind' | 'passed'): boolean {
    if (Number.isNaN(time)) {
      const { node, name } = this.context;
      throw new TaskFailure({ code: 'missing-timestamp', details: { node: name }, node });
    }
    return rule === 'behind' ? time < this.watermark : time <= this.watermark;
  }

  add(row: number): void {
    this.rows[this.count++] = row;
    this.context.times?.dropped(row);
  }

  /** Call it when the batch is through. */
  emit(batch: Batch): void {
    if (this.count === 0) return;
    this.context.countLate(this.count);
    this.context.outputs[this.port]?.emit(selectRows(batch, this.rows, this.count));
  }
}
