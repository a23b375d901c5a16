/**
 * In-flight data of an edge whose channels are others now: of all old channels, what belongs to this subtask. Keyed
 * edges by key group, as the partitioner would; broadcast edges one old copy each; all others by the old receiver's
 * index. Watermarks in it are left out: they spoke for a channel that is no more.
 */
import type { InputPlan } from '../graph/plan.ts';
import { keyGroupOf, subtaskOfGroup } from '../state/key-groups.ts';
import type { Batch } from '../wire/batch.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { Restore } from '../wire/checkpoints.ts';
import { BufferReader, BufferWriter } from '../wire/codec.ts';
import { decodeBuffers, RESTORED } from '../wire/in-flight.ts';
import { KeyReader } from '../wire/keys.ts';
import type { SubtaskPlan } from '../wire/messages.ts';

export interface InFlightChunk {
  readonly handle: Restore['handles'][number];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly side: 'input' | 'output';
  /** Indices of the old sender and receiver. */
  readonly sender: number;
  readonly receiver: number;
}

/** Buffers by position among the edge's channels now; what was nearer to the receiver comes first. */
export function redistributed(
  plan: SubtaskPlan,
  input: InputPlan,
  oldParallelism: number,
  chunks: readonly InFlightChunk[],
): WireBuffer[][] {
  const { schema } = input.edge.type;
  const keeps = rowsOfThis(plan, input);
  const out: WireBuffer[][] = input.channels.map(() => []);
  const ordered = [...chunks].sort(
    (a, b) =>
      Number(a.side === 'output') - Number(b.side === 'output') || a.receiver - b.receiver || a.sender - b.sender,
  );
  for (const chunk of ordered) {
    if (keeps === null && !isForThis(plan, input, oldParallelism, chunk.receiver)) continue;
    const channel = out[chunk.sender % input.channels.length];
    for (const buffer of decodeBuffers(schema, chunk.bytes)) {
      const kept = filtered(input, buffer, keeps);
      if (kept !== null) channel?.push(kept);
    }
  }
  return out;
}

function isForThis(plan: SubtaskPlan, { edge }: InputPlan, oldParallelism: number, receiver: number): boolean {
  const { parallelism } = plan.vertex;
  if (edge.partitioner === 'broadcast') return receiver === plan.index % oldParallelism;
  return receiver % parallelism === plan.index;
}

type RowTest = (batch: Batch, row: number) => boolean;

/** Null: the edge is not keyed. */
function rowsOfThis({ index, vertex, settings }: SubtaskPlan, { edge }: InputPlan): RowTest | null {
  const { key, schema } = edge.type;
  if (edge.partitioner !== 'hash' || key === null) return null;
  const reader = new KeyReader(schema, key);
  const { maxParallelism } = settings;
  return (batch, row) =>
    subtaskOfGroup(keyGroupOf(reader.hashAt(batch, row), maxParallelism), maxParallelism, vertex.parallelism) === index;
}

function filtered({ edge }: InputPlan, buffer: WireBuffer, keeps: RowTest | null): WireBuffer | null {
  const { schema } = edge.type;
  const batch = new BufferReader(schema).read(buffer);
  if (batch === null) return null;
  const indices: number[] = [];
  for (let row = 0; row < batch.length; row++) if (keeps === null || keeps(batch, row)) indices.push(row);
  if (indices.length === 0) return null;
  const writer = new BufferWriter(schema, indices.length, 1);
  writer.append(batch, { indices: Int32Array.from(indices), start: 0, end: indices.length });
  return { ...writer.take(), sequence: RESTORED };
}
