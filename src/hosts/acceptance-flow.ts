/** Acceptance: partitioners lose nothing and send records where they should; channels are bounded. */
import type { PartitionerChoice } from '../engine/graph/job.ts';
import type { Row } from '../engine/graph/schema.ts';
import { edge } from '../engine/graph/testing/short-jobs.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import { columns, job, multiset, node, request, rowsAt, rowsFile } from './acceptance-jobs.ts';
import { toEnd, until } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';

const numbers: Row[] = Array.from({ length: 600 }, (_, n) => ({ n }));

/** Two source subtasks, `receivers` receivers of a vertex of their own, and a sink that notes who sent the record. */
const partitioned = (partitioner: PartitionerChoice, receivers: number) =>
  request(
    job(
      [
        node('source', 'file', { resource: 'file:n', columns: columns('n int') }, { parallelism: 2 }),
        node('receiver', 'filter', {}, { parallelism: receivers, chaining: 'never' }),
        node('out', 'table', {}, { parallelism: 1 }),
      ],
      [edge('source -> receiver', partitioner), 'receiver -> out'],
      { bufferRecords: 16 },
    ),
    { resources: [rowsFile('file:n', numbers)] },
  );

/** Records that each subtask of a node took in, by index. */
const loads = (view: ClusterView, id: string): number[] =>
  (view.nodes.get(id)?.subtasks ?? []).map((subtask) => view.subtasks.get(subtask)?.operators.get(id)?.recordsIn ?? 0);

export function flowCases(to: Suite): void {
  const { it, expect } = to;
  const partition = async (partitioner: PartitionerChoice, receivers: number): Promise<number[]> => {
    const view = await toEnd(to, partitioned(partitioner, receivers));
    const copies = partitioner === 'broadcast' ? receivers : 1;
    expect(multiset(rowsAt(view, 'out'))).toEqual(multiset(Array.from({ length: copies }, () => numbers).flat()));
    return loads(view, 'receiver');
  };

  it('forward keeps records with the subtask of the same index', async () => {
    expect(await partition('forward', 2)).toEqual([300, 300]);
  });

  it('rebalance spreads records evenly', async () => {
    for (const load of await partition('rebalance', 3)) expect(Math.abs(load - 200)).toBeLessThanOrEqual(2);
  });

  it('rescale spreads the records of each sender over its own receivers', async () => {
    expect(await partition('rescale', 4)).toEqual([150, 150, 150, 150]);
  });

  it('broadcast gives every record to every subtask', async () => {
    expect(await partition('broadcast', 3)).toEqual([600, 600, 600]);
  });

  it('global gives every record to the first subtask', async () => {
    expect(await partition('global', 3)).toEqual([600, 0, 0]);
  });

  it('shuffle loses nothing and leaves no subtask out', async () => {
    // 600 draws of one in three: fewer than 100 for one of them has a probability below 10^-20.
    for (const load of await partition('shuffle', 3)) expect(load).toBeGreaterThan(100);
  });

  it('hash keeps the records of a key together and in order', async () => {
    const rows = Array.from({ length: 600 }, (_, n) => ({ key: `k${n % 17}`, n }));
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('source', 'file', { resource: 'file:kn', columns: columns('key string, n int') }, { parallelism: 1 }),
            node('by key', 'keyBy', { columns: ['key'] }, { parallelism: 1 }),
            node('last', 'aggregate', { aggregates: [{ function: 'max', column: 'n', as: 'n' }] }, { parallelism: 3 }),
            node('out', 'table', {}, { parallelism: 3 }),
          ],
          ['source -> by key', 'by key -> last', 'last -> out'],
          { bufferRecords: 16 },
        ),
        { resources: [rowsFile('file:kn', rows)] },
      ),
    );
    // In order within a key, the running maximum is the record itself.
    expect(multiset(rowsAt(view, 'out'))).toEqual(multiset(rows));
    const homes = new Map<string, Set<string>>();
    for (const { subtask, records } of view.results.get('out')?.chunks ?? []) {
      const keys = records.columns[0];
      if (keys?.kind !== 'text') throw new Error('the key is a text column');
      for (let row = 0; row < records.length; row++) {
        const key = keys.entries[keys.codes[row] as number] as string;
        homes.set(key, (homes.get(key) ?? new Set()).add(subtask));
      }
    }
    expect(homes.size).toBe(17);
    for (const [key, subtasks] of homes) expect(subtasks.size, key).toBe(1);
    expect(new Set([...homes.values()].flatMap((subtasks) => [...subtasks])).size).toBeGreaterThan(1);
  });

  it('bounds what waits in a channel, and a slow sink holds back its source', async () => {
    const settings = { buffersPerChannel: 2, bufferRecords: 10, bufferTimeoutMs: 5 };
    const slow = request(
      job(
        [
          node('source', 'generator', { rate: 0 }, { parallelism: 2 }),
          node('out', 'table', {}, { parallelism: 1, costMs: 2 }),
        ],
        ['source -> out'],
        settings,
      ),
    );
    await to.withRun(slow, async (run) => {
      const check = (view: ClusterView): void => {
        for (const { id, input, output } of view.channels.values()) {
          expect(input?.queuedBuffers ?? 0, id).toBeLessThanOrEqual(settings.buffersPerChannel);
          expect(output?.credits ?? 0, id).toBeLessThanOrEqual(settings.buffersPerChannel);
          // Two buffers may wait for credit, one more is being filled.
          expect(output?.queuedBuffers ?? 0, id).toBeLessThanOrEqual(3);
          const queued = (input?.queuedRecords ?? 0) + (output?.queuedRecords ?? 0);
          expect(queued, id).toBeLessThanOrEqual((settings.buffersPerChannel + 3) * settings.bufferRecords);
        }
      };
      const errors: unknown[] = [];
      run.subscribe((view) => {
        try {
          check(view);
        } catch (error) {
          errors.push(error);
        }
      });
      const blocked = (view: ClusterView): boolean => (view.nodes.get('source')?.shares.backpressured ?? 0) > 0.8;
      await until(run, (view) => blocked(view) && (view.results.get('out')?.total ?? 0) >= 100, 'backpressure');
      const view = run.view();
      expect(errors).toEqual([]);
      // 500 records a second go through; an unbounded queue would have let the source run away.
      expect(view.nodes.get('source')?.recordsOut ?? 0).toBeLessThan((view.results.get('out')?.total ?? 0) + 300);
      expect(view.nodes.get('out')?.shares.busy ?? 0).toBeGreaterThan(0.8);
    });
  });
}
