/** Measures checkpoints and recovery in the browser host: what they cost, and how long a job stands still. */
import type { RecoveryView, CheckpointView, ClusterView } from '../../../src/engine/telemetry/cluster-view.ts';
import { fullSpeed } from '../../../src/hosts/host.ts';
import type { Run } from '../../../src/hosts/host.ts';
import { host, requestOf } from './engine.ts';
import type { Measured } from './jobs.ts';

const patienceMs = 30_000;

/** Milliseconds from the end of a Worker to the first new record of a new attempt that the page can show. */
export async function killToNewRow({ plan, counted }: Measured): Promise<number> {
  const run = host.run(requestOf(plan));
  try {
    await seen(run, (view) => view.checkpoints.completed >= 2 && (view.results.get(counted)?.total ?? 0) > 0);
    const [victim] = run.view().nodes.get(counted)?.subtasks ?? [];
    if (victim === undefined) throw new Error('no subtask to kill');
    const killedAt = performance.now();
    const target = { kind: 'subtask', subtask: victim } as const;
    run.inject({ id: 'kill', kind: 'crash-worker', target, when: { kind: 'now' }, params: {}, times: 1 });
    await seen(run, (view) => view.results.get(counted)?.chunks.some((chunk) => chunk.attempt > 1) === true);
    return performance.now() - killedAt;
  } finally {
    run.dispose();
  }
}

export interface StateSpeed {
  readonly megabytes: number;
  readonly snapshotPerSecond: number;
  readonly restorePerSecond: number;
}

/** Megabytes per second of one checkpoint from trigger to completion, and of one restore from deployment to running. */
export async function stateSpeed({ plan, counted }: Measured): Promise<StateSpeed> {
  const run = host.run({ ...requestOf(plan), pace: { ...fullSpeed, recordsPerSecond: 200_000 } });
  try {
    const entries = (view: ClusterView): number => view.nodes.get(counted)?.stateEntries ?? 0;
    let before = -1;
    await seen(run, (view) => {
      const settled = entries(view) > 50_000 && entries(view) === before;
      before = entries(view);
      return settled;
    });
    const taken = await checkpointOf(run);
    const [victim] = run.view().nodes.get(counted)?.subtasks ?? [];
    const target = { kind: 'subtask', subtask: victim ?? '' } as const;
    run.inject({ id: 'kill', kind: 'crash-worker', target, when: { kind: 'now' }, params: {}, times: 1 });
    const view = await seen(run, ({ recoveries }) => recoveries.at(-1)?.runningAt != null);
    const recovery = view.recoveries.at(-1) as RecoveryView;
    const bytes = [...recovery.restored.values()].reduce((sum, one) => sum + one.bytes, 0);
    const restoreMs = (recovery.runningAt ?? 0) - (recovery.deployedAt ?? 0);
    const snapshotMs = (taken.endedAt ?? 0) - taken.triggeredAt;
    const stateBytes = taken.metadata?.stateBytes ?? 0;
    return {
      megabytes: stateBytes / 1e6,
      snapshotPerSecond: stateBytes / 1e3 / snapshotMs,
      restorePerSecond: bytes / 1e3 / restoreMs,
    };
  } finally {
    run.dispose();
  }
}

/** One checkpoint by hand. */
async function checkpointOf(run: Run): Promise<CheckpointView> {
  const before = run.view().checkpoints.completed;
  run.checkpoint('checkpoint');
  const view = await seen(run, ({ checkpoints }) => checkpoints.completed > before);
  return view.checkpoints.history.findLast((one) => one.state === 'completed') as CheckpointView;
}

/** The first view for which it holds. */
function seen(run: Run, holds: (view: ClusterView) => boolean): Promise<ClusterView> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the job did not come so far')), patienceMs);
    run.subscribe((view) => {
      if (view.job.failure !== null && view.job.state === 'failed') reject(new Error(JSON.stringify(view.job.failure)));
      if (!holds(view)) return;
      clearTimeout(timer);
      resolve(view);
    });
  });
}
