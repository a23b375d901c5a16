/**
 * Accumulators of one namespace: a dense slot per key, and columns of doubles by slot. Slots are given in order of the
 * first touch, which is the order in which Flink would have registered the keys' timers.
 */
import type { Key } from './key.ts';

const firstCapacity = 16;

export class Accumulators {
  private readonly slots = new Map<Key, number>();
  private readonly keys: Key[] = [];
  private readonly initial: readonly number[];
  private columns: Float64Array[];
  private capacity = firstCapacity;

  constructor(initial: readonly number[]) {
    this.initial = initial;
    this.columns = initial.map((value) => new Float64Array(firstCapacity).fill(value));
  }

  get size(): number {
    return this.keys.length;
  }

  /** The key's slot, made with the initial values if new. May grow the columns: take `column` again afterwards. */
  slot(key: Key): number {
    const known = this.slots.get(key);
    if (known !== undefined) return known;
    const slot = this.keys.length;
    if (slot === this.capacity) this.grow();
    this.slots.set(key, slot);
    this.keys.push(key);
    return slot;
  }

  /** The key's slot; undefined: it has none, and gets none. */
  find(key: Key): number | undefined {
    return this.slots.get(key);
  }

  keyAt(slot: number): Key {
    return this.keys[slot] as Key;
  }

  /** Accumulator `index` by slot. Valid until the next `slot` of a new key. */
  column(index: number): Float64Array {
    return this.columns[index] as Float64Array;
  }

  valuesAt(slot: number): number[] {
    return this.columns.map((column) => column[slot] as number);
  }

  setValues(slot: number, values: readonly number[]): void {
    this.columns.forEach((column, i) => {
      column[slot] = values[i] as number;
    });
  }

  private grow(): void {
    this.capacity *= 2;
    this.columns = this.columns.map((old, i) => {
      const wider = new Float64Array(this.capacity).fill(this.initial[i] as number);
      wider.set(old);
      return wider;
    });
  }
}
