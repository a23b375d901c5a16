/** The fold of reports into the view: totals, shares, rates, aggregates, bounds. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME, processingTime } from '../../base/units.ts';
import { defaultSettings } from '../graph/job.ts';
import type { ExecutionGraph, JobGraphEdge, JobVertex, PlannedOperator } from '../graph/plan.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import { expand } from '../graph/translate.ts';
import type { Batch } from '../wire/batch.ts';
import { NULL_BOOLEAN, NULL_CODE, rowsOf } from '../wire/batch.ts';
import type { Report, SubtaskGauges } from '../wire/reports.ts';
import { logLimit, resultLimit, traceLimit } from './cluster-view.ts';
import type { ClusterView } from './cluster-view.ts';
import { emptyView, fold } from './fold.ts';
import { arrivedAt } from '../wire/arrivals.ts';
import { fullChunk } from './merge-chunks.ts';

const operator = (node: string): PlannedOperator => {
  return { node, kind: 'any', name: node, params: {}, costMs: 0, inputs: [], outputs: [] };
};

/** Source with a chained map (`p` subtasks) → sink (`p` subtasks), all to all. */
function graphOf(p: number): ExecutionGraph {
  const vertices: JobVertex[] = [
    {
      id: 'v1',
      name: 'source -> map',
      parallelism: p,
      operators: [operator('source'), operator('map')],
      chained: [{ edge: 'c', from: 'source', fromPort: 0, to: 'map' }],
    },
    { id: 'v2', name: 'sink', parallelism: p, operators: [operator('sink')], chained: [] },
  ];
  const edge: JobGraphEdge = {
    edge: 'e',
    from: 'v1',
    fromNode: 'map',
    fromPort: 0,
    to: 'v2',
    toNode: 'sink',
    toPort: 0,
    partitioner: 'rebalance',
    type: plainStream([]),
  };
  return expand({ vertices, edges: [edge], decisions: new Map(), settings: defaultSettings });
}

const graph = graphOf(2);
const empty = emptyView(graph, processingTime(0));
const time = processingTime;

const noGauges: SubtaskGauges = {
  busyMs: 0,
  idleMs: 0,
  backpressuredMs: 0,
  recordsIn: 0,
  recordsOut: 0,
  watermark: MIN_EVENT_TIME,
  idle: false,
  operators: [],
  inputs: [],
  outputs: [],
};
const operatorGauges = (node: string, recordsIn: number, recordsOut: number, watermark: number = MIN_EVENT_TIME) => {
  const rest = { stateEntries: 2, timers: 3, lateDropped: 1 };
  return { node, recordsIn, recordsOut, watermark: eventTime(watermark), ...rest };
};
const gauges = (subtask: string, at: number, given: Partial<SubtaskGauges>): Report => {
  return { kind: 'gauges', at: time(at), subtask, attempt: 1, gauges: { ...noGauges, ...given } };
};
const output = (channel: string, sentRecords: number, more = {}) => {
  const rest = { credits: 4, sentBuffers: sentRecords / 10, queuedBuffers: 0, queuedRecords: 0 };
  return { channel, sentRecords, ...rest, ...more };
};
const input = (channel: string, receivedRecords: number, more = {}) => {
  const consumed = { consumedBuffers: 0, consumedRecords: 0, queuedBuffers: 0, queuedRecords: 0 };
  const rest = { watermark: MIN_EVENT_TIME, idle: false, ended: false, blocked: false };
  return { channel, receivedRecords, receivedBuffers: receivedRecords / 10, ...consumed, ...rest, ...more };
};

