/** One window of a subtask with the accumulators of its keys, and the grouping of a batch's records by window. */
import type { Accumulators } from '../state/accumulators.ts';
import type { KeyIds } from './key-ids.ts';

/**
 * - `open`: its end is ahead of the watermark; it fires when the watermark gets there.
 * - `passed`: it has fired and is kept for late records; each fires it again.
 * - `late`: it is gone, or would be at once; it has no state.
 */
type Stage = 'open' | 'passed' | 'late';

export class OpenWindow {
  readonly start: number;
  readonly end: number;
  stage: Stage;
  /** Null when late. */
  readonly table: Accumulators | null;
  /** Slot by key id, -1 where not looked up yet: a cache over the table. */
  slots: Int32Array = noSlots;
  /** Position among the windows of the batch in hand, -1 when not among them. */
  part = -1;
  private epoch = -1;

  constructor(start: number, end: number, stage: Stage, table: Accumulators | null) {
    this.start = start;
    this.end = end;
    this.stage = stage;
    this.table = table;
  }

  /** Makes `slots` good for all ids given so far; true when it was empty. */
  prepare(keys: KeyIds): boolean {
    const { slots } = this;
    const fresh = slots.length === 0;
    if (this.epoch !== keys.epoch) {
      slots.fill(-1);
      this.epoch = keys.epoch;
    }
    if (slots.length < keys.count) {
      this.slots = new Int32Array(Math.max(64, keys.count, Math.min(2 * slots.length, 1 << 16))).fill(-1);
      this.slots.set(slots);
    }
    return fresh;
  }

  /** Slot of a key, looked up in the table, where the key gets one if it is new. */
  touch(id: number, keys: KeyIds): number {
    const slot = (this.table as Accumulators).slot(keys.keyOf(id));
    this.slots[id] = slot;
    return slot;
  }

  /** Gives the cache back. */
  forget(): void {
    this.slots = noSlots;
  }
}

const noSlots = new Int32Array(0);

/** Records of one window in a batch: `order[from..to)`, or `from..to` themselves without an order. */
export interface WindowPart {
  readonly window: OpenWindow;
  readonly from: number;
  readonly to: number;
}

/** Groups the records of a batch by window, keeping their order within each: runs are noted, then laid end to end. */
export class WindowRuns {
  /** Null when the batch lies in one window. */
  order: Int32Array | null = null;
  private readonly windows: OpenWindow[] = [];
  private readonly starts: number[] = [];
  private buffer = new Int32Array(256);

  begin(): void {
    this.windows.length = 0;
    this.starts.length = 0;
  }

  /** From `row` on, records belong to `window`. */
  startRun(window: OpenWindow, row: number): void {
    this.windows.push(window);
    this.starts.push(row);
  }

  /** The parts of a batch of `length` records, in order of their windows' first record. */
  parts(length: number): WindowPart[] {
    const { windows, starts } = this;
    this.order = null;
    if (windows.length === 0) return [];
    if (windows.length === 1) return [{ window: windows[0] as OpenWindow, from: 0, to: length }];
    starts.push(length);
    const distinct: OpenWindow[] = [];
    const counts: number[] = [];
    for (let run = 0; run < windows.length; run++) {
      const window = windows[run] as OpenWindow;
      if (window.part === -1) {
        window.part = distinct.push(window) - 1;
        counts.push(0);
      }
      (counts[window.part] as number) += (starts[run + 1] as number) - (starts[run] as number);
    }
    const parts = this.place(distinct, counts);
    this.fill(parts, length);
    for (const window of distinct) window.part = -1;
    return parts;
  }

  private place(distinct: readonly OpenWindow[], counts: readonly number[]): WindowPart[] {
    let from = 0;
    return distinct.map((window, i) => {
      const part = { window, from, to: from + (counts[i] as number) };
      from = part.to;
      return part;
    });
  }

  private fill(parts: readonly WindowPart[], length: number): void {
    if (this.buffer.length < length) this.buffer = new Int32Array(length);
    const { buffer, windows, starts } = this;
    const next = parts.map((part) => part.from);
    for (let run = 0; run < windows.length; run++) {
      const { part } = windows[run] as OpenWindow;
      let at = next[part] as number;
      const end = starts[run + 1] as number;
      for (let row = starts[run] as number; row < end; row++) buffer[at++] = row;
      next[part] = at;
    }
    this.order = buffer;
  }
}
