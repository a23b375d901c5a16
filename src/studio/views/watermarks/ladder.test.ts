/** The ladder against the rule of Flink's StatusWatermarkValve: least of the channels that are neither idle nor ended. */
import { describe, expect, it } from 'vitest';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME, processingTime, type EventTimeMs } from '../../../base/units.ts';
import type { Channel, ExecutionGraph, JobGraphEdge, JobVertex, PlannedOperator } from '../../../engine/graph/plan.ts';
import { defaultSettings } from '../../../engine/graph/job.ts';
import { plainStream } from '../../../engine/graph/schema.ts';
import type { ChannelView, ClusterView, SubtaskView } from '../../../engine/telemetry/cluster-view.ts';
import { holderSentence, ladderOf, verticesInOrder } from './ladder.ts';

const operator = (node: string, name: string): PlannedOperator => {
  return { node, kind: 'any', name, params: {}, costMs: 0, inputs: [], outputs: [] };
};
const edge = (id: string, from: string, fromNode: string, to: string): JobGraphEdge => {
  const type = plainStream([]);
  return { edge: id, from, fromNode, fromPort: 0, to, toNode: to, toPort: 0, partitioner: 'hash', type };
};

interface Given {
  readonly watermark?: number;
  readonly idle?: boolean;
  readonly ended?: boolean;
  readonly holdsBehind?: boolean;
}

/** Flights (3 subtasks, with By origin chained) → Hourly (1 subtask); `inputs` are Hourly's channels. */
function viewOf(inputs: readonly Given[], through: number): ClusterView {
  const vertices: JobVertex[] = [
    // On purpose not in the order of the graph.
    { id: 'v2', name: 'Hourly', parallelism: 1, operators: [operator('hourly', 'Hourly')], chained: [] },
    {
      id: 'v1',
      name: 'Flights -> By origin',
      parallelism: 3,
      operators: [operator('flights', 'Flights'), operator('byOrigin', 'By origin')],
      chained: [],
    },
  ];
  const jobGraph = {
    vertices,
    edges: [edge('e', 'v1', 'byOrigin', 'v2')],
    decisions: new Map(),
    settings: defaultSettings,
  };
  const indices = inputs.map((_, i) => i);
  const channels: Channel[] = indices.map((i) => {
    return { id: `e:${i}-0`, edge: 'e', from: `v1/${i}`, to: 'v2/0', fromIndex: 0, toIndex: i };
  });
  const subtasks = indices.map((index) => ({ id: `v1/${index}`, vertex: 'v1', index }));
  const graph: ExecutionGraph = {
    jobGraph,
    subtasks: [...subtasks, { id: 'v2/0', vertex: 'v2', index: 0 }],
    channels,
  };
  const views = inputs.map(
    ({ watermark = MIN_EVENT_TIME, idle = false, ended = false, ...more }, i): [string, ChannelView] => {
      const input = {
        channel: `e:${i}-0`,
        watermark: eventTime(watermark),
        idle,
        ended,
        ...more,
      } as ChannelView['input'];
      return [`e:${i}-0`, { id: `e:${i}-0`, input } as ChannelView];
    },
  );
  const subtask = (id: string, watermark: number, nodes: readonly string[]): [string, SubtaskView] => {
    const time = eventTime(watermark);
    const operators = new Map(nodes.map((node) => [node, { node, watermark: time, notes: ['[10, 20) 3 keys'] }]));
    const gauges = { watermark: time };
    return [id, { id, state: 'running', watermark: time, idle: false, operators, gauges } as unknown as SubtaskView];
  };
  return {
    graph,
    at: processingTime(0),
    channels: new Map(views),
    subtasks: new Map([
      ...inputs.map(({ watermark = MIN_EVENT_TIME }, i) => subtask(`v1/${i}`, watermark, ['flights', 'byOrigin'])),
      subtask('v2/0', through, ['hourly']),
    ]),
  } as unknown as ClusterView;
}

