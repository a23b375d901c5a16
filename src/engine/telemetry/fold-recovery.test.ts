/** Attempts, checkpoints, recoveries and faults in the view. */
import { describe, expect, test } from 'vitest';
import { MIN_EVENT_TIME, processingTime } from '../../base/units.ts';
import { defaultSettings } from '../graph/job.ts';
import type { ExecutionGraph, JobVertex } from '../graph/plan.ts';
import { plainStream } from '../graph/schema.ts';
import { expand } from '../graph/translate.ts';
import { arrivedAt } from '../wire/arrivals.ts';
import type { Batch } from '../wire/batch.ts';
import type { CheckpointMetadata, CheckpointOptions, SubtaskSnapshot } from '../wire/checkpoints.ts';
import type { CheckpointEvent, RecoveryEvent, Report, TaskState } from '../wire/reports.ts';
import { noMetrics } from '../wire/testing/no-metrics.ts';
import { checkpointLimit, faultLimit, strikeLimit } from './cluster-view.ts';
import type { ClusterView } from './cluster-view.ts';
import { emptyView, fold } from './fold.ts';

const at = processingTime;
const vertex = (id: string, node: string): JobVertex => ({
  id,
  name: node,
  parallelism: 2,
  operators: [{ node, kind: 'any', name: node, params: {}, costMs: 0, inputs: [], outputs: [] }],
  chained: [],
});

const graph: ExecutionGraph = expand({
  vertices: [vertex('v1', 'source'), vertex('v2', 'sink')],
  edges: [
    {
      edge: 'e',
      from: 'v1',
      fromNode: 'source',
      fromPort: 0,
      to: 'v2',
      toNode: 'sink',
      toPort: 0,
      partitioner: 'rebalance',
      type: plainStream([]),
    },
  ],
  decisions: new Map(),
  settings: defaultSettings,
});
const empty = emptyView(graph, at(0));

const numbers = (...values: number[]): Batch => ({
  schema: [{ name: 'n', type: 'int' }],
  length: values.length,
  timestamps: Float64Array.from(values),
  columns: [{ kind: 'number', values: Float64Array.from(values) }],
});
const results = (attempt: number, total: number, values: readonly number[], transaction?: string): Report => ({
  kind: 'results',
  at: at(1),
  node: 'sink',
  subtask: 'v2/0',
  attempt,
  total,
  records: numbers(...values),
  arrivals: arrivedAt(1, values.length),
  ...(transaction === undefined ? {} : { transaction }),
});
const state = (subtask: string, attempt: number, to: TaskState): Report => {
  return { kind: 'task-state', at: at(1), subtask, attempt, state: to };
};
const gauges = (subtask: string, attempt: number, time: number, recordsOut: number, position?: number): Report => ({
  kind: 'gauges',
  at: at(time),
  subtask,
  attempt,
  gauges: {
    busyMs: 0,
    idleMs: 0,
    backpressuredMs: 0,
    recordsIn: 0,
    recordsOut,
    watermark: MIN_EVENT_TIME,
    idle: false,
    operators: [
      {
        node: 'source',
        recordsIn: 0,
        recordsOut,
        watermark: MIN_EVENT_TIME,
        stateEntries: 0,
        timers: 0,
        lateDropped: 0,
        ...(position === undefined ? {} : { position }),
      },
    ],
    inputs: [],
    outputs: [
      { channel: 'e:0-0', credits: 2, sentBuffers: 9, sentRecords: recordsOut, queuedBuffers: 1, queuedRecords: 5 },
    ],
  },
});

describe('a new attempt', () => {
  const before = fold(empty, [state('v1/0', 1, 'running'), gauges('v1/0', 1, 10, 500)]);

  test('counts from nothing, and so do its channels', () => {
    const view = fold(before, [state('v1/0', 2, 'deploying')]);
    expect(view.subtasks.get('v1/0')).toMatchObject({ attempt: 2, state: 'deploying', recordsOut: 0, failure: null });
    expect(view.channels.get('e:0-0')?.output).toBeNull();
    expect(view.subtasks.get('v1/1')).toBe(before.subtasks.get('v1/1'));
  });

  test('is not disturbed by what its predecessor still says', () => {
    const view = fold(before, [state('v1/0', 2, 'running'), gauges('v1/0', 1, 20, 900), state('v1/0', 1, 'failed')]);
    expect(view.subtasks.get('v1/0')).toMatchObject({ attempt: 2, state: 'running', recordsOut: 0 });
  });
});

