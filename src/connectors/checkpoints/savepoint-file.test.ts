/** Savepoint files: there and back through a store, and every way in which a file can be wrong. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../base/fingerprint.ts';
import { MemoryCheckpointStore } from './memory.ts';
import { readSavepoint, storeSavepoint, writeSavepoint } from './savepoint-file.ts';
import type { CheckpointStore } from './store.ts';
import { chunk, jsonChunk, keyed, metadata, noise } from './testing/made-up.ts';

const job = '{"weir":1,"name":"Zählen 😀"}\n';
const chunks = [
  jsonChunk('7/v1/0/1/0', { offset: 1234 }, { kind: 'operator', node: 'source' }),
  chunk('7/v1/0/1/1', noise(5000), keyed(3)),
  chunk('7/v1/0/1/2', new Uint8Array(0), keyed(4)),
  chunk('7/v1/0/1/3', new Uint8Array(9000).fill(7), { kind: 'input', channel: 'e1:0-0' }),
];
const made = metadata(7, chunks, true);

async function storeWith(): Promise<CheckpointStore> {
  const store = new MemoryCheckpointStore();
  await store.write('r', chunks);
  await store.complete('r', made, [], []);
  return store;
}

let file: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const written = await writeSavepoint(await storeWith(), 'r', 7, job);
  if (!written.ok) throw new Error(written.error);
  file = new Uint8Array(await written.value.arrayBuffer());
});

const read = (bytes: Uint8Array<ArrayBuffer>) => readSavepoint(new Blob([bytes]));

/** The sentence that the person gets. */
async function refusal(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const result = await read(bytes);
  return result.ok ? 'accepted' : result.error;
}

interface Header {
  readonly metadata: unknown;
  readonly body: { readonly bytes: number };
}

const headerEnd = (bytes: Uint8Array<ArrayBuffer>): number => 32 + new DataView(bytes.buffer).getUint32(12, true);

function headerOf(bytes: Uint8Array<ArrayBuffer>): Header {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(32, headerEnd(bytes)))) as Header;
}

/** The file with another header, whose length and fingerprint are right. */
function forged(header: string): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(header);
  const body = file.subarray(headerEnd(file));
  const all = new Uint8Array(32 + head.length + body.length);
  all.set(file.subarray(0, 32));
  new DataView(all.buffer).setUint32(12, head.length, true);
  all.set(new TextEncoder().encode(fingerprintOf(head)), 16);
  all.set(head, 32);
  all.set(body, 32 + head.length);
  return all;
}

