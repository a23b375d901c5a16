/** A short way to write jobs for the acceptance suite, and what its cases read off a run. */
import { assert } from '../base/assert.ts';
import type { Job, JobEdge, JobNode, JobSettings, NodeId } from '../engine/graph/job.ts';
import type { ExecutionGraph } from '../engine/graph/plan.ts';
import { problemMessage } from '../engine/graph/problems.ts';
import type { Row, Schema } from '../engine/graph/schema.ts';
import { job as shortJob } from '../engine/graph/testing/short-jobs.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import { rowsOf } from '../engine/wire/batch.ts';
import type { Resource } from '../connectors/resource.ts';
import type { RunRequest } from './host.ts';
import { fullSpeed } from './host.ts';

/** A node whose id is also its name. */
export function node(
  id: NodeId,
  kind: string,
  params: Readonly<Record<string, unknown>> = {},
  more: Partial<Pick<JobNode, 'parallelism' | 'chaining' | 'costMs'>> = {},
): JobNode {
  const plain = { parallelism: null, chaining: 'always', costMs: 0, position: { x: 0, y: 0 } } as const;
  return { id, kind, name: id, params, ...plain, ...more };
}

/** A job that a failure ends, unless a case says otherwise. */
export function job(
  nodes: readonly JobNode[],
  edges: readonly (JobEdge | string)[],
  settings: Partial<JobSettings> = {},
): Job {
  return { ...shortJob(nodes, edges, { restartStrategy: 'none', ...settings }), name: 'Acceptance' };
}

let runs = 0;
/** Stores outlive hosts and even pages: a run of the suite must not find what another one left. */
const freshRun = (): string => `acceptance-${Date.now()}-${++runs}`;

/** The job's plan; a job of the suite that has a problem is a mistake in the suite. */
export function planned(given: Job): ExecutionGraph {
  const plan = planJob(given, kindTable);
  if (plan.ok) return plan.value;
  assert(false, `the job has no problems, but: ${plan.error.map(problemMessage).join(' ')}`);
}

export function request(given: Job, more: Partial<Omit<RunRequest, 'plan'>> = {}): RunRequest {
  return {
    plan: planned(given),
    resources: [],
    pace: fullSpeed,
    runId: freshRun(),
    from: 'anew',
    faults: given.faults,
    ...more,
  };
}

export const columns = (text: string): Schema =>
  text.split(', ').map((column) => {
    const [name = '', type = ''] = column.split(' ');
    return { name, type: type as Schema[number]['type'] };
  });

/** Rows as an NDJSON file. */
export function rowsFile(name: string, rows: readonly Row[]): Resource {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return { name, format: 'ndjson', content: new Blob([text]) };
}

/** The rows that a sink shows. */
export function rowsAt(view: ClusterView, sink: NodeId): Row[] {
  return (view.results.get(sink)?.chunks ?? []).flatMap((chunk) => rowsOf(chunk.records));
}

/** Rows as JSON text in sorted order: two multisets of rows are equal when these are. */
export const multiset = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