describe('a subtask', () => {
  test('shows the shares of the time since the gauges before', () => {
    const view = fold(empty, [
      gauges('v1/0', 1000, { busyMs: 500, idleMs: 500 }),
      gauges('v1/0', 1100, { busyMs: 525, idleMs: 550, backpressuredMs: 25 }),
    ]);
    expect(view.subtasks.get('v1/0')?.shares).toEqual({ busy: 0.25, idle: 0.5, backpressured: 0.25 });
  });

  test('shows a rate that settles within a few seconds of report time', () => {
    const steady = (from: number, to: number, perSecond: number, before = 0): Report[] =>
      Array.from({ length: (to - from) / 100 }, (_, i) => {
        const at = from + (i + 1) * 100;
        return gauges('v1/0', at, { recordsOut: before + ((at - from) / 1000) * perSecond });
      });
    const rate = (view: ClusterView) => view.subtasks.get('v1/0')?.recordsOutPerSecond ?? -1;
    const slow = fold(empty, [gauges('v1/0', 0, {}), ...steady(0, 5000, 100)]);
    expect(rate(fold(empty, [gauges('v1/0', 0, {}), ...steady(0, 100, 100)]))).toBeCloseTo(100, 3);
    expect(rate(slow)).toBeCloseTo(100, 3);
    const changed = fold(slow, steady(5000, 6000, 1100, 500));
    // After one time constant, 1 − 1/e of the step is done.
    expect(rate(changed)).toBeCloseTo(100 + 1000 * (1 - Math.exp(-1)), -1);
    expect(rate(fold(changed, steady(6000, 12_000, 1100, 1600)))).toBeCloseTo(1100, -1);
  });

  test('has no rates and is idle once it has ended; its totals stay', () => {
    const reports: Report[] = [
      gauges('v1/0', 100, { busyMs: 100, recordsOut: 50, operators: [operatorGauges('map', 50, 50)] }),
      { kind: 'task-state', at: time(200), subtask: 'v1/0', attempt: 1, state: 'finished' },
    ];
    for (const order of [reports, [...reports].reverse()]) {
      const view = fold(empty, order);
      expect(view.subtasks.get('v1/0')).toMatchObject({
        state: 'finished',
        recordsOut: 50,
        recordsOutPerSecond: 0,
        shares: { idle: 1 },
      });
      expect(view.nodes.get('map')).toMatchObject({ recordsOut: 50, recordsOutPerSecond: 0 });
    }
  });
});

describe('a channel', () => {
  test('has in flight what was sent and not received, never less than nothing', () => {
    const sent = gauges('v1/0', 100, { outputs: [output('e:0-0', 50, { credits: 3 })] });
    const received = (records: number) => gauges('v2/0', 100, { inputs: [input('e:0-0', records)] });
    const inFlight = (reports: Report[]) => fold(empty, reports).channels.get('e:0-0')?.inFlightRecords;
    expect(inFlight([sent])).toBe(50);
    expect(inFlight([sent, received(30)])).toBe(20);
    expect(inFlight([received(30), sent])).toBe(20);
    // The receiver told of records that the sender has not yet reported.
    expect(inFlight([sent, received(70)])).toBe(0);
    expect(inFlight([received(70)])).toBe(0);
  });

  test('has no more in flight than its credits allow, although its ends report at different moments', () => {
    const sent = gauges('v1/0', 100, { outputs: [output('e:0-0', 1_000_000, { sentBuffers: 500, credits: 1 })] });
    const received = gauges('v2/0', 60, { inputs: [input('e:0-0', 700_000, { receivedBuffers: 350 })] });
    const { buffersPerChannel, bufferRecords } = defaultSettings;
    expect(fold(empty, [received, sent]).channels.get('e:0-0')).toMatchObject({
      inFlightBuffers: buffersPerChannel - 1,
      inFlightRecords: (buffersPerChannel - 1) * bufferRecords,
    });
  });

  test('is as full as the buffers that wait at its receiver', () => {
    const view = fold(empty, [gauges('v2/0', 100, { inputs: [input('e:1-0', 30, { queuedBuffers: 3 })] })]);
    expect(view.channels.get('e:1-0')?.fill).toBe(3 / defaultSettings.buffersPerChannel);
    expect(view.edges.get('e')?.fill).toBe(3 / defaultSettings.buffersPerChannel);
  });

  test('has no rate once its sender has ended', () => {
    const view = fold(empty, [
      gauges('v1/0', 100, { outputs: [output('e:0-0', 50)] }),
      gauges('v1/0', 200, { outputs: [output('e:0-0', 80)] }),
    ]);
    expect(view.edges.get('e')?.recordsPerSecond).toBeGreaterThan(0);
    const after = fold(view, [{ kind: 'task-state', at: time(300), subtask: 'v1/0', attempt: 1, state: 'failed' }]);
    expect(after.edges.get('e')?.recordsPerSecond).toBe(0);
    expect(after.channels.get('e:0-0')?.output?.sentRecords).toBe(80);
  });
});

