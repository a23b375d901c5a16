/** List state: values in the order in which they were added, per key and namespace. Each expires alone. */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import { BackgroundCleanup, NamespaceTables } from './tables.ts';
import type { StateTable } from './tables.ts';
import type { EntryCollector } from './snapshot.ts';
import type { Ttl } from './ttl.ts';

/** An element must not be changed after it was added: a snapshot may hold it. */
export interface ListState<T extends JsonValue> {
  /** Empty when there is none. Valid until the next call for this key. */
  get(key: Key, namespace: Namespace): readonly T[];
  add(key: Key, namespace: Namespace, value: T): void;
  addAll(key: Key, namespace: Namespace, values: readonly T[]): void;
  /** Replaces the list; an empty one removes it. */
  update(key: Key, namespace: Namespace, values: readonly T[]): void;
  delete(key: Key, namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
  keys(namespace: Namespace): IterableIterator<Key>;
}

interface List {
  values: JsonValue[];
  /** When each was last touched; null without a time to live. */
  times: number[] | null;
}

export class ListTables extends NamespaceTables<List> implements ListState<JsonValue>, StateTable {
  readonly kind = 'list';
  readonly hasTtl: boolean;
  private readonly ttl: Ttl | null;
  private readonly cleanup: BackgroundCleanup<List> | null;

  constructor(ttl: Ttl | null) {
    super();
    this.ttl = ttl;
    this.hasTtl = ttl !== null;
    this.cleanup =
      ttl === null || ttl.cleaned === 0
        ? null
        : new BackgroundCleanup(this, ttl.cleaned, (namespace, key, list) =>
            this.keep(key, namespace, fresh(list, ttl, ttl.now())),
          );
  }

  get(key: Key, namespace: Namespace): readonly JsonValue[] {
    const list = this.cell(key, namespace);
    const { ttl } = this;
    if (list === undefined) return [];
    if (ttl === null) return list.values;
    const now = ttl.now();
    const left = fresh(list, ttl, now);
    // As in Flink: expired elements that may be seen stay until all have expired, or until a read renews the others.
    if (left.values.length === 0) this.delete(key, namespace);
    else if (ttl.updatesOnRead) this.put(key, namespace, { values: left.values, times: left.values.map(() => now) });
    const seen = ttl.returnsExpired ? list.values : left.values;
    this.cleanup?.step();
    return seen;
  }

  add(key: Key, namespace: Namespace, value: JsonValue): void {
    const list = this.cell(key, namespace);
    const at = this.ttl?.now() ?? 0;
    if (list === undefined) this.put(key, namespace, { values: [value], times: this.ttl === null ? null : [at] });
    else {
      list.values.push(value);
      list.times?.push(at);
    }
    this.cleanup?.step();
  }

  addAll(key: Key, namespace: Namespace, values: readonly JsonValue[]): void {
    for (const value of values) this.add(key, namespace, value);
  }

  update(key: Key, namespace: Namespace, values: readonly JsonValue[]): void {
    const now = this.ttl?.now() ?? 0;
    this.keep(key, namespace, { values: [...values], times: this.ttl === null ? null : values.map(() => now) });
    this.cleanup?.step();
  }

  keys(namespace: Namespace): IterableIterator<Key> {
    return this.cells(namespace).keys();
  }

  peek(namespace: Namespace, key: Key): JsonValue | undefined {
    const list = this.cell(key, namespace);
    if (list === undefined || this.ttl === null) return list?.values;
    const { values } = fresh(list, this.ttl, this.ttl.now());
    return values.length === 0 ? undefined : values;
  }

  capture(to: EntryCollector): void {
    const { ttl } = this;
    const now = ttl?.now() ?? 0;
    this.each((namespace, key, list) => {
      if (ttl === null) return to.add(namespace, key, list.values.slice());
      const { values, times } = fresh(list, ttl, now);
      if (values.length > 0)
        to.add(
          namespace,
          key,
          values.map((value, i) => [value, (times as number[])[i] as number]),
        );
    });
  }

  restore(namespace: Namespace, key: Key, stored: JsonValue, hasTtl: boolean): void {
    const values = hasTtl ? (stored as [JsonValue, number][]).map(([value]) => value) : [...(stored as JsonValue[])];
    if (this.ttl === null) return this.put(key, namespace, { values, times: null });
    const now = this.ttl.now();
    const times = hasTtl ? (stored as [JsonValue, number][]).map(([, at]) => at) : values.map(() => now);
    this.put(key, namespace, { values, times });
  }

  private keep(key: Key, namespace: Namespace, list: List): void {
    if (list.values.length === 0) this.delete(key, namespace);
    else this.put(key, namespace, list);
  }
}

/** The list without what has expired; itself when nothing has. */
function fresh(list: List, ttl: Ttl, now: number): List {
  const times = list.times as number[];
  if (!times.some((at) => ttl.expired(at, now))) return list;
  return {
    values: list.values.filter((_, i) => !ttl.expired(times[i] as number, now)),
    times: times.filter((at) => !ttl.expired(at, now)),
  };
}