describe('a savepoint file', () => {
  it('gives back what was in the store, in another store', async () => {
    const result = await read(file);
    expect(result).toEqual({ ok: true, value: { metadata: made, job, chunks } });
    if (!result.ok) return;
    const other = new MemoryCheckpointStore();
    const run = { run: 'new', document: 'd', job, startedAt: 1, endedAt: 1 };
    await storeSavepoint(other, run, result.value);
    expect(await other.list('new')).toEqual([made]);
    expect(await other.runs()).toEqual([run]);
    const keys = chunks.map((each) => each.handle.key);
    expect(await other.read('new', keys)).toEqual(chunks.map((each) => each.data));
    const again = await writeSavepoint(other, 'new', 7, job);
    expect(again.ok && new Uint8Array(await again.value.arrayBuffer())).toEqual(file);
  });

  it('is compressed, and holds a chunk once that is named twice', async () => {
    expect(file.length).toBeLessThan(9000);
    const store = new MemoryCheckpointStore();
    const one = chunk('7/a', noise(10_000));
    const twice = metadata(7, [one, { ...one, handle: { ...one.handle, place: keyed(9) } }], true);
    await store.write('r', [one]);
    await store.complete('r', twice, [], []);
    const written = await writeSavepoint(store, 'r', 7, job);
    if (!written.ok) throw new Error(written.error);
    expect(written.value.size).toBeLessThan(13_000);
    const result = await readSavepoint(written.value);
    expect(result.ok && result.value.metadata).toEqual(twice);
    expect(result.ok && result.value.chunks.map((each) => each.data)).toEqual([one.data]);
  });

  it('is not written when the store lost something of it', async () => {
    const store = await storeWith();
    expect(await writeSavepoint(store, 'r', 8, job)).toEqual({
      ok: false,
      error: 'Savepoint 8 is not there any more.',
    });
    await store.write('r', [{ ...chunks[1]!, data: noise(5000, 2) }]);
    expect(await writeSavepoint(store, 'r', 7, job)).toEqual({
      ok: false,
      error: 'Savepoint 7 cannot be saved: its chunk 7/v1/0/1/1 is missing or damaged.',
    });
    await store.drop('r', ['7/v1/0/1/1']);
    expect((await writeSavepoint(store, 'r', 7, job)).ok).toBe(false);
  });

  it('of another kind is refused', async () => {
    const foreign = 'This file is not a savepoint of Weir.';
    expect(await refusal(new Uint8Array(0))).toBe(foreign);
    expect(await refusal(new TextEncoder().encode('{"weir":1}'))).toBe(foreign);
    expect(await refusal(noise(10_000))).toBe(foreign);
    expect(await refusal(new Uint8Array(100))).toBe(foreign);
  });

  it('of a newer format is refused as such', async () => {
    const newer = file.slice();
    newer[8] = 2;
    expect(await refusal(newer)).toBe(
      'This savepoint was written by a newer Weir, in format 2; this one reads format 1.',
    );
  });

  it('that is cut short anywhere is refused with both sizes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: file.length - 1 }), async (length) => {
        const sentence = await refusal(file.slice(0, length));
        expect(sentence).toMatch(
          new RegExp(`^This savepoint is cut short: ${length} of at least \\d+ bytes are there\\.`),
        );
        expect(Number(/at least (\d+)/.exec(sentence)?.[1])).toBeGreaterThan(length);
      }),
      { numRuns: 200 },
    );
  });

  it('with any flipped bit is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: file.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const flipped = file.slice();
          flipped[at] = (flipped[at] as number) ^ (1 << bit);
          expect(await refusal(flipped)).toMatch(
            /^This (file is not a savepoint of Weir|savepoint (is damaged|is cut short|was written by a newer Weir))/,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with bytes too many is refused', async () => {
    const longer = new Uint8Array(file.length + 3);
    longer.set(file);
    expect(await refusal(longer)).toBe(
      'This savepoint is damaged: 3 bytes too many follow. Copy or download it again.',
    );
  });

  it('whose header another program wrote is refused where it does not fit', async () => {
    const sentence = async (change: (header: Header) => unknown): Promise<string> =>
      refusal(forged(JSON.stringify(change(headerOf(file)))));
    expect(await sentence((header) => header)).toBe('accepted');
    expect(await sentence(({ metadata: given, body }) => ({ metadata: given, body }))).toMatch(/its header lacks job/);
    expect(await sentence((header) => ({ ...header, metadata: { ...made, version: 2 } }))).toMatch(
      /its metadata is not right \(version: /,
    );
    const resized = (bytes: number) => metadata(7, [{ ...chunks[1]!, handle: { ...chunks[1]!.handle, bytes } }]);
    expect(await sentence((header) => ({ ...header, metadata: resized(4999) }))).toMatch(
      /its state cannot be unpacked/,
    );
    expect(await sentence((header) => ({ ...header, metadata: resized(20_000) }))).toMatch(
      /it holds \d+ bytes of state where 20000 are named/,
    );
    expect(await sentence((header) => ({ ...header, metadata: resized(2 ** 40) }))).toMatch(/more than 1 GiB of state/);
    expect(await sentence((header) => ({ ...header, metadata: metadata(7, [...chunks].reverse()) }))).toMatch(
      /the chunk .+ is not what was written/,
    );
    expect(await refusal(forged('{'))).toMatch(/its header is not JSON/);
  });

  it('of any bytes behind the right beginning is refused without an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (rest) => {
        const bytes = new Uint8Array(12 + rest.length);
        bytes.set(file.subarray(0, 12));
        bytes.set(rest, 12);
        expect(await refusal(bytes)).toMatch(/^This savepoint is (damaged|cut short)/);
      }),
      { numRuns: 200 },
    );
  });
});
