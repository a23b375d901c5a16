/** What the coordinator's mark on the canvas says: a checkpoint under way, or the one that has just come to its end. Pure. */
import { fill } from '../../engine/graph/problems.ts';
import type { CheckpointView, ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { checkpointReasons } from '../../engine/wire/checkpoints.ts';

export interface CoordinatorText {
  readonly tone: 'under-way' | 'completed' | 'failed' | 'waiting';
  readonly text: string;
}

/** How long the end of a checkpoint is told, in job time. */
const toldMs = 2500;

/** Null where no checkpoints are taken. */
export function coordinatorText(view: ClusterView | null): CoordinatorText | null {
  if (view === null || view.checkpoints.history.length === 0) return null;
  if (view.job.state === 'restarting') return { tone: 'failed', text: 'Coordinator: restarting tasks' };
  const { history } = view.checkpoints;
  const underWay = history.filter(({ state }) => state === 'in-progress');
  const newest = underWay.at(-1);
  if (newest !== undefined) {
    const others = underWay.length > 1 ? ` · ${underWay.length} under way` : '';
    return { tone: 'under-way', text: `${nameOf(newest)}: ${acknowledgedText(newest)}${others}` };
  }
  const ended = history.findLast(({ endedAt }) => endedAt !== null);
  if (ended?.endedAt == null || view.at - ended.endedAt > toldMs) return { tone: 'waiting', text: 'Coordinator' };
  return ended.failure === null
    ? { tone: 'completed', text: completedText(ended) }
    : {
        tone: 'failed',
        text: `${nameOf(ended)} failed: ${fill(checkpointReasons[ended.failure.reason].message, ended.failure.details)}`,
      };
}

const nameOf = ({ id, options }: CheckpointView): string =>
  `${options?.savepoint === true ? 'Savepoint' : 'Checkpoint'}${id === null ? '' : ` ${id}`}`;

const acknowledgedText = ({ acknowledged, awaits }: CheckpointView): string =>
  `${acknowledged.size} of ${awaits.length} acknowledged`;

/** `Checkpoint 7 completed, 12 kB, 84 ms`. */
function completedText(one: CheckpointView): string {
  const bytes = one.metadata?.stateBytes ?? 0;
  const took = Math.max(0, (one.endedAt ?? 0) - one.triggeredAt);
  return `${nameOf(one)} completed, ${sizeText(bytes)}, ${Math.round(took)} ms`;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value < 9.95 ? value.toFixed(1).replace('.0', '') : Math.round(value)} ${unit}`;
}
