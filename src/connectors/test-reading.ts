/** Test instrument: reads a whole resource the way a source does, request by request. */
import type { Row, Schema } from '../engine/graph/schema.ts';
import { rowsOf } from '../engine/wire/batch.ts';
import { type ReaderOptions, ResourceReaders } from './reader.ts';
import type { ResourceFormat } from './resource.ts';

export interface Reading {
  readonly rows: readonly Row[];
  readonly rejectedCount: number;
  readonly rejected: readonly string[];
}

export interface ReadingOptions extends ReaderOptions {
  readonly split?: number;
  readonly of?: number;
  readonly limit?: number;
}

/** @throws Error with the reason of a `failed` answer */
export async function readAll(
  format: ResourceFormat,
  content: Blob | URL | string | Uint8Array<ArrayBuffer>,
  schema: Schema,
  options: ReadingOptions = {},
): Promise<Reading> {
  const blob = content instanceof Blob || content instanceof URL ? content : new Blob([content]);
  const readers = new ResourceReaders([{ name: 'file', format, content: blob }], options);
  const reading = await readOn(readers, schema, options);
  readers.dispose();
  return reading;
}

export async function readOn(readers: ResourceReaders, schema: Schema, options: ReadingOptions = {}): Promise<Reading> {
  const { split = 0, of = 1, limit = 1000 } = options;
  const rows: Row[] = [];
  const rejected: string[] = [];
  let rejectedCount = 0;
  for (let position = 0, end = false; !end; ) {
    const answer = await readers.answer({ kind: 'read', resource: 'file', schema, split, of, position, limit });
    if (answer.kind === 'failed') throw new Error(answer.reason);
    if (answer.batch.length > limit) throw new Error('more records than asked for');
    if (answer.next < position || answer.rejected.length > 20) throw new Error('an answer breaks the contract');
    rows.push(...rowsOf(answer.batch));
    rejected.push(...answer.rejected);
    rejectedCount += answer.rejectedCount;
    ({ next: position, end } = answer);
  }
  return { rows, rejectedCount, rejected };
}

/** `readSchema('a int, b string')`. */
export function schemaOf(text: string): Schema {
  return text.split(', ').map((column) => {
    const [name, type] = column.split(' ') as [string, Schema[number]['type']];
    return { name, type };
  });
}
