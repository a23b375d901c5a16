/**
 * Acceptance: checkpoints, failures and what each guarantee makes of them. A source that counts gives every number once,
 * so what is lost or repeated shows without any other run to compare with.
 */
import type { Fault } from '../engine/graph/faults.ts';
import type { JobSettings } from '../engine/graph/job.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import { job, node, request, rowsAt } from './acceptance-jobs.ts';
import { at, until, within } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';
import type { Run, RunRequest } from './host.ts';

const count = 1500;
/** Numbers 0 … count-1 through a keyed exchange into a sink of this kind. */
export const counting = (sink: string, settings: Partial<JobSettings> = {}, sinkParams = {}) =>
  job(
    [
      node('source', 'generator', { rate: 0, count }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('keep', 'filter', {}, { chaining: 'head' }),
      node('out', sink, sinkParams, { chaining: 'never' }),
    ],
    ['source -> by key', 'by key -> keep', 'keep -> out'],
    {
      bufferRecords: 16,
      bufferTimeoutMs: 5,
      checkpointIntervalMs: 100,
      restartStrategy: 'fixed-delay',
      restartAttempts: 20,
      restartDelayMs: 20,
      ...settings,
    },
  );

const numbersAt = (view: ClusterView): number[] =>
  rowsAt(view, 'out')
    .map((row) => row['sequence'] as number)
    .sort((a, b) => a - b);
const all = Array.from({ length: count }, (_, n) => n);

const completed = (view: ClusterView): number => view.checkpoints.completed;

const kill = (subtask: string, id: string): Fault => ({
  id,
  kind: 'crash-worker',
  target: { kind: 'subtask', subtask },
  when: { kind: 'now' },
  params: {},
  times: 1,
});

const subtaskOf = (view: ClusterView, nodeId: string, index = 0): string => {
  const id = view.nodes.get(nodeId)?.subtasks[index];
  if (id === undefined) throw new Error(`${nodeId} has no subtask ${index}`);
  return id;
};

/** Kills a subtask of the node after a checkpoint has completed, and waits for the end. */
export async function killOnce(run: Run, nodeId: string): Promise<ClusterView> {
  const seen = await until(run, (view) => completed(view) >= 2, 'two checkpoints');
  run.inject(kill(subtaskOf(seen, nodeId), 'f1'));
  return within(run.ended, 'the job to end', () => run.view());
}

export const slow = (given: RunRequest): RunRequest => ({ ...given, pace: at(1000) });

export function recoveryCases(to: Suite): void {
  const { it, expect } = to;

  it('completes checkpoints while it runs, and shows what each subtask wrote', async () => {
    await to.withRun(slow(request(counting('table'))), async (run) => {
      const view = await until(run, (seen) => completed(seen) >= 2, 'two checkpoints');
      const last = view.checkpoints.history.findLast((one) => one.state === 'completed');
      expect([...(last?.acknowledged.keys() ?? [])].sort()).toEqual(view.graph.subtasks.map(({ id }) => id).sort());
      const handles = [...(last?.acknowledged.values() ?? [])].flatMap((one) => one.handles);
      expect(handles.some((handle) => handle.place.kind === 'operator' && handle.place.node === 'source')).toBe(true);
      const data = await run.readState(handles);
      expect(data.map((bytes) => bytes?.length)).toEqual(handles.map((handle) => handle.bytes));
    });
  });

  for (const mode of ['aligned', 'unaligned'] as const) {
    for (const victim of ['source', 'keep', 'out']) {
      it(`writes every record once with ${mode} checkpoints when a Worker of “${victim}” is killed`, async () => {
        await to.withRun(slow(request(counting('transactionalTable', { checkpointMode: mode }))), async (run) => {
          const view = await killOnce(run, victim);
          expect(view.job.state).toBe('finished');
          expect(view.recoveries.length).toBeGreaterThanOrEqual(1);
          expect(view.recoveries[0]?.checkpoint).toBeGreaterThanOrEqual(2);
          expect(view.subtasks.get(subtaskOf(view, victim))?.attempt).toBeGreaterThanOrEqual(2);
          expect(numbersAt(view)).toEqual(all);
        });
      });
    }
  }

  it('loses nothing at least once, and may repeat', async () => {
    await to.withRun(slow(request(counting('table', { checkpointMode: 'at-least-once' }))), async (run) => {
      const view = await killOnce(run, 'keep');
      expect(view.job.state).toBe('finished');
      expect([...new Set(numbersAt(view))]).toEqual(all);
      expect(numbersAt(view).length).toBeGreaterThan(count);
    });
  });

  it('loses what was in flight without checkpoints', async () => {
    const settings = { checkpointMode: 'off', bufferTimeoutMs: 300, bufferRecords: 2000 } as const;
    await to.withRun(slow(request(counting('table', settings))), async (run) => {
      const seen = await until(run, (view) => numbersAt(view).length > 100, 'a hundred records');
      run.inject(kill(subtaskOf(seen, 'keep'), 'f1'));
      const view = await within(run.ended, 'the job to end', () => run.view());
      expect(view.job.state).toBe('finished');
      expect(new Set(numbersAt(view)).size).toBeLessThan(count);
    });
  });

  it('loses and repeats nothing when the coordinator is killed', async () => {
    await to.withRun(slow(request(counting('transactionalTable'))), async (run) => {
      await until(run, (view) => completed(view) >= 2, 'two checkpoints');
      const fault = { ...kill('', 'c1'), kind: 'crash-coordinator', target: { kind: 'coordinator' } } as const;
      run.inject(fault);
      const view = await within(run.ended, 'the job to end', () => run.view());
      expect(view.job.state).toBe('finished');
      expect(numbersAt(view)).toEqual(all);
    });
  });

  it('goes on from its last checkpoint when it was left and is run again', async () => {
    const host = to.makeHost();
    const given = slow(request(counting('transactionalTable')));
    const first = host.run(given);
    try {
      await until(first, (view) => completed(view) >= 3, 'three checkpoints');
    } finally {
      first.dispose();
    }
    const second = host.run({ ...given, from: 'latest' });
    try {
      const view = await within(second.ended, 'the job to end', () => second.view());
      expect(view.job.state).toBe('finished');
      expect(numbersAt(view)).toEqual(all);
    } finally {
      second.dispose();
    }
  });

  it('starts another run from a savepoint', async () => {
    const host = to.makeHost();
    const given = slow(request(counting('transactionalTable', { checkpointIntervalMs: 0 })));
    const first = host.run(given);
    let reached = 0;
    try {
      await until(first, (view) => (view.nodes.get('out')?.recordsIn ?? 0) > 300, 'three hundred records');
      first.checkpoint('savepoint');
      const view = await until(first, (seen) => completed(seen) >= 1, 'the savepoint');
      expect(view.checkpoints.retained[0]).toMatchObject({ savepoint: true });
      reached = view.checkpoints.retained[0]?.checkpoint ?? 0;
    } finally {
      first.dispose();
    }
    const savepoint = { run: given.runId, checkpoint: reached };
    const again = host.run({ ...given, runId: `${given.runId}~again`, from: { savepoint } });
    try {
      const view = await within(again.ended, 'the job to end', () => again.view());
      expect(view.job.state).toBe('finished');
      expect(view.nodes.get('source')?.recordsOut).toBeLessThan(count);
      // What the savepoint had prepared is committed by whoever restores it.
      expect(numbersAt(view)).toEqual(all);
    } finally {
      again.dispose();
    }
  });

  it('fails after as many restarts as the strategy allows', async () => {
    const settings = { restartStrategy: 'fixed-delay', restartAttempts: 2, restartDelayMs: 10 } as const;
    const failing = job(
      [
        node('source', 'generator', { rate: 0, count: 10 }),
        node('change', 'map', {
          function: '(row) => { throw new Error("always"); }',
          columns: [{ name: 'm', type: 'int' }],
        }),
        node('out', 'table'),
      ],
      ['source -> change', 'change -> out'],
      settings,
    );
    await to.withRun(request(failing), async (run) => {
      const view = await within(run.ended, 'the job to end', () => run.view());
      expect(view.job.state).toBe('failed');
      expect(view.job.failure).toMatchObject({ code: 'user-function' });
      expect(view.recoveries).toHaveLength(2);
    });
  });
}
