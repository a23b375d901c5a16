/** A job that plays scripts in the simulator, stopped at a moment: “Why?” is asked there, and nothing moves meanwhile. */
import { processingTime } from '../../../base/units.ts';
import type { JobNode, JobSettings } from '../../../engine/graph/job.ts';
import { emptyView } from '../../../engine/telemetry/empty-view.ts';
import { fold } from '../../../engine/telemetry/fold.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { Report } from '../../../engine/wire/reports.ts';
import { columns, job, node, request } from '../../../hosts/acceptance-jobs.ts';
import { Cluster } from '../../../hosts/simulator/cluster.ts';
import type { Asked } from '../ask.ts';

export interface Frozen extends Asked {
  view(): ClusterView;
}

/** The job as it is this long after it began to run. */
export async function frozenAt(
  nodes: readonly JobNode[],
  edges: readonly string[],
  afterMs: number,
  settings: Partial<JobSettings> = {},
): Promise<Frozen> {
  const drawn = job(nodes, edges, { parallelism: 1, bufferTimeoutMs: 1, checkpointMode: 'off', ...settings });
  const given = request(drawn, { runId: 'why' });
  const reports: Report[] = [];
  const cluster = new Cluster(given, { seed: 1, onReport: (report) => reports.push(report) });
  let view = emptyView(given.plan, processingTime(0));
  let until = Number.POSITIVE_INFINITY;
  while ((cluster.nextAt ?? Number.POSITIVE_INFINITY) <= until && cluster.step()) {
    if (cluster.waiting) await cluster.answer();
    if (until === Number.POSITIVE_INFINITY && cluster.state === 'running') until = cluster.now + afterMs;
  }
  view = fold(view, reports);
  return {
    view: () => view,
    inspect: async (subtask, query) => await Promise.resolve(cluster.inspect(subtask, query)),
  };
}

/** A script of keys and numbers. */
export const script = (id: string, timeline: string): JobNode =>
  node(id, 'scripted', { timeline, columns: columns('key string, n int') });

/** `Flights` → keyed by `key` → an operator of this kind called `Sums` → a table. */
export async function windowed(kind: string, params: object, timeline: string, afterMs = 1000): Promise<Frozen> {
  return await frozenAt(
    [
      script('Flights', timeline),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('Sums', kind, { aggregates: [{ function: 'sum', column: 'n', as: 'n' }], ...params } as never, {
        parallelism: 2,
      }),
      node('out', 'table'),
    ],
    ['Flights -> by key', 'by key -> Sums', 'Sums -> out'],
    afterMs,
  );
}

/** Two scripts, keyed, into an operator called `Join` with these input ports. */
export async function joined(
  kind: string,
  params: object,
  ports: readonly [string, string],
  left: string,
  right: string,
): Promise<Frozen> {
  return await frozenAt(
    [
      script('Ads', left),
      script('Clicks', right),
      node('by ad', 'keyBy', { columns: ['key'] }),
      node('by id', 'keyBy', { columns: ['key'] }),
      node('Join', kind, params as never, { parallelism: 2 }),
      node('out', 'table'),
    ],
    ['Ads -> by ad', 'Clicks -> by id', `by ad -> Join.${ports[0]}`, `by id -> Join.${ports[1]}`, 'Join.out -> out'],
    1000,
  );
}
