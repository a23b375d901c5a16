/** Tables by namespace and key, which the kinds of state are made of. */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import type { EntryCollector, StateKind } from './snapshot.ts';

/** A snapshot does not fit the state that is declared now; the message says how. */
export class StateMismatch extends Error {}

/** One state by name, of any kind, as KeyedState handles it. */
export interface StateTable {
  readonly kind: StateKind;
  readonly hasTtl: boolean;
  /** (namespace, key) entries. */
  readonly size: number;
  /** Adds copies of all entries that have not expired. */
  capture(to: EntryCollector): void;
  /** Takes an entry of a snapshot; `hasTtl`: it carries times. Throws a StateMismatch. */
  restore(namespace: Namespace, key: Key, value: JsonValue, hasTtl: boolean): void;
  namespaces(): IterableIterator<Namespace>;
  /** All entries, also those that have expired; touches none. */
  places(): Iterable<readonly [Namespace, Key]>;
  /** The value, as it is in a snapshot without a time to live; undefined: none that has not expired. Touches nothing. */
  peek(namespace: Namespace, key: Key): JsonValue | undefined;
}

/** Namespace first: a window that has passed is dropped in one step, and no key outlives its state. */
export class NamespaceTables<C> {
  private readonly tables = new Map<Namespace, Map<Key, C>>();

  get size(): number {
    let size = 0;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }

  cell(key: Key, namespace: Namespace): C | undefined {
    return this.tables.get(namespace)?.get(key);
  }

  put(key: Key, namespace: Namespace, cell: C): void {
    const table = this.tables.get(namespace);
    if (table === undefined) this.tables.set(namespace, new Map([[key, cell]]));
    else table.set(key, cell);
  }

  delete(key: Key, namespace: Namespace): void {
    const table = this.tables.get(namespace);
    if (table === undefined) return;
    table.delete(key);
    if (table.size === 0) this.tables.delete(namespace);
  }

  deleteNamespace(namespace: Namespace): void {
    this.tables.delete(namespace);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.tables.keys();
  }

  cells(namespace: Namespace): ReadonlyMap<Key, C> {
    return this.tables.get(namespace) ?? new Map<Key, C>();
  }

  /** All entries; those removed meanwhile are left out. */
  *all(): Generator<readonly [Namespace, Key, C]> {
    for (const [namespace, table] of this.tables) for (const [key, cell] of table) yield [namespace, key, cell];
  }

  *places(): Generator<readonly [Namespace, Key]> {
    for (const [namespace, table] of this.tables) for (const key of table.keys()) yield [namespace, key];
  }

  each(visit: (namespace: Namespace, key: Key, cell: C) => void): void {
    for (const [namespace, table] of this.tables) for (const [key, cell] of table) visit(namespace, key, cell);
  }
}

/**
 * Removes what has expired without anyone asking for it, a few entries per access, so that keys that never come back do
 * not stay for ever (Flink: incremental cleanup).
 */
export class BackgroundCleanup<C> {
  private readonly tables: NamespaceTables<C>;
  private readonly perAccess: number;
  private readonly clean: (namespace: Namespace, key: Key, cell: C) => void;
  private walk: Generator<readonly [Namespace, Key, C]> | null = null;

  constructor(tables: NamespaceTables<C>, perAccess: number, clean: (namespace: Namespace, key: Key, cell: C) => void) {
    this.tables = tables;
    this.perAccess = perAccess;
    this.clean = clean;
  }

  /** Call it after an access. */
  step(): void {
    for (let i = 0; i < this.perAccess; i++) {
      this.walk ??= this.tables.all();
      const next = this.walk.next();
      if (next.done === true) {
        this.walk = null;
        return;
      }
      const [namespace, key, cell] = next.value;
      // A table that was dropped under the walk is walked to its end; what it held is not there any more.
      if (this.tables.cell(key, namespace) === cell) this.clean(namespace, key, cell);
    }
  }
}
