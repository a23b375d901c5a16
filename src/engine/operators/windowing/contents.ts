/** What a window holds per key: one folded value, or its elements, where an evictor or a process function needs them. */
import type { JsonValue, StreamType } from '../../graph/schema.ts';
import type { Key, Namespace } from '../../state/key.ts';
import type { ListState } from '../../state/list-state.ts';
import type { ValueState } from '../../state/keyed-state.ts';
import type { OperatorContext } from '../../task/operator.ts';
import type { Batch } from '../../wire/batch.ts';
import { missingTimestamp } from '../join-output.ts';
import { cellsAt, cellsRow } from '../row-cells.ts';
import type { Cells } from '../row-cells.ts';
import type { Element, Eviction } from './evictors.ts';
import type { Folding } from './folding.ts';

export interface Contents<T> {
  /** `input`: which of the operator's it came in by. */
  add(key: Key, namespace: Namespace, batch: Batch, row: number, input: number): void;
  holds(key: Key, namespace: Namespace): boolean;
  /** What the pane is about; undefined: there is nothing. An evictor has its effect here. */
  take(key: Key, namespace: Namespace): T | undefined;
  /** What a pane is about that nothing is in; undefined: there cannot be one. */
  nothing(): T | undefined;
  clear(key: Key, namespace: Namespace): void;
  /** The contents of `from` go into `into`, in this order. */
  merge(key: Key, into: Namespace, from: readonly Namespace[]): void;
  /** Keys with contents, by window, for the notes. */
  namespaces(): IterableIterator<Namespace>;
  keysIn(namespace: Namespace): number;
  /** What its state has, as a person sees it. */
  shown(value: JsonValue): JsonValue;
}

export class FoldedContents implements Contents<JsonValue> {
  private readonly folding: Folding;
  private readonly state: ValueState<JsonValue>;

  constructor(folding: Folding, context: OperatorContext) {
    this.folding = folding;
    this.state = context.keyedState.value<JsonValue>('contents', null, (value) => folding.check(value));
  }

  add(key: Key, namespace: Namespace, batch: Batch, row: number): void {
    this.state.set(key, namespace, this.folding.add(this.state.get(key, namespace), batch, row));
  }

  shown(value: JsonValue): JsonValue {
    return this.folding.shown(value);
  }

  holds(key: Key, namespace: Namespace): boolean {
    return this.state.get(key, namespace) !== undefined;
  }

  take(key: Key, namespace: Namespace): JsonValue | undefined {
    return this.state.get(key, namespace);
  }

  nothing(): JsonValue | undefined {
    return this.folding.nothing();
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

/** Those of a pane that nothing is in, on purpose: other than those of one whose elements have all been evicted. */
export const noElements: readonly Element[] = [];

/** Elements one by one, as state keeps them: what a function does to a row reaches neither state nor another window. */
export abstract class ElementContents<T> implements Contents<T> {
  protected readonly context: OperatorContext;
  private readonly state: ListState<Element & JsonValue>;
  private readonly eviction: Eviction | null;

  constructor(eviction: Eviction | null, context: OperatorContext) {
    this.eviction = eviction;
    this.context = context;
    // Under the name of folded contents: a snapshot of those must not be passed over.
    this.state = context.keyedState.list<Element & JsonValue>('contents');
  }

  add(key: Key, namespace: Namespace, batch: Batch, row: number, input: number): void {
    const time = batch.timestamps[row] as number;
    if (Number.isNaN(time) && this.eviction?.timed === true) throw missingTimestamp(this.context, batch, row);
    const element: Element = [Number.isNaN(time) ? null : time, this.cellsOf(batch, row, input)];
    this.state.add(key, namespace, element as Element & JsonValue);
  }

  abstract shown(value: JsonValue): JsonValue;

  /** What is kept of a record. */
  protected abstract cellsOf(batch: Batch, row: number, input: number): Cells;

  /** What the window function is given. */
  protected abstract paneOf(elements: readonly Element[]): T;

  holds(key: Key, namespace: Namespace): boolean {
    return this.state.get(key, namespace).length > 0;
  }

  take(key: Key, namespace: Namespace): T | undefined {
    const elements = this.state.get(key, namespace);
    if (elements.length === 0) return undefined;
    if (this.eviction === null) return this.paneOf(elements);
    const { evictor, after } = this.eviction;
    const kept = evictor(elements);
    if (kept.length < elements.length) this.state.update(key, namespace, kept as readonly (Element & JsonValue)[]);
    return this.paneOf(after ? elements : kept);
  }

  nothing(): T {
    return this.paneOf(noElements);
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

/** The records of one stream. */
export class ListedContents extends ElementContents<readonly Element[]> {
  shown(value: JsonValue): JsonValue {
    const { schema } = this.context.inputs[0] as StreamType;
    return (value as unknown as readonly Element[]).map(([, cells]) => cellsRow(schema, cells) as JsonValue);
  }

  protected cellsOf(batch: Batch, row: number): Cells {
    return cellsAt(batch, row);
  }

  protected paneOf(elements: readonly Element[]): readonly Element[] {
    return elements;
  }
}