const hourly = (inputs: readonly Given[], through: number) => {
  const rung = ladderOf(viewOf(inputs, through)).operators.at(-1)?.rungs[0];
  if (rung === undefined) throw new Error('no rung');
  return rung;
};
const parts = (inputs: readonly Given[], through: number) =>
  Object.fromEntries(hourly(inputs, through).channels.map(({ from, part }) => [from, part]));
const text = (time: EventTimeMs) => `t${time}`;

describe('the channel that holds the watermark', () => {
  it.each([
    ['is the slowest', [{ watermark: 90 }, { watermark: 50 }, { watermark: 70 }], 50, 'ahead holds ahead'],
    ['can be several', [{ watermark: 50 }, { watermark: 50 }], 50, 'holds holds'],
    ['is never an idle one', [{ watermark: 90 }, { watermark: 50, idle: true }], 90, 'holds idle'],
    ['is never an ended one', [{ watermark: MAX_EVENT_TIME, ended: true }, { watermark: 70 }], 70, 'ended holds'],
    ['is none that came back behind what is through', [{ watermark: 90 }, { watermark: 50 }], 90, 'holds catching-up'],
    ['is the one that has brought none yet', [{ watermark: 90 }, {}], MIN_EVENT_TIME, 'ahead holds'],
    [
      'is none when all are idle',
      [
        { watermark: 5, idle: true },
        { watermark: 9, idle: true },
      ],
      9,
      'idle idle',
    ],
    [
      'is the one that came back to an input of its own, however far behind',
      [{ watermark: 90 }, { watermark: 50, holdsBehind: true }],
      80,
      'ahead holds',
    ],
    ['may be behind what an assigner makes of it', [{ watermark: 20 }, { watermark: 10 }], 99, 'ahead holds'],
  ])('%s', (_, inputs: readonly Given[], through, expected) => {
    const found = parts(inputs, through);
    expect(inputs.map((__, i) => found[`By origin ${i}`]).join(' ')).toBe(expected);
  });
});

describe('the ladder', () => {
  const ladder = ladderOf(
    viewOf([{ watermark: 90 }, { watermark: 50 }, { watermark: MAX_EVENT_TIME, ended: true }], 50),
  );

  it('is in the order of the graph, chained operators behind their head', () => {
    expect(verticesInOrder(viewOf([{}], 0).graph).map((vertex) => vertex.id)).toEqual(['v1', 'v2']);
    expect(ladder.operators.map(({ name, chained }) => [name, chained])).toEqual([
      ['Flights', false],
      ['By origin', true],
      ['Hourly', false],
    ]);
  });

  it('tells how far each is behind the newest; the final watermark is no point in time', () => {
    expect(ladder.span).toEqual({ least: 50, greatest: 90 });
    expect(ladder.operators.map(({ rungs }) => rungs.map((rung) => rung.lagMs))).toEqual([
      [0, 40, null],
      [0, 40, null],
      [40],
    ]);
    expect(ladder.operators[0]?.rungs[2]?.ended).toBe(true);
  });

  it('carries the notes of operators', () => {
    expect(ladder.operators[2]?.rungs[0]?.notes).toEqual(['[10, 20) 3 keys']);
  });

  it('has no span before the first watermark', () => {
    expect(ladderOf(viewOf([{}], MIN_EVENT_TIME)).span).toBeNull();
  });
});

describe('in words', () => {
  it.each([
    [[{ watermark: 90 }, { watermark: 50 }], 50, 'Hourly 0 is held by the channel from By origin 1 at t50.'],
    [
      [{ watermark: 50 }, { watermark: 50 }],
      50,
      'Hourly 0 is held by the channels from By origin 0 and By origin 1 at t50.',
    ],
    [[{ watermark: 90 }, {}], MIN_EVENT_TIME, 'Hourly 0 waits for a first watermark from By origin 1.'],
    [[{ watermark: 5, idle: true }], 5, 'Hourly 0 is held by no channel: all are idle, ended or catching up.'],
    [[{ watermark: MAX_EVENT_TIME, ended: true }], MAX_EVENT_TIME, 'Hourly 0 has had its last record.'],
  ])('%#', (inputs: readonly Given[], through, expected) => {
    expect(holderSentence('Hourly', hourly(inputs, through), text)).toBe(expected);
  });
});
