/** Channels: what waits where, for every edge and channel: at the receiver, on the way, at the sender. */
import { memo, useMemo, useState } from 'react';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { percent, rateText } from '../../canvas/number-text.ts';
import { setJobSetting } from '../../document/commands.ts';
import { startRun } from '../../run/commands.ts';
import { select } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { EmptyView } from '../empty-view.tsx';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import {
  edgeRows,
  sortedRows,
  type ChannelFigures,
  type ChannelRow,
  type EdgeRows,
  type Figure,
} from './channel-rows.ts';

const pickView = (view: ClusterView | null) => view;
/** Channels drawn of one edge; an all-to-all edge of 16 subtasks has 256. */
const shownMost = 64;

interface Sort {
  readonly figure: Figure;
  readonly descending: boolean;
}

interface ColumnText {
  readonly figure: Figure;
  readonly title: string;
  readonly meaning: string;
}

const columns: readonly ColumnText[] = [
  {
    figure: 'waiting',
    title: 'At sender',
    meaning: 'Buffers queued at the sender: filled or filling, waiting for credit.',
  },
  { figure: 'inFlight', title: 'In flight', meaning: 'Buffers sent and not yet received.' },
  { figure: 'received', title: 'At receiver', meaning: 'Buffers queued at the receiver, not yet processed.' },
  {
    figure: 'fill',
    title: 'Fill',
    meaning: 'Share of the channel’s buffers that wait at the receiver: how full the pipe is.',
  },
  {
    figure: 'credits',
    title: 'Credits',
    meaning: 'Free buffers that the receiver has granted. At 0 the sender must wait: backpressure.',
  },
  { figure: 'recordsPerSecond', title: 'Records', meaning: 'Records sent per second, over the last few seconds.' },
];