describe('results over attempts', () => {
  const rows = (view: ClusterView) =>
    view.results.get('sink')?.chunks.flatMap(({ records }) => {
      const [column] = records.columns;
      return column?.kind === 'number' ? [...column.values.subarray(0, records.length)] : [];
    });

  test('of a plain sink are there as often as they were written', () => {
    const view = fold(empty, [results(1, 2, [1, 2]), results(1, 3, [3]), results(2, 2, [2, 3])]);
    expect(view.results.get('sink')?.total).toBe(5);
    expect(rows(view)).toEqual([1, 2, 3, 2, 3]);
  });

  test('of a transaction count once, however often it is committed', () => {
    const view = fold(empty, [
      results(1, 2, [1, 2], 'sink/0/1-0'),
      results(2, 2, [1, 2], 'sink/0/1-0'),
      results(2, 1, [3], 'sink/0/2-0'),
    ]);
    expect(view.results.get('sink')?.total).toBe(3);
    expect(rows(view)).toEqual([1, 2, 3]);
  });
});

const options = (checkpoint: number): CheckpointOptions => ({
  checkpoint,
  triggeredAt: at(checkpoint * 100),
  mode: 'aligned',
  alignmentTimeoutMs: null,
  savepoint: false,
});
const checkpoint = (time: number, event: CheckpointEvent): Report => ({ kind: 'checkpoint', at: at(time), event });
const triggered = (id: number): Report =>
  checkpoint(id * 100, { kind: 'triggered', options: options(id), triggers: ['v1/0'], awaits: ['v1/0'], finished: [] });
const snapshot: SubtaskSnapshot = {
  handles: [],
  metrics: { ...noMetrics, startDelayMs: 1, alignmentMs: 2, syncMs: 3, asyncMs: 4, stateBytes: 10, writtenBytes: 10 },
};
const metadata = (id: number): CheckpointMetadata => ({
  version: 1,
  checkpoint: id,
  savepoint: false,
  mode: 'aligned',
  triggeredAt: at(id * 100),
  completedAt: at(id * 100 + 50),
  maxParallelism: 128,
  vertices: [],
  subtasks: [],
  stateBytes: 10,
});
const completed = (id: number): Report => checkpoint(id * 100 + 50, { kind: 'completed', metadata: metadata(id) });

describe('checkpoints', () => {
  test('are in progress until the last acknowledgement, then completed and retained, then discarded', () => {
    const going = fold(empty, [
      triggered(1),
      checkpoint(120, { kind: 'acknowledged', checkpoint: 1, subtask: 'v1/0', snapshot }),
    ]);
    expect(going.checkpoints.history).toMatchObject([{ id: 1, state: 'in-progress', endedAt: null }]);
    expect(going.checkpoints.history[0]?.acknowledged.get('v1/0')).toMatchObject({ at: 120, ...snapshot });
    const done = fold(going, [completed(1), triggered(2), completed(2)]);
    expect(done.checkpoints.history[0]).toMatchObject({ state: 'completed', endedAt: 150 });
    expect(done.checkpoints.retained.map((one) => one.checkpoint)).toEqual([2, 1]);
    const later = fold(done, [checkpoint(260, { kind: 'discarded', checkpoint: 1 })]);
    expect(later.checkpoints.retained.map((one) => one.checkpoint)).toEqual([2]);
    expect(later.checkpoints).toMatchObject({ triggered: 2, completed: 2, failed: 0 });
  });

  test('that failed say why, also when they were never triggered', () => {
    const failure = { reason: 'not-all-running', details: { detail: 'x' } } as const;
    const view = fold(empty, [
      triggered(1),
      checkpoint(110, { kind: 'failed', checkpoint: 1, failure }),
      checkpoint(200, { kind: 'failed', checkpoint: null, failure }),
    ]);
    expect(view.checkpoints).toMatchObject({ triggered: 1, failed: 2 });
    expect(view.checkpoints.history).toMatchObject([
      { id: 1, state: 'failed', failure, endedAt: 110 },
      { id: null, state: 'failed', failure, triggeredAt: 200 },
    ]);
  });

  test('taken before the page was opened are retained without counting', () => {
    const view = fold(empty, [completed(7)]);
    expect(view.checkpoints.completed).toBe(0);
    expect(view.checkpoints.retained).toHaveLength(1);
    expect(view.checkpoints.history).toMatchObject([{ id: 7, state: 'completed', endedAt: 750 }]);
  });

  test('have a bounded history and exact counts', () => {
    const ids = Array.from({ length: 3 * checkpointLimit }, (_, i) => i + 1);
    const view = fold(
      empty,
      ids.map((id) => triggered(id)),
    );
    expect(view.checkpoints.triggered).toBe(3 * checkpointLimit);
    expect(view.checkpoints.history).toHaveLength(checkpointLimit);
    expect(view.checkpoints.history.at(-1)?.id).toBe(3 * checkpointLimit);
  });
});

