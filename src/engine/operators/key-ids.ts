/**
 * Dense numbers for keys: resolves the key of each record of a batch to a small integer, once per dictionary entry
 * where keys are text, so that keyed operators can work with arrays instead of maps on the hot path. A cache, not
 * state: it may be cleared at any time, which `epoch` tells.
 */
import type { Key } from '../state/key.ts';
import { NULL_CODE } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import type { KeyReader } from '../wire/keys.ts';

/** Keys known at once; one more begins a new epoch. */
const idsMost = 1 << 16;
/** Whole numbers below this are looked up in an array. */
const directMost = 1 << 12;
/** Texts are looked up per record instead of per entry when a batch uses so small a part of its dictionary. */
const sparseRatio = 8;

export class KeyIds {
  /** Per record of the batch resolved last. */
  ids = new Int32Array(256);
  /** Ids of another epoch mean nothing. */
  epoch = 0;
  private readonly reader: KeyReader;
  private readonly columns: readonly ColumnIds[];
  /** For keys of several columns: one for each column after the first. */
  private readonly pairs: readonly PairIds[];
  private readonly keys: Key[] = [];
  private partIds = new Int32Array(256);

  constructor(reader: KeyReader) {
    this.reader = reader;
    this.columns = reader.columns.map(() => new ColumnIds());
    this.pairs = reader.columns.slice(1).map(() => new PairIds());
  }

  /** Ids given in this epoch; all are below. */
  get count(): number {
    return this.keys.length;
  }

  keyOf(id: number): Key {
    return this.keys[id] as Key;
  }

  resolve(batch: Batch): void {
    if (this.keys.length >= idsMost) this.clear();
    if (this.ids.length < batch.length) {
      this.ids = new Int32Array(batch.length);
      this.partIds = new Int32Array(batch.length);
    }
    if (this.columns.length === 0) return this.learnOnly(batch);
    const first = this.reader.columns[0] as number;
    (this.columns[0] as ColumnIds).resolve(batch.columns[first] as Column, batch.length, this.ids);
    for (let part = 1; part < this.columns.length; part++) {
      const column = this.columns[part] as ColumnIds;
      column.resolve(batch.columns[this.reader.columns[part] as number] as Column, batch.length, this.partIds);
      (this.pairs[part - 1] as PairIds).join(this.ids, this.partIds, batch.length);
    }
    this.learn(batch);
  }

  /** Without columns there is one key, whose id is 0, as `ids` begins. */
  private learnOnly(batch: Batch): void {
    if (this.keys.length === 0 && batch.length > 0) this.keys.push(this.reader.read(batch, 0));
  }

  /** Ids are given in order of the records, so a new key is met where its id is the next. */
  private learn(batch: Batch): void {
    const { ids, keys, reader } = this;
    const known = (this.pairs.at(-1) ?? (this.columns[0] as ColumnIds)).count;
    for (let row = 0; keys.length < known; row++) if (ids[row] === keys.length) keys.push(reader.read(batch, row));
  }

  private clear(): void {
    this.epoch++;
    this.keys.length = 0;
    for (const column of this.columns) column.clear();
    for (const pairs of this.pairs) pairs.clear();
  }
}

/** Dense numbers for pairs of an id so far and the id of the next part. */
class PairIds {
  count = 0;
  private readonly byPair = new Map<number, number>();

  clear(): void {
    this.count = 0;
    this.byPair.clear();
  }

  /** Replaces each of `ids` by that of its pair. */
  join(ids: Int32Array, partIds: Int32Array, length: number): void {
    for (let row = 0; row < length; row++) {
      const pair = (ids[row] as number) * pairBase + (partIds[row] as number);
      let id = this.byPair.get(pair);
      if (id === undefined) {
        id = this.count++;
        this.byPair.set(pair, id);
      }
      ids[row] = id;
    }
  }
}

/** Above every id: an epoch may run over `idsMost` by the records of one batch. */
const pairBase = 2 ** 26;

/** Dense numbers for the values of one column. */
class ColumnIds {
  count = 0;
  private readonly byValue = new Map<string | number, number>();
  private readonly direct = new Int32Array(directMost).fill(-1);
  private nullId = -1;
  private entries: readonly string[] | null = null;
  /** By code into `entries`; -1 where not looked up yet. */
  private codeIds = new Int32Array(256);
  private codes = 0;

  clear(): void {
    this.count = 0;
    this.byValue.clear();
    this.direct.fill(-1);
    this.nullId = -1;
    this.entries = null;
  }

  resolve(column: Column, length: number, ids: Int32Array): void {
    if (column.kind === 'text') this.resolveText(column.codes, column.entries, length, ids);
    else this.resolveNumbers(column.values, column.kind === 'boolean' ? 2 : Number.NaN, length, ids);
  }

  private resolveText(codes: Int32Array, entries: readonly string[], length: number, ids: Int32Array): void {
    if (entries !== this.entries && entries.length > sparseRatio * length) {
      for (let row = 0; row < length; row++) ids[row] = this.textId(codes[row] as number, entries);
      return;
    }
    this.useEntries(entries);
    const { codeIds } = this;
    for (let row = 0; row < length; row++) {
      const code = codes[row] as number;
      let id = code === NULL_CODE ? this.idOfNull() : (codeIds[code] as number);
      if (id === -1) {
        id = this.textId(code, entries);
        codeIds[code] = id;
      }
      ids[row] = id;
    }
  }

  private useEntries(entries: readonly string[]): void {
    if (entries !== this.entries) {
      this.entries = entries;
      this.codes = 0;
    }
    if (this.codeIds.length < entries.length) {
      const wider = new Int32Array(Math.max(entries.length, 2 * this.codeIds.length));
      wider.set(this.codeIds);
      this.codeIds = wider;
    }
    if (this.codes < entries.length) this.codeIds.fill(-1, this.codes, entries.length);
    this.codes = entries.length;
  }

  private textId(code: number, entries: readonly string[]): number {
    return code === NULL_CODE ? this.idOfNull() : this.valueId(entries[code] as string);
  }

  private resolveNumbers(values: Float64Array | Uint8Array, none: number, length: number, ids: Int32Array): void {
    const { direct } = this;
    for (let row = 0; row < length; row++) {
      const value = values[row] as number;
      const small = value >>> 0;
      if (small === value && small < directMost && value !== none) {
        let id = direct[small] as number;
        if (id === -1) {
          id = this.count++;
          direct[small] = id;
        }
        ids[row] = id;
      } else ids[row] = value === none || Number.isNaN(value) ? this.idOfNull() : this.valueId(value);
    }
  }

  private valueId(value: string | number): number {
    let id = this.byValue.get(value);
    if (id === undefined) {
      id = this.count++;
      this.byValue.set(value, id);
    }
    return id;
  }

  private idOfNull(): number {
    if (this.nullId === -1) this.nullId = this.count++;
    return this.nullId;
  }
}
