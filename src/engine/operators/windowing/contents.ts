/** What a window holds per key: one folded value, or its elements, where an evictor or a process function needs them. */
import type { JsonValue, Row, Schema } from '../../graph/schema.ts';
import type { Key, Namespace } from '../../state/key.ts';
import type { ListState } from '../../state/list-state.ts';
import type { ValueState } from '../../state/keyed-state.ts';
import type { OperatorContext } from '../../task/operator.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import { NO_TIMESTAMP } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import { RowView } from '../../wire/row-view.ts';
import type { Element, Evictor } from './evictors.ts';
import type { Folding } from './folding.ts';

export interface Contents<T> {
  add(key: Key, namespace: Namespace, batch: Batch, row: number): void;
  /** What the pane is about; undefined: there is nothing. An evictor has its effect here. */
  take(key: Key, namespace: Namespace): T | undefined;
  clear(key: Key, namespace: Namespace): void;
  /** The contents of `from` go into `into`, in this order. */
  merge(key: Key, into: Namespace, from: readonly Namespace[]): void;
  /** Keys with contents, by window, for the notes. */
  namespaces(): IterableIterator<Namespace>;
  keysIn(namespace: Namespace): number;
}

export class FoldedContents implements Contents<JsonValue> {
  private readonly folding: Folding;
  private readonly state: ValueState<JsonValue>;

  constructor(folding: Folding, context: OperatorContext) {
    this.folding = folding;
    this.state = context.keyedState.value<JsonValue>('contents');
  }

  add(key: Key, namespace: Namespace, batch: Batch, row: number): void {
    this.state.set(key, namespace, this.folding.add(this.state.get(key, namespace), batch, row));
  }

  take(key: Key, namespace: Namespace): JsonValue | undefined {
    return this.state.get(key, namespace);
  }

  clear(key: Key, namespace: Namespace): void {
    this.state.delete(key, namespace);
  }

  merge(key: Key, into: Namespace, from: readonly Namespace[]): void {
    for (const other of from) {
      const value = this.state.get(key, other);
      const before = this.state.get(key, into);
      if (value !== undefined)
        this.state.set(key, into, before === undefined ? value : this.folding.combine(before, value));
      this.state.delete(key, other);
    }
  }

  namespaces(): IterableIterator<Namespace> {
    return this.state.namespaces();
  }

  keysIn(namespace: Namespace): number {
    return [...this.state.entries(namespace)].length;
  }
}

/** Where an evictor works. */
export interface Eviction {
  readonly evictor: Evictor;
  /** What it removes is still seen by the function that is about to be called, and not by the next. */
  readonly after: boolean;
}

export class ListedContents implements Contents<readonly Element[]> {
  private readonly state: ListState<Element & JsonValue>;
  private readonly eviction: Eviction | null;
  private readonly view: RowView;
  private bound: Batch | null = null;

  constructor(eviction: Eviction | null, schema: Schema, context: OperatorContext) {
    this.eviction = eviction;
    this.view = new RowView(schema);
    // Under the name of folded contents: a snapshot of those must not be passed over.
    this.state = context.keyedState.list<Element & JsonValue>('contents');
  }

  add(key: Key, namespace: Namespace, batch: Batch, row: number): void {
    if (this.bound !== batch) this.view.bind(batch);
    this.bound = batch;
    const time = batch.timestamps[row] as number;
    const element: Element = [Number.isNaN(time) ? null : time, this.view.copy(row)];
    this.state.add(key, namespace, element as Element & JsonValue);
  }

  take(key: Key, namespace: Namespace): readonly Element[] | undefined {
    const elements = this.state.get(key, namespace);
    if (elements.length === 0 || this.eviction === null) return elements.length === 0 ? undefined : elements;
    const { evictor, after } = this.eviction;
    const kept = evictor(elements);
    if (kept.length < elements.length) this.state.update(key, namespace, kept as readonly (Element & JsonValue)[]);
    return after ? elements : kept;
  }

  clear(key: Key, namespace: Namespace): void {
    this.state.delete(key, namespace);
  }

  merge(key: Key, into: Namespace, from: readonly Namespace[]): void {
    for (const other of from) {
      this.state.addAll(key, into, this.state.get(key, other));
      this.state.delete(key, other);
    }
  }

  namespaces(): IterableIterator<Namespace> {
    return this.state.namespaces();
  }

  keysIn(namespace: Namespace): number {
    return [...this.state.keys(namespace)].length;
  }
}

/** The elements' rows folded: what an aggregate of a window with an evictor is. Undefined for none. */
export function foldElements(folding: Folding, elements: readonly Element[], schema: Schema): JsonValue | undefined {
  if (elements.length === 0) return undefined;
  const builder = new BatchBuilder(schema, elements.length);
  for (const [time, row] of elements) builder.appendRow(row satisfies Row, time ?? NO_TIMESTAMP);
  const batch = builder.take();
  let value: JsonValue | undefined;
  for (let row = 0; row < batch.length; row++) value = folding.add(value, batch, row);
  return value;
}
