/** State: what each subtask of a keyed operator holds, live: keys, windows, values and timers, and where a key lives. */
import './state.css';
import { useState } from 'react';
import type { ExecutionGraph, JobVertex, SubtaskId } from '../../../engine/graph/plan.ts';
import { keyGroupOf, subtaskOfGroup } from '../../../engine/state/key-groups.ts';
import type { Key } from '../../../engine/state/key.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { InspectedKeyed, InspectQuery } from '../../../engine/wire/inspect.ts';
import { useRun } from '../../run/run-store.ts';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import { select, showView } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { Select, TextInput } from '../../ui/inputs.tsx';
import { keyText } from '../../why/why.ts';
import { parseKey, stateReaderOf } from '../checkpoints/key-search.ts';
import { EmptyView } from '../empty-view.tsx';
import { verticesInOrder } from '../watermarks/ladder.ts';
import { KeyTable } from './key-table.tsx';
import { OwnerList } from './owner-list.tsx';
import { ownersOf, skewText } from './owners.ts';
import type { Owner } from './owners.ts';
import { useLooks } from './use-looks.ts';

const pickGraph = (view: ClusterView | null): ExecutionGraph | null => view?.graph ?? null;
const keysPerPage = 25;

export function StateView() {
  const graph = useThrottledView(pickGraph);
  const runs = useRun((state) => state.run !== null);
  const selection = useSession((state) => state.selection.nodes);
  const [chosen, choose] = useState<string | null>(null);
  if (graph === null)
    return <EmptyView text="Run the job to see what its operators hold for each key: windows, values, timers." run />;
  if (!runs)
    return (
      <EmptyView
        text="The job has ended, and the state of its tasks with it. Run it again and pause it to look around; what checkpoints kept is in Checkpoints."
        run
        action={{ label: 'Show checkpoints', run: () => showView('checkpoints') }}
      />
    );
  const vertices = verticesInOrder(graph).filter((vertex) => stateReaderOf(vertex) !== null);
  const has = (vertex: JobVertex, node: string): boolean => vertex.operators.some((each) => each.node === node);
  const selected = vertices.find((vertex) => selection.some((node) => has(vertex, node)));
  const vertex = selected ?? vertices.find((each) => each.id === chosen) ?? vertices.at(0);
  if (vertex === undefined)
    return (
      <EmptyView text="No operator of this job keeps state by key. Put a Key by in front of a window, an aggregate or a process function, and run it." />
    );
  const onVertex = (id: string): void => {
    choose(id);
    const head = vertices.find((each) => each.id === id)?.operators[0];
    if (head !== undefined) select([head.node]);
  };
  return <OfVertex key={vertex.id} graph={graph} vertices={vertices} vertex={vertex} onVertex={onVertex} />;
}

interface OfVertexProps {
  readonly graph: ExecutionGraph;
  readonly vertices: readonly JobVertex[];
  readonly vertex: JobVertex;
  readonly onVertex: (id: string) => void;
}

/** Where a key would live. */
interface Place {
  readonly key: Key;
  readonly hash: number;
  readonly group: number;
  readonly index: number;
}