describe('nodes, vertices and edges', () => {
  test('are sums, the least watermark and the worst share over their parts', () => {
    const view = fold(empty, [
      gauges('v1/0', 1000, {
        busyMs: 900,
        idleMs: 100,
        watermark: eventTime(70),
        operators: [operatorGauges('source', 0, 10, 70), operatorGauges('map', 10, 8, 70)],
        outputs: [output('e:0-0', 4, { credits: 3 }), output('e:0-1', 4, { credits: 1 })],
      }),
      gauges('v1/1', 1000, {
        busyMs: 200,
        idleMs: 800,
        watermark: eventTime(50),
        operators: [operatorGauges('source', 0, 20, 50), operatorGauges('map', 20, 16, 50)],
        outputs: [output('e:1-0', 8, { credits: 3 }), output('e:1-1', 8, { credits: 3 })],
      }),
    ]);
    expect(view.nodes.get('map')).toMatchObject({
      recordsIn: 30,
      recordsOut: 24,
      watermark: 50,
      lateDropped: 2,
      stateEntries: 4,
      timers: 6,
      shares: { busy: 0.9 },
    });
    expect(view.vertices.get('v1')).toMatchObject({ watermark: 50, shares: { busy: 0.9 } });
    expect(view.edges.get('e')).toMatchObject({ inFlightRecords: 24, credits: 10 });
  });

  test('leave idle subtasks out of the watermark, unless all are idle', () => {
    const at = (subtask: string, watermark: number, idle: boolean) =>
      gauges(subtask, 100, {
        watermark: eventTime(watermark),
        idle,
        operators: [operatorGauges('source', 0, 0, watermark), operatorGauges('map', 0, 0, watermark)],
      });
    const watermark = (reports: Report[]) => fold(empty, reports).vertices.get('v1')?.watermark;
    expect(watermark([at('v1/0', 5, true), at('v1/1', 90, false)])).toBe(90);
    expect(watermark([at('v1/0', 5, true), at('v1/1', 90, true)])).toBe(90);
    expect(watermark([at('v1/0', 5, false)])).toBe(MIN_EVENT_TIME);
    expect(watermark([at('v1/0', MAX_EVENT_TIME, false), at('v1/1', MAX_EVENT_TIME, false)])).toBe(MAX_EVENT_TIME);
  });

  test('a chained edge has the rate of the operator that it leads to', () => {
    const view = fold(empty, [gauges('v1/0', 500, { operators: [operatorGauges('map', 0, 0)] })]);
    const next = fold(view, [gauges('v1/0', 1500, { operators: [operatorGauges('map', 200, 0)] })]);
    expect(next.edges.get('c')?.recordsPerSecond).toBe(next.nodes.get('map')?.recordsInPerSecond);
    expect(next.edges.get('c')?.recordsPerSecond).toBeGreaterThan(0);
  });
});

describe('the job', () => {
  test('shows state, times, pace and the failure', () => {
    const failure = { code: 'internal', details: { reason: 'x', seed: 1 } } as const;
    const view = fold(empty, [
      { kind: 'pace', at: time(0), paused: true, recordsPerSecond: 5, linkLatencyMs: 100 },
      { kind: 'job-state', at: time(1), state: 'deploying' },
      { kind: 'job-state', at: time(20), state: 'running' },
      { kind: 'job-state', at: time(90), state: 'failing', failure },
      { kind: 'job-state', at: time(95), state: 'failed' },
    ]);
    expect(view.job).toEqual({
      state: 'failed',
      failure,
      paused: true,
      recordsPerSecond: 5,
      linkLatencyMs: 100,
      startedAt: 20,
      endedAt: 95,
    });
    expect(view.at).toBe(95);
  });
});

