/** Map state: values by a key of their own, per key and namespace. Each entry expires alone. */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import { BackgroundCleanup, NamespaceTables } from './tables.ts';
import type { StateTable } from './tables.ts';
import { compareKeys } from './snapshot.ts';
import type { EntryCollector } from './snapshot.ts';
import type { Cell, Ttl } from './ttl.ts';

/** A value must not be changed after it was put: a snapshot may hold it. */
export interface MapState<T extends JsonValue> {
  get(key: Key, namespace: Namespace, mapKey: Key): T | undefined;
  has(key: Key, namespace: Namespace, mapKey: Key): boolean;
  put(key: Key, namespace: Namespace, mapKey: Key, value: T): void;
  /** Removes one entry; the last one takes the map with it. */
  remove(key: Key, namespace: Namespace, mapKey: Key): void;
  /** In no promised order: it is another one after a restore. */
  entries(key: Key, namespace: Namespace): readonly (readonly [Key, T])[];
  /** Removes the whole map. */
  delete(key: Key, namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
  keys(namespace: Namespace): IterableIterator<Key>;
}

type Entries = Map<Key, Cell<JsonValue>>;

export class MapTables implements MapState<JsonValue>, StateTable {
  readonly kind = 'map';
  readonly hasTtl: boolean;
  private readonly ttl: Ttl | null;
  private readonly tables = new NamespaceTables<Entries>();
  private readonly cleanup: BackgroundCleanup<Entries> | null;

  constructor(ttl: Ttl | null) {
    this.ttl = ttl;
    this.hasTtl = ttl !== null;
    this.cleanup =
      ttl === null || ttl.cleaned === 0
        ? null
        : new BackgroundCleanup(this.tables, ttl.cleaned, (namespace, key, entries) => {
            const now = ttl.now();
            for (const [mapKey, { at }] of entries)
              if (ttl.expired(at, now)) this.removeFrom(entries, key, namespace, mapKey);
          });
  }

  get size(): number {
    return this.tables.size;
  }

  get(key: Key, namespace: Namespace, mapKey: Key): JsonValue | undefined {
    const entries = this.tables.cell(key, namespace);
    const cell = entries?.get(mapKey);
    if (entries === undefined || cell === undefined) return undefined;
    const seen = this.seen(entries, key, namespace, mapKey, cell);
    this.cleanup?.step();
    return seen?.value;
  }

  has(key: Key, namespace: Namespace, mapKey: Key): boolean {
    return this.get(key, namespace, mapKey) !== undefined;
  }

  put(key: Key, namespace: Namespace, mapKey: Key, value: JsonValue): void {
    const cell = { value, at: this.ttl?.now() ?? 0 };
    const entries = this.tables.cell(key, namespace);
    if (entries === undefined) this.tables.put(key, namespace, new Map([[mapKey, cell]]));
    else entries.set(mapKey, cell);
    this.cleanup?.step();
  }

  remove(key: Key, namespace: Namespace, mapKey: Key): void {
    const entries = this.tables.cell(key, namespace);
    if (entries !== undefined) this.removeFrom(entries, key, namespace, mapKey);
  }

  entries(key: Key, namespace: Namespace): readonly (readonly [Key, JsonValue])[] {
    const entries = this.tables.cell(key, namespace);
    const seen: [Key, JsonValue][] = [];
    if (entries === undefined) return seen;
    for (const [mapKey, cell] of entries)
      if (this.seen(entries, key, namespace, mapKey, cell) !== null) seen.push([mapKey, cell.value]);
    this.cleanup?.step();
    return seen;
  }

  delete(key: Key, namespace: Namespace): void {
    this.tables.delete(key, namespace);
  }

  deleteNamespace(namespace: Namespace): void {
    this.tables.deleteNamespace(namespace);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.tables.namespaces();
  }

  keys(namespace: Namespace): IterableIterator<Key> {
    return this.tables.cells(namespace).keys();
  }

  places(): Iterable<readonly [Namespace, Key]> {
    return this.tables.places();
  }

  peek(namespace: Namespace, key: Key): JsonValue | undefined {
    const { ttl } = this;
    const now = ttl?.now() ?? 0;
    const stored: JsonValue[][] = [];
    for (const [mapKey, { value, at }] of this.tables.cell(key, namespace) ?? [])
      if (ttl?.expired(at, now) !== true) stored.push([mapKey, value]);
    if (stored.length === 0) return undefined;
    return stored.sort((a, b) => compareKeys(a[0] as Key, b[0] as Key));
  }

  capture(to: EntryCollector): void {
    const { ttl } = this;
    const now = ttl?.now() ?? 0;
    this.tables.each((namespace, key, entries) => {
      const stored: JsonValue[][] = [];
      for (const [mapKey, { value, at }] of entries) {
        if (ttl === null) stored.push([mapKey, value]);
        else if (!ttl.expired(at, now)) stored.push([mapKey, value, at]);
      }
      if (stored.length === 0) return;
      to.add(
        namespace,
        key,
        stored.sort((a, b) => compareKeys(a[0] as Key, b[0] as Key)),
      );
    });
  }

  restore(namespace: Namespace, key: Key, stored: JsonValue, hasTtl: boolean): void {
    const now = this.ttl?.now() ?? 0;
    const entries: Entries = new Map();
    for (const [mapKey, value, at] of stored as [Key, JsonValue, number?][])
      entries.set(mapKey, { value, at: this.ttl !== null && hasTtl ? (at as number) : now });
    this.tables.put(key, namespace, entries);
  }

  /** The cell if it may be seen. What has expired is removed by the look. */
  private seen(
    entries: Entries,
    key: Key,
    namespace: Namespace,
    mapKey: Key,
    cell: Cell<JsonValue>,
  ): Cell<JsonValue> | null {
    const { ttl } = this;
    if (ttl === null) return cell;
    const now = ttl.now();
    if (ttl.expired(cell.at, now)) {
      this.removeFrom(entries, key, namespace, mapKey);
      return ttl.returnsExpired ? cell : null;
    }
    if (ttl.updatesOnRead) cell.at = now;
    return cell;
  }

  private removeFrom(entries: Entries, key: Key, namespace: Namespace, mapKey: Key): void {
    entries.delete(mapKey);
    if (entries.size === 0) this.tables.delete(key, namespace);
  }
}
