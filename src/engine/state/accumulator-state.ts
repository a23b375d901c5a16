/** Accumulator state: for aggregates on the hot path, one dense table of doubles per namespace (see accumulators.ts). */
import type { JsonValue } from '../graph/schema.ts';
import { Accumulators } from './accumulators.ts';
import type { Key, Namespace } from './key.ts';
import { StateMismatch } from './tables.ts';
import type { StateTable } from './tables.ts';
import type { EntryCollector } from './snapshot.ts';

export interface AccumulatorState {
  /** The table of a namespace, made when first asked for. */
  table(namespace: Namespace): Accumulators;
  existing(namespace: Namespace): Accumulators | undefined;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
}

export class AccumulatorTables implements AccumulatorState, StateTable {
  readonly kind = 'accumulator';
  readonly hasTtl = false;
  private readonly tables = new Map<Namespace, Accumulators>();
  private readonly initial: readonly number[];

  constructor(initial: readonly number[]) {
    this.initial = initial;
  }

  get size(): number {
    let size = 0;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }

  table(namespace: Namespace): Accumulators {
    let table = this.tables.get(namespace);
    if (table === undefined) {
      table = new Accumulators(this.initial);
      this.tables.set(namespace, table);
    }
    return table;
  }

  existing(namespace: Namespace): Accumulators | undefined {
    return this.tables.get(namespace);
  }

  deleteNamespace(namespace: Namespace): void {
    this.tables.delete(namespace);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.tables.keys();
  }

  *places(): Generator<readonly [Namespace, Key]> {
    for (const [namespace, table] of this.tables)
      for (let slot = 0; slot < table.size; slot++) yield [namespace, table.keyAt(slot)];
  }

  peek(namespace: Namespace, key: Key): JsonValue | undefined {
    const table = this.tables.get(namespace);
    const slot = table?.find(key);
    return slot === undefined ? undefined : table?.valuesAt(slot);
  }

  capture(to: EntryCollector): void {
    for (const [namespace, table] of this.tables) {
      for (let slot = 0; slot < table.size; slot++) to.add(namespace, table.keyAt(slot), table.valuesAt(slot));
    }
  }

  restore(namespace: Namespace, key: Key, stored: JsonValue): void {
    const values = stored as readonly number[];
    if (values.length !== this.initial.length)
      throw new StateMismatch('The aggregates are others than those of the snapshot.');
    const table = this.table(namespace);
    table.setValues(table.slot(key), values);
  }
}
