/** Chunks and metadata made up for tests of the stores. */
import { encodeJson } from '../../../base/canonical-json.ts';
import { fingerprintOf } from '../../../base/fingerprint.ts';
import { processingTime } from '../../../base/units.ts';
import type { CheckpointMetadata, ChunkPlace, StateChunk } from '../../../engine/wire/checkpoints.ts';

export function chunk(key: string, data: Uint8Array<ArrayBuffer>, place: ChunkPlace = keyed(0)): StateChunk {
  return { handle: { place, key, bytes: data.length, fingerprint: fingerprintOf(data), entries: 1 }, data };
}

export const jsonChunk = (key: string, value: unknown, place: ChunkPlace = keyed(0)): StateChunk =>
  chunk(key, encodeJson(value), place);

export const keyed = (group: number): ChunkPlace => ({ kind: 'keyed', group });

/** A completed checkpoint whose one subtask has these chunks. */
export function metadata(checkpoint: number, chunks: readonly StateChunk[], savepoint = false): CheckpointMetadata {
  return {
    version: 1,
    checkpoint,
    savepoint,
    mode: 'aligned',
    triggeredAt: processingTime(1000 * checkpoint),
    completedAt: processingTime(1000 * checkpoint + 20),
    maxParallelism: 128,
    vertices: [{ vertex: 'v1', parallelism: 1, nodes: ['source', 'count'] }],
    subtasks: [
      { subtask: 'v1/0', vertex: 'v1', index: 0, finished: false, handles: chunks.map((each) => each.handle) },
      { subtask: 'v2/0', vertex: 'v2', index: 0, finished: true, handles: [] },
    ],
    stateBytes: chunks.reduce((sum, each) => sum + each.data.length, 0),
  };
}

/** Bytes that look random and are the same each time. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let x = seed;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    return x >>> 24;
  });
}
