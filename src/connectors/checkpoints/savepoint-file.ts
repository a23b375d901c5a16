/**
 * A savepoint as one file that a person keeps: metadata, job file and all chunks. Whatever is wrong with a file is found
 * before anything of it is used.
 *
 *   file     = preamble header body
 *   preamble = "WEIRSAVE"  version:u32  headerBytes:u32  fingerprint of the header:16 characters   (32 bytes)
 *   header   = JSON: { job, metadata, body: { bytes, fingerprint, compression } }
 *   body     = the chunks that the metadata names, each key once, in order of the first mention; compressed as a whole
 *
 * Words are little-endian, texts UTF-8. Sizes and fingerprints of the chunks are in the metadata's handles.
 */
import * as z from 'zod/mini';
import { decodeJson, encodeJson } from '../../base/canonical-json.ts';
import { fingerprintOf } from '../../base/fingerprint.ts';
import { failed, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import type { CheckpointId, CheckpointMetadata, StateChunk, StateHandle } from '../../engine/wire/checkpoints.ts';
import { checkMetadata, handlesOf } from './metadata.ts';
import type { CheckpointStore, RunId, StoredRun } from './store.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface SavepointFile {
  readonly metadata: CheckpointMetadata;
  /** Text of the job file as it was run. */
  readonly job: string;
  readonly chunks: readonly StateChunk[];
}

const magic = 'WEIRSAVE';
const newestVersion = 1;
const preambleBytes = 32;
/** More than a page could hold; stops a file that unpacks without end. */
const stateMost = 1 << 30;

export const savepointMime = 'application/vnd.weir.savepoint';

const header = z.object({
  job: z.string(),
  metadata: z.unknown(),
  body: z.object({
    bytes: z.int().check(z.nonnegative()),
    fingerprint: z.string(),
    compression: z.enum(['none', 'deflate-raw']),
  }),
});
type Body = z.infer<typeof header>['body'];

/** The error is a sentence. Rejects with what the store rejects with. */
export async function writeSavepoint(
  store: CheckpointStore,
  run: RunId,
  checkpoint: CheckpointId,
  job: string,
): Promise<Result<Blob, string>> {
  const metadata = (await store.list(run)).find((each) => each.checkpoint === checkpoint);
  if (metadata === undefined) return failed(`Savepoint ${checkpoint} is not there any more.`);
  const handles = distinct(metadata);
  const chunks = await store.read(
    run,
    handles.map((handle) => handle.key),
  );
  const whole: Bytes[] = [];
  for (const [i, handle] of handles.entries()) {
    const data = chunks[i] ?? null;
    if (data === null || !isWhole(handle, data))
      return failed(`Savepoint ${checkpoint} cannot be saved: its chunk ${handle.key} is missing or damaged.`);
    whole.push(data);
  }
  return ok(await packed({ metadata, job }, whole));
}

async function packed(content: { metadata: CheckpointMetadata; job: string }, chunks: readonly Bytes[]): Promise<Blob> {
  const canCompress = typeof CompressionStream === 'function';
  const plain = new Blob([...chunks]);
  const body = canCompress
    ? await collected(plain.stream().pipeThrough(new CompressionStream('deflate-raw')), Infinity)
    : new Uint8Array(await plain.arrayBuffer());
  const description: Body = {
    bytes: body.length,
    fingerprint: fingerprintOf(body),
    compression: canCompress ? 'deflate-raw' : 'none',
  };
  const head = encodeJson({ ...content, body: description });
  const preamble = new Uint8Array(preambleBytes);
  preamble.set(encodeUtf8(magic));
  const view = new DataView(preamble.buffer);
  view.setUint32(8, newestVersion, true);
  view.setUint32(12, head.length, true);
  preamble.set(encodeUtf8(fingerprintOf(head)), 16);
  return new Blob([preamble, head, body], { type: savepointMime });
}

/** The error is a sentence for the person who gave the file. */
export async function readSavepoint(file: Blob): Promise<Result<SavepointFile, string>> {
  const preamble = new Uint8Array(await file.slice(0, preambleBytes).arrayBuffer());
  const fault = preambleFault(preamble, file.size);
  if (fault !== null) return failed(fault);
  const headBytes = new DataView(preamble.buffer).getUint32(12, true);
  const head = new Uint8Array(await file.slice(preambleBytes, preambleBytes + headBytes).arrayBuffer());
  if (head.length < headBytes) return failed(cutShort(file.size, preambleBytes + headBytes));
  if (fingerprintOf(head) !== latin1(preamble.subarray(16)))
    return failed(damaged('its header is not what was written'));
  const content = readHeader(head);
  if (!content.ok) return content;
  const { metadata, job, body } = content.value;
  const start = preambleBytes + headBytes;
  if (file.size < start + body.bytes) return failed(cutShort(file.size, start + body.bytes));
  if (file.size > start + body.bytes) return failed(damaged(`${file.size - start - body.bytes} bytes too many follow`));
  const chunks = await readBody(file.slice(start), body, distinct(metadata));
  return chunks.ok ? ok({ metadata, job, chunks: chunks.value }) : chunks;
}

