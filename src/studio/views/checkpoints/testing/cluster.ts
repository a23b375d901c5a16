/** A cluster of two sources and one keyed window subtask pair, made up for tests of this view. */
import { processingTime } from '../../../../base/units.ts';
import { defaultSettings } from '../../../../engine/graph/job.ts';
import type { ExecutionGraph, JobVertex, PlannedOperator } from '../../../../engine/graph/plan.ts';
import type { StreamType } from '../../../../engine/graph/schema.ts';
import { expand } from '../../../../engine/graph/translate.ts';
import type { CheckpointView, NumberedBarrier } from '../../../../engine/telemetry/cluster-view.ts';
import type { CheckpointMetadata, SnapshotMetrics } from '../../../../engine/wire/checkpoints.ts';
import type { BarrierEvent } from '../../../../engine/wire/reports.ts';
import { noMetrics } from '../../../../engine/wire/testing/no-metrics.ts';

export const flights: StreamType = { schema: [{ name: 'origin', type: 'string' }], key: ['origin'] };

const operator = (node: string, name: string, inputs: readonly StreamType[]): PlannedOperator => {
  return { node, kind: 'any', name, params: {}, costMs: 0, inputs, outputs: [] };
};
const vertex = (id: string, head: PlannedOperator): JobVertex => {
  return { id, name: head.name, parallelism: 2, operators: [head], chained: [] };
};

/** Flights ×2 → (hash) Hourly ×2. */
export const graph: ExecutionGraph = expand({
  vertices: [vertex('v1', operator('flights', 'Flights', [])), vertex('v2', operator('hourly', 'Hourly', [flights]))],
  edges: [
    {
      edge: 'e',
      from: 'v1',
      fromNode: 'flights',
      fromPort: 0,
      to: 'v2',
      toNode: 'hourly',
      toPort: 0,
      partitioner: 'hash',
      type: flights,
    },
  ],
  decisions: new Map(),
  settings: defaultSettings,
});

export const metrics = (given: Partial<SnapshotMetrics>): SnapshotMetrics => ({ ...noMetrics, ...given });

interface Given extends Partial<Omit<CheckpointView, 'acknowledged'>> {
  readonly mode?: 'aligned' | 'unaligned' | 'at-least-once';
  /** By subtask: when, and how it went. */
  readonly acknowledged?: Readonly<Record<string, readonly [at: number, Partial<SnapshotMetrics>]>>;
}

/** Checkpoint 7, triggered at 1000 and awaited from all four subtasks, unless said otherwise. */
export function checkpoint({ mode = 'aligned', acknowledged = {}, ...given }: Given = {}): CheckpointView {
  const triggeredAt = processingTime(1000);
  return {
    id: 7,
    options: { checkpoint: 7, triggeredAt, mode, alignmentTimeoutMs: null, savepoint: false },
    state: 'in-progress',
    triggeredAt,
    endedAt: null,
    failure: null,
    awaits: ['v1/0', 'v1/1', 'v2/0', 'v2/1'],
    finished: [],
    metadata: null,
    ...given,
    acknowledged: new Map(
      Object.entries(acknowledged).map(([subtask, [at, one]]) => [
        subtask,
        { at: processingTime(at), handles: [], metrics: metrics(one) },
      ]),
    ),
  };
}

export function metadata(id: number, given: Partial<CheckpointMetadata> = {}): CheckpointMetadata {
  return {
    version: 1,
    checkpoint: id,
    savepoint: false,
    mode: 'aligned',
    triggeredAt: processingTime(1000),
    completedAt: processingTime(1040),
    maxParallelism: 128,
    vertices: [
      { vertex: 'v1', parallelism: 2, nodes: ['flights'] },
      { vertex: 'v2', parallelism: 2, nodes: ['hourly'] },
    ],
    subtasks: [
      { subtask: 'v1/0', vertex: 'v1', index: 0, finished: true, handles: [] },
      { subtask: 'v2/0', vertex: 'v2', index: 0, finished: false, handles: [] },
    ],
    stateBytes: 500,
    ...given,
  };
}

/** What happened to the barriers of checkpoint 7 at a subtask. */
export function barrier(
  at: number,
  subtask: string,
  kind: BarrierEvent['kind'],
  more: { readonly unaligned?: boolean } = {},
): NumberedBarrier {
  const event = { kind, checkpoint: 7, channel: 'e:0-0', blocked: true, overtook: 0, unaligned: false, ...more };
  return { number: at, at: processingTime(at), subtask, event: event as BarrierEvent };
}
