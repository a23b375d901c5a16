/** The course of one checkpoint: a bar per subtask from the trigger on, with what each part of it was and took. */
import { memo, useMemo } from 'react';
import type { CheckpointView, ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { counted } from '../../canvas/number-text.ts';
import { select } from '../../session/commands.ts';
import { exploreSnapshot } from './choices.ts';
import { ganttOf, type Gantt, type GanttRow, type GanttTotals, type Segment, type SegmentKind } from './gantt.ts';
import { stateText, type HistoryRow } from './history-rows.ts';
import { openings, openSnapshot } from './snapshots.ts';
import { bytesText, modeMeanings, timeText } from './words.ts';

interface GanttChartProps {
  readonly row: HistoryRow;
  readonly checkpoint: CheckpointView;
  readonly view: ClusterView;
}

export function GanttChart({ row, checkpoint, view }: GanttChartProps) {
  const gantt = useMemo(() => ganttOf(checkpoint, view), [checkpoint, view]);
  const kept = openings().find((each) => each.metadata.checkpoint === checkpoint.id);
  return (
    <section className="cp-pane cp-gantt-pane" aria-label={`Course of checkpoint ${row.id}`}>
      <header className="cp-gantt-head">
        <h3>
          {row.savepoint ? 'Savepoint' : 'Checkpoint'} {row.id}
        </h3>
        <p className="note">
          {row.mode !== null && (
            <span data-hint={modeMeanings[row.mode]} data-hint-side="top">
              {row.mode} ·{' '}
            </span>
          )}
          {stateText(row)}
          {row.durationMs !== null && `, ${timeText(row.durationMs)}`}
        </p>
        {kept !== undefined && (
          <button type="button" className="link ml-auto" onClick={() => exploreSnapshot(openSnapshot(kept))}>
            What is in it
          </button>
        )}
      </header>
      {gantt.rows.every((each) => each.segments.length === 0 && each.acknowledged === null) ? (
        <p className="note px-4">
          {checkpoint.options === null
            ? 'It was taken before this page was opened: its course is not known any more.'
            : 'No barrier has been seen yet.'}
        </p>
      ) : (
        <Chart gantt={gantt} row={row} />
      )}
      <Legend row={row} totals={gantt.totals} />
    </section>
  );
}

const partTexts: Readonly<Record<SegmentKind, { readonly name: string; readonly meaning: string }>> = {
  'start-delay': {
    name: 'start delay',
    meaning: 'From the trigger to the first barrier: the way through queues and channels upstream.',
  },
  alignment: {
    name: 'alignment',
    meaning:
      'From the first barrier to the last. A thick bar: channels that were ahead stood still; a thin one: none did.',
  },
  sync: { name: 'sync', meaning: 'Synchronous part: barriers go on, state is captured; no record is processed.' },
  async: { name: 'async', meaning: 'Asynchronous part: state is encoded and written while records are processed.' },
};

function Chart({ gantt, row: checkpoint }: { readonly gantt: Gantt; readonly row: HistoryRow }) {
  return (
    <table className="cp-gantt">
      <thead>
        <tr>
          <th scope="col">Subtask</th>
          <th scope="col">
            <span className="cp-axis number">
              <span>0</span>
              <span>{timeText(gantt.spanMs)}</span>
            </span>
          </th>
          <th scope="col" data-hint="From the trigger to the acknowledgement." data-hint-side="top">
            Total
          </th>
          <th
            scope="col"
            data-hint="Records processed while the asynchronous part ran: the proof that processing goes on."
            data-hint-side="top"
          >
            Meanwhile
          </th>
          <th scope="col" className="cp-wide" data-hint="State of this subtask in the snapshot." data-hint-side="top">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {gantt.rows.map((row) => (
          <SubtaskRow key={row.subtask} row={row} spanMs={gantt.spanMs} />
        ))}
      </tbody>
      {checkpoint.acknowledged > 0 && <Totals totals={gantt.totals} />}
    </table>
  );
}

const SubtaskRow = memo(
  function SubtaskRow({ row, spanMs }: { readonly row: GanttRow; readonly spanMs: number }) {
    const metrics = row.acknowledged?.metrics ?? null;
    const words = rowWords(row);
    return (
      <tr onClick={() => select([row.node], [], row.subtask)}>
        <th scope="row">
          <button type="button" aria-description={words} data-hint={words} data-hint-side="top">
            <span className={row.first ? 'cp-name' : 'cp-name cp-name-again'}>{row.name}</span>
            <span className="number text-faint">{row.index}</span>
          </button>
        </th>
        <td>
          <div className="cp-track" data-hint={words} data-hint-side="top">
            {row.segments.map((segment) => (
              <Bar key={`${segment.kind} ${segment.beside}`} segment={segment} spanMs={spanMs} />
            ))}
            {row.switchedAt !== null && (
              <i className="cp-switch" style={{ left: `${(row.switchedAt / spanMs) * 100}%` }}>
                <span>timeout</span>
              </i>
            )}
            {row.segments.length === 0 && (
              <span className="cp-track-words">{row.state === 'finished' ? 'had finished before' : ''}</span>
            )}
          </div>
        </td>
        {metrics === null || row.totalMs === null ? (
          <>
            <td colSpan={2} className="text-faint text-right">
              {stateWords[row.state]}
            </td>
            <td className="cp-wide" />
          </>
        ) : (
          <>
            <td className="number">{timeText(row.totalMs)}</td>
            <td className="number">+{metrics.recordsDuringAsync.toLocaleString('en-US')} rec</td>
            <td className="number cp-wide">{bytesText(metrics.stateBytes)}</td>
          </>
        )}
      </tr>
    );
  },
  (before, after) => JSON.stringify(before) === JSON.stringify(after),
);

const stateWords: Readonly<Record<GanttRow['state'], string>> = {
  acknowledged: '',
  'under-way': 'under way',
  'not-reached': 'no barrier yet',
  'given-up': 'given up',
  finished: 'finished',
};

const Bar = ({
  segment: { kind, from, to, open, beside },
  spanMs,
}: {
  readonly segment: Segment;
  readonly spanMs: number;
}) => (
  <i
    className="cp-segment"
    data-kind={kind}
    data-beside={beside || undefined}
    data-open={open || undefined}
    style={{ left: `${(from / spanMs) * 100}%`, width: `${((to - from) / spanMs) * 100}%` }}
  />
);

/** All of a row's figures in one sentence each, for the pointer and for those who do not see the bars. */
function rowWords(row: GanttRow): string {
  if (row.state === 'finished') return 'It had finished before this checkpoint: there is nothing to snapshot.';
  if (row.acknowledged === null) return `${soFarWords[row.state]} ${row.segments.map(segmentWords).join(', ')}.`;
  const { metrics } = row.acknowledged;
  const how = metrics.unaligned
    ? row.switchedAt === null
      ? 'The barrier overtook.'
      : `The alignment timed out after ${timeText(row.switchedAt)}, and the barrier overtook from there on.`
    : 'The barrier waited in line.';
  const inFlight =
    metrics.inFlightRecords === 0
      ? ''
      : ` ${counted(metrics.inFlightRecords, 'record')} in flight, ${bytesText(metrics.inFlightBytes)}.`;
  return (
    `Start delay ${timeText(metrics.startDelayMs)}, alignment ${timeText(metrics.alignmentMs)}, sync ${timeText(metrics.syncMs)}, ` +
    `async ${timeText(metrics.asyncMs)}. ${how}${inFlight} ${counted(metrics.recordsDuringAsync, 'record')} processed during the ` +
    `asynchronous part. ${bytesText(metrics.writtenBytes)} written of ${bytesText(metrics.stateBytes)}.`
  );
}

const soFarWords: Readonly<Record<GanttRow['state'], string>> = {
  acknowledged: '',
  finished: '',
  'under-way': 'It has not acknowledged yet:',
  'not-reached': 'No barrier has come yet:',
  'given-up': 'It never acknowledged:',
};

const segmentWords = ({ kind, from, to, open }: Segment): string =>
  `${partTexts[kind].name} ${timeText(to - from)}${open ? ' so far' : ''}`;

/** What the acknowledged subtasks add up to. */
function Totals({ totals }: { readonly totals: GanttTotals }) {
  const { inFlightRecords, inFlightBytes, writtenBytes, stateBytes, recordsDuringAsync } = totals;
  const inFlight =
    inFlightRecords === 0 ? '' : `, ${counted(inFlightRecords, 'record')} in flight (${bytesText(inFlightBytes)})`;
  const written = `${bytesText(writtenBytes)} written of ${bytesText(stateBytes)}`;
  const meanwhile = `${counted(recordsDuringAsync, 'record')} processed during the asynchronous parts`;
  return (
    <tfoot>
      <tr>
        <th scope="row">All</th>
        <td colSpan={2}>
          {written}
          {inFlight}
        </td>
        <td className="number" data-hint={`${meanwhile}: processing goes on.`} data-hint-side="top">
          +{recordsDuringAsync.toLocaleString('en-US')} rec
        </td>
        <td className="number cp-wide">{bytesText(stateBytes)}</td>
      </tr>
    </tfoot>
  );
}

interface LegendProps {
  readonly row: HistoryRow;
  readonly totals: GanttTotals;
}

/** What the bars mean, and the longest of each. */
function Legend({ row, totals }: LegendProps) {
  const longest: Readonly<Record<SegmentKind, number>> = {
    'start-delay': totals.startDelayMs,
    alignment: totals.alignmentMs,
    sync: totals.syncMs,
    async: totals.asyncMs,
  };
  return (
    <ul className="cp-legend" aria-label="Parts, with the longest of each">
      {(['start-delay', 'alignment', 'sync', 'async'] as const).map((kind) => (
        <li key={kind} data-hint={partTexts[kind].meaning} data-hint-side="top">
          <i className="cp-segment" data-kind={kind} aria-hidden /> {partTexts[kind].name}
          {row.acknowledged > 0 && <span className="number"> {timeText(longest[kind])}</span>}
        </li>
      ))}
    </ul>
  );
}
