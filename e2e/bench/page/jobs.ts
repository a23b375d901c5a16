/** The jobs that are measured. All read the generator at full speed, without end. */
import type { Job, JobEdge, JobNode } from '../../../src/engine/graph/job.ts';
import { defaultSettings } from '../../../src/engine/graph/job.ts';
import { planJob } from '../../../src/engine/graph/translate.ts';
import type { ExecutionGraph } from '../../../src/engine/graph/plan.ts';
import { kindTable } from '../../../src/engine/operators/list.ts';

/** Parameters of the generator in every benchmark; the hand-written loops read the same. */
export const generated = { keys: 100, stepMs: 1, startMs: 0, seed: 1, windowMs: 10_000 };

export interface Measured {
  readonly job: Job;
  readonly plan: ExecutionGraph;
  /** Node whose records in are counted. */
  readonly counted: string;
}

/** Generator → Key by → tumbling count → table. The count is behind a hash exchange. */
export function keyedCount(parallelism: number): Measured {
  const nodes = [
    source(parallelism),
    node('key', 'keyBy', { columns: ['key'] }, parallelism),
    node('window', 'tumblingWindow', { sizeMs: generated.windowMs }, parallelism),
    node('sink', 'table', {}, parallelism),
  ];
  return { ...chainOf(nodes), counted: 'window' };
}

/** Generator → table, in two Workers. `costMs` is the sink's simulated work per record. */
export function sourceToSink(costMs = 0): Measured {
  const sink = { ...node('sink', 'table', {}, 1), chaining: 'never' as const, costMs };
  return { ...chainOf([source(1), sink]), counted: 'sink' };
}

/** Four sources, rebalanced over four sinks: eight subtasks. */
export function eightSubtasks(): Measured {
  const sink = { ...node('sink', 'table', {}, 4), chaining: 'never' as const };
  return { ...chainOf([source(4), sink]), counted: 'sink' };
}

function source(parallelism: number): JobNode {
  const { keys, stepMs, startMs } = generated;
  return node(
    'source',
    'generator',
    { rate: 0, count: 0, keys, stepMs, startMs, watermarks: 'monotonous' },
    parallelism,
  );
}

function node(id: string, kind: string, params: Record<string, unknown>, parallelism: number): JobNode {
  return { id, kind, name: id, params, parallelism, chaining: 'always', costMs: 0, position: { x: 0, y: 0 } };
}

/** A chain of nodes, first port to first port. */
function chainOf(unplaced: readonly JobNode[]): Omit<Measured, 'counted'> {
  const nodes = unplaced.map((each, i) => ({ ...each, position: { x: 320 * i, y: 0 } }));
  const edges = nodes.slice(1).map((to, i): JobEdge => {
    const from = nodes[i] as JobNode;
    const port = (at: JobNode, side: 'inputs' | 'outputs') => kindTable.get(at.kind)?.[side][0]?.name ?? '';
    return {
      id: `e${i}`,
      from: { node: from.id, port: port(from, 'outputs') },
      to: { node: to.id, port: port(to, 'inputs') },
      partitioner: 'auto',
    };
  });
  const job: Job = {
    name: 'bench',
    description: '',
    nodes,
    edges,
    settings: { ...defaultSettings, seed: generated.seed },
    faults: [],
  };
  const planned = planJob(job, kindTable);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return { job, plan: planned.value };
}
