/**
 * Result chunks: the newest records of a sink in few pieces. Small chunks of one subtask are merged into its newest
 * one, so that a sink that gets one record at a time does not leave a hundred thousand chunks; merging copies a record
 * a logarithmic number of times at most.
 */
import { assert } from '../../base/assert.ts';
import { sameSchema } from '../graph/schema.ts';
import { joinArrivals, sliceArrivals } from '../wire/arrivals.ts';
import { NULL_CODE, sliceBatch } from '../wire/batch.ts';
import type { Batch, Column, TextColumn } from '../wire/batch.ts';
import type { ResultChunk } from './cluster-view.ts';

/** A chunk of this size is left alone. */
export const fullChunk = 1024;

/** Appends records, merging where it pays, and drops the oldest beyond `limit` records. Oldest first. */
export function appendRecords(chunks: readonly ResultChunk[], added: ResultChunk, limit: number): ResultChunk[] {
  const out = chunks.slice();
  let chunk = added;
  for (let i = lastOf(out, chunk); i >= 0; i = lastOf(out, chunk)) {
    const before = out[i] as ResultChunk;
    if (!worthMerging(before.records, chunk.records)) break;
    out.splice(i, 1);
    const arrivals = joinArrivals(before.arrivals, chunk.arrivals);
    chunk = { ...chunk, arrivals, records: concat(before.records, chunk.records) };
  }
  out.push(chunk);
  return dropOldest(out, limit);
}

/** The newest chunk of the same subtask and attempt. */
function lastOf(chunks: readonly ResultChunk[], { subtask, attempt }: ResultChunk): number {
  return chunks.findLastIndex((chunk) => chunk.subtask === subtask && chunk.attempt === attempt);
}

/** As in a log-structured merge: only with a neighbour that is not much larger. */
function worthMerging(before: Batch, after: Batch): boolean {
  const fits = before.length + after.length <= fullChunk;
  return fits && before.length <= 2 * after.length && sameSchema(before.schema, after.schema);
}

function dropOldest(chunks: ResultChunk[], limit: number): ResultChunk[] {
  let over = chunks.reduce((sum, chunk) => sum + chunk.records.length, 0) - limit;
  let first = 0;
  while (over > 0) {
    const chunk = chunks[first] as ResultChunk;
    const { length } = chunk.records;
    if (length <= over) first++;
    else chunks[first] = cutBefore(chunk, over);
    over -= length;
  }
  return first === 0 ? chunks : chunks.slice(first);
}

function cutBefore(chunk: ResultChunk, from: number): ResultChunk {
  const { records, arrivals } = chunk;
  const { length } = records;
  return { ...chunk, arrivals: sliceArrivals(arrivals, from, length), records: sliceBatch(records, from, length) };
}

export function concat(a: Batch, b: Batch): Batch {
  const length = a.length + b.length;
  const timestamps = new Float64Array(length);
  timestamps.set(a.timestamps.subarray(0, a.length));
  timestamps.set(b.timestamps.subarray(0, b.length), a.length);
  const columns = a.columns.map((_, i) => joinColumns(i, a, b, length));
  return { schema: a.schema, length, timestamps, columns };
}

function joinColumns(index: number, a: Batch, b: Batch, length: number): Column {
  const left = a.columns[index] as Column;
  const right = b.columns[index] as Column;
  if (left.kind === 'number' && right.kind === 'number') {
    return { kind: 'number', values: joinValues(left.values, a.length, right.values, new Float64Array(length)) };
  }
  if (left.kind === 'boolean' && right.kind === 'boolean') {
    return { kind: 'boolean', values: joinValues(left.values, a.length, right.values, new Uint8Array(length)) };
  }
  assert(left.kind === 'text' && right.kind === 'text', 'equal schemas have columns of equal kinds');
  return joinTexts(left, a.length, right, b.length);
}

/** `to` is as long as both together. */
function joinValues<A extends Float64Array | Uint8Array>(a: A, aLength: number, b: A, to: A): A {
  to.set(a.subarray(0, aLength));
  to.set(b.subarray(0, to.length - aLength), aLength);
  return to;
}

/** Only the entries in use are kept: a source's shared entries must not live as long as a result does. */
function joinTexts(a: TextColumn, aLength: number, b: TextColumn, bLength: number): TextColumn {
  const codes = new Int32Array(aLength + bLength);
  const entries: string[] = [];
  const known = new Map<string, number>();
  const copy = (from: TextColumn, length: number, at: number): void => {
    for (let row = 0; row < length; row++) {
      const code = from.codes[row] as number;
      codes[at + row] = code === NULL_CODE ? NULL_CODE : intern(from.entries[code] as string, entries, known);
    }
  };
  copy(a, aLength, 0);
  copy(b, bLength, aLength);
  return { kind: 'text', codes, entries };
}

function intern(text: string, entries: string[], known: Map<string, number>): number {
  const found = known.get(text);
  if (found !== undefined) return found;
  known.set(text, entries.length);
  entries.push(text);
  return entries.length - 1;
}
