/** Results: the records that reached each sink, as a table, with totals and download. */
import { ClipboardCopy, Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { JobNode } from '../../../engine/graph/job.ts';
import type { ClusterView, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { useRun } from '../../run/run-store.ts';
import { toast } from '../../session/commands.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyView } from '../empty-view.tsx';
import { useThrottledView } from '../use-throttled-view.ts';
import { fileText, type FileFormat } from './result-file.ts';
import { ResultTable } from './result-table.tsx';
import { RowIndex } from './row-index.ts';

const pickResults = (view: ClusterView | null) => view?.results ?? null;
const pickResting = (view: ClusterView | null): boolean =>
  view !== null && (view.job.paused || isTerminal(view.job.state));

export function ResultsView() {
  const ranJob = useRun((state) => state.ranJob);
  const results = useThrottledView(pickResults);
  const resting = useThrottledView(pickResting);
  const [chosen, setChosen] = useState<string | null>(null);
  const sinks = (ranJob?.nodes ?? []).filter((node) => kindTable.get(node.kind)?.family === 'sink');
  if (ranJob === null || results === null) return <EmptyView text="Results appear here while a job runs." run />;
  const sink = sinks.find((node) => node.id === chosen) ?? sinks[0];
  if (sink === undefined)
    return <EmptyView text="This job has no sink. Add a Table from the palette and connect it to see records here." />;
  const result = results.get(sink.id);
  return (
    <div className="flex h-full flex-col">
      <SinkBar sinks={sinks} sink={sink} result={result} onChoose={setChosen} />
      <div className="min-h-0 flex-1">
        {result === undefined || result.kept === 0 ? (
          <EmptyView
            text={
              resting ? `No record has reached ${sink.name}.` : `Waiting for the first record to reach ${sink.name}…`
            }
          />
        ) : (
          <Records sink={sink} result={result} resting={resting} />
        )}
      </div>
    </div>
  );
}

function Records({
  sink,
  result,
  resting,
}: {
  readonly sink: JobNode;
  readonly result: ResultView;
  readonly resting: boolean;
}) {
  const index = useMemo(() => new RowIndex(result), [result]);
  return <ResultTable key={sink.id} name={sink.name} index={index} sortable={resting} />;
}

interface SinkBarProps {
  readonly sinks: readonly JobNode[];
  readonly sink: JobNode;
  readonly result: ResultView | undefined;
  readonly onChoose: (id: string) => void;
}

function SinkBar({ sinks, sink, result, onChoose }: SinkBarProps) {
  return (
    <div className="border-hairline flex flex-none items-center gap-3 border-b px-4 py-1">
      <div role="radiogroup" aria-label="Sink" className="flex gap-1">
        {sinks.map((each) => (
          <button
            key={each.id}
            type="button"
            role="radio"
            aria-checked={each === sink}
            className="chip"
            onClick={() => onChoose(each.id)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <p className="note number ml-auto" role="status" title="Records that reached this sink since the job started">
        {countText(result)}
      </p>
      <div className="flex">
        <IconButton
          label="Copy the records"
          hint="Copy as tab-separated text"
          icon={<ClipboardCopy size={14} aria-hidden />}
          disabled={result === undefined}
          side="top"
          onClick={() => result && copy(result)}
        />
        <IconButton
          label="Download CSV"
          icon={<Download size={14} aria-hidden />}
          disabled={result === undefined}
          side="top"
          onClick={() => result && download(sink, result)}
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

function copy(result: ResultView): void {
  const text = fileText(new RowIndex(result), 'tsv');
  navigator.clipboard.writeText(text).then(
    () => toast(`${result.kept.toLocaleString('en-US')} records copied.`),
    () => toast('The browser did not allow copying. Download them instead.', { tone: 'error' }),
  );
}

/** A File download sink says its format; other sinks give CSV. */
function download(sink: JobNode, result: ResultView): void {
  const format: FileFormat = sink.kind === 'fileDownload' && sink.params['format'] === 'ndjson' ? 'ndjson' : 'csv';
  const url = URL.createObjectURL(new Blob([fileText(new RowIndex(result), format)], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${sink.name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
