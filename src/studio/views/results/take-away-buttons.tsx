/** Copies or downloads what is shown of a sink; where there is more than that, it is asked which. */
import { ClipboardCopy, Download } from 'lucide-react';
import { cloneElement, type ReactElement } from 'react';
import type { JobNode } from '../../../engine/graph/job.ts';
import type { ClusterView, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { runStore } from '../../run/run-store.ts';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import { toast } from '../../session/commands.ts';
import { pickedNow, useTimePick } from '../../session/time-pick.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { fileText, type FileFormat } from './result-file.ts';
import type { RowIndex } from './row-index.ts';
import { copiedText, fileName, partsOf, partText, rowsOf, type Part } from './take-away.ts';

const pickOrigin = (view: ClusterView | null): number => view?.job.startedAt ?? 0;

interface TakeAwayProps {
  readonly sink: JobNode;
  /** Undefined: nothing has come. */
  readonly result: ResultView | undefined;
  /** The rows that are shown. */
  readonly shown: RowIndex | null;
}

export function TakeAwayButtons(props: TakeAwayProps) {
  const { sink } = props;
  return (
    <div className="flex">
      <Choice {...props} onPart={(part) => copy(sink, part)}>
        <IconButton
          label="Copy the records"
          hint="Copy as tab-separated text"
          icon={<ClipboardCopy size={14} aria-hidden />}
          disabled={props.result === undefined}
          side="top"
        />
      </Choice>
      <Choice {...props} onPart={(part) => download(sink, part)}>
        <IconButton
          label={`Download ${formatOf(sink) === 'csv' ? 'CSV' : 'NDJSON'}`}
          icon={<Download size={14} aria-hidden />}
          disabled={props.result === undefined}
          side="top"
        />
      </Choice>
    </div>
  );
}

interface ChoiceProps extends TakeAwayProps {
  readonly onPart: (part: Part) => void;
  readonly children: ReactElement<Record<string, unknown>>;
}

/** All of it by one click, or a menu of its parts. */
function Choice({ result, shown, onPart, children }: ChoiceProps) {
  const brush = useTimePick((state) => state.brush);
  const origin = useThrottledView(pickOrigin);
  const parts: readonly Part[] = result === undefined ? ['whole'] : partsOf(result, brush);
  if (result === undefined || shown === null || parts.length === 1)
    return cloneElement(children, { onClick: () => onPart('whole') });
  const items = parts.map((part) => ({
    label: partText(part, result, brush, shown, origin),
    run: () => onPart(part),
  }));
  return <Menu trigger={children} items={items} />;
}

/** A File download sink says its format; other sinks give CSV. */
const formatOf = (sink: JobNode): FileFormat =>
  sink.kind === 'fileDownload' && sink.params['format'] === 'ndjson' ? 'ndjson' : 'csv';

/** What is shown lags a fifth of a second behind; what is taken away must not. */
function newestOf(sink: JobNode, part: Part): { readonly result: ResultView; readonly rows: RowIndex } | null {
  const result = runStore.getState().view?.results.get(sink.id);
  return result === undefined ? null : { result, rows: rowsOf(part, result, pickedNow().brush) };
}

function copy(sink: JobNode, part: Part): void {
  const newest = newestOf(sink, part);
  if (newest === null) return;
  const { result, rows } = newest;
  navigator.clipboard.writeText(fileText(rows, 'tsv')).then(
    () => toast(copiedText(part, result, rows)),
    () => toast('The browser did not allow copying. Download them instead.', { tone: 'error' }),
  );
}

function download(sink: JobNode, part: Part): void {
  const newest = newestOf(sink, part);
  if (newest === null) return;
  const format = formatOf(sink);
  const url = URL.createObjectURL(new Blob([fileText(newest.rows, format)], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(sink.name, part, format);
  link.click();
  URL.revokeObjectURL(url);
}
