/**
 * Answers the engine's `read` requests from files and addresses. Small resources are kept parsed; large ones are
 * streamed, one slice in memory per reading, and a jump back begins again at the front.
 */
import { AssertionError } from '../base/assert.ts';
import { type Schema, schemaText } from '../engine/graph/schema.ts';
import type { FailedAnswer, ReadRequest, RecordsAnswer } from '../engine/wire/requests.ts';
import { knownSize } from './files/bytes.ts';
import { type Portion, RecordStream, REJECTIONS_MAX, type Wanted } from './files/record-stream.ts';
import { UnreadableResource } from './files/unreadable.ts';
import { KeptTable } from './kept-table.ts';
import type { Resource } from './resource.ts';

/**
 * Up to this size a resource is kept parsed, per schema. Parsed columns take up to five times the bytes of the text,
 * and each Worker has a copy.
 */
const KEPT_BYTES_MAX = 8 * 2 ** 20;
/** Streams open at once for one resource; a split beyond them costs the oldest its place. */
const STREAMS_MAX = 64;

export interface ReaderOptions {
  readonly keptBytesMax?: number;
  readonly sliceBytes?: number;
}

export class ResourceReaders {
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #options: ReaderOptions;
  readonly #readers = new Map<string, ResourceReader>();
  #disposed = false;

  constructor(resources: readonly Resource[], options: ReaderOptions = {}) {
    this.#resources = new Map(resources.map((resource) => [resource.name, resource]));
    this.#options = options;
  }

  /**
   * Requests may overlap; those that need the same place of the same resource wait for each other. A batch may be
   * empty without being the last one (many broken rows in a row). Its typed arrays belong to the receiver.
   * Never rejects for what a resource holds or lacks: that is an answer of kind `failed`.
   */
  async answer(request: ReadRequest): Promise<RecordsAnswer | FailedAnswer> {
    const resource = this.#resources.get(request.resource);
    if (resource === undefined || this.#disposed) {
      return { kind: 'failed', code: 'resource-missing', reason: `there is no file “${request.resource}”` };
    }
    try {
      const wanted = { from: request.position, split: request.split, of: request.of };
      return toAnswer(await this.#reader(resource, request.schema).read(wanted, Math.max(1, request.limit)));
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      const code = error instanceof UnreadableResource ? error.code : 'resource-unreadable';
      return { kind: 'failed', code, reason: (error as Error).message };
    }
  }

  /** Closes files and connections. Requests from now on are answered as `resource-missing`. */
  dispose(): void {
    this.#disposed = true;
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  #reader(resource: Resource, schema: Schema): ResourceReader {
    const key = JSON.stringify([resource.name, schemaText(schema)]);
    const known = this.#readers.get(key);
    if (known !== undefined) return known;
    const reader = new ResourceReader(resource, schema, this.#options);
    this.#readers.set(key, reader);
    return reader;
  }
}

function toAnswer(portion: Portion): RecordsAnswer {
  return {
    kind: 'records',
    batch: portion.batch,
    next: portion.next,
    end: portion.end,
    rejectedCount: portion.rejectedCount,
    rejected: portion.rejections.slice(0, REJECTIONS_MAX).map(({ text }) => text),
  };
}

/** One resource read with one schema. */
class ResourceReader {
  readonly #open: () => RecordStream;
  readonly #keptBytesMax: number;
  #kept: KeptTable | null;
  /** Readings of the kept table follow one another: two must not read the same page. */
  #keptTurn: Promise<unknown> = Promise.resolve();
  readonly #streams: OpenStreams;

  constructor(resource: Resource, schema: Schema, { keptBytesMax = KEPT_BYTES_MAX, sliceBytes }: ReaderOptions) {
    this.#open = () => new RecordStream(resource, schema, sliceBytes === undefined ? {} : { sliceBytes });
    this.#keptBytesMax = keptBytesMax;
    this.#streams = new OpenStreams(this.#open);
    const size = knownSize(resource.content);
    this.#kept = size !== null && size > keptBytesMax ? null : new KeptTable(schema, this.#open());
  }

  async read(wanted: Wanted, limit: number): Promise<Portion> {
    if (this.#kept === null) return await this.#streams.read(wanted, limit);
    const reading = this.#keptTurn.then(() => this.#readKept(wanted, limit));
    this.#keptTurn = reading.catch(() => undefined);
    return await reading;
  }

  close(): void {
    void this.#kept?.close();
    this.#streams.close();
  }

  async #readKept(wanted: Wanted, limit: number): Promise<Portion> {
    const kept = this.#kept;
    if (kept === null) return await this.#streams.read(wanted, limit);
    const portion = await kept.read(wanted, limit, this.#open);
    // An address tells its size only by being read.
    if (kept.bytesRead > this.#keptBytesMax) {
      this.#kept = null;
      await kept.close();
    }
    return portion;
  }
}

/**
 * Streams that wait at the place where their reader will go on. Several readers of one split (two sources on one file)
 * each find their own; a reader that comes from elsewhere begins at the front.
 */
class OpenStreams {
  readonly #open: () => RecordStream;
  /** In order of last use. */
  #waiting: { readonly split: number; readonly of: number; readonly stream: RecordStream }[] = [];
  #closed = false;

  constructor(open: () => RecordStream) {
    this.#open = open;
  }

  async read(wanted: Wanted, limit: number): Promise<Portion> {
    const stream = this.#takeAt(wanted) ?? this.#open();
    const portion = await stream.read(wanted, limit).catch(async (error: unknown) => {
      await stream.close();
      throw error;
    });
    this.#waiting.push({ split: wanted.split, of: wanted.of, stream });
    const oldest = this.#closed || this.#waiting.length > STREAMS_MAX ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) await oldest.stream.close();
    return portion;
  }

  close(): void {
    this.#closed = true;
    for (const { stream } of this.#waiting) void stream.close();
    this.#waiting = [];
  }

  /** The stream of this split that stands exactly at the wanted position, taken out of the list. */
  #takeAt({ split, of, from }: Wanted): RecordStream | undefined {
    const index = this.#waiting.findIndex(
      (one) => one.split === split && one.of === of && one.stream.position === from,
    );
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0]?.stream;
  }
}
