/** The snapshot explorer: what each subtask's part of a kept checkpoint holds, and where a key lives in it. */
import { useCallback, useEffect, useState } from 'react';
import { located } from '../../../connectors/checkpoints/difference.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { SnapshotEntry } from '../../../engine/wire/checkpoints.ts';
import { counted } from '../../canvas/number-text.ts';
import { TextInput } from '../../ui/inputs.tsx';
import { EmptyView } from '../empty-view.tsx';
import { NoCheckpoints } from './no-checkpoints.tsx';
import { chooseSnapshot, compareWith, useChoices } from './choices.ts';
import { contentsOf } from './contents.ts';
import { ContentsTables } from './contents-tables.tsx';
import { KeyResults } from './key-results.tsx';
import { hasKeys } from './key-search.ts';
import { SnapshotSelect } from './snapshot-select.tsx';
import { openings, openSnapshot, type Snapshot } from './snapshots.ts';
import { affordable, loadChunks, useLoaded } from './use-chunks.ts';
import { bytesText, clockText } from './words.ts';

/** Entries of a chunk that are decoded; the rest is counted, and found by its key. */
const perChunk = 300;

export function Explorer({ view }: { readonly view: ClusterView | null }) {
  const snapshot = useChoices((choices) => choices.snapshot);
  const [newest] = openings();
  useEffect(() => {
    // The newest at this moment, and then it stays: what is read must not slip away under the reader's eyes.
    if (snapshot === null && newest !== undefined) chooseSnapshot(openSnapshot(newest));
  }, [snapshot, newest]);
  const [key, setKey] = useState('');
  if (snapshot === null) {
    if (view === null || view.checkpoints.history.length === 0) return <NoCheckpoints view={view} />;
    return <EmptyView text="No completed checkpoint is kept yet. What the first one holds is shown here." />;
  }
  const { metadata, graph } = snapshot;
  const isNewest =
    newest === undefined || newest.metadata.checkpoint <= metadata.checkpoint || newest.run !== snapshot.run;
  return (
    <div className="flex h-full flex-col">
      <div className="cp-bar">
        <SnapshotSelect label="Snapshot" value={snapshot} onValue={chooseSnapshot} />
        {graph !== null && hasKeys(graph) && (
          <TextInput
            type="search"
            value={key}
            onText={setKey}
            placeholder="Find a key"
            aria-label="Find a key in this snapshot"
            className="cp-find"
          />
        )}
        <p className="note">
          taken at {clockText(metadata.triggeredAt).slice(0, 8)}, {bytesText(metadata.stateBytes)}
        </p>
        <span className="ml-auto flex gap-3">
          {!isNewest && (
            <button type="button" className="link" onClick={() => chooseSnapshot(openSnapshot(newest))}>
              Show the newest, {newest.metadata.checkpoint}
            </button>
          )}
          <button type="button" className="link" onClick={() => compareWith(snapshot)}>
            Compare
          </button>
        </span>
      </div>
      <div className="min-h-0 flex-1">
        {key.trim() !== '' && graph !== null ? (
          <KeyResults text={key} snapshot={snapshot} graph={graph} />
        ) : (
          <Subtasks key={`${snapshot.run} ${metadata.checkpoint}`} snapshot={snapshot} />
        )}
      </div>
    </div>
  );
}

function Subtasks({ snapshot }: { readonly snapshot: Snapshot }) {
  const { subtasks } = snapshot.metadata;
  const [chosen, choose] = useState<string | null>(null);
  const entry = subtasks.find((each) => each.subtask === chosen) ?? subtasks.find(holdsState) ?? subtasks[0];
  if (entry === undefined) return <EmptyView text="This snapshot has no subtasks." />;
  return (
    <div className="cp-explorer">
      <ul className="cp-subtasks" aria-label="Subtasks of the snapshot">
        {subtasks.map((each) => (
          <li key={each.subtask}>
            <button type="button" aria-pressed={each === entry} onClick={() => choose(each.subtask)}>
              <span className="cp-name">{nameOf(snapshot, each)}</span>
              <span className="number text-faint">{each.index}</span>
              <span className="number ml-auto">
                {each.finished ? <span className="text-faint">finished</span> : bytesText(bytesOf(each))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <SubtaskContents snapshot={snapshot} entry={entry} />
    </div>
  );
}

const holdsState = (entry: SnapshotEntry): boolean => entry.handles.length > 0;
const bytesOf = ({ handles }: SnapshotEntry): number => handles.reduce((sum, handle) => sum + handle.bytes, 0);

export function nameOf({ graph }: Pick<Snapshot, 'graph'>, { vertex }: { readonly vertex: string }): string {
  const operators = graph?.jobGraph.vertices.find((each) => each.id === vertex)?.operators ?? [];
  return operators.length === 0 ? vertex : operators.map((operator) => operator.name).join(' → ');
}

function SubtaskContents({ snapshot, entry }: { readonly snapshot: Snapshot; readonly entry: SnapshotEntry }) {
  const load = useCallback(async () => {
    const handles = located(snapshot.metadata).filter(
      (each) => each.vertex === entry.vertex && each.index === entry.index,
    );
    const read = affordable(handles);
    const chunks = await loadChunks(snapshot, read, perChunk);
    return {
      contents: contentsOf(
        chunks.map((chunk) => chunk.contents),
        snapshot.graph,
      ),
      unread: handles.length - read.length,
    };
  }, [snapshot, entry]);
  const loaded = useLoaded(load);
  const name = `${nameOf(snapshot, entry)} ${entry.index}`;
  if (entry.finished)
    return (
      <EmptyView text={`${name} had finished before this checkpoint: there is nothing to restore, nothing to run.`} />
    );
  if (entry.handles.length === 0) return <EmptyView text={`${name} holds no state: a restore starts it empty.`} />;
  if (loaded.kind === 'loading') return <p className="note p-4">Reading…</p>;
  if (loaded.kind === 'failed') return <EmptyView text={`The snapshot cannot be read: ${loaded.reason}`} />;
  const { contents, unread } = loaded.value;
  return (
    <div className="cp-contents" role="group" aria-label={`Snapshot of ${name}`} tabIndex={0}>
      {unread > 0 && (
        <p className="note px-4 pt-2">
          {counted(unread, 'chunk')} more {unread === 1 ? 'is' : 'are'} not read: it is too much for one look. Find a
          key to see its state.
        </p>
      )}
      <ContentsTables contents={contents} />
    </div>
  );
}
