/**
 * Bytes to text: UTF-8, or UTF-16 where a byte order mark says so (what spreadsheets save as “Unicode text”). A mark
 * is dropped; a character cut in two by a slice comes out whole; bytes that are not text become U+FFFD.
 */
import { byteSlices } from './bytes.ts';

export async function* textSlices(content: Blob | URL, sliceBytes?: number): AsyncGenerator<TextSlice, void> {
  let decoder: TextDecoder | null = null;
  let start = new Uint8Array(0);
  for await (const slice of byteSlices(content, sliceBytes)) {
    if (decoder !== null) {
      yield { text: decoder.decode(slice, { stream: true }), bytes: slice.length };
      continue;
    }
    start = appended(start, slice);
    if (start.length < MARK_BYTES) continue;
    decoder = new TextDecoder(encodingOf(start));
    yield { text: decoder.decode(start, { stream: true }), bytes: start.length };
  }
  if (decoder === null) yield { text: new TextDecoder(encodingOf(start)).decode(start), bytes: start.length };
  else yield { text: decoder.decode(), bytes: 0 };
}

export interface TextSlice {
  readonly text: string;
  /** Bytes of the content that this slice took. */
  readonly bytes: number;
}

const MARK_BYTES = 3;

export function encodingOf(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function appended(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