/** Puts what was read into a store, as a run that can be resumed. */
export async function storeSavepoint(store: CheckpointStore, run: StoredRun, file: SavepointFile): Promise<void> {
  await store.write(run.run, file.chunks);
  await store.complete(run.run, file.metadata, [], []);
  await store.putRun(run);
}

function preambleFault(preamble: Bytes, size: number): string | null {
  const start = latin1(preamble.subarray(0, magic.length));
  if (!magic.startsWith(start) || start === '') return 'This file is not a savepoint of Weir.';
  if (preamble.length < preambleBytes) return cutShort(size, preambleBytes);
  const version = new DataView(preamble.buffer).getUint32(8, true);
  if (version > newestVersion)
    return `This savepoint was written by a newer Weir, in format ${version}; this one reads format ${newestVersion}.`;
  return version === 0 ? damaged('it has no version') : null;
}

interface Header {
  readonly metadata: CheckpointMetadata;
  readonly job: string;
  readonly body: Body;
}

/** What is in it was written so: if it does not fit, a program other than this wrote it. */
function readHeader(bytes: Bytes): Result<Header, string> {
  let value: unknown;
  try {
    value = decodeJson(bytes);
  } catch {
    return failed(damaged('its header is not JSON'));
  }
  const parsed = header.safeParse(value);
  if (!parsed.success) return failed(damaged(`its header lacks ${parsed.error.issues[0]?.path.join('.') ?? 'parts'}`));
  const { job, body } = parsed.data;
  const metadata = checkMetadata(parsed.data.metadata);
  if (!metadata.ok) return failed(damaged(`its metadata is not right (${metadata.reason})`));
  if (handlesOf(metadata.value).some((each) => each.bytes > stateMost)) return failed(tooLarge);
  return ok({ job, body, metadata: metadata.value });
}

async function readBody(
  file: Blob,
  { fingerprint, compression }: Body,
  handles: readonly StateHandle[],
): Promise<Result<StateChunk[], string>> {
  const size = handles.reduce((sum, handle) => sum + handle.bytes, 0);
  if (size > stateMost) return failed(tooLarge);
  const stored = new Uint8Array(await file.arrayBuffer());
  if (fingerprintOf(stored) !== fingerprint) return failed(damaged('its state is not what was written'));
  let data: Bytes = stored;
  if (compression === 'deflate-raw') {
    try {
      const plain = file.stream().pipeThrough(new DecompressionStream('deflate-raw'));
      data = await collected(plain, size);
    } catch {
      return failed(damaged('its state cannot be unpacked'));
    }
  }
  if (data.length !== size) return failed(damaged(`it holds ${data.length} bytes of state where ${size} are named`));
  const chunks: StateChunk[] = [];
  let at = 0;
  for (const handle of handles) {
    const chunk = data.slice(at, at + handle.bytes);
    at += handle.bytes;
    if (!isWhole(handle, chunk)) return failed(damaged(`the chunk ${handle.key} is not what was written`));
    chunks.push({ handle, data: chunk });
  }
  return ok(chunks);
}

/** All bytes of a stream; throws when there are more than `most`. */
async function collected(stream: ReadableStream<Uint8Array>, most: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const next = await reader.read();
    if (next.done) break;
    parts.push(next.value);
    size += next.value.length;
    if (size > most) {
      await reader.cancel();
      throw new RangeError('the stream is longer than it says');
    }
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** One handle per key: chunks that several places share are in the file once. */
function distinct(metadata: CheckpointMetadata): StateHandle[] {
  return [...new Map(handlesOf(metadata).map((handle) => [handle.key, handle])).values()];
}

function isWhole(handle: StateHandle, data: Uint8Array): boolean {
  return data.length === handle.bytes && fingerprintOf(data) === handle.fingerprint;
}

function latin1(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    return '?';
  }
}

const cutShort = (there: number, wanted: number): string =>
  `This savepoint is cut short: ${there} of at least ${wanted} bytes are there. Copy or download it again.`;
const damaged = (what: string): string => `This savepoint is damaged: ${what}. Copy or download it again.`;
const tooLarge = `This savepoint says that it holds more than ${stateMost / 2 ** 30} GiB of state, which no page can hold.`;