function OfVertex({ graph, vertices, vertex, onVertex }: OfVertexProps) {
  const selectedSubtask = useSession((state) => state.selection.subtask);
  const paused = useRun((state) => state.paused);
  const [text, setText] = useState('');
  const [group, setGroup] = useState<number | null>(null);
  const [page, setPage] = useState(0);
  const [chosen, choose] = useState<SubtaskId | null>(null);
  const subtasks = graph.subtasks.filter((each) => each.vertex === vertex.id).map(({ id }) => id);
  const { maxParallelism } = graph.jobGraph.settings;
  const keyed = (stateReaderOf(vertex)?.types.length ?? 0) > 0;
  const sought = text.trim() !== '';
  const place = sought ? placeOfKey(text, vertex, maxParallelism) : null;
  const own =
    subtasks.find((id) => id === selectedSubtask) ?? subtasks.find((id) => id === chosen) ?? subtasks[0] ?? '';
  const shown = place === null ? own : (subtasks[place.index] ?? own);
  const query: InspectQuery =
    place === null
      ? { offset: page * keysPerPage, limit: keysPerPage, ...(group === null ? {} : { keyGroup: group }) }
      : { key: place.key, limit: 1 };
  // The subtask that is shown is asked twice while a key is sought: for its keys, and for how many it has.
  const looks = useLooks(
    subtasks.map((subtask) => ({ subtask, query: subtask === shown && place === null ? query : {} })),
  );
  const sharp = useLooks(place === null ? [] : [{ subtask: shown, query }]);
  const owners = ownersOf(subtasks, maxParallelism, looks?.answers ?? new Map());
  const answer = (place === null ? looks : sharp)?.answers.get(shown);
  const found = answer?.kind === 'inspected' ? answer.keyed : null;
  const onOwner = ({ subtask }: Owner): void => {
    choose(subtask);
    setPage(0);
    setGroup(null);
    setText('');
    select([vertex.operators[0]?.node ?? ''], [], subtask);
  };
  const onText = (next: string): void => {
    setText(next);
    setPage(0);
    setGroup(null);
  };
  const node = vertex.operators[0]?.node ?? '';
  const index = subtasks.indexOf(shown);
  return (
    <div className="st">
      <div className="st-bar">
        <Select
          aria-label="Operator"
          value={vertex.id}
          options={vertices.map((each) => ({ value: each.id, label: each.operators[0]?.name ?? each.id }))}
          onValue={onVertex}
        />
        {keyed && (
          <TextInput
            type="search"
            value={text}
            onText={onText}
            placeholder="Find a key"
            aria-label="Find a key"
            className="st-find"
          />
        )}
        {group !== null && place === null && (
          <button
            type="button"
            className="st-chip"
            aria-label={`Show all key groups, not only ${group}`}
            onClick={() => setGroup(null)}
          >
            key group {group} <span aria-hidden>×</span>
          </button>
        )}
        <p className="note ml-auto">{[skewText(owners), paused ? 'paused' : 'live'].filter(Boolean).join(' · ')}</p>
      </div>
      {sought && (
        <p className="st-place" role="status" aria-label="Where the key lives">
          {place === null ? (
            `“${text.trim()}” cannot be a key here: the key is ${(stateReaderOf(vertex)?.types ?? []).join(', ')}.`
          ) : (
            <PlaceText place={place} maxParallelism={maxParallelism} />
          )}
        </p>
      )}
      <div className="st-body">
        <OwnerList owners={owners} shown={shown} group={place?.group ?? group} onChoose={onOwner} />
        <div className="st-keys" tabIndex={0} role="group" aria-label={`Keys of subtask ${index}`}>
          {found === null ? (
            <p className="note p-4">{waitingText(answer?.kind === 'gone' ? answer.state : null, index)}</p>
          ) : found.keys.length === 0 ? (
            <p className="note p-4">{nothingText(found, place, group, index)}</p>
          ) : (
            <KeyTable node={node} keys={found.keys} label={`State of subtask ${index}`} onGroup={setGroup} />
          )}
          {found !== null && place === null && <Pages keyed={found} page={page} onPage={setPage} />}
        </div>
      </div>
    </div>
  );
}

function placeOfKey(text: string, vertex: JobVertex, maxParallelism: number): Place | null {
  const reader = stateReaderOf(vertex);
  const key = reader === null ? undefined : parseKey(text, reader.types);
  if (reader === null || key === undefined) return null;
  const hash = reader.hash(key);
  const group = keyGroupOf(hash, maxParallelism);
  return { key, hash, group, index: subtaskOfGroup(group, maxParallelism, vertex.parallelism) };
}

const PlaceText = ({ place, maxParallelism }: { readonly place: Place; readonly maxParallelism: number }) => (
  <>
    <b className="number">{keyText(place.key)}</b> → hash <span className="number">{place.hash}</span> → key group{' '}
    <span className="number">{place.group}</span> of <span className="number">{maxParallelism}</span> → subtask{' '}
    <b className="number">{place.index}</b>
  </>
);

const waitingText = (state: string | null, index: number): string => {
  if (state === null) return `Asking subtask ${index} …`;
  return state === 'lost'
    ? `Subtask ${index} is not there: it is being started, or has died.`
    : `Subtask ${index} is ${state}: it holds nothing now.`;
};

function nothingText({ entries }: InspectedKeyed, place: Place | null, group: number | null, index: number): string {
  if (place !== null)
    return `Subtask ${index} holds nothing for this key: no record of it has come, or what it had is over.`;
  if (group !== null) return `No key of key group ${group} has state now.`;
  return entries === 0
    ? `Subtask ${index} holds no key yet, or all that it held is over. State appears with the first record.`
    : 'There are no more keys here.';
}

interface PagesProps {
  readonly keyed: InspectedKeyed;
  readonly page: number;
  readonly onPage: (page: number) => void;
}

function Pages({ keyed: { matching, keys, complete }, page, onPage }: PagesProps) {
  const first = page * keysPerPage;
  if (matching <= keysPerPage && page === 0 && complete) return null;
  return (
    <p className="st-pages">
      <button type="button" className="link" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Previous keys
      </button>
      <span className="number">
        {keys.length === 0 ? 0 : first + 1} … {first + keys.length} of {complete ? '' : 'more than '}
        {matching.toLocaleString('en-US')}
      </span>
      <button
        type="button"
        className="link"
        disabled={first + keys.length >= matching}
        onClick={() => onPage(page + 1)}
      >
        Next keys
      </button>
    </p>
  );
}
