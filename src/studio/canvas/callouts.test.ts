/** Callouts: what is notable in a view, when it is said and where it stands. */
import { describe, expect, test } from 'vitest';
import { eventTime, processingTime } from '../../base/units.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import type { ChannelView, ClusterView, Shares, SubtaskView } from '../../engine/telemetry/cluster-view.ts';
import { calloutsOf, nextCallout, noCallout, type CalloutText } from './callouts.ts';
import { overlap, placeCallout } from './callout-place.ts';

/** Flights (2) → Window (1) → Results (1). */
const operators = { v0: ['n0', 'Flights', 2], v1: ['n1', 'Window', 1], v2: ['n2', 'Results', 1] } as const;
const graph = {
  jobGraph: {
    vertices: Object.entries(operators).map(([id, [node, name, parallelism]]) => ({
      id,
      name,
      parallelism,
      operators: [{ node, name }],
    })),
  },
  subtasks: [
    { id: 'v0/0', vertex: 'v0', index: 0 },
    { id: 'v0/1', vertex: 'v0', index: 1 },
    { id: 'v1/0', vertex: 'v1', index: 0 },
    { id: 'v2/0', vertex: 'v2', index: 0 },
  ],
  channels: [
    { id: 'e0:0-0', from: 'v0/0', to: 'v1/0' },
    { id: 'e0:1-0', from: 'v0/1', to: 'v1/0' },
    { id: 'e1:0-0', from: 'v1/0', to: 'v2/0' },
  ],
} as unknown as ExecutionGraph;

const calm: Shares = { busy: 0.1, idle: 0.9, backpressured: 0 };
const held: Shares = { busy: 0.1, idle: 0, backpressured: 0.9 };
const working: Shares = { busy: 0.97, idle: 0.03, backpressured: 0 };

function view(
  shares: readonly Shares[],
  blocked: readonly string[] = [],
  watermarks: readonly number[] = [0, 0, 0],
): ClusterView {
  const subtasks = graph.subtasks.map(
    ({ id }, i) => [id, { id, state: 'running', failure: null, shares: shares[i] ?? calm }] as const,
  );
  const channels = graph.channels.map(({ id }, i) => {
    const full = blocked.includes(id);
    const input = { queuedBuffers: full ? 4 : 0, watermark: eventTime(watermarks[i] ?? 0), idle: false, ended: false };
    const output = { credits: full ? 0 : 4, queuedBuffers: full ? 2 : 0 };
    return [id, { id, input, output } as ChannelView] as const;
  });
  return {
    graph,
    subtasks: new Map(subtasks) as unknown as ReadonlyMap<string, SubtaskView>,
    channels: new Map(channels),
    nodes: new Map(),
    barriers: [],
    checkpoints: { history: [] },
    at: processingTime(0),
  } as unknown as ClusterView;
}

const hour = 3_600_000;
const span = { least: 0, greatest: 10 * hour };

describe('what is notable', () => {
  test('is nothing in a calm job', () => {
    expect(calloutsOf(view([calm, calm, calm, calm]), span)).toEqual([]);
  });

  test('is a subtask held back by the one that it sends to', () => {
    const [callout] = calloutsOf(view([held, calm, working, calm], ['e0:0-0']), span);
    expect(callout?.title).toBe('Flights 0 is backpressured by Window');
    expect(callout?.node).toBe('n0');
    expect(callout?.lines.join(' ')).toContain('97 %');
  });

  test('names the bottleneck at the end of the line, not the one in between', () => {
    const [callout] = calloutsOf(view([held, held, held, working], ['e0:0-0', 'e0:1-0', 'e1:0-0']), span);
    expect(callout?.title).toBe('Flights 0 is backpressured by Results');
    expect(callout?.lines[0]).toContain('The channel to Window is full: 4 buffers');
  });

  test('is not backpressure as long as there is credit', () => {
    expect(calloutsOf(view([held, calm, working, calm]), span)).toEqual([]);
  });

  test('is the channel that holds a watermark back, if the others are well ahead', () => {
    const [callout] = calloutsOf(view([calm, calm, calm, calm], [], [5 * hour, 2 * hour, 0]), span);
    expect(callout?.title).toBe('Watermark of Window held by Flights 1');
    expect(callout?.lines).toEqual([
      'It is the least over its channels: 02:00 from Flights 1.',
      'The next is 05:00, from Flights 0.',
    ]);
  });

  test('is not a watermark that is behind by a little', () => {
    expect(calloutsOf(view([calm, calm, calm, calm], [], [5 * hour, 5 * hour - 60_000, 0]), span)).toEqual([]);
  });
});

const matter = (key: string, tone: CalloutText['tone'] = 'plain'): CalloutText => ({
  key,
  tone,
  subtask: 'v0/0',
  node: 'n0',
  title: key,
  lines: [],
});

/** What is shown at each of these times, if `notable` is notable from 0 on. */
function shown(notable: (now: number) => readonly CalloutText[], until: number): Map<number, string | undefined> {
  let memory = noCallout;
  const at = new Map<number, string | undefined>();
  for (let now = 0; now <= until; now += 400) {
    memory = nextCallout(memory, notable(now), now);
    at.set(now, memory.shown?.key);
  }
  return at;
}

