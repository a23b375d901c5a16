/** Value state: one JSON value per key and namespace; without a time to live it is a plain table. */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import { BackgroundCleanup, NamespaceTables } from './tables.ts';
import type { StateTable } from './tables.ts';
import type { EntryCollector } from './snapshot.ts';
import type { Cell, Ttl } from './ttl.ts';

/** A value must not be changed after it was set: a snapshot may hold it. */
export interface ValueState<T extends JsonValue> {
  get(key: Key, namespace: Namespace): T | undefined;
  set(key: Key, namespace: Namespace, value: T): void;
  delete(key: Key, namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
  entries(namespace: Namespace): IterableIterator<[Key, T]>;
}

export class ValueTables extends NamespaceTables<JsonValue> implements ValueState<JsonValue>, StateTable {
  readonly kind = 'value';
  readonly hasTtl = false;
  private readonly check: (value: JsonValue) => void;

  /** `check` throws a StateMismatch for a value of a snapshot that the state's user cannot take. */
  constructor(check: (value: JsonValue) => void = () => {}) {
    super();
    this.check = check;
  }

  get(key: Key, namespace: Namespace): JsonValue | undefined {
    return this.cell(key, namespace);
  }

  set(key: Key, namespace: Namespace, value: JsonValue): void {
    this.put(key, namespace, value);
  }

  entries(namespace: Namespace): IterableIterator<[Key, JsonValue]> {
    return this.cells(namespace).entries();
  }

  peek(namespace: Namespace, key: Key): JsonValue | undefined {
    return this.cell(key, namespace);
  }

  capture(to: EntryCollector): void {
    this.each((namespace, key, value) => to.add(namespace, key, value));
  }

  restore(namespace: Namespace, key: Key, stored: JsonValue, hasTtl: boolean): void {
    const value = hasTtl ? (stored as [JsonValue, number])[0] : stored;
    this.check(value);
    this.put(key, namespace, value);
  }
}

/** One value that expires as a whole: value state with a time to live, and reducing state. */
export class CellTables extends NamespaceTables<Cell<JsonValue>> {
  readonly hasTtl: boolean;
  protected readonly ttl: Ttl | null;
  private readonly cleanup: BackgroundCleanup<Cell<JsonValue>> | null;

  constructor(ttl: Ttl | null) {
    super();
    this.ttl = ttl;
    this.hasTtl = ttl !== null;
    this.cleanup =
      ttl === null || ttl.cleaned === 0
        ? null
        : new BackgroundCleanup(this, ttl.cleaned, (namespace, key, cell) => {
            if (ttl.expired(cell.at, ttl.now())) this.delete(key, namespace);
          });
  }

  get(key: Key, namespace: Namespace): JsonValue | undefined {
    const value = this.read(key, namespace);
    this.cleanup?.step();
    return value;
  }

  set(key: Key, namespace: Namespace, value: JsonValue): void {
    this.put(key, namespace, { value, at: this.ttl?.now() ?? 0 });
    this.cleanup?.step();
  }

  *entries(namespace: Namespace): IterableIterator<[Key, JsonValue]> {
    for (const [key, cell] of this.cells(namespace)) if (this.visible(cell)) yield [key, cell.value];
  }

  peek(namespace: Namespace, key: Key): JsonValue | undefined {
    const cell = this.cell(key, namespace);
    if (cell === undefined || this.ttl?.expired(cell.at, this.ttl.now()) === true) return undefined;
    return cell.value;
  }

  capture(to: EntryCollector): void {
    const { ttl } = this;
    if (ttl === null) return this.each((namespace, key, cell) => to.add(namespace, key, cell.value));
    const now = ttl.now();
    this.each((namespace, key, { value, at }) => {
      if (!ttl.expired(at, now)) to.add(namespace, key, [value, at]);
    });
  }

  /** A value from before there was a time to live counts as touched now. */
  restore(namespace: Namespace, key: Key, stored: JsonValue, hasTtl: boolean): void {
    const [value, at] = hasTtl ? (stored as [JsonValue, number]) : [stored, this.ttl?.now() ?? 0];
    this.put(key, namespace, { value, at });
  }

  /** It may be seen, whether or not it has expired. */
  protected visible(cell: Cell<JsonValue>): boolean {
    const { ttl } = this;
    return ttl === null || ttl.returnsExpired || !ttl.expired(cell.at, ttl.now());
  }

  private read(key: Key, namespace: Namespace): JsonValue | undefined {
    const cell = this.cell(key, namespace);
    const { ttl } = this;
    if (cell === undefined || ttl === null) return cell?.value;
    const now = ttl.now();
    if (ttl.expired(cell.at, now)) {
      this.delete(key, namespace);
      return ttl.returnsExpired ? cell.value : undefined;
    }
    if (ttl.updatesOnRead) cell.at = now;
    return cell.value;
  }
}

export class ExpiringValueTables extends CellTables implements ValueState<JsonValue>, StateTable {
  readonly kind = 'value';
}
