/** The history of checkpoints as a table, and beside it the course of the chosen one. */
import { Check, CircleDashed, Minus, TriangleAlert, X } from 'lucide-react';
import { memo, useMemo, type KeyboardEvent, type ReactNode } from 'react';
import type { CheckpointView, ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { chooseRow, useChoices } from './choices.ts';
import { GanttChart } from './gantt-chart.tsx';
import { historyRows, stateText, type HistoryRow } from './history-rows.ts';
import { bytesText, clockText, timeText } from './words.ts';

export function History({ view }: { readonly view: ClusterView }) {
  const chosen = useChoices((choices) => choices.row);
  const rows = useMemo(() => historyRows(view.checkpoints, view.at), [view.checkpoints, view.at]);
  const row = rows.find((each) => each.key === chosen) ?? rows.find((each) => each.id !== null) ?? null;
  const checkpoint = row === null ? null : checkpointOf(view, row);
  return (
    <div className="cp-split">
      <HistoryTable rows={rows} selected={row?.key ?? null} />
      {row !== null && checkpoint !== null && <GanttChart row={row} checkpoint={checkpoint} view={view} />}
    </div>
  );
}

const checkpointOf = (view: ClusterView, row: HistoryRow): CheckpointView | null =>
  view.checkpoints.history.find((each) => each.id !== null && each.id === row.id) ?? null;

const heads: readonly { readonly text: string; readonly hint: string; readonly right?: true }[] = [
  { text: 'No.', hint: 'Number in this run; never used twice.' },
  { text: 'State', hint: 'What became of it, and how many subtasks acknowledged.' },
  { text: 'Triggered', hint: 'When the coordinator triggered it, on the job’s clock.', right: true },
  { text: 'Duration', hint: 'From the trigger to the last acknowledgement and the completion.', right: true },
  { text: 'Size', hint: 'State of all subtasks in this snapshot.', right: true },
  { text: 'Written', hint: 'What of it was written: incremental checkpoints write what changed.', right: true },
  { text: 'In flight', hint: 'Records under way that barriers overtook, as part of the snapshot.', right: true },
];

interface HistoryTableProps {
  readonly rows: readonly HistoryRow[];
  readonly selected: string | null;
}

/** One stop of the Tab key; arrows go from checkpoint to checkpoint. */
function HistoryTable({ rows, selected }: HistoryTableProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const choosable = rows.filter((row) => row.id !== null);
    const next = choosable[choosable.findIndex((row) => row.key === selected) + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const list = event.currentTarget;
    chooseRow(next.key);
    requestAnimationFrame(() => list.querySelector<HTMLElement>('button[aria-pressed=true]')?.focus());
  };
  const inFlight = rows.some((row) => (row.inFlightBytes ?? 0) > 0);
  return (
    <div className="cp-pane" role="group" aria-label="History of checkpoints" onKeyDown={onKeyDown}>
      <table className="cp-table" aria-label="Checkpoints, newest first">
        <thead>
          <tr>
            {(inFlight ? heads : heads.slice(0, -1)).map(({ text, hint, right }) => (
              <th
                key={text}
                scope="col"
                className={right ? 'text-right' : 'text-left'}
                data-hint={hint}
                data-hint-side="top"
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => (
          <Row key={row.key} row={row} selected={row.key === selected} inFlight={inFlight} />
        ))}
      </table>
    </div>
  );
}

interface RowProps {
  readonly row: HistoryRow;
  readonly selected: boolean;
  /** The column of in-flight data is there: it is left out while no checkpoint has any. */
  readonly inFlight: boolean;
}

/** Drawn again only when what it says has changed. */
const Row = memo(
  function Row({ row, selected, inFlight }: RowProps) {
    const choose = row.id === null ? undefined : () => chooseRow(row.key);
    return (
      <tbody data-selected={selected || undefined} data-state={row.state} onClick={choose}>
        <tr>
          <th scope="row">
            {row.id === null ? (
              <span className="text-faint">—</span>
            ) : (
              <button type="button" aria-pressed={selected} tabIndex={selected ? 0 : -1} className="number">
                <span className="sr-only">Checkpoint </span>
                {row.id}
              </button>
            )}
            <Tags row={row} />
          </th>
          <td>
            <span className="cp-state" data-hint={stateHint(row)} data-hint-side="top">
              {icons[row.state]}
              {stateText(row)}
            </span>
          </td>
          <td className="number text-right">
            <span data-hint={`Triggered at ${clockText(row.triggeredAt)} of the job’s clock.`} data-hint-side="top">
              {clockText(row.triggeredAt).slice(0, 8)}
            </span>
          </td>
          <Figure of={row.durationMs} text={timeText} />
          <Figure of={row.stateBytes} text={bytesText} />
          <Figure of={row.writtenBytes} text={bytesText} />
          {inFlight && <Figure of={row.inFlightBytes} text={bytesText} />}
        </tr>
        {row.sentence !== '' && (
          <tr className="cp-sentence">
            <td colSpan={inFlight ? heads.length : heads.length - 1}>
              {row.sentence} <span className="text-faint">{row.advice}</span>
            </td>
          </tr>
        )}
      </tbody>
    );
  },
  (before, after) => JSON.stringify(before) === JSON.stringify(after),
);

const icons: Readonly<Record<HistoryRow['state'], ReactNode>> = {
  'in-progress': <CircleDashed size={12} aria-hidden className="cp-under-way" />,
  completed: <Check size={12} aria-hidden className="cp-done" />,
  failed: <X size={12} aria-hidden className="text-red-ink" />,
  discarded: <Minus size={12} aria-hidden className="text-faint" />,
  unusable: <TriangleAlert size={12} aria-hidden className="text-red-ink" />,
};

function stateHint(row: HistoryRow): string {
  if (row.id === null) return 'The coordinator did not trigger it.';
  const finished = row.finished === 0 ? '' : ` ${row.finished} had finished before and need not.`;
  return `${row.acknowledged} of ${row.awaited} subtasks acknowledged.${finished}${keptText(row)}`;
}

const keptText = ({ state, savepoint }: HistoryRow): string => {
  if (state === 'completed') return savepoint ? ' It is kept until it is deleted.' : ' It is kept.';
  return state === 'discarded' ? ' Newer ones are kept in its place.' : '';
};

function Tags({ row }: { readonly row: HistoryRow }) {
  const switched = row.mode === 'aligned' && row.overtaken > 0;
  return (
    <>
      {row.savepoint && <span className="tag">savepoint</span>}
      {switched && (
        <span
          className="tag"
          data-hint={`Aligned at first; at ${row.overtaken} subtasks it took too long, and barriers overtook from there on.`}
          data-hint-side="top"
        >
          → unaligned
        </span>
      )}
    </>
  );
}

const Figure = ({ of: value, text }: { readonly of: number | null; readonly text: (value: number) => string }) => (
  <td className="number text-right">
    {value === null || value === 0 ? <span className="text-faint">{value === null ? '—' : '0'}</span> : text(value)}
  </td>
);
