/** Results: the records that reached each sink, as a table or a chart, with totals and download. */
import { ChartLine, ClipboardCopy, Download, Table2 } from 'lucide-react';
import { lazy, Suspense, useMemo, type KeyboardEvent, type ReactNode } from 'react';
import type { JobNode } from '../../../engine/graph/job.ts';
import type { ClusterView, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { counted } from '../../canvas/number-text.ts';
import { runStore, useRun } from '../../run/run-store.ts';
import { addOperator } from '../../session/add-operator.ts';
import { toast } from '../../session/commands.ts';
import { useTimePick } from '../../session/time-pick.ts';
import { IconButton } from '../../ui/button.tsx';
import { Segments } from '../../ui/toggle.tsx';
import { EmptyView } from '../empty-view.tsx';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import { BrushBar, letGo, MarksBar } from './brush-bar.tsx';
import {
  chooseChart,
  chooseMode,
  chooseSink,
  choiceOf,
  modeOf,
  useResultChoices,
  type ResultMode,
} from './chart-choices.ts';
import { ChartColumns } from './chart-columns.tsx';
import { chartData } from './chart-series.ts';
import { fileText, type FileFormat } from './result-file.ts';
import { ResultTable } from './result-table.tsx';
import { RowIndex } from './row-index.ts';
import { lackText, shownOf } from './shown-table.ts';

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }));

const pickResults = (view: ClusterView | null) => view?.results ?? null;
const pickResting = (view: ClusterView | null): boolean =>
  view !== null && (view.job.paused || isTerminal(view.job.state));

export function ResultsView() {
  const ranJob = useRun((state) => state.ranJob);
  const results = useThrottledView(pickResults);
  const resting = useThrottledView(pickResting);
  const chosen = useResultChoices((state) => state.sink);
  const sinks = (ranJob?.nodes ?? []).filter((node) => kindTable.get(node.kind)?.family === 'sink');
  if (ranJob === null || results === null) return <EmptyView text="Results appear here while a job runs." run />;
  const sink = sinks.find((node) => node.id === chosen) ?? sinks[0];
  if (sink === undefined)
    return (
      <EmptyView
        text="This job has no sink, so its records go nowhere. Add a Table behind the last operator to see them here."
        action={{ label: 'Add a Table', run: () => addOperator('table') }}
      />
    );
  const result = results.get(sink.id);
  return (
    <div className="flex h-full flex-col">
      <SinkBar sinks={sinks} sink={sink} result={result} />
      <div className="min-h-0 flex-1">
        {result === undefined || result.kept === 0 ? (
          <EmptyView
            text={
              resting ? `No record has reached ${sink.name}.` : `Waiting for the first record to reach ${sink.name}…`
            }
            run={resting}
          />
        ) : (
          <Records sink={sink} result={result} resting={resting} />
        )}
      </div>
    </div>
  );
}

interface RecordsProps {
  readonly sink: JobNode;
  readonly result: ResultView;
  readonly resting: boolean;
}

function Records({ sink, result, resting }: RecordsProps) {
  const brush = useTimePick((state) => state.brush);
  const shown = useMemo(() => shownOf(result), [result]);
  const index = useMemo(() => new RowIndex(shown, brush), [shown, brush]);
  const lack = result.table === null ? '' : lackText(result.table);
  const mode = useResultChoices((state) => modeOf(sink, state.modes[sink.id]));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !letGo()) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="flex h-full flex-col" onKeyDown={onKeyDown}>
      <BrushBar result={result} index={index} />
      <MarksBar />
      {result.table !== null && (
        <p
          className="note number border-hairline flex-none border-b px-4 py-1"
          role="status"
          aria-label="Rows of the table"
        >
          {`${counted(shown.kept, 'row')} now, of ${counted(result.total, 'change')}.${lack === '' ? '' : ` ${lack}`}`}
        </p>
      )}
      <div className="min-h-0 flex-1">
        {mode === 'chart' ? (
          <RecordsChart sink={sink} index={index} />
        ) : (
          <ResultTable key={sink.id} name={sink.name} index={index} sortable={resting} />
        )}
      </div>
    </div>
  );
}

