/** Chunks of an opened snapshot, read and decoded for one part of the view; nothing is read twice for the same part. */
import { useEffect, useState } from 'react';
import { describeChunk } from '../../../connectors/checkpoints/decode.ts';
import type { SnapshotChunk } from '../../../connectors/checkpoints/difference.ts';
import type { LocatedHandle } from '../../../connectors/checkpoints/difference.ts';
import { schemasOf } from './contents.ts';
import type { Snapshot } from './snapshots.ts';

export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'failed'; readonly reason: string };

/** More is neither read nor decoded at once: the page must go on answering. */
export const readMost = 8_000_000;

/** As many of the handles, in order, as together have at most `readMost` bytes; at least one. */
export function affordable<T extends LocatedHandle>(handles: readonly T[]): readonly T[] {
  let bytes = 0;
  const end = handles.findIndex(({ handle }, i) => {
    bytes += handle.bytes;
    return bytes > readMost && i > 0;
  });
  return end < 0 ? handles : handles.slice(0, end);
}

/** @param perChunk entries decoded of each chunk; the rest is counted */
export async function loadChunks(
  snapshot: Snapshot,
  handles: readonly LocatedHandle[],
  perChunk?: number,
): Promise<readonly SnapshotChunk[]> {
  const bytes = await snapshot.read(handles.map(({ handle }) => handle));
  const schemaOf = schemasOf(snapshot.graph);
  return handles.map(({ vertex, index, handle }, i) => ({
    vertex,
    index,
    contents: describeChunk(handle, bytes[i] ?? null, schemaOf, perChunk),
  }));
}

/** Runs `load` again when it is another function; the answer of one that was replaced is not used. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<{ readonly of: unknown; readonly result: Loaded<T> } | null>(null);
  useEffect(() => {
    let current = true;
    const tell = (result: Loaded<T>): void => {
      if (current) setLoaded({ of: load, result });
    };
    load().then(
      (value) => tell({ kind: 'loaded', value }),
      (error: unknown) => tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      current = false;
    };
  }, [load]);
  return loaded !== null && loaded.of === load ? loaded.result : { kind: 'loading' };
}