describe('a recovery', () => {
  const event = (time: number, one: RecoveryEvent): Report => ({ kind: 'recovery', at: at(time), event: one });
  const failure = { code: 'worker-killed', details: { subtask: 'v2/0' } } as const;
  const detected = (recovery: number, time: number): Report =>
    event(time, {
      kind: 'detected',
      recovery,
      failure,
      subtasks: ['v1/0', 'v2/0'],
      scope: 'region',
      strategy: 'fixed delay, attempt 1 of 3',
      delayMs: 500,
    });
  const running = (recovery: number, time: number): readonly Report[] => [
    event(time, { kind: 'cancelled', recovery }),
    event(time + 1, { kind: 'chosen', recovery, checkpoint: 3 }),
    event(time + 2, { kind: 'deployed', recovery }),
    event(time + 3, {
      kind: 'restored',
      recovery,
      subtask: 'v1/0',
      attempt: 2,
      bytes: 9,
      inFlightRecords: 0,
      offsets: '40',
    }),
    event(time + 4, { kind: 'running', recovery }),
  ];

  test('has the time of each phase, and is caught up when the sources are where they were', () => {
    const failed = fold(empty, [gauges('v1/0', 1, 10, 100, 100), detected(1, 20)]);
    expect(failed.subtasks.get('v1/0')?.replaying).toBe(true);
    const restarted = fold(failed, [...running(1, 30), gauges('v1/0', 2, 40, 30, 70)]);
    expect(restarted.recoveries).toMatchObject([
      { number: 1, detectedAt: 20, cancelledAt: 30, chosenAt: 31, checkpoint: 3, deployedAt: 32, runningAt: 34 },
    ]);
    expect(restarted.recoveries[0]?.restored.get('v1/0')).toEqual({
      at: 33,
      bytes: 9,
      inFlightRecords: 0,
      offsets: '40',
    });
    expect(restarted.recoveries[0]?.caughtUpAt).toBeNull();
    expect(restarted.subtasks.get('v1/0')?.replaying).toBe(true);
    const there = fold(restarted, [gauges('v1/0', 2, 50, 60, 100)]);
    expect(there.subtasks.get('v1/0')?.replaying).toBe(false);
    expect(there.recoveries[0]?.caughtUpAt).toBe(50);
  });

  test('of a failure during catching up aims at the farthest position', () => {
    const view = fold(empty, [
      gauges('v1/0', 1, 10, 100, 100),
      detected(1, 20),
      ...running(1, 30),
      gauges('v1/0', 2, 40, 10, 50),
      detected(2, 60),
      ...running(2, 70),
      gauges('v1/0', 3, 80, 20, 60),
    ]);
    expect(view.recoveries.at(-1)?.replayTo.get('v1/0')).toBe(100);
    expect(view.subtasks.get('v1/0')?.replaying).toBe(true);
  });

  test('without sources in its region is caught up once it runs', () => {
    const view = fold(empty, [detected(1, 20), ...running(1, 30)]);
    expect(view.recoveries[0]?.caughtUpAt).toBe(34);
  });
});

test('a fault is armed, strikes and is removed', () => {
  const fault = {
    id: 'f1',
    kind: 'crash-worker',
    target: { kind: 'subtask', subtask: 'v1/0' },
    when: { kind: 'now' },
    params: {},
    times: 1,
  } as const;
  const view = fold(empty, [
    { kind: 'fault', at: at(1), event: { kind: 'armed', fault } },
    { kind: 'fault', at: at(2), event: { kind: 'struck', fault: 'f1', subtask: 'v1/0', text: 'Killed.' } },
    { kind: 'fault', at: at(3), event: { kind: 'removed', fault: 'f1' } },
  ]);
  expect(view.faults.get('f1')).toEqual({
    fault,
    struck: 1,
    strikes: [{ at: 2, text: 'Killed.', subtask: 'v1/0' }],
    removed: true,
  });
});

describe('faults of hours of chaos', () => {
  const fault = (id: string, times: number) =>
    ({
      id,
      kind: 'crash-worker',
      target: { kind: 'subtask', subtask: 'v1/0' },
      when: { kind: 'now' },
      params: {},
      times,
    }) as const;
  const armed = (id: string, times = 1): Report => ({
    kind: 'fault',
    at: at(1),
    event: { kind: 'armed', fault: fault(id, times) },
  });
  const struck = (id: string): Report => ({
    kind: 'fault',
    at: at(2),
    event: { kind: 'struck', fault: id, subtask: 'v1/0', text: 'Killed.' },
  });

  test('are forgotten, the oldest first, but not one that can still strike', () => {
    let view = fold(empty, [armed('waits', 2), struck('waits')]);
    for (let i = 0; i < faultLimit + 500; i++) view = fold(view, [armed(`f${i}`), struck(`f${i}`)]);
    expect(view.faults.size).toBe(faultLimit);
    expect(view.faults.has('waits')).toBe(true);
    expect(view.faults.has('f0')).toBe(false);
    expect(view.faults.has(`f${faultLimit + 499}`)).toBe(true);
  });

  test('are counted beyond the strikes that are told one by one', () => {
    const strikes = Array.from({ length: strikeLimit + 50 }, () => struck('often'));
    const often = fold(empty, [armed('often', strikeLimit + 50), ...strikes]).faults.get('often');
    expect(often?.struck).toBe(strikeLimit + 50);
    expect(often?.strikes).toHaveLength(strikeLimit);
  });
});