describe('what is found in the job while it runs', () => {
  const issue = { code: 'undeclared-field', param: 'columns', details: { names: '“x”' } } as const;
  const said = (subtask: string, at: number, names = '“x”'): Report => {
    const place = { node: 'n1', subtask, issue: { ...issue, details: { names } } };
    return { kind: 'log', at: time(at), level: 'warning', text: `The function returns ${names}.`, ...place };
  };

  test('is told once per operator, whichever subtask or attempt says it again', () => {
    const view = fold(empty, [said('v1/0', 1), said('v1/1', 2, '“y”'), said('v1/0', 3)]);
    expect([...view.found]).toEqual([['n1', [issue]]]);
    expect(view.log.map(({ at }) => at)).toEqual([1]);
  });

  test('stands beside what is found at other operators, and other things', () => {
    const other = { ...issue, code: 'unreturned-column' } as const;
    const view = fold(empty, [
      said('v1/0', 1),
      { ...said('v1/0', 2), issue: other } as Report,
      { ...said('v2/0', 3), node: 'n2' } as Report,
    ]);
    expect([...view.found.values()].map((issues) => issues.map(({ code }) => code))).toEqual([
      ['undeclared-field', 'unreturned-column'],
      ['undeclared-field'],
    ]);
    expect(view.log).toHaveLength(3);
  });
});

describe('what did not change', () => {
  test('is shared with the view before', () => {
    const before = fold(empty, [gauges('v1/0', 100, { recordsOut: 1, outputs: [output('e:0-0', 1)] })]);
    expect(fold(before, [])).toBe(before);
    const after = fold(before, [{ kind: 'log', at: time(150), level: 'info', text: 'Hello.' }]);
    expect(after).not.toBe(before);
    for (const part of ['subtasks', 'channels', 'nodes', 'vertices', 'edges', 'results', 'traces', 'job'] as const) {
      expect(after[part], part).toBe(before[part]);
    }
    const moved = fold(after, [gauges('v1/1', 200, { outputs: [output('e:1-1', 9)] })]);
    expect(moved.subtasks.get('v1/0')).toBe(before.subtasks.get('v1/0'));
    expect(moved.channels.get('e:0-0')).toBe(before.channels.get('e:0-0'));
    expect(moved.vertices.get('v2')).toBe(before.vertices.get('v2'));
    expect(moved.log).toBe(after.log);
  });

  test('never changes a view that was handed out', () => {
    const before = fold(empty, [gauges('v1/0', 100, { recordsOut: 1, outputs: [output('e:0-0', 1)] })]);
    const copy = structuredClone(before);
    fold(before, [
      gauges('v1/0', 200, { recordsOut: 9, outputs: [output('e:0-0', 9)] }),
      { kind: 'log', at: time(150), level: 'info', text: 'Hello.' },
      results('v2/0', 1, [1]),
    ]);
    expect(before).toEqual(copy);
  });

  test('and reports of subtasks that the graph lacks are left out', () => {
    const view = fold(empty, [gauges('v9/9', 100, { outputs: [output('nowhere', 1)] })]);
    expect({ ...view, at: empty.at }).toEqual(empty);
  });
});

describe('log and traces', () => {
  test('keep the newest and go on numbering', () => {
    const lines = Array.from({ length: 2 * logLimit + 7 }, (_, i): Report => {
      return { kind: 'log', at: time(i), level: 'info', text: `${i}` };
    });
    const view = fold(fold(empty, lines.slice(0, 100)), lines.slice(100));
    expect(view.log.length).toBe(logLimit);
    expect(view.log.at(-1)).toMatchObject({ number: lines.length, text: `${lines.length - 1}` });
    expect(view.log[0]?.number).toBe(lines.length - logLimit + 1);
  });

  test('number traces one by one, over all subtasks', () => {
    const trace = (sequence: number) => ({ kind: 'consumed', channel: 'e:0-0', sequence, at: time(1) }) as const;
    const reports = Array.from({ length: traceLimit }, (_, i): Report => {
      return { kind: 'traces', subtask: `v1/${i % 2}`, attempt: 1, traces: [trace(2 * i), trace(2 * i + 1)] };
    });
    const { traces } = fold(empty, reports);
    expect(traces.length).toBe(traceLimit);
    expect(traces.at(-1)?.number).toBe(2 * traceLimit);
    traces.slice(1).forEach((one, i) => expect(one.number).toBe((traces[i]?.number ?? 0) + 1));
  });
});

