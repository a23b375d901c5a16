/**
 * State: what each subtask of an operator holds, live: keys, windows, values and timers, where a key lives, and what is kept
 * beside keys.
 */
import './state.css';
import { useState } from 'react';
import type { ExecutionGraph, SubtaskId } from '../../../engine/graph/plan.ts';
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
import { parseKey } from '../checkpoints/key-search.ts';
import { EmptyView } from '../empty-view.tsx';
import { hasKey, holdersOf } from './holders.ts';
import type { Holder } from './holders.ts';
import { KeyTable } from './key-table.tsx';
import { OperatorTable } from './operator-table.tsx';
import { OwnerList } from './owner-list.tsx';
import { ownersOf, skewText } from './owners.ts';
import type { Owner } from './owners.ts';
import { nothingText, waitingText } from './texts.ts';
import { useLooks } from './use-looks.ts';

const pickGraph = (view: ClusterView | null): ExecutionGraph | null => view?.graph ?? null;
const keysPerPage = 25;

export function StateView() {
  const graph = useThrottledView(pickGraph);
  const runs = useRun((state) => state.run !== null);
  const selection = useSession((state) => state.selection.nodes);
  const [chosen, choose] = useState<string | null>(null);
  if (graph === null)
    return (
      <EmptyView
        text="Run the job to see what its operators hold: windows, values and timers of each key, offsets, broadcast state, transactions."
        run
      />
    );
  if (!runs)
    return (
      <EmptyView
        text="The job has ended, and the state of its tasks with it. Run it again and pause it to look around; what checkpoints kept is in Checkpoints."
        run
        action={{ label: 'Show checkpoints', run: () => showView('checkpoints') }}
      />
    );
  const holders = holdersOf(graph);
  const selected = holders.find(({ node }) => selection.includes(node));
  const holder = selected ?? holders.find(({ node }) => node === chosen) ?? holders.at(0);
  if (holder === undefined) return <EmptyView text="No operator of this job keeps any state." />;
  const onHolder = (node: string): void => {
    choose(node);
    select([node]);
  };
  return <OfHolder key={holder.node} graph={graph} holders={holders} holder={holder} onHolder={onHolder} />;
}

interface OfHolderProps {
  readonly graph: ExecutionGraph;
  readonly holders: readonly Holder[];
  readonly holder: Holder;
  readonly onHolder: (node: string) => void;
}

/** Where a key would live. */
interface Place {
  readonly key: Key;
  readonly hash: number;
  readonly group: number;
  readonly index: number;
}

function OfHolder({ graph, holders, holder, onHolder }: OfHolderProps) {
  const selectedSubtask = useSession((state) => state.selection.subtask);
  const [text, setText] = useState('');
  const [group, setGroup] = useState<number | null>(null);
  const [page, setPage] = useState(0);
  const [chosen, choose] = useState<SubtaskId | null>(null);
  const { vertex, node } = holder;
  const subtasks = graph.subtasks.filter((each) => each.vertex === vertex.id).map(({ id }) => id);
  const { maxParallelism } = graph.jobGraph.settings;
  const keyed = hasKey(holder);
  const sought = keyed && text.trim() !== '';
  const place = sought ? placeOfKey(text, holder, maxParallelism) : null;
  const own =
    subtasks.find((id) => id === selectedSubtask) ?? subtasks.find((id) => id === chosen) ?? subtasks[0] ?? '';
  const shown = place === null ? own : (subtasks[place.index] ?? own);
  const about = holder.operatorState ? { operators: true } : {};
  const query: InspectQuery =
    place === null
      ? { ...about, offset: page * keysPerPage, limit: keysPerPage, ...(group === null ? {} : { keyGroup: group }) }
      : { ...about, key: place.key, limit: 1 };
  // The subtask that is shown is asked twice while a key is sought: for its keys, and for how many it has.
  const looks = useLooks(
    subtasks.map((subtask) => ({ subtask, query: subtask === shown && place === null ? query : about })),
  );
  const sharp = useLooks(place === null ? [] : [{ subtask: shown, query }]);
  const owners = ownersOf(holder, subtasks, maxParallelism, looks?.answers ?? new Map());
  const answer = (place === null ? looks : sharp)?.answers.get(shown);
  const onOwner = ({ subtask }: Owner): void => {
    choose(subtask);
    setPage(0);
    setGroup(null);
    setText('');
    select([node], [], subtask);
  };
  const onText = (next: string): void => {
    setText(next);
    setPage(0);
    setGroup(null);
  };
  const index = subtasks.indexOf(shown);
  const inspected = answer?.kind === 'inspected' ? answer : null;
  const beside = inspected?.operators.find((each) => each.node === node) ?? null;
  const found = holder.reader === null ? null : (inspected?.keyed ?? null);
  return (
    <div className="st">
      <div className="st-bar">
        <Select
          aria-label="Operator"
          value={node}
          options={holders.map((each) => ({ value: each.node, label: each.name }))}
          onValue={onHolder}
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
        <BarNote holder={holder} owners={owners} />
      </div>
      {sought && (
        <p className="st-place" role="status" aria-label="Where the key lives">
          {place === null ? (
            `“${text.trim()}” cannot be a key here: the key is ${(holder.reader?.types ?? []).join(', ')}.`
          ) : (
            <PlaceText place={place} maxParallelism={maxParallelism} />
          )}
        </p>
      )}
      <div className="st-body">
        <OwnerList owners={owners} shown={shown} group={place?.group ?? group} onChoose={onOwner} />
        <div className="st-keys" tabIndex={0} role="group" aria-label={`Held by subtask ${index}`}>
          {inspected === null && (
            <p className="note p-4">{waitingText(answer?.kind === 'gone' ? answer.state : null, index)}</p>
          )}
          {beside !== null && <OperatorTable of={beside} label={`Operator state of subtask ${index}`} />}
          {found !== null && found.keys.length === 0 && (
            <p className="note p-4">{nothingText(found, { sought: place !== null, group, keyless: !keyed }, index)}</p>
          )}
          {found !== null && found.keys.length > 0 && (
            <KeyTable
              node={node}
              keys={found.keys}
              keyless={!keyed}
              label={`State of subtask ${index}`}
              onGroup={setGroup}
            />
          )}
          {found !== null && place === null && <Pages keyed={found} page={page} onPage={setPage} />}
        </div>
      </div>
    </div>
  );
}

function BarNote({ holder, owners }: { readonly holder: Holder; readonly owners: readonly Owner[] }) {
  const paused = useRun((state) => state.paused);
  const keyless = holder.reader !== null && !hasKey(holder);
  const parts = [
    keyless ? 'no key: one state for all records' : '',
    hasKey(holder) ? skewText(owners) : '',
    paused ? 'paused' : 'live',
  ];
  return <p className="note ml-auto">{parts.filter(Boolean).join(' · ')}</p>;
}

function placeOfKey(text: string, { reader, vertex }: Holder, maxParallelism: number): Place | null {
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
