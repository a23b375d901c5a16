/**
 * Partitioners: which channel each record of a batch takes. They work on whole batches and leave, per channel, a run of
 * record indices, so that columns are then copied channel by channel.
 */
import { assert } from '../../base/assert.ts';
import type { Partitioner } from '../graph/job.ts';
import type { StreamType } from '../graph/schema.ts';
import { keyGroupOf, murmur, subtaskOfGroup } from '../state/key-groups.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { hashString } from '../../base/java-hash.ts';

/** Writes the channel index of each record into `targets[0..batch.length)`. */
type Selector = (batch: Batch, targets: Int32Array) => void;

export interface PartitionSpec {
  readonly partitioner: Partitioner;
  readonly type: StreamType;
  readonly channels: number;
  readonly maxParallelism: number;
  /** Differs between subtasks; seeds shuffle and the first channel of rebalance, as Flink starts it at random. */
  readonly seed: number;
}

export type Route =
  /** All records take one channel. */
  | { readonly kind: 'one'; readonly channel: number }
  /** Every record takes every channel. */
  | { readonly kind: 'every' }
  | { readonly kind: 'each'; readonly select: Selector };

export function routeFor(spec: PartitionSpec): Route {
  // One channel is where everything goes, whatever the key.
  if (spec.channels === 1 || spec.partitioner === 'global') return { kind: 'one', channel: 0 };
  if (spec.partitioner === 'broadcast') return { kind: 'every' };
  if (spec.partitioner === 'hash') return { kind: 'each', select: hashSelector(spec) };
  switch (spec.partitioner) {
    case 'forward':
      return { kind: 'one', channel: 0 };
    case 'rebalance':
    case 'rescale':
      return { kind: 'each', select: roundRobin(spec.channels, spec.seed) };
    case 'shuffle':
      return { kind: 'each', select: shuffle(spec.channels, spec.seed) };
  }
}

function roundRobin(channels: number, seed: number): Selector {
  let next = murmur(seed) % channels;
  return (batch, targets) => {
    for (let i = 0; i < batch.length; i++) {
      targets[i] = next;
      next = next + 1 === channels ? 0 : next + 1;
    }
  };
}

/** Uniform by xorshift32 (Marsaglia 2003): a function of seed and position alone. */
function shuffle(channels: number, seed: number): Selector {
  let state = murmur(seed) | 1;
  return (batch, targets) => {
    for (let i = 0; i < batch.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      targets[i] = (state >>> 0) % channels;
    }
  };
}

function hashSelector(spec: PartitionSpec): Selector {
  assert(spec.type.key !== null, 'a hash edge carries a keyed stream');
  const reader = new KeyReader(spec.type.schema, spec.type.key);
  const { maxParallelism, channels } = spec;
  const channelOf = Int32Array.from({ length: maxParallelism }, (_, group) =>
    subtaskOfGroup(group, maxParallelism, channels),
  );
  const target = (hash: number): number => channelOf[keyGroupOf(hash, maxParallelism)] as number;
  const byEntry = entrySelector(target);
  return (batch, targets) => {
    const text = reader.textColumn(batch);
    if (text !== null) byEntry(text, batch.length, targets);
    else if (!intTargets(reader, batch, targets, target)) {
      for (let row = 0; row < batch.length; row++) targets[row] = target(reader.hashAt(batch, row));
    }
  };
}

/** Single int keys that fit 32 bits hash to themselves; others fall back to the general way. */
function intTargets(reader: KeyReader, batch: Batch, targets: Int32Array, target: (hash: number) => number): boolean {
  if (reader.columns.length !== 1 || reader.types[0] !== 'int') return false;
  const column = batch.columns[reader.columns[0] as number];
  if (column?.kind !== 'number') return false;
  const { values } = column;
  for (let row = 0; row < batch.length; row++) {
    const value = values[row] as number;
    const small = value | 0;
    targets[row] = small === value ? target(small) : target(reader.hashAt(batch, row));
  }
  return true;
}

/** Hashes each dictionary entry once, not each record. Remembers them while batches share one dictionary. */
function entrySelector(target: (hash: number) => number) {
  let entries: readonly string[] | null = null;
  let known = new Int32Array(0);
  const forNull = target(0);
  return (text: { codes: Int32Array; entries: readonly string[] }, length: number, targets: Int32Array): void => {
    if (entries !== text.entries || known.length < text.entries.length) {
      if (known.length < text.entries.length) known = new Int32Array(Math.max(64, 2 * text.entries.length));
      known.fill(-1);
      entries = text.entries;
    }
    const { codes } = text;
    for (let row = 0; row < length; row++) {
      const code = codes[row] as number;
      let channel = code < 0 ? forNull : (known[code] as number);
      if (channel === -1) {
        channel = target(hashString(text.entries[code] as string));
        known[code] = channel;
      }
      targets[row] = channel;
    }
  };
}
