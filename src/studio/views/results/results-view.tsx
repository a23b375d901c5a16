/** Results: the records that reached each sink, as a table or a chart, with totals and download. */
import { ChartLine, Table2 } from 'lucide-react';
import { lazy, Suspense, useMemo, type KeyboardEvent, type ReactNode } from 'react';
import type { JobNode } from '../../../engine/graph/job.ts';
import type { ClusterView, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { counted } from '../../canvas/number-text.ts';
import { useRun } from '../../run/run-store.ts';
import { addOperator } from '../../session/add-operator.ts';
import { useTimePick } from '../../session/time-pick.ts';
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
import { ResultTable } from './result-table.tsx';
import { RowIndex } from './row-index.ts';
import { lackText, shownOf } from './shown-table.ts';
import { TakeAwayButtons } from './take-away-buttons.tsx';

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }));

const pickResults = (view: ClusterView | null) => view?.results ?? null;
const pickResting = (view: ClusterView | null): boolean =>
  view !== null && (view.job.paused || isTerminal(view.job.state));

export function ResultsView() {
  const ranJob = useRun((state) => state.ranJob);
  const results = useThrottledView(pickResults);
  const resting = useThrottledView(pickResting);
  const chosen = useResultChoices((state) => state.sink);
  const brush = useTimePick((state) => state.brush);
  const sinks = (ranJob?.nodes ?? []).filter((node) => kindTable.get(node.kind)?.family === 'sink');
  const sink = sinks.find((node) => node.id === chosen) ?? sinks[0];
  const result = sink === undefined ? undefined : results?.get(sink.id);
  const index = useMemo(() => (result === undefined ? null : new RowIndex(shownOf(result), brush)), [result, brush]);
  if (ranJob === null || results === null) return <EmptyView text="Results appear here while a job runs." run />;
  if (sink === undefined)
    return (
      <EmptyView
        text="This job has no sink, so its records go nowhere. Add a Table behind the last operator to see them here."
        action={{ label: 'Add a Table', run: () => addOperator('table') }}
      />
    );
  return (
    <div className="flex h-full flex-col">
      <SinkBar sinks={sinks} sink={sink} result={result} index={index} />
      <div className="min-h-0 flex-1">
        {result === undefined || index === null || result.kept === 0 ? (
          <EmptyView
            text={
              resting ? `No record has reached ${sink.name}.` : `Waiting for the first record to reach ${sink.name}…`
            }
            run={resting}
          />
        ) : (
          <Records sink={sink} result={result} index={index} resting={resting} />
        )}
      </div>
    </div>
  );
}

interface RecordsProps {
  readonly sink: JobNode;
  readonly result: ResultView;
  readonly index: RowIndex;
  readonly resting: boolean;
}

function Records({ sink, result, index, resting }: RecordsProps) {
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
          {`${counted(index.whole, 'row')} now, of ${counted(result.total, 'change')}.${lack === '' ? '' : ` ${lack}`}`}
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
  readonly index: RowIndex | null;
}

const modes: readonly { readonly value: ResultMode; readonly label: string; readonly icon: ReactNode }[] = [
  { value: 'table', label: 'Table', icon: <Table2 size={14} aria-hidden /> },
  { value: 'chart', label: 'Chart', icon: <ChartLine size={14} aria-hidden /> },
];

function SinkBar({ sinks, sink, result, index }: SinkBarProps) {
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
      <TakeAwayButtons sink={sink} result={result} shown={index} />
    </div>
  );
}

function countText(result: ResultView | undefined): string {
  if (result === undefined) return '0 records';
  const total = `${result.total.toLocaleString('en-US')} ${result.total === 1 ? 'record' : 'records'}`;
  return result.kept < result.total ? `${result.kept.toLocaleString('en-US')} kept of ${total}` : total;
}
