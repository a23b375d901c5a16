/**
 * Parallelism and partitioners of a drawn job resolved: what `auto` and `null` come to, and which subtask is joined to
 * which.
 */
import { highestParallelism } from './job.ts';
import type { JobEdge, JobNode, JobSettings, Partitioner } from './job.ts';
import type { InputPort, OperatorKind } from './kind.ts';
import type { StreamType } from './schema.ts';

/** The number of subtasks that the node will have; may be out of range in an invalid job. */
export function parallelismOf(
  node: JobNode,
  kind: OperatorKind | undefined,
  settings: JobSettings,
  inputs: Inputs | undefined,
): number {
  return isSingle(kind, inputs) ? 1 : (node.parallelism ?? settings.parallelism);
}

/** Streams that arrive at a node, by port; null or undefined where that is not known. */
export type Inputs = readonly (StreamType | null | undefined)[];

/** It is not parallel whatever the job says: by its kind, or for want of a key. */
export const isSingle = (kind: OperatorKind | undefined, inputs: Inputs | undefined): boolean =>
  kind?.parallelism === 'one' || isKeyless(kind, inputs);

/** It would be parallel if its stream were keyed. It heads a chain: only heads have state and timers. */
export const isKeyless = (kind: OperatorKind | undefined, inputs: Inputs | undefined): boolean =>
  kind?.inputs.some(({ keyed }, port) => keyed === 'either' && inputs?.[port]?.key === null) === true;

/** What that means, for whoever sees the operator. */
export const keylessNote =
  'Without a key its windows are of all records, and one subtask computes them (Flink: windowAll). Put a Key by in front ' +
  'for windows of each key.';

/** Largest parallelism that an operator of this job may have. */
export const parallelismLimit = (settings: JobSettings): number =>
  Math.min(highestParallelism, settings.maxParallelism);

/** The input port that an edge leads to; undefined if the kind does not have it. */
export const inputPort = (edge: JobEdge, kind: OperatorKind | undefined): InputPort | undefined =>
  kind?.inputs.find((port) => port.name === edge.to.port);

/**
 * The stream as it arrives at the edge's end. An explicit partitioner, or one that the port demands, spreads records
 * regardless of their key, so what arrives is no longer keyed, as after `keyBy(…).rebalance()` in Flink.
 */
export function typeAlong(edge: JobEdge, sent: StreamType, port: InputPort | undefined): StreamType {
  const keeps = edge.partitioner === 'auto' && port?.broadcast !== true;
  return keeps || sent.key === null ? sent : { schema: sent.schema, key: null };
}

/**
 * An explicit choice wins; else broadcast where the port demands it, else Flink's rule: hash behind a Key by, forward
 * between equals, else rebalance.
 */
export function resolvePartitioner(
  edge: JobEdge,
  type: StreamType,
  from: number,
  to: number,
  port: InputPort | undefined,
): Partitioner {
  if (edge.partitioner !== 'auto') return edge.partitioner;
  if (port?.broadcast === true) return 'broadcast';
  if (type.key !== null) return 'hash';
  return from === to ? 'forward' : 'rebalance';
}

export const isPointwise = (partitioner: Partitioner): boolean =>
  partitioner === 'forward' || partitioner === 'rescale';

/** A pair of subtask indexes that a channel joins. */
export type Pair = readonly [from: number, to: number];

/**
 * The channels of a pointwise edge as in Flink (`VertexInputInfoComputationUtils.computeVertexInputInfoForPointwise`):
 * with more senders than receivers, receiver `r` reads the senders ⌊r·s/t⌋ … ⌊(r+1)·s/t⌋ − 1; with fewer, sender `p`
 * serves the receivers ⌈p·t/s⌉ … ⌈(p+1)·t/s⌉ − 1. In order of sender, then receiver.
 */
export function pointwisePairs(senders: number, receivers: number): Pair[] {
  const pairs: Pair[] = [];
  if (senders >= receivers) {
    for (let to = 0; to < receivers; to++) {
      const end = Math.floor(((to + 1) * senders) / receivers);
      for (let from = Math.floor((to * senders) / receivers); from < end; from++) pairs.push([from, to]);
    }
  } else {
    for (let from = 0; from < senders; from++) {
      const end = Math.ceil(((from + 1) * receivers) / senders);
      for (let to = Math.ceil((from * receivers) / senders); to < end; to++) pairs.push([from, to]);
    }
  }
  return pairs;
}

/** Every sender to every receiver, in order of sender, then receiver. */
export function allPairs(senders: number, receivers: number): Pair[] {
  const pairs: Pair[] = [];
  for (let from = 0; from < senders; from++) for (let to = 0; to < receivers; to++) pairs.push([from, to]);
  return pairs;
}
