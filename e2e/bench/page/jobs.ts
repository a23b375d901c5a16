/** The jobs that are measured. All read the generator at full speed, without end. */
import type { Job, JobEdge, JobNode, JobSettings } from '../../../src/engine/graph/job.ts';
import { defaultSettings } from '../../../src/engine/graph/job.ts';
import { planJob } from '../../../src/engine/graph/translate.ts';
import type { ExecutionGraph } from '../../../src/engine/graph/plan.ts';
import { portsOf } from '../../../src/engine/graph/ports.ts';
import { kindTable } from '../../../src/engine/operators/list.ts';

/** Parameters of the generator in every benchmark; the hand-written loops read the same. */
export const generated = { keys: 100, stepMs: 1, startMs: 0, seed: 1, windowMs: 10_000 };

export interface Measured {
  readonly job: Job;
  readonly plan: ExecutionGraph;
  /** Node whose records in are counted. */
  readonly counted: string;
}

/** Generator → Key by → tumbling count → table. The count is behind a hash exchange. Without checkpoints. */
export function keyedCount(parallelism: number, settings: Partial<JobSettings> = {}): Measured {
  const nodes = [
    source(parallelism),
    node('key', 'keyBy', { columns: ['key'] }, parallelism),
    node('window', 'tumblingWindow', { sizeMs: generated.windowMs }, parallelism),
    node('sink', 'table', {}, parallelism),
  ];
  return { ...chainOf(nodes, settings), counted: 'window' };
}

/** The same with a checkpoint each second. */
export const keyedCountWithCheckpoints = (parallelism: number): Measured =>
  keyedCount(parallelism, { checkpointMode: 'aligned', checkpointIntervalMs: 1000 });

/** Generator → Key by → running count of 100,000 keys → table: much state. Checkpoints by hand. */
export function manyKeys(): Measured {
  const nodes = [
    node('source', 'generator', { rate: 0, count: 0, keys: 100_000 }, 1),
    node('key', 'keyBy', { columns: ['key'] }, 1),
    node('count', 'aggregate', { aggregates: [{ function: 'count', column: '', as: 'count' }] }, 2),
    node('sink', 'table', {}, 2),
  ];
  return {
    ...chainOf(nodes, { checkpointMode: 'aligned', checkpointIntervalMs: 0, restartDelayMs: 0 }),
    counted: 'count',
  };
}

/** Generator → table, in two Workers. `costMs` is the sink's simulated work per record. */
export function sourceToSink(costMs = 0): Measured {
  const sink = { ...node('sink', 'table', {}, 1), chaining: 'never' as const, costMs };
  return { ...chainOf([source(1), sink]), counted: 'sink' };
}

/** Four sources, rebalanced over four sinks: eight subtasks. */
export function eightSubtasks(): Measured {
  const sink = { ...node('sink', 'table', {}, 4), chaining: 'never' as const };
  const settings = { checkpointMode: 'aligned', checkpointIntervalMs: 500, restartDelayMs: 0 } as const;
  return { ...chainOf([source(4), sink], settings), counted: 'sink' };
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
function chainOf(unplaced: readonly JobNode[], settings: Partial<JobSettings> = {}): Omit<Measured, 'counted'> {
  const nodes = unplaced.map((each, i) => ({ ...each, position: { x: 320 * i, y: 0 } }));
  const edges = nodes.slice(1).map((to, i): JobEdge => {
    const from = nodes[i] as JobNode;
    const port = (at: JobNode, direction: 'input' | 'output') =>
      portsOf(kindTable.get(at.kind), at.params, direction)[0]?.name ?? '';
    return {
      id: `e${i}`,
      from: { node: from.id, port: port(from, 'output') },
      to: { node: to.id, port: port(to, 'input') },
      partitioner: 'auto',
    };
  });
  const job: Job = {
    name: 'bench',
    description: '',
    nodes,
    edges,
    settings: { ...defaultSettings, checkpointMode: 'off', seed: generated.seed, ...settings },
    faults: [],
    script: '',
  };
  const planned = planJob(job, kindTable);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return { job, plan: planned.value };
}
