/** Checkpoints: their history and course, what is in a snapshot, how two differ, and what is stored of all runs. */
import './checkpoints.css';
import { Flag, Save } from 'lucide-react';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { takeCheckpoint } from '../../run/commands.ts';
import { isActive, useRun } from '../../run/run-store.ts';
import { useThrottledView, wholeView } from '../../run/use-throttled-view.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/toggle.tsx';
import { Hint } from '../../ui/tooltip.tsx';
import { showPart, useChoices, type Part } from './choices.ts';
import { Difference } from './difference.tsx';
import { Explorer } from './explorer.tsx';
import { History } from './history.tsx';
import { storageTrouble } from './history-rows.ts';
import { NoCheckpoints } from './no-checkpoints.tsx';
import { Stored } from './stored.tsx';
import { failureHelp, failureSentence } from './words.ts';

const parts = [
  { value: 'history', label: 'History' },
  { value: 'snapshot', label: 'Snapshot' },
  { value: 'difference', label: 'Difference' },
  { value: 'stored', label: 'Stored' },
] as const satisfies readonly { value: Part; label: string }[];

export function CheckpointsView() {
  const view = useThrottledView(wholeView);
  const part = useChoices((choices) => choices.part);
  return (
    <div className="cp flex h-full flex-col">
      <div className="cp-bar">
        <Segments<Part> label="Part of the view" value={part} options={parts} onValue={showPart} />
        <Counts view={view} />
        <TakeButtons />
      </div>
      {view !== null && part !== 'stored' && <StorageTrouble view={view} />}
      <div className="min-h-0 flex-1">
        {part === 'history' && <HistoryOrWhyNot view={view} />}
        {part === 'snapshot' && <Explorer view={view} />}
        {part === 'difference' && <Difference view={view} />}
        {part === 'stored' && <Stored />}
      </div>
    </div>
  );
}

function HistoryOrWhyNot({ view }: { readonly view: ClusterView | null }) {
  if (view === null || view.checkpoints.history.length === 0) return <NoCheckpoints view={view} />;
  return <History view={view} />;
}

function Counts({ view }: { readonly view: ClusterView | null }) {
  if (view === null) return <span className="flex-1" />;
  const { completed, failed, retained } = view.checkpoints;
  const parts = [`${completed} completed`, `${failed} failed`, `${retained.length} kept`];
  return (
    <p className="note number flex-auto whitespace-nowrap" role="status" aria-label="Checkpoints of this run">
      {parts.join(' · ')}
    </p>
  );
}

function TakeButtons() {
  const active = useRun(isActive);
  const paused = useRun((state) => state.paused);
  const off = useRun((state) => state.view?.graph.jobGraph.settings.checkpointMode === 'off');
  const why = !active
    ? 'Nothing runs. Run the job first.'
    : off
      ? 'The guarantee of this run is off: it takes no checkpoints.'
      : paused
        ? 'The job is paused; barriers pass when it goes on.'
        : null;
  const refused = !active || off;
  return (
    <div className="flex gap-1.5">
      <Hint text={why ?? 'Trigger a checkpoint now, beside the periodic ones'} side="top">
        <Button
          size="small"
          aria-disabled={refused || undefined}
          onClick={refused ? undefined : () => takeCheckpoint('checkpoint')}
        >
          <Flag size={12} aria-hidden />
          Checkpoint now
        </Button>
      </Hint>
      <Hint
        text={
          why ?? 'A checkpoint that is kept until it is deleted: runs can start from it, with another parallelism too'
        }
        side="top"
      >
        <Button
          size="small"
          aria-disabled={refused || undefined}
          onClick={refused ? undefined : () => takeCheckpoint('savepoint')}
        >
          <Save size={12} aria-hidden />
          Savepoint
        </Button>
      </Hint>
    </div>
  );
}

/** Nothing is more urgent: without room no checkpoint completes, and a failure goes back further and further. */
function StorageTrouble({ view }: { readonly view: ClusterView }) {
  const trouble = storageTrouble(view.checkpoints);
  if (trouble === null) return null;
  return (
    <div className="cp-trouble" role="alert">
      <p>
        <strong>The last checkpoint could not be stored.</strong> {failureSentence(trouble)} {failureHelp(trouble)}{' '}
        Until then a failure goes back to the last one that completed.
      </p>
      <Button size="small" onClick={() => showPart('stored')}>
        Show what is stored
      </Button>
    </div>
  );
}
