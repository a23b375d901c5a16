/** On its way out of a window operator: what panes put out, as it is or, retracted, as what changes the pane before. */
import { withoutRowKind } from '../../graph/schema.ts';
import type { StreamType } from '../../graph/schema.ts';
import type { OperatorContext } from '../../task/operator.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import type { WindowParts } from './operator.ts';
import type { Fire } from './pane-function.ts';
import { noRows, paneRows, writeChanges } from './retractions.ts';
import type { PaneRow } from './retractions.ts';

/** Emits in between when there are this many records. */
const emitRows = 2048;

export class PaneWriter {
  /** What the window function writes into; call `wrote` behind records of which a pane may have any number. */
  readonly builder: BatchBuilder;
  private readonly context: OperatorContext;
  /** The first columns, which are no values: key, window, pane. */
  private readonly leading: number;
  /** What goes out: the same, or the changes of it. */
  private readonly out: BatchBuilder;
  private sent = 0;

  constructor(context: OperatorContext, leading: number, retracts: boolean) {
    const { schema } = context.outputTypes[0] as StreamType;
    this.context = context;
    this.leading = leading;
    this.out = new BatchBuilder(schema, 256, context);
    this.builder = retracts ? new BatchBuilder(withoutRowKind(schema), 16, context) : this.out;
  }

  /** What the operator calls: retracts where that is wanted, and tells whoever wants to hear of panes. */
  firing<T>(fire: Fire<T>): WindowParts<T>['fire'] {
    const { context, builder, out } = this;
    const correct = out === builder ? () => noRows : (before: readonly PaneRow[]) => this.correct(before);
    return (key, window, contents, pane, before) => {
      const made = this.sent + out.length;
      fire(key, window, contents, pane);
      const rows = correct(before);
      const { start, end } = window;
      context.onPane?.({ key, start, end, ...pane, records: this.sent + out.length - made });
      return rows;
    };
  }

  /** A record was written. */
  wrote(): void {
    this.flush(emitRows);
  }

  get waiting(): number {
    return this.out.length;
  }

  flush(atLeast: number): void {
    if (this.out.length < atLeast) return;
    const batch = this.out.take();
    this.sent += batch.length;
    this.context.times?.emitted(batch, this.leading);
    this.context.outputs[0]?.emit(batch);
  }

  private correct(before: readonly PaneRow[]): readonly PaneRow[] {
    const rows = paneRows(this.builder.take());
    writeChanges(this.out, before, rows);
    return rows;
  }
}
