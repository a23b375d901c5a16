/** Where a key lives, computed from its hash; and its state and timers, read from that key group alone. */
import { useCallback } from 'react';
import { located } from '../../../connectors/checkpoints/difference.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import { EmptyView } from '../empty-view.tsx';
import { contentsOf, keyText } from './contents.ts';
import { KeyedTable, TimerTable } from './contents-tables.tsx';
import { keyPlaces, type KeyPlace } from './key-search.ts';
import type { Snapshot } from './snapshots.ts';
import { loadChunks, useLoaded } from './use-chunks.ts';

interface KeyResultsProps {
  readonly text: string;
  readonly snapshot: Snapshot;
  readonly graph: ExecutionGraph;
}

export function KeyResults({ text, snapshot, graph }: KeyResultsProps) {
  const places = keyPlaces(text, graph, snapshot.metadata);
  if (places.length === 0)
    return <EmptyView text={`“${text}” cannot be a key of this job: no key column has such values.`} />;
  return (
    <div className="cp-contents h-full" role="group" aria-label={`Where the key ${text} lives`} tabIndex={0}>
      {places.map((place) => (
        <Place key={`${place.vertex} ${keyText(place.key)}`} place={place} snapshot={snapshot} />
      ))}
    </div>
  );
}

function Place({ place, snapshot }: { readonly place: KeyPlace; readonly snapshot: Snapshot }) {
  const { vertex, group, key, name, index } = place;
  const load = useCallback(async () => {
    const handles = located(snapshot.metadata).filter(
      ({ vertex: of, handle: { place: at } }) =>
        of === vertex && (at.kind === 'keyed' || at.kind === 'timers') && at.group === group,
    );
    const chunks = await loadChunks(snapshot, handles);
    const { keyed, timers, unreadable } = contentsOf(
      chunks.map((chunk) => chunk.contents),
      snapshot.graph,
    );
    const mine = <T extends { readonly key: unknown }>(rows: readonly T[]) => rows.filter((row) => row.key === key);
    return { keyed: mine(keyed), timers: mine(timers), unreadable };
  }, [snapshot, vertex, group, key]);
  const loaded = useLoaded(load);
  const where = `${keyText(key)} is in key group ${group} of ${snapshot.metadata.maxParallelism}, at ${name} ${index}.`;
  return (
    <section className="py-2" aria-label={where}>
      <p className="px-4 pb-1 text-sm" role="status">
        {where}
        {loaded.kind === 'loaded' && loaded.value.keyed.length + loaded.value.timers.length === 0 && (
          <span className="text-muted"> The snapshot holds no state of this key there.</span>
        )}
        {loaded.kind === 'failed' && <span className="text-red-ink"> {loaded.reason}</span>}
      </p>
      {loaded.kind === 'loaded' && (
        <>
          {loaded.value.unreadable.map((reason, i) => (
            <p key={i} className="text-red-ink px-4 text-sm">
              {reason}
            </p>
          ))}
          {loaded.value.keyed.length > 0 && <KeyedTable rows={loaded.value.keyed} />}
          {loaded.value.timers.length > 0 && <TimerTable rows={loaded.value.timers} />}
        </>
      )}
    </section>
  );
}
