/** The difference of two snapshots: what was added, removed and changed between them. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { differentHandles, diffSnapshots } from '../../../connectors/checkpoints/difference.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { ArrowLeftRight } from 'lucide-react';
import { IconButton } from '../../ui/button.tsx';
import { TextInput } from '../../ui/inputs.tsx';
import { EmptyView } from '../empty-view.tsx';
import { chooseAfter, chooseBefore, useChoices } from './choices.ts';
import { Table } from './contents-tables.tsx';
import { diffCounts, diffRows, type DiffRow } from './diff-rows.ts';
import { NoCheckpoints } from './no-checkpoints.tsx';
import { SnapshotSelect } from './snapshot-select.tsx';
import { openings, openSnapshot, snapshotKey, type Snapshot } from './snapshots.ts';
import { affordable, loadChunks, useLoaded } from './use-chunks.ts';

const shownMost = 400;

export function Difference({ view }: { readonly view: ClusterView | null }) {
  const before = useChoices((choices) => choices.before);
  const after = useChoices((choices) => choices.after);
  const kept = openings();
  useEffect(() => {
    const [newest] = kept;
    if (newest === undefined) return;
    if (after === null) chooseAfter(openSnapshot(newest));
    // Next to what is there already, the newest other one.
    const other = kept.find((each) => snapshotKey(each) !== snapshotKey(after ?? newest));
    if (before === null && other !== undefined) chooseBefore(openSnapshot(other));
  }, [kept, before, after]);
  if (before === null && after === null && (view === null || view.checkpoints.history.length === 0))
    return <NoCheckpoints view={view} />;
  const choice = (
    <>
      <SnapshotSelect label="Before" value={before} onValue={chooseBefore} />
      <IconButton
        label="Exchange the two"
        icon={<ArrowLeftRight size={13} aria-hidden />}
        side="top"
        onClick={() => {
          chooseBefore(after);
          chooseAfter(before);
        }}
      />
      <SnapshotSelect label="After" value={after} onValue={chooseAfter} />
      {before !== null && after !== null && <Newest after={after} />}
    </>
  );
  if (before !== null && after !== null) return <Rows before={before} after={after} choice={choice} />;
  return (
    <Frame bar={choice}>
      <EmptyView text="Two kept checkpoints are needed to compare; the next one makes the second." />
    </Frame>
  );
}

const Frame = ({ bar, children }: { readonly bar: ReactNode; readonly children: ReactNode }) => (
  <div className="flex h-full flex-col">
    <div className="cp-bar">{bar}</div>
    {children}
  </div>
);

/** Moves on: what was after is before, the newest is after. */
function Newest({ after }: { readonly after: Snapshot }) {
  const [newest] = openings();
  if (newest === undefined || newest.run !== after.run || newest.metadata.checkpoint <= after.metadata.checkpoint)
    return null;
  return (
    <button
      type="button"
      className="link"
      onClick={() => {
        chooseBefore(after);
        chooseAfter(openSnapshot(newest));
      }}
    >
      {after.metadata.checkpoint} against the newest, {newest.metadata.checkpoint}
    </button>
  );
}

interface RowsProps {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The choice of the two, at the head. */
  readonly choice: ReactNode;
}

function Rows({ before, after, choice }: RowsProps) {
  const [filter, setFilter] = useState('');
  const load = useCallback(() => compare(before, after), [before, after]);
  const loaded = useLoaded(load);
  const says = (text: string) => (
    <Frame bar={choice}>
      <EmptyView text={text} />
    </Frame>
  );
  if (loaded.kind === 'loading')
    return (
      <Frame bar={choice}>
        <p className="note p-4">Comparing…</p>
      </Frame>
    );
  if (loaded.kind === 'failed') return says(`The snapshots cannot be read: ${loaded.reason}`);
  if (loaded.value === null)
    return says('These two differ in too much state to compare it here. The Snapshot part shows each by key.');
  const { rows, unreadable } = loaded.value;
  if (rows.length === 0 && unreadable.length === 0)
    return says('These two snapshots hold the same: no state, timer or offset differs.');
  const { added, removed, changed } = diffCounts(rows);
  const found = rows.filter((row) => matches(row, filter));
  const bar = (
    <>
      {choice}
      <p className="note number ml-auto" role="status">
        {added} added · {removed} removed · {changed} changed
      </p>
      <TextInput
        type="search"
        value={filter}
        onText={setFilter}
        placeholder="Filter"
        aria-label="Filter the differences"
        className="cp-find"
      />
    </>
  );
  return (
    <Frame bar={bar}>
      {unreadable.map((reason, i) => (
        <p key={i} role="alert" className="text-red-ink px-4 py-1 text-sm">
          {reason} The difference is not whole.
        </p>
      ))}
      <div className="min-h-0 flex-1 overflow-auto" role="group" aria-label="Differences" tabIndex={0}>
        <Table label="Differences" heads={['Change', 'What', 'Of', 'Where', 'Before', 'After']}>
          {found.slice(0, shownMost).map((row) => (
            <DifferenceRow key={row.key} row={row} />
          ))}
        </Table>
        {found.length > shownMost && (
          <p className="note px-4 py-1">
            and {(found.length - shownMost).toLocaleString('en-US')} more; filter to see others
          </p>
        )}
      </div>
    </Frame>
  );
}

/** Null: they differ in more than is read at once. */
async function compare(before: Snapshot, after: Snapshot) {
  const handles = differentHandles(before.metadata, after.metadata);
  const [some, others] = [affordable(handles.before), affordable(handles.after)];
  if (some.length < handles.before.length || others.length < handles.after.length) return null;
  const difference = diffSnapshots(await loadChunks(before, some), await loadChunks(after, others));
  return { rows: diffRows(difference, after.graph ?? before.graph), unreadable: difference.unreadable };
}

const DifferenceRow = ({ row }: { readonly row: DiffRow }) => (
  <tr>
    <td>
      <span className="cp-change" data-change={row.change}>
        <span aria-hidden>{marks[row.change]}</span> {row.change}
      </span>
    </td>
    <td className="text-muted">{row.part}</td>
    <td>{row.of}</td>
    <td className="number">{row.place}</td>
    <td className="number cp-value cp-before" title={row.before}>
      {row.before}
    </td>
    <td className="number cp-value" title={row.after}>
      {row.after}
    </td>
  </tr>
);

const marks: Readonly<Record<DiffRow['change'], string>> = { added: '+', removed: '−', changed: '≠' };

const matches = (row: DiffRow, filter: string): boolean =>
  filter === '' || `${row.change} ${row.part} ${row.of} ${row.place}`.toLowerCase().includes(filter.toLowerCase());