export function ChannelsView() {
  const view = useThrottledView(pickView);
  const selected = useSession((state) => state.selection.edges);
  const [sort, setSort] = useState<Sort | null>(null);
  const rows = useMemo(() => (view === null ? [] : edgeRows(view)), [view]);
  const sorted = useMemo(() => (sort === null ? rows : sortedRows(rows, sort.figure, sort.descending)), [rows, sort]);
  if (view === null)
    return <EmptyView text="Run the job to see how full each channel is, and which sender waits for credit." run />;
  if (rows.every((edge) => edge.channels.length === 0)) return <NoChannels edges={rows.length} />;
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="group" aria-label="Channels of all edges">
      <table className="channel-table">
        <thead>
          <tr>
            <th scope="col" className="text-left">
              Edge and channel
            </th>
            {columns.map((column) => (
              <Heading key={column.figure} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        {sorted.map((edge) => (
          <Edge
            key={edge.edge}
            edge={edge}
            selected={selected.includes(edge.edge)}
            ended={isTerminal(view.job.state)}
          />
        ))}
      </table>
    </div>
  );
}

function NoChannels({ edges }: { readonly edges: number }) {
  if (edges === 0)
    return <EmptyView text="This job has no edges, so there are no channels. Connect two operators and run it." />;
  return (
    <EmptyView
      text="All operators are chained into one vertex: records pass by function calls, and there are no channels."
      action={{ label: 'Switch chaining off and run', run: runUnchained }}
    />
  );
}

function runUnchained(): void {
  setJobSetting('chaining', false);
  startRun();
}

interface HeadingProps {
  readonly column: ColumnText;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
}

/** Largest first, then least first, then in the order of the graph again. */
function Heading({ column: { figure, title, meaning }, sort, onSort }: HeadingProps) {
  const mine = sort?.figure === figure ? sort : null;
  const next = mine === null ? { figure, descending: true } : mine.descending ? { figure, descending: false } : null;
  return (
    <th
      scope="col"
      className={figure === 'fill' ? 'channel-fill-head' : 'text-right'}
      aria-sort={mine === null ? 'none' : mine.descending ? 'descending' : 'ascending'}
    >
      <button type="button" data-hint={meaning} data-hint-side="top" onClick={() => onSort(next)}>
        {title}
        <span aria-hidden className="channel-sort">
          {mine === null ? '' : mine.descending ? '↓' : '↑'}
        </span>
      </button>
    </th>
  );
}

interface EdgeProps {
  readonly edge: EdgeRows;
  readonly selected: boolean;
  readonly ended: boolean;
}

function Edge({ edge, selected, ended }: EdgeProps) {
  const shown = edge.channels.slice(0, shownMost);
  return (
    <tbody data-selected={selected || undefined}>
      <tr className="channel-edge" onClick={() => select([], [edge.edge])}>
        <th scope="rowgroup">
          <button type="button" aria-pressed={selected}>
            {edge.name}
          </button>
          <span className="tag">{edge.partitioner}</span>
        </th>
        {edge.channels.length === 0 ? (
          <>
            <td colSpan={5} className="text-faint text-left">
              no channel: records pass by a function call
            </td>
            <td className="number text-right">{rateText(edge.total.recordsPerSecond)}</td>
          </>
        ) : (
          <Figures row={edge.total} of="all its channels" ended={ended} />
        )}
      </tr>
      {shown.map((row) => (
        <Channel key={row.channel} row={row} name={edge.name} ended={ended} />
      ))}
      {edge.channels.length > shown.length && (
        <tr>
          <td colSpan={7} className="text-faint">
            and {edge.channels.length - shown.length} more channels; sort to bring others up
          </td>
        </tr>
      )}
    </tbody>
  );
}

interface ChannelProps {
  readonly row: ChannelRow;
  readonly name: string;
  readonly ended: boolean;
}

/** Drawn again only when a figure has changed. */
const Channel = memo(
  function Channel({ row, ended }: ChannelProps) {
    return (
      <tr onClick={() => select([], [row.edge])}>
        <th scope="row" className="channel-ends number">
          {row.ends}
        </th>
        <Figures row={row} of={`channel ${row.ends}`} ended={ended} />
      </tr>
    );
  },
  (before, after) => JSON.stringify(before) === JSON.stringify(after),
);

interface FiguresProps {
  readonly row: ChannelFigures;
  readonly of: string;
  readonly ended: boolean;
}

function Figures({ row, of, ended }: FiguresProps) {
  const blocked = row.credits === 0 && row.waiting > 0 && !ended;
  return (
    <>
      <Count buffers={row.waiting} hint={`${counts(row.waiting, row.waitingRecords)} wait at the sender of ${of}.`} />
      <Count buffers={row.inFlight} hint={`${counts(row.inFlight, row.inFlightRecords)} of ${of} are on their way.`} />
      <Count
        buffers={row.received}
        hint={`${counts(row.received, row.receivedRecords)} wait at the receiver of ${of}.`}
      />
      <td
        data-hint={`${percent(row.fill)} of the buffers of ${of} wait at the receiver${blocked ? ', and the sender has no credit' : ''}.`}
        data-hint-side="top"
      >
        <span className="channel-fill">
          <span className="channel-pipe" data-blocked={blocked || undefined}>
            <i style={{ width: `${(row.fill * 100).toFixed(1)}%` }} />
          </span>
          <span className="number">{percent(row.fill)}</span>
        </span>
      </td>
      <td
        className={blocked ? 'number channel-blocked text-right' : 'number text-right'}
        data-hint={
          blocked
            ? `No credit left in ${of}: the sender waits.`
            : `The senders of ${of} may send ${row.credits} more buffers.`
        }
        data-hint-side="top"
      >
        {row.credits}
      </td>
      <td
        className="number text-right"
        data-hint={`${row.sentRecords.toLocaleString('en-US')} records sent over ${of} so far.`}
        data-hint-side="top"
      >
        {rateText(row.recordsPerSecond)}
      </td>
    </>
  );
}

const counts = (buffers: number, records: number): string =>
  `${buffers.toLocaleString('en-US')} ${buffers === 1 ? 'buffer' : 'buffers'} with ${records.toLocaleString('en-US')} ${records === 1 ? 'record' : 'records'}`;

const Count = ({ buffers, hint }: { readonly buffers: number; readonly hint: string }) => (
  <td className="number text-right" data-hint={hint} data-hint-side="top">
    {buffers === 0 ? <span className="text-faint">0</span> : buffers.toLocaleString('en-US')}
    <span className="unit-after"> buf</span>
  </td>
);