const schema: Schema = [
  { name: 'n', type: 'int' },
  { name: 'text', type: 'string' },
  { name: 'even', type: 'boolean' },
];

/** Text entries beyond those in use, as a source's shared dictionary has them. */
function batch(numbers: readonly number[]): Batch {
  return {
    schema,
    length: numbers.length,
    timestamps: Float64Array.from(numbers),
    columns: [
      { kind: 'number', values: Float64Array.from(numbers, (n) => (n % 5 === 0 ? Number.NaN : n)) },
      {
        kind: 'text',
        codes: Int32Array.from(numbers, (n) => (n % 7 === 0 ? NULL_CODE : n % 3)),
        entries: ['zero', 'one', 'two', 'unused', 'one'],
      },
      { kind: 'boolean', values: Uint8Array.from(numbers, (n) => (n % 11 === 0 ? NULL_BOOLEAN : (n + 1) % 2)) },
    ],
  };
}
const rowOf = (n: number) => ({
  n: n % 5 === 0 ? null : n,
  text: n % 7 === 0 ? null : ['zero', 'one', 'two'][n % 3],
  even: n % 11 === 0 ? null : n % 2 === 0,
});
function results(subtask: string, total: number, numbers: readonly number[]): Report {
  return {
    kind: 'results',
    at: time(1),
    node: 'sink',
    subtask,
    attempt: 1,
    total,
    records: batch(numbers),
    arrivals: arrivedAt(1, numbers.length),
  };
}
const kept = (view: ClusterView) => view.results.get('sink')?.chunks.flatMap((chunk) => rowsOf(chunk.records)) ?? [];

describe('results', () => {
  test('keep every record in order, in few chunks, however small the reports', () => {
    let view = empty;
    const count = 5000;
    for (let n = 0; n < count; n++) view = fold(view, [results('v2/0', n + 1, [n])]);
    const sink = view.results.get('sink');
    expect(kept(view)).toEqual(Array.from({ length: count }, (_, n) => rowOf(n)));
    expect(sink?.chunks.flatMap((chunk) => [...chunk.records.timestamps])).toEqual([...Array(count).keys()]);
    expect(sink).toMatchObject({ total: count, kept: count });
    expect(sink?.chunks.length).toBeLessThan(count / fullChunk + 20);
  });

  test('keep the records of each subtask in order when subtasks take turns', () => {
    let view = empty;
    for (let n = 0; n < 3000; n++) view = fold(view, [results(`v2/${n % 2}`, Math.floor(n / 2) + 1, [n])]);
    const chunks = view.results.get('sink')?.chunks ?? [];
    for (const turn of [0, 1]) {
      const own = chunks.filter((chunk) => chunk.subtask === `v2/${turn}`);
      const times = own.flatMap((chunk) => [...chunk.records.timestamps.subarray(0, chunk.records.length)]);
      expect(times).toEqual(Array.from({ length: 1500 }, (_, i) => 2 * i + turn));
    }
    expect(chunks.length).toBeLessThan(40);
    expect(view.results.get('sink')?.total).toBe(3000);
  });

  test('drop the oldest beyond the limit, and count all', () => {
    const size = 30_000;
    let view = empty;
    for (let i = 0; i < 5; i++) {
      const numbers = Array.from({ length: size }, (_, n) => i * size + n);
      view = fold(view, [results('v2/1', (i + 1) * size, numbers)]);
    }
    const sink = view.results.get('sink');
    expect(sink).toMatchObject({ total: 5 * size, kept: resultLimit });
    const times = sink?.chunks.flatMap((chunk) => [...chunk.records.timestamps.subarray(0, chunk.records.length)]);
    expect(times).toEqual(Array.from({ length: resultLimit }, (_, i) => 5 * size - resultLimit + i));
  });

  test('count what was left out of reports', () => {
    const view = fold(empty, [results('v2/0', 10_000, [1, 2]), results('v2/1', 5, [3])]);
    expect(view.results.get('sink')).toMatchObject({ total: 10_005, kept: 3 });
  });
});