function RecordsChart({ sink, index }: { readonly sink: JobNode; readonly index: RowIndex }) {
  const chosen = useResultChoices((state) => state.charts[sink.id]);
  const { schema } = index;
  const choice = useMemo(() => choiceOf(sink, chosen, schema), [sink, chosen, schema]);
  const data = useMemo(() => (choice === null ? null : chartData(index, choice)), [index, choice]);
  if (choice === null || data === null)
    return (
      <EmptyView
        text={`A chart needs a column of numbers and another to draw it over; the records of ${sink.name} have none.`}
        action={{ label: 'Show the table', run: () => chooseMode(sink.id, 'table') }}
      />
    );
  return (
    <div className="flex h-full flex-col">
      <ChartColumns
        schema={schema}
        choice={choice}
        leftOut={data.leftOut}
        onChoice={(next) => chooseChart(sink.id, next)}
      />
      <div className="min-h-0 flex-1">
        <Suspense fallback={<p className="note p-4">Loading…</p>}>
          <Chart key={sink.id} data={data} />
        </Suspense>
      </div>
    </div>
  );
}

interface SinkBarProps {
  readonly sinks: readonly JobNode[];
  readonly sink: JobNode;
  readonly result: ResultView | undefined;
}

const modes: readonly { readonly value: ResultMode; readonly label: string; readonly icon: ReactNode }[] = [
  { value: 'table', label: 'Table', icon: <Table2 size={14} aria-hidden /> },
  { value: 'chart', label: 'Chart', icon: <ChartLine size={14} aria-hidden /> },
];

function SinkBar({ sinks, sink, result }: SinkBarProps) {
  const mode = useResultChoices((state) => modeOf(sink, state.modes[sink.id]));
  return (
    <div className="border-hairline flex flex-none items-center gap-3 border-b px-4 py-1">
      <div role="radiogroup" aria-label="Sink" className="chips">
        {sinks.map((each) => (
          <button
            key={each.id}
            type="button"
            role="radio"
            aria-checked={each === sink}
            className="chip"
            onClick={() => chooseSink(each.id)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <p
        className="note number ml-auto whitespace-nowrap"
        role="status"
        title="Records that reached this sink since the job started"
      >
        {countText(result)}
      </p>
      <Segments label="Show as" value={mode} options={modes} onValue={(next) => chooseMode(sink.id, next)} />
      <div className="flex">
        <IconButton
          label="Copy the records"
          hint="Copy as tab-separated text"
          icon={<ClipboardCopy size={14} aria-hidden />}
          disabled={result === undefined}
          side="top"
          onClick={() => copy(sink)}
        />
        <IconButton
          label="Download CSV"
          icon={<Download size={14} aria-hidden />}
          disabled={result === undefined}
          side="top"
          onClick={() => download(sink)}
        />
      </div>
    </div>
  );
}

function countText(result: ResultView | undefined): string {
  if (result === undefined) return '0 records';
  const total = `${result.total.toLocaleString('en-US')} ${result.total === 1 ? 'record' : 'records'}`;
  return result.kept < result.total ? `${result.kept.toLocaleString('en-US')} kept of ${total}` : total;
}

/** What is shown lags a fifth of a second behind; what is taken away must not. */
const newestOf = (sink: JobNode): ResultView | undefined => runStore.getState().view?.results.get(sink.id);

function copy(sink: JobNode): void {
  const result = newestOf(sink);
  if (result === undefined) return;
  const text = fileText(new RowIndex(result), 'tsv');
  navigator.clipboard.writeText(text).then(
    () => toast(`${result.kept.toLocaleString('en-US')} records copied.`),
    () => toast('The browser did not allow copying. Download them instead.', { tone: 'error' }),
  );
}

/** A File download sink says its format; other sinks give CSV. */
function download(sink: JobNode): void {
  const result = newestOf(sink);
  if (result === undefined) return;
  const format: FileFormat = sink.kind === 'fileDownload' && sink.params['format'] === 'ndjson' ? 'ndjson' : 'csv';
  const url = URL.createObjectURL(new Blob([fileText(new RowIndex(result), format)], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${sink.name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
