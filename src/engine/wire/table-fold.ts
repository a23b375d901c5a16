/**
 * Folds changes into the table that they amount to, as they come, or into the fewest changes that do the same to any
 * table (`net`). Which table a sink shows, its rule says. Memory is at most twice the rows that are left, and a constant.
 *
 * Of a changelog a retraction takes away the oldest equal row, and of a row that is not there it does nothing. By key the
 * newest record stays; a deletion takes the row of its key away, and an update-before says nothing, as its update-after
 * follows (Flink's upsert sinks). Null is a key like any other. Rows are in the order in which they, or their keys, came.
 */
import { isRetraction } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import type { TableRule } from '../graph/kind.ts';
import { arrivalList, ArrivalRuns } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import type { Batch } from './batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { KeyReader } from './keys.ts';
import { RowKindReader } from './row-kinds.ts';

/** Records, and when each arrived. */
export interface Part {
  readonly records: Batch;
  readonly arrivals: Arrivals;
}

interface Held {
  readonly records: Batch;
  readonly arrivals: Float64Array;
}

interface Place {
  readonly held: Held;
  readonly row: number;
  /** Net: it takes a row away that came before all that is folded here. */
  readonly retracts: boolean;
}

/** Rows that may be held beside those that are left, before they are copied out. */
export const slackRows = 4096;

export class TableFold {
  private readonly rule: TableRule;
  private readonly net: boolean;
  private schema: Schema | null = null;
  private readers: { readonly key: KeyReader; readonly kinds: RowKindReader } | null = null;
  /** By key, or by the whole row: equal rows, oldest first. */
  private places = new Map<unknown, Place[]>();
  private live = 0;
  private held = 0;

  constructor(rule: TableRule, net = false) {
    this.rule = rule;
    this.net = net;
  }

  /** Rows that are left. */
  get size(): number {
    return this.live;
  }

  add({ records, arrivals }: Part): void {
    if (records.length === 0) return;
    const { key, kinds } = this.readersOf(records.schema);
    const held = { records, arrivals: arrivalList(arrivals) };
    for (let row = 0; row < records.length; row++) {
      const kind = kinds.at(records, row);
      const isUpsert = this.rule.kind === 'upserts';
      if (isUpsert && kind === '-U') continue;
      const place = { held, row, retracts: isRetraction(kind) };
      const name = key.read(records, row);
      if (isUpsert) this.upsert(name, place);
      else this.change(name, place);
    }
    this.held += records.length;
    if (this.held > 2 * this.live + slackRows) this.copyOut();
  }

  /** What is left, at most the newest `limit` rows; null: there has been nothing. */
  part(limit = Number.POSITIVE_INFINITY): Part | null {
    if (this.schema === null) return null;
    const places = [...this.places.values()].flat();
    const kept = places.length > limit ? places.slice(places.length - limit) : places;
    const builder = new BatchBuilder(this.schema, Math.max(1, kept.length));
    const runs = new ArrivalRuns();
    for (const { held, row } of kept) {
      builder.copyRow(held.records, row);
      runs.add(held.arrivals[row] as number, 1);
    }
    return { records: builder.take(), arrivals: runs.done() };
  }

  private upsert(name: unknown, place: Place): void {
    const before = this.places.get(name);
    if (before !== undefined) this.live--;
    if (place.retracts && !this.net) {
      this.places.delete(name);
      return;
    }
    if (before === undefined) this.places.set(name, [place]);
    else before[0] = place;
    this.live++;
  }

  private change(name: unknown, place: Place): void {
    const equal = this.places.get(name);
    const oldest = place.retracts ? (equal?.findIndex(({ retracts }) => !retracts) ?? -1) : -1;
    if (equal !== undefined && oldest !== -1) {
      equal.splice(oldest, 1);
      if (equal.length === 0) this.places.delete(name);
      this.live--;
      return;
    }
    if (place.retracts && !this.net) return;
    if (equal === undefined) this.places.set(name, [place]);
    else equal.push(place);
    this.live++;
  }

  private readersOf(schema: Schema) {
    if (this.readers !== null) return this.readers;
    this.schema = schema;
    const kinds = new RowKindReader(schema);
    const { rule } = this;
    const columns =
      rule.kind === 'upserts' ? rule.keys : schema.filter((_, i) => i !== kinds.column).map(({ name }) => name);
    this.readers = { key: new KeyReader(schema, columns), kinds };
    return this.readers;
  }

  /** So that no batch is held for the sake of a few of its rows. */
  private copyOut(): void {
    const part = this.part();
    if (part === null) return;
    const held = { records: part.records, arrivals: arrivalList(part.arrivals) };
    let row = 0;
    for (const equal of this.places.values())
      for (let i = 0; i < equal.length; i++) equal[i] = { held, row: row++, retracts: equal[i]?.retracts === true };
    this.held = this.live;
  }
}