describe('cuts', () => {
  const channel = fc.constantFrom('e:0-0', 'e:0-1', 'e:1-0', 'e:1-1');
  const subtask = fc.constantFrom('v1/0', 'v1/1', 'v2/0', 'v2/1');
  const count = fc.nat({ max: 1000 });
  const report: fc.Arbitrary<Report> = fc.oneof(
    fc.tuple(subtask, count, count, channel, count, fc.boolean()).map(([id, at, n, on, m, idle]) =>
      gauges(id, at, {
        busyMs: n,
        idleMs: m,
        recordsIn: n,
        recordsOut: m,
        idle,
        watermark: eventTime(n),
        operators: (id.startsWith('v1') ? ['source', 'map'] : ['sink']).map((node) => operatorGauges(node, n, m, n)),
        inputs: [input(on, n)],
        outputs: [output(on, m)],
      }),
    ),
    fc
      .tuple(subtask, count, fc.array(count, { maxLength: 30 }))
      .map(([id, total, numbers]) => results(id, total, numbers)),
    fc
      .tuple(count, subtask)
      .map(([at, id]): Report => ({ kind: 'task-state', at: time(at), subtask: id, attempt: 1, state: 'finished' })),
    count.map((at): Report => ({ kind: 'log', at: time(at), level: 'info', text: `${at}` })),
    count.map((at): Report => ({ kind: 'job-state', at: time(at), state: 'running' })),
  );

  test('make no difference: a fold of folds is the fold of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.array(report, { maxLength: 8 }), { maxLength: 12 }), (portions) => {
        const whole = fold(empty, portions.flat());
        const cut = portions.reduce(fold, empty);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('make no difference to totals: they are the newest that each subtask told', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), (reports) => {
        const view = reports.reduce((before, one) => fold(before, [one]), empty);
        const last = new Map<string, number>();
        for (const one of reports) if (one.kind === 'gauges') last.set(one.subtask, one.gauges.recordsOut);
        for (const [id, total] of last) expect(view.subtasks.get(id)?.recordsOut).toBe(total);
        const atMap = ['v1/0', 'v1/1'].reduce((sum, id) => sum + (last.get(id) ?? 0), 0);
        expect(view.nodes.get('map')?.recordsOut).toBe(atMap);
        for (const one of view.channels.values()) expect(one.inFlightRecords).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});

test('a round of gauges of 32 subtasks with 256 channels is folded in under a millisecond', () => {
  const large = graphOf(16);
  const round = (at: number): Report[] =>
    large.subtasks.map(({ id, vertex }) => {
      const own = large.channels.filter((channel) => channel.from === id || channel.to === id).map((one) => one.id);
      const sender = vertex === 'v1';
      return gauges(id, at, {
        busyMs: at,
        recordsOut: at,
        operators: (sender ? ['source', 'map'] : ['sink']).map((node) => operatorGauges(node, at, at)),
        inputs: sender ? [] : own.map((one) => input(one, at)),
        outputs: sender ? own.map((one) => output(one, at)) : [],
      });
    });
  const rounds = Array.from({ length: 200 }, (_, i) => round((i + 1) * 100));
  expect(large.channels.length).toBe(256);
  let view = emptyView(large, time(0));
  const costs = rounds.map((reports) => {
    const started = performance.now();
    view = fold(view, reports);
    return performance.now() - started;
  });
  // The better half: other work on the machine disturbs single rounds.
  costs.sort((a, b) => a - b);
  expect(costs[50]).toBeLessThan(1);
});
