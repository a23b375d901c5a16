/** A small job and short ways to say what its subtasks and coordinator do, for the tests of faults. */
import { present } from '../../../base/assert.ts';
import { processingTime } from '../../../base/units.ts';
import type { Fault } from '../../graph/faults.ts';
import { defaultSettings } from '../../graph/job.ts';
import type { ExecutionGraph, JobGraphEdge, JobVertex, SubtaskPlan } from '../../graph/plan.ts';
import { plainStream } from '../../graph/schema.ts';
import { expand, subtaskPlans } from '../../graph/translate.ts';
import type { Batch } from '../../wire/batch.ts';
import type { WireBuffer } from '../../wire/buffer.ts';
import type { CheckpointOptions } from '../../wire/checkpoints.ts';
import type { CoordinatorEffect, CoordinatorMessage, Deployment, SubtaskEffect } from '../../wire/messages.ts';
import { noMetrics } from '../../wire/testing/no-metrics.ts';

const schema = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
] as const;

const vertex = (id: string, name: string, parallelism: number): JobVertex => ({
  id,
  name,
  parallelism,
  operators: [{ node: `n-${id}`, kind: 'any', name, params: {}, costMs: 0, inputs: [], outputs: [] }],
  chained: [],
});

const edge: JobGraphEdge = {
  edge: 'e1',
  from: 'v1',
  fromNode: 'n-v1',
  fromPort: 0,
  to: 'v2',
  toNode: 'n-v2',
  toPort: 0,
  partitioner: 'rebalance',
  type: plainStream(schema),
};

/** Numbers (`v1/0`, `v1/1`) → Window (`v2/0`, `v2/1`) over the channels `e1:0-0` … `e1:1-1`. */
export const graph: ExecutionGraph = expand({
  vertices: [vertex('v1', 'Numbers', 2), vertex('v2', 'Window', 2)],
  edges: [edge],
  decisions: new Map(),
  settings: defaultSettings,
});

const plans = subtaskPlans(graph);
export const planOf = (id: string): SubtaskPlan =>
  present(
    plans.find((plan) => plan.id === id),
    id,
  );

export const fault = (kind: string, more: Partial<Fault> = {}): Fault => ({
  id: 'f1',
  kind,
  target: { kind: 'subtask', subtask: 'v1/0' },
  when: { kind: 'now' },
  params: {},
  times: 1,
  ...more,
});

/** Records `from`, `from + 1` … with keys `k0`, `k1` … */
export function batch(length: number, from = 0): Batch {
  return {
    schema,
    length,
    timestamps: Float64Array.from({ length }, (_, i) => from + i),
    columns: [
      {
        kind: 'text',
        codes: Int32Array.from({ length }, (_, i) => i),
        entries: Array.from({ length }, (_, i) => `k${from + i}`),
      },
      { kind: 'number', values: Float64Array.from({ length }, (_, i) => from + i) },
    ],
  };
}

export const buffer = (sequence: number, rows: number, more: Partial<WireBuffer> = {}): WireBuffer => ({
  sequence,
  rows,
  capacity: rows,
  segment: null,
  texts: [],
  events: [],
  ...more,
});

export const send = (channel: string, sequence: number, rows = 1, more: Partial<WireBuffer> = {}): SubtaskEffect => ({
  kind: 'send',
  channel,
  buffer: buffer(sequence, rows, more),
});

export const acknowledge = (checkpoint: number): SubtaskEffect => ({
  kind: 'acknowledge',
  checkpoint,
  snapshot: { handles: [], metrics: noMetrics },
});

export const acknowledged = (subtask: string, checkpoint: number): CoordinatorMessage => ({
  kind: 'acknowledge',
  subtask,
  attempt: 1,
  checkpoint,
  snapshot: { handles: [], metrics: noMetrics },
});

export const writeState = (checkpoint: number): SubtaskEffect => ({
  kind: 'request',
  request: 1,
  body: { kind: 'write-state', checkpoint, chunks: [] },
});

export const readState: SubtaskEffect = { kind: 'request', request: 1, body: { kind: 'read-state', keys: ['a'] } };

export const options = (checkpoint: number): CheckpointOptions => ({
  checkpoint,
  triggeredAt: processingTime(0),
  mode: 'aligned',
  alignmentTimeoutMs: null,
  savepoint: false,
});

export const triggered = (checkpoint: number, awaits: readonly string[]): CoordinatorEffect => ({
  kind: 'report',
  report: {
    kind: 'checkpoint',
    at: processingTime(0),
    event: { kind: 'triggered', options: options(checkpoint), triggers: awaits, awaits, finished: [] },
  },
});

const metadata = (checkpoint: number) => ({
  version: 1 as const,
  checkpoint,
  savepoint: false,
  mode: 'aligned' as const,
  triggeredAt: processingTime(0),
  completedAt: processingTime(0),
  maxParallelism: 128,
  vertices: [],
  subtasks: [],
  stateBytes: 0,
});

export const completing = (checkpoint: number): CoordinatorEffect => ({
  kind: 'request',
  request: 1,
  body: { kind: 'complete-checkpoint', metadata: metadata(checkpoint), drop: [], dropKeys: [] },
});

export const completed = (checkpoint: number): CoordinatorEffect => ({
  kind: 'report',
  report: { kind: 'checkpoint', at: processingTime(0), event: { kind: 'completed', metadata: metadata(checkpoint) } },
});

export const notify = (subtask: string, checkpoint: number): CoordinatorEffect => ({
  kind: 'command',
  subtask,
  command: { kind: 'checkpoint-complete', checkpoint },
});

export const deployment = (subtask: string, attempt = 1, restored: number | null = null): Deployment => ({
  plan: planOf(subtask),
  attempt,
  restore: restored === null ? null : { checkpoint: restored, finished: false, handles: [], parallelism: 2 },
  offsets: null,
  recovery: attempt === 1 ? null : attempt - 1,
  faults: [],
});

export const deploy = (...tasks: readonly Deployment[]): CoordinatorEffect => ({ kind: 'deploy', tasks });

export const deployed = (subtask: string, attempt = 1): CoordinatorMessage => ({ kind: 'deployed', subtask, attempt });
