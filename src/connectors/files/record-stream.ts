/**
 * Reads a resource from front to back as column batches, a portion at a time, holding one slice of it and one batch.
 * What it gives depends on the content only, not on how it is sliced.
 */
import type { Schema } from '../../engine/graph/schema.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import type { Resource, ResourceFormat } from '../resource.ts';
import { BatchBuilder } from './batch-builder.ts';
import { allBytes } from './bytes.ts';
import { CsvRows, sniffDelimiter } from './csv.ts';
import { TextDictionary } from './dictionary.ts';
import { JsonArrayRows } from './json-array.ts';
import { NdjsonRows, TextRows } from './lines.ts';
import type { RowCutter } from './rows.ts';
import { type TextSlice, textSlices } from './text-slices.ts';

/** A broken row that was left out. */
export interface Rejection {
  readonly position: number;
  /** `line 17: “abc” is not an int in column delay` */
  readonly text: string;
}

export interface Portion {
  readonly batch: Batch;
  /** Position of each record of `batch`. */
  readonly positions: Float64Array;
  /** The position behind the last row that was looked at. */
  readonly next: number;
  readonly end: boolean;
  readonly rejectedCount: number;
  /** The first REJECTIONS_MAX of them. */
  readonly rejections: readonly Rejection[];
}

/** Texts of broken rows in one portion or answer; all are counted. */
export const REJECTIONS_MAX = 20;
/** A portion ends early after so many broken rows, so that a file of nothing else is not read in one go. */
const BROKEN_MAX = 10_000;
/** Records in one portion, whatever was asked for. */
const PORTION_MAX = 65_536;
/** Characters from the start of a CSV file that choose its delimiter. */
const HEAD_CHARACTERS = 65_536;
/** Bytes of an Arrow file, which is held whole. */
const ARROW_BYTES_MAX = 512 * 2 ** 20;

export interface StreamOptions {
  readonly sliceBytes?: number;
  /** The content is the start of something longer: an unfinished row at its end is no row. */
  readonly cutOff?: boolean;
}

/** Which rows are wanted: those with position ≥ `from` and position % `of` === `split`. */
export interface Wanted {
  readonly from: number;
  readonly split: number;
  readonly of: number;
}

export class RecordStream {
  /** Of the next row. Positions count all rows from 0, broken ones too. */
  position = 0;
  /** Bytes of the content that were read. */
  bytesRead = 0;
  readonly #schema: Schema;
  readonly #slices: AsyncIterator<TextSlice, void>;
  readonly #cutOff: boolean;
  readonly #dictionaries: readonly TextDictionary[];
  #rows: RowCutter | null = null;
  #open: () => Promise<RowCutter>;
  #done = false;

  constructor(resource: Pick<Resource, 'format' | 'content'>, schema: Schema, options: StreamOptions = {}) {
    this.#schema = schema;
    this.#cutOff = options.cutOff ?? false;
    this.#dictionaries = schema.map(() => new TextDictionary());
    this.#slices = textSlices(resource.content, options.sliceBytes);
    this.#open = () =>
      resource.format === 'arrow' ? this.#openArrow(resource.content) : this.#openText(resource.format);
  }

  /** The next wanted records, at most `limit`; rows that are not wanted are passed over. One call at a time. */
  async read(wanted: Wanted, limit: number): Promise<Portion> {
    const rows = (this.#rows ??= await this.#open());
    const room = Math.min(limit, PORTION_MAX);
    const portion = new PortionBuilder(this.#schema, this.#dictionaries, room);
    while (!this.#done && portion.length < room && portion.rejectedCount < BROKEN_MAX) {
      const cut = rows.next();
      if (cut === 'starved') await this.#feed(rows);
      else if (cut === 'end') this.#done = true;
      else this.#take(rows, cut === 'broken', wanted, portion);
    }
    return portion.finish(this.position, this.#done);
  }

  /** Lets go of the content. */
  async close(): Promise<void> {
    this.#done = true;
    await this.#slices.return?.();
  }

  #take(rows: RowCutter, broken: boolean, wanted: Wanted, portion: PortionBuilder): void {
    const position = this.position++;
    if (position < wanted.from || position % wanted.of !== wanted.split) return;
    const problem = broken ? rows.problem : rows.write(portion.builder);
    if (problem === null) portion.accept(position);
    else portion.reject(position, `${rows.place()}: ${problem}`);
  }

  async #feed(rows: RowCutter): Promise<void> {
    const slice = await this.#slices.next();
    if (slice.done !== true) {
      this.bytesRead += slice.value.bytes;
      rows.fill(slice.value.text, false);
    } else if (this.#cutOff) this.#done = true;
    else rows.fill('', true);
  }

  async #openText(format: Exclude<ResourceFormat, 'arrow'>): Promise<RowCutter> {
    if (format === 'json') return new JsonArrayRows(this.#schema);
    if (format === 'ndjson') return new NdjsonRows(this.#schema);
    return format === 'text' ? new TextRows(this.#schema) : await this.#openCsv();
  }

  async #openCsv(): Promise<RowCutter> {
    let head = '';
    let whole = false;
    while (head.length < HEAD_CHARACTERS && !whole) {
      const slice = await this.#slices.next();
      whole = slice.done === true;
      if (slice.done === true) break;
      this.bytesRead += slice.value.bytes;
      head += slice.value.text;
    }
    const sample = head.slice(0, HEAD_CHARACTERS);
    const rows = new CsvRows(this.#schema, sniffDelimiter(sample, whole && !this.#cutOff));
    rows.fill(head, whole && !this.#cutOff);
    return rows;
  }

  async #openArrow(content: Blob | URL): Promise<RowCutter> {
    const { ArrowRows, arrowTable } = await import('./arrow.ts');
    const bytes = await allBytes(content, ARROW_BYTES_MAX);
    this.bytesRead = bytes.length;
    return new ArrowRows(this.#schema, arrowTable(bytes));
  }
}

class PortionBuilder {
  readonly builder: BatchBuilder;
  rejectedCount = 0;
  readonly #rejections: Rejection[] = [];
  #positions: Float64Array<ArrayBuffer>;

  constructor(schema: Schema, dictionaries: readonly TextDictionary[], room: number) {
    this.builder = new BatchBuilder(schema, dictionaries, room);
    this.#positions = new Float64Array(Math.min(room, 4096));
  }

  get length(): number {
    return this.builder.length;
  }

  accept(position: number): void {
    if (this.length === this.#positions.length) {
      const grown = new Float64Array(this.#positions.length * 2);
      grown.set(this.#positions);
      this.#positions = grown;
    }
    this.#positions[this.length] = position;
    this.builder.commit();
  }

  reject(position: number, text: string): void {
    this.rejectedCount++;
    if (this.#rejections.length < REJECTIONS_MAX) this.#rejections.push({ position, text });
  }

  finish(next: number, end: boolean): Portion {
    return {
      batch: this.builder.finish(),
      positions: this.#positions.subarray(0, this.length),
      next,
      end,
      rejectedCount: this.rejectedCount,
      rejections: this.#rejections,
    };
  }
}
