/**
 * The bytes of a resource, one slice at a time: the next slice is read only when the one before was used up, so that
 * a file of any size costs one slice of memory. Works in a page, in a Worker and in Node 20.
 */
import { unreadable, UnreadableResource } from './unreadable.ts';

/** Large enough that the cost of a read (about 0.1 ms) vanishes, small enough to be parsed within a few ms. */
export const SLICE_BYTES = 256 * 1024;

/**
 * Yields the content in order, none of it empty. Ending the iteration early closes the connection of a URL.
 * @throws UnreadableResource when the file changed on disk, or the address does not answer with content.
 */
export function byteSlices(content: Blob | URL, sliceBytes = SLICE_BYTES): AsyncGenerator<Uint8Array, void> {
  return content instanceof URL ? slicesOfUrl(content, sliceBytes) : slicesOfBlob(content, sliceBytes);
}

/** Size in bytes where it is known before reading; null for an address. */
export const knownSize = (content: Blob | URL): number | null => (content instanceof URL ? null : content.size);

export async function allBytes(content: Blob | URL, limit: number): Promise<Uint8Array> {
  const slices: Uint8Array[] = [];
  let size = 0;
  for await (const slice of byteSlices(content)) {
    size += slice.length;
    if (size > limit) throw unreadable(`it is larger than ${limit / 2 ** 20} MB, and this format is read as a whole`);
    slices.push(slice);
  }
  return joined(slices, size);
}

function joined(slices: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const slice of slices) {
    all.set(slice, at);
    at += slice.length;
  }
  return all;
}

async function* slicesOfBlob(blob: Blob, sliceBytes: number): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < blob.size; from += sliceBytes) {
    yield new Uint8Array(await blobPart(blob, from, from + sliceBytes));
  }
}

async function blobPart(blob: Blob, from: number, to: number): Promise<ArrayBuffer> {
  try {
    return await blob.slice(from, to).arrayBuffer();
  } catch {
    // The one reason that browsers have here (NotReadableError): a File is a reference, not a copy.
    throw unreadable('it was changed, moved or deleted since it was opened');
  }
}

async function* slicesOfUrl(url: URL, sliceBytes: number): AsyncGenerator<Uint8Array, void> {
  if (url.protocol === 'file:') {
    yield* slicesOfBlob(await fileBlob(url), sliceBytes);
    return;
  }
  const reader = (await openUrl(url)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw unreadable('the connection broke while it was read');
      });
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Taken when this module loads: before functions of a job run in a Worker, its global scope loses the network. */
const fetchUrl = globalThis.fetch.bind(globalThis);

async function openUrl(url: URL): Promise<ReadableStream<Uint8Array>> {
  const response = await fetchUrl(url).catch(() => {
    throw unreadable(`${url.href} does not answer`);
  });
  if (response.status === 404) throw new UnreadableResource('resource-missing', `${url.href} does not exist`);
  if (!response.ok || response.body === null) throw unreadable(`${url.href} answers with status ${response.status}`);
  return response.body;
}

/** Node only: a page may not read file URLs. The name is a variable so that no bundler follows it. */
async function fileBlob(url: URL): Promise<Blob> {
  const nodeFiles = 'node:fs';
  const { openAsBlob } = (await import(/* @vite-ignore */ nodeFiles)) as typeof import('node:fs');
  try {
    return await openAsBlob(url);
  } catch {
    throw new UnreadableResource('resource-missing', `${url.pathname} does not exist`);
  }
}
