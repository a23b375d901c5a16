/**
 * A small resource, kept parsed: read once, as far as it was asked for, and then answered from memory for every split
 * and every reading again. Broken rows are kept as positions, with the texts of the first ones.
 */
import type { Schema } from '../engine/graph/schema.ts';
import { type Batch, type Column, columnKind, NO_TIMESTAMP, NULL_CODE, type TextColumn } from '../engine/wire/batch.ts';
import type { Portion, RecordStream, Rejection, Wanted } from './files/record-stream.ts';
import { REJECTIONS_MAX } from './files/record-stream.ts';

const PAGE_RECORDS = 4096;
/** All rows: the table is shared by all splits. */
const EVERY_ROW: Wanted = { from: 0, split: 0, of: 1 };

/** Records of one page that were chosen. */
interface Pick {
  readonly page: Portion;
  readonly rows: Int32Array;
  readonly count: number;
}

export class KeptTable {
  readonly #schema: Schema;
  #stream: RecordStream;
  readonly #pages: Portion[] = [];

  constructor(schema: Schema, stream: RecordStream) {
    this.#schema = schema;
    this.#stream = stream;
  }

  get bytesRead(): number {
    return this.#stream.bytesRead;
  }

  /** @param reopen gives the stream from its front again, for when a reading breaks off: half a page is lost */
  async read(wanted: Wanted, limit: number, reopen: () => RecordStream): Promise<Portion> {
    try {
      return await this.#read(wanted, limit);
    } catch (error) {
      await this.#stream.close();
      this.#stream = reopen();
      this.#pages.length = 0;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#stream.close();
  }

  async #read(wanted: Wanted, limit: number): Promise<Portion> {
    const picks: Pick[] = [];
    let left = limit;
    let next = wanted.from;
    let index = this.#pageBehind(wanted.from);
    for (; left > 0; index++) {
      const page = this.#pages[index] ?? (await this.#turn());
      if (page === null) break;
      const pick = pickRows(page, wanted, left);
      if (pick.count > 0) picks.push(pick);
      left -= pick.count;
      next =
        left === 0 ? (page.positions[pick.rows[pick.count - 1] as number] as number) + 1 : Math.max(next, page.next);
    }
    return this.#portion(picks, wanted, next);
  }

  /** Reads one more page. @returns null behind the last one. */
  async #turn(): Promise<Portion | null> {
    if (this.#pages.at(-1)?.end === true) return null;
    const page = await this.#stream.read(EVERY_ROW, PAGE_RECORDS);
    this.#pages.push(page);
    return page;
  }

  /** Index of the first page that may hold a row at or behind `position`. */
  #pageBehind(position: number): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pages[middle] as Portion).next <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #portion(picks: readonly Pick[], wanted: Wanted, next: number): Portion {
    const batch = gather(this.#schema, picks, this.#pages[0]?.batch);
    const positions = new Float64Array(batch.length);
    let at = 0;
    for (const { page, rows, count } of picks)
      for (let i = 0; i < count; i++) positions[at++] = page.positions[rows[i] as number] as number;
    const lastPage = this.#pages.at(-1);
    return {
      batch,
      positions,
      next,
      end: lastPage?.end === true && next >= lastPage.next,
      ...this.#rejected(wanted, next),
    };
  }

  #rejected(wanted: Wanted, to: number): { rejectedCount: number; rejections: Rejection[] } {
    const rejections: Rejection[] = [];
    let rejectedCount = 0;
    for (let i = this.#pageBehind(wanted.from); i < this.#pages.length; i++) {
      const page = this.#pages[i] as Portion;
      // Rows of the page at hand or broken: what is no record of it was left out.
      if (page.rejectedCount === 0) continue;
      const from = Math.max(wanted.from, i === 0 ? 0 : (this.#pages[i - 1] as Portion).next);
      if (from >= to) break;
      rejectedCount += countGaps(page, from, Math.min(to, page.next), wanted);
      for (const rejection of page.rejections) {
        if (isWanted(rejection.position, wanted) && rejection.position < to && rejections.length < REJECTIONS_MAX)
          rejections.push(rejection);
      }
    }
    return { rejectedCount, rejections };
  }
}

const isWanted = (position: number, { from, split, of }: Wanted): boolean =>
  position >= from && position % of === split;

function pickRows(page: Portion, wanted: Wanted, limit: number): Pick {
  const { positions } = page;
  const rows = new Int32Array(Math.min(limit, positions.length));
  let count = 0;
  for (let row = 0; row < positions.length && count < limit; row++) {
    if (isWanted(positions[row] as number, wanted)) rows[count++] = row;
  }
  return { page, rows, count };
}

/** Wanted positions in [from, to) that are no record of the page: its broken rows. */
function countGaps(page: Portion, from: number, to: number, wanted: Wanted): number {
  const { split, of } = wanted;
  const upTo = (end: number): number => Math.max(0, Math.ceil((end - split) / of));
  let gaps = upTo(to) - upTo(from);
  for (const position of page.positions) if (position >= from && position < to && position % of === split) gaps--;
  return gaps;
}

/** Chosen records as one batch with arrays of its own, so that a host may transfer them. */
function gather(schema: Schema, picks: readonly Pick[], first: Batch | undefined): Batch {
  const length = picks.reduce((sum, pick) => sum + pick.count, 0);
  const columns = schema.map(({ type }, i): Column => {
    const kind = columnKind(type);
    if (kind === 'text')
      return gatherText(picks, i, length, (first?.columns[i] as TextColumn | undefined)?.entries ?? []);
    if (kind === 'number') return { kind, values: gatherCells(picks, i, new Float64Array(length)) };
    return { kind, values: gatherCells(picks, i, new Uint8Array(length)) };
  });
  return { schema, length, timestamps: new Float64Array(length).fill(NO_TIMESTAMP), columns };
}

function gatherCells<A extends Float64Array | Uint8Array>(picks: readonly Pick[], column: number, to: A): A {
  let at = 0;
  for (const { page, rows, count } of picks) {
    const { values } = page.batch.columns[column] as unknown as { values: A };
    for (let i = 0; i < count; i++) to[at++] = values[rows[i] as number] as number;
  }
  return to;
}

/**
 * The list of entries that the first page began is shared by all pages while few texts are distinct, and then by all
 * answers; a page with a list of its own gives only the entries that are used.
 */
function gatherText(picks: readonly Pick[], column: number, length: number, shared: readonly string[]): TextColumn {
  const textOf = (pick: Pick): TextColumn => pick.page.batch.columns[column] as TextColumn;
  const keep = picks.every((pick) => textOf(pick).entries === shared);
  const codes = new Int32Array(length);
  const entries: string[] = [];
  let at = 0;
  for (const pick of picks) {
    const from = textOf(pick);
    for (let i = 0; i < pick.count; i++) {
      const code = from.codes[pick.rows[i] as number] as number;
      codes[at++] = keep || code === NULL_CODE ? code : entries.push(from.entries[code] as string) - 1;
    }
  }
  return { kind: 'text', codes, entries: keep ? shared : entries };
}
