/**
 * Accumulating and retracting panes: a pane takes back what the pane before it put out for its window and key, then puts
 * out its own. (Akidau et al., The Dataflow Model, VLDB 2015, section 2.3.) Merged windows are taken back one and all.
 */
import type { JsonValue, RowKind } from '../../graph/schema.ts';
import type { BatchBuilder } from '../../wire/batch-builder.ts';
import type { Batch } from '../../wire/batch.ts';
import { cellsAt, putCell } from '../row-cells.ts';
import type { Cells } from '../row-cells.ts';
import type { TriggerState } from './trigger-state.ts';

/** A record that a pane put out. */
export type PaneRow = readonly [time: number, cells: Cells];

export const noRows: readonly PaneRow[] = [];

/** A slot that no trigger has. */
const slot = 'rows put out';

/** What the newest pane of each window and key put out. */
export class Retractions {
  private readonly state: TriggerState;

  constructor(state: TriggerState) {
    this.state = state;
  }

  /** Of the window in hand. */
  before(): readonly PaneRow[] {
    return (this.state.read(slot) as unknown as readonly PaneRow[] | undefined) ?? noRows;
  }

  keep(rows: readonly PaneRow[]): void {
    if (rows.length > 0) this.state.write(slot, rows as unknown as JsonValue);
    else this.state.forget(slot);
  }

  /** The window in hand answers for what those have put out that were merged into it. */
  merge(): void {
    this.keep((this.state.merged(slot) as unknown as readonly (readonly PaneRow[])[]).flat());
  }
}

export function paneRows(batch: Batch): readonly PaneRow[] {
  return Array.from({ length: batch.length }, (_, row) => [batch.timestamps[row] as number, cellsAt(batch, row)]);
}

/**
 * Writes what turns the one into the other into a builder whose last column is the row kind: rows that are not replaced
 * are deleted, then the others updated, then what is left is inserted.
 */
export function writeChanges(builder: BatchBuilder, before: readonly PaneRow[], after: readonly PaneRow[]): void {
  const updated = Math.min(before.length, after.length);
  for (const row of before.slice(updated)) write(builder, '-D', row);
  for (let i = 0; i < updated; i++) {
    write(builder, '-U', before[i] as PaneRow);
    write(builder, '+U', after[i] as PaneRow);
  }
  for (const row of after.slice(updated)) write(builder, '+I', row);
}

function write(builder: BatchBuilder, kind: RowKind, [time, cells]: PaneRow): void {
  const { schema } = builder;
  builder.startRow(time);
  for (let i = 0; i < cells.length; i++) {
    const { type } = schema[i] as (typeof schema)[number];
    putCell(builder, i, type, cells[i] as Cells[number]);
  }
  builder.text(cells.length, kind);
}