describe('a callout', () => {
  test('is said only when its matter lasts', () => {
    const flickering = shown((now) => (now % 1200 === 0 ? [matter('a')] : []), 20_000);
    expect([...flickering.values()].every((key) => key === undefined)).toBe(true);
    expect(shown(() => [matter('a')], 4000).get(2400)).toBe('a');
  });

  test('of a failure is said at once', () => {
    expect(shown(() => [matter('f', 'failure')], 400).get(0)).toBe('f');
  });

  test('goes by itself and is not repeated for a while', () => {
    const at = shown(() => [matter('a')], 60_000);
    expect(at.get(10_000)).toBe('a');
    expect(at.get(13_200)).toBeUndefined();
    expect(at.get(40_000)).toBeUndefined();
    expect(at.get(50_000)).toBe('a');
  });

  test('stands alone: another matter waits for its turn', () => {
    const at = shown(() => [matter('a'), matter('b')], 20_000);
    expect(at.get(8000)).toBe('a');
    expect(at.get(14_000)).toBe('b');
  });
});

describe('its place', () => {
  const node = { x: 300, y: 300, width: 200, height: 150 };
  const sight = { x: 0, y: 0, width: 1000, height: 800 };
  const size = { width: 260, height: 80 };

  test('is under the node where there is room, and never on it', () => {
    const place = placeCallout(node, size, [], sight);
    expect(place.side).toBe('below');
    expect(overlap({ ...place, ...size }, node)).toBe(0);
  });

  test('is above it when something else is underneath', () => {
    const below = { x: 250, y: 460, width: 400, height: 100 };
    const place = placeCallout(node, size, [below], sight);
    expect(place.side).toBe('above');
    expect(overlap({ ...place, ...size }, below)).toBe(0);
  });

  test('points at its node, on whichever side it stands, and is in sight when the node hardly is', () => {
    const middleOf = ({ x, tip }: ReturnType<typeof placeCallout>) => x + tip;
    const beside = { x: node.x + node.width, y: node.y, width: 4000, height: 300 };
    for (const others of [[], [beside]]) {
      expect(middleOf(placeCallout(node, size, others, sight))).toBe(node.x + node.width / 2);
    }
    const leftOfSight = { ...node, x: sight.x - node.width };
    const place = placeCallout(leftOfSight, size, [], sight);
    expect(place.x).toBeGreaterThanOrEqual(sight.x);
    expect(place.tip).toBeLessThan(0.1 * size.width);
  });

  test('is above it at the lower edge of what is in sight', () => {
    expect(placeCallout({ ...node, y: 640 }, size, [], sight).side).toBe('above');
  });
});

describe('barriers', () => {
  const aligning = (): ClusterView => {
    const calmView = view([calm, calm, calm, calm]);
    const channels = new Map(calmView.channels);
    const gauges = { queuedRecords: 12, ended: false, queuedBuffers: 2, watermark: eventTime(0), idle: false };
    const blocked = { id: 'e0:1-0', input: { ...gauges, blocked: true }, output: null, inFlightRecords: 12 };
    const late = {
      id: 'e0:0-0',
      input: { ...gauges, queuedRecords: 2, blocked: false },
      output: null,
      inFlightRecords: 7,
    };
    channels.set('e0:1-0', blocked as unknown as ChannelView);
    channels.set('e0:0-0', late as unknown as ChannelView);
    const history = [{ id: 8, state: 'in-progress' }];
    return { ...calmView, channels, checkpoints: { history } } as unknown as ClusterView;
  };

  test('an alignment tells which channel waits, with how much, and which barrier is missing', () => {
    const [callout] = calloutsOf(aligning(), span);
    expect(callout).toMatchObject({ tone: 'barrier', subtask: 'v1/0', title: 'Window is aligning checkpoint 8' });
    expect(callout?.lines).toEqual([
      'The channel from Flights 1 is blocked, 12 records wait.',
      'The barrier from Flights 0 has not come; at most 9 records are before it.',
    ]);
  });

  test('a switch to unaligned is told where it happens, for a while', () => {
    const event = { kind: 'timed-out', checkpoint: 8 };
    const barriers = [{ number: 1, at: processingTime(1000), subtask: 'v1/0', event }];
    const settings = { alignmentTimeoutMs: 300 };
    const at = (time: number) => {
      const calmView = view([calm, calm, calm, calm]);
      const jobGraph = { ...graph.jobGraph, settings };
      return {
        ...calmView,
        graph: { ...graph, jobGraph },
        barriers,
        at: processingTime(time),
      } as unknown as ClusterView;
    };
    expect(calloutsOf(at(1500), span)[0]).toMatchObject({
      subtask: 'v1/0',
      title: 'Checkpoint 8 is unaligned from Window on',
    });
    expect(calloutsOf(at(9000), span)).toEqual([]);
  });
});
