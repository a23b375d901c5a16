/** What this browser keeps of all runs: savepoints and checkpoints to start from, to look into, to save as files, to delete. */
import { Download, FileUp, GitCompareArrows, Play, Search, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { RunId } from '../../../connectors/checkpoints/store.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { CheckpointMetadata } from '../../../engine/wire/checkpoints.ts';
import { counted } from '../../canvas/number-text.ts';
import { isActive, useRun } from '../../run/run-store.ts';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyView } from '../empty-view.tsx';
import { compareWith, exploreSnapshot } from './choices.ts';
import { graphOf, openSnapshot } from './snapshots.ts';
import { addFiles, deleteCheckpoint, deleteRun, isOfOpenJob, saveAsFile, startFrom } from './stored-commands.ts';
import { readQuota, readStored, storedTotals, type StoredRunRow } from './stored-runs.ts';
import { agoText, bytesText } from './words.ts';

/** Full enough that a person should do something about it. */
const nearlyFull = 0.8;

interface Stored {
  readonly rows: readonly StoredRunRow[];
  readonly quota: { readonly usage: number; readonly quota: number } | null;
  readonly at: number;
}

interface Unread {
  readonly reason: string;
}

/** Never rejects. */
async function readAll(here: RunId | null): Promise<Stored | Unread> {
  try {
    const [rows, quota] = await Promise.all([readStored(here), readQuota()]);
    return { rows, quota, at: Date.now() };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

const pickRetained = (view: ClusterView | null) => view?.checkpoints.retained ?? null;

export function Stored() {
  const retained = useThrottledView(pickRetained);
  const here = useRun((state) => (isActive(state) ? (state.record?.run ?? null) : null));
  const [stored, setStored] = useState<Stored | Unread | null>(null);
  const refresh = useCallback(() => readAll(here).then(setStored), [here]);
  useEffect(() => {
    let shown = true;
    void readAll(here).then((all) => {
      if (shown) setStored(all);
    });
    return () => {
      shown = false;
    };
  }, [here, retained]);
  if (stored === null) return <p className="note p-4">Reading what is stored…</p>;
  if ('reason' in stored)
    return (
      <EmptyView
        text={`What is stored cannot be read: ${stored.reason}`}
        action={{ label: 'Try again', run: () => void refresh() }}
      />
    );
  const { rows } = stored;
  return (
    <div className="flex h-full flex-col">
      <div className="cp-bar">
        <Usage stored={stored} />
        <Button size="small" className="ml-auto" onClick={() => void addFiles().then(refresh)}>
          <FileUp size={12} aria-hidden />
          Add a savepoint file
        </Button>
      </div>
      {rows.length === 0 ? (
        <EmptyView text="No run has left a checkpoint yet. Run a job, or add a savepoint file." run />
      ) : (
        <div className="min-h-0 flex-1 overflow-auto" role="group" aria-label="Stored runs" tabIndex={0}>
          <table className="cp-table cp-stored" aria-label="Stored checkpoints and savepoints">
            <thead>
              <tr>
                <th scope="col" className="text-left">
                  Run
                </th>
                <th scope="col" className="text-right">
                  Taken
                </th>
                <th scope="col" className="text-right">
                  Size
                </th>
                <th scope="col">
                  <span className="sr-only">What to do with it</span>
                </th>
              </tr>
            </thead>
            {rows.map((row) => (
              <RunRows key={row.run.run} row={row} now={stored.at} onChange={() => void refresh()} />
            ))}
          </table>
        </div>
      )}
    </div>
  );
}

/** In words, and loud when room runs out. */
function Usage({ stored: { rows, quota } }: { readonly stored: Stored }) {
  const { runs, checkpoints, savepoints, bytes } = storedTotals(rows);
  const share = quota === null || quota.quota === 0 ? 0 : quota.usage / quota.quota;
  const site =
    quota === null
      ? ''
      : ` This site uses ${bytesText(quota.usage)} of the ${bytesText(quota.quota)} that the browser allows it.`;
  return (
    <p className={share > nearlyFull ? 'text-red-ink text-sm' : 'note'} role="status" aria-label="Storage">
      {counted(savepoints, 'savepoint')} and {counted(checkpoints, 'checkpoint')} of {counted(runs, 'run')}:{' '}
      {bytesText(bytes)}.{site}
      {share > nearlyFull && ' Storage is nearly full: delete runs that you do not need, or free disk space.'}
    </p>
  );
}

const stateTexts: Readonly<Record<StoredRunRow['state'], string>> = {
  here: 'goes on here',
  elsewhere: 'goes on in another tab',
  left: 'left while it ran',
  ended: 'ended',
};

interface RunRowsProps {
  readonly row: StoredRunRow;
  readonly now: number;
  readonly onChange: () => void;
}

function RunRows({ row, now, onChange }: RunRowsProps) {
  const live = row.state === 'here' || row.state === 'elsewhere';
  const [deleting, setDeleting] = useState(false);
  const fromFile = row.run.document === '';
  return (
    <tbody data-rows>
      <tr className="cp-run">
        <th scope="rowgroup">
          {row.jobName} <span className="tag">{fromFile ? 'from a file' : stateTexts[row.state]}</span>
        </th>
        <td className="number text-right" title={new Date(row.run.startedAt).toLocaleString()}>
          {fromFile ? 'added' : 'started'} {agoText(now - row.run.startedAt)}
        </td>
        <td className="number text-right">{bytesText(row.bytes)}</td>
        <td>
          {deleting ? (
            <span className="cp-sure">
              <Button size="small" tone="danger" onClick={() => void deleteRun(row).then(onChange)}>
                Delete all {row.checkpoints.length}
              </Button>
              <Button size="small" tone="quiet" onClick={() => setDeleting(false)}>
                Keep
              </Button>
            </span>
          ) : (
            <IconButton
              label={`Delete all of this run of ${row.jobName}`}
              hint={live ? 'The run goes on: it needs its checkpoints.' : 'Delete all that this run left'}
              disabled={live}
              side="top"
              icon={<Trash2 size={14} aria-hidden />}
              onClick={() => setDeleting(true)}
            />
          )}
        </td>
      </tr>
      {row.checkpoints.map((each) => (
        <CheckpointRow key={each.checkpoint} row={row} metadata={each} live={live} now={now} onChange={onChange} />
      ))}
      {row.damaged.map(({ checkpoint, reason }) => (
        <tr key={`damaged ${checkpoint}`} className="cp-sentence">
          <td colSpan={4} className="text-red-ink">
            Checkpoint {checkpoint ?? 'without number'} is damaged and cannot be used: {reason}.
          </td>
        </tr>
      ))}
    </tbody>
  );
}

interface CheckpointRowProps extends RunRowsProps {
  readonly metadata: CheckpointMetadata;
  readonly live: boolean;
}

function CheckpointRow({ row, metadata, live, now, onChange }: CheckpointRowProps) {
  const name = `${metadata.savepoint ? 'Savepoint' : 'Checkpoint'} ${metadata.checkpoint}`;
  const of = `${name} of ${row.jobName}`;
  const open = () =>
    openSnapshot({
      run: row.run.run,
      metadata,
      graph: graphOf(row.run),
      of: row.state === 'here' ? '' : `“${row.jobName}”`,
    });
  return (
    <tr>
      <td className={metadata.savepoint ? 'cp-kept cp-savepoint' : 'cp-kept'}>{name}</td>
      <td className="number text-right" title={new Date(metadata.completedAt).toLocaleString()}>
        {agoText(now - metadata.completedAt)}
      </td>
      <td className="number text-right">{bytesText(metadata.stateBytes)}</td>
      <td>
        <span className="cp-actions">
          <IconButton
            label={`Start from ${of}`}
            hint={
              isOfOpenJob(row)
                ? 'Start the job as it is drawn now from it'
                : 'Open its job as a new document, and start from it'
            }
            side="top"
            icon={<Play size={14} aria-hidden />}
            onClick={() => void startFrom(row, metadata)}
          />
          <IconButton
            label={`Look into ${of}`}
            hint="See what it holds"
            side="top"
            icon={<Search size={14} aria-hidden />}
            onClick={() => exploreSnapshot(open())}
          />
          <IconButton
            label={`Compare ${of}`}
            hint="Compare it with another"
            side="top"
            icon={<GitCompareArrows size={14} aria-hidden />}
            onClick={() => compareWith(open())}
          />
          <IconButton
            label={`Download ${of}`}
            hint="Save it as a file, with its job"
            side="top"
            icon={<Download size={14} aria-hidden />}
            onClick={() => void saveAsFile(row, metadata)}
          />
          <IconButton
            label={`Delete ${of}`}
            hint={live ? 'The run goes on, and what it writes next may build upon this.' : 'Delete it'}
            disabled={live}
            side="top"
            icon={<Trash2 size={14} aria-hidden />}
            onClick={() => void deleteCheckpoint(row, metadata).then(onChange)}
          />
        </span>
      </td>
    </tr>
  );
}
