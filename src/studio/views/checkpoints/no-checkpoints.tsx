/** The Checkpoints view of a run without checkpoints: why there is none, and a button that makes one. */
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { setJobSetting } from '../../document/commands.ts';
import { useJob } from '../../document/document-store.ts';
import { startRun, takeCheckpoint } from '../../run/commands.ts';
import { isActive, useRun } from '../../run/run-store.ts';
import { durationText } from '../../ui/duration.ts';
import { EmptyView } from '../empty-view.tsx';

export function NoCheckpoints({ view }: { readonly view: ClusterView | null }) {
  const drawn = useJob((job) => job.settings.checkpointMode);
  const active = useRun(isActive);
  const settings = view?.graph.jobGraph.settings;
  if ((active ? settings?.checkpointMode : drawn) === 'off')
    return (
      <EmptyView
        text="No checkpoints: the job’s guarantee is off, so after a failure state and what was in flight are lost. Exactly once keeps both."
        action={{ label: 'Choose exactly once and run', run: runExactlyOnce }}
      />
    );
  if (view === null || settings === undefined)
    return (
      <EmptyView text="Run the job to see its checkpoints: how barriers pass, and what each snapshot holds." run />
    );
  if (isTerminal(view.job.state)) return <EmptyView text="The job ended before its first checkpoint." run />;
  const interval = settings.checkpointIntervalMs;
  return (
    <EmptyView
      text={
        interval === 0
          ? 'This job takes checkpoints only by hand: its interval is 0.'
          : `Waiting for the first checkpoint: one is triggered every ${durationText(interval)}.`
      }
      action={{ label: 'Take the first one now', run: () => takeCheckpoint('checkpoint') }}
    />
  );
}

function runExactlyOnce(): void {
  setJobSetting('checkpointMode', 'aligned');
  startRun();
}
