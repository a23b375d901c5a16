/** Buffers on their way, from traces; and where they stand on the pipe. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { ChannelView, ClusterView, NumberedTrace } from '../../../engine/telemetry/cluster-view.ts';
import type { JobState, Trace } from '../../../engine/wire/reports.ts';
import { pack } from './packing.ts';
import { exitMs, Traffic, type Passage } from './traffic.ts';

const channel = 'e1:0-0';

const sent = (sequence: number, at: number, records = 1): Trace => ({
  kind: 'sent',
  channel,
  sequence,
  at: processingTime(at),
  records,
  hues: Array.from({ length: Math.min(32, records) }, () => 7),
  labels: [],
  watermark: null,
  end: false,
});
const consumed = (sequence: number, at: number): Trace => ({
  kind: 'consumed',
  channel,
  sequence,
  at: processingTime(at),
});

/** Only what the traffic reads of a view. */
function view(
  traces: readonly Trace[],
  options: {
    first?: number;
    latencyMs?: number;
    consumedBuffers?: number;
    at?: number;
    attempt?: number;
    state?: JobState;
  } = {},
) {
  const { first = 0, latencyMs = 700, consumedBuffers, at = 0, attempt = 1, state = 'running' } = options;
  const numbered = traces.map((trace, i): NumberedTrace => ({ number: first + i, subtask: 'v1/0', attempt, trace }));
  const input = consumedBuffers === undefined ? null : { consumedBuffers };
  const channels = new Map([[channel, { input } as ChannelView]]);
  const subtasks = new Map(['v1/0', 'v2/0'].map((id) => [id, { id, attempt, gauges: null, replaying: false }]));
  const graph = { channels: [{ id: channel, from: 'v1/0', to: 'v2/0' }] };
  const job = { linkLatencyMs: latencyMs, state };
  return { traces: numbered, job, channels, at, graph, subtasks, recoveries: [] } as unknown as ClusterView;
}

function traffic(...views: ClusterView[]): { readonly of: Traffic; readonly passages: readonly Passage[] } {
  const of = new Traffic();
  for (const one of views) of.read(one, () => undefined);
  return { of, passages: of.lanes.get(channel)?.passages ?? [] };
}

describe('traffic', () => {
  test('takes each trace once, however often the view shows it', () => {
    const traces = [sent(0, 100), sent(1, 200)];
    expect(traffic(view(traces), view(traces), view([...traces, sent(2, 300)])).passages).toHaveLength(3);
  });

  test('reads on where it stopped when old traces have left the view', () => {
    const { passages } = traffic(view([sent(0, 100), sent(1, 200)]), view([sent(1, 200), sent(2, 300)], { first: 1 }));
    expect(passages.map((passage) => passage.sequence)).toEqual([0, 1, 2]);
  });

  test('keeps a buffer until it was consumed and has gone into the node', () => {
    const { of, passages } = traffic(view([sent(0, 100), consumed(0, 900)]));
    expect(of.sweep(500)).toBe(1);
    expect(of.sweep(900 + exitMs)).toBe(1);
    expect(of.sweep(901 + exitMs)).toBe(0);
    expect(passages).toHaveLength(0);
  });

  test('when the job has finished nothing stays on its way, told or not', () => {
    const { of } = traffic(view([sent(0, 100), sent(1, 200), consumed(0, 900)], { at: 1000, state: 'finished' }));
    expect(of.sweep(1000 + exitMs)).toBe(1);
    expect(of.sweep(1001 + exitMs)).toBe(0);
  });

  test.each(['failed', 'cancelled'] as const)('of a job that has %s, what was on its way is gone', (state) => {
    const { of } = traffic(view([sent(0, 100)]), view([sent(0, 100)], { at: 1000, state }));
    expect(of.sweep(900)).toBe(0);
  });

  test('understands a consumption that was reported before the sending', () => {
    expect(traffic(view([consumed(0, 900), sent(0, 100)])).passages[0]?.consumedAt).toBe(900);
  });

  test('takes all earlier buffers of the channel for consumed: a channel is first in, first out', () => {
    const { passages } = traffic(view([sent(0, 100), sent(1, 200), sent(2, 300), consumed(1, 900)]));
    expect(passages.map((passage) => passage.consumedAt)).toEqual([900, 900, Infinity]);
  });

  test('clears what a lost trace would leave behind when the gauges count it as consumed', () => {
    const { passages } = traffic(
      view([sent(0, 100), sent(1, 200)]),
      view([], { first: 2, consumedBuffers: 1, at: 5000 }),
    );
    expect(passages.map((passage) => passage.consumedAt)).toEqual([5000, Infinity]);
  });

  test('hears the time of every new trace once', () => {
    const of = new Traffic();
    const heard: number[] = [];
    const shown = view([sent(0, 100), consumed(0, 900)]);
    of.read(shown, (at) => heard.push(at));
    of.read(shown, (at) => heard.push(at));
    expect(heard).toEqual([100, 900]);
  });

  test('is bounded on a channel whose consumption is never heard of', () => {
    const many = Array.from({ length: 5000 }, (_, i) => sent(i, i));
    expect(traffic(view(many)).passages.length).toBeLessThanOrEqual(128);
  });
});

/** Plays frames of 16 ms up to `time`, as the overlay does, and gives where the buffers are. */
function packed(traces: readonly Trace[], time: number, options: { latencyMs?: number; slots?: number } = {}) {
  const { latencyMs = 700, slots = 4 } = options;
  const { passages } = traffic(view(traces, { latencyMs }));
  let queued = 0;
  for (let now = 0; now <= time; now += 16) queued = pack(passages, { length: 200, slots, time: now, elapsed: 16 });
  queued = pack(passages, { length: 200, slots, time, elapsed: time % 16 });
  return { places: passages.map((passage) => passage.drawnAt), queued };
}

describe('packing', () => {
  test('a buffer is halfway when half of the latency has passed', () => {
    expect(packed([sent(0, 0)], 350).places[0]).toBeCloseTo(100, 0);
  });

  test('is not on the pipe before it was sent', () => {
    expect(packed([sent(0, 1000)], 350).places).toEqual([-1]);
  });

  test('buffers that arrived stand in the queue, one slot each, from the receiver back', () => {
    const { places, queued } = packed([sent(0, 0), sent(1, 100), sent(2, 200)], 3000);
    expect(places).toEqual([200, 150, 100]);
    expect(queued).toBe(3);
  });

  test('a channel without credit is a full pipe', () => {
    expect(packed([sent(0, 0), sent(1, 50), sent(2, 100), sent(3, 150)], 3000).queued).toBe(4);
  });

  test('no buffer overtakes the one before it', () => {
    const traces = [sent(0, 0, 5), sent(1, 10, 5), sent(2, 20, 5)];
    for (let time = 16; time < 2000; time += 48) {
      const { places } = packed(traces, time);
      places.slice(1).forEach((place, i) => expect(place).toBeLessThanOrEqual(places[i] as number));
    }
  });

  test('those behind move up when the first is consumed, and do not jump', () => {
    const traces = [sent(0, 0), sent(1, 100), consumed(0, 2000)];
    const before = packed(traces, 1990).places[1] as number;
    const soon = packed(traces, 2032).places[1] as number;
    const later = packed(traces, 3000).places[1] as number;
    expect(before).toBe(150);
    expect(soon).toBeGreaterThan(150);
    expect(soon).toBeLessThan(200);
    expect(later).toBe(200);
  });

  test('a consumed buffer slides under the card and is gone', () => {
    const traces = [sent(0, 0), consumed(0, 1000)];
    expect(packed(traces, 1000 + exitMs / 2).places[0]).toBeGreaterThan(200);
    expect(packed(traces, 1000 + exitMs + 50).places[0]).toBe(-1);
  });

  test('without latency a buffer is in the queue at once', () => {
    expect(packed([sent(0, 0)], 16, { latencyMs: 0 }).places).toEqual([200]);
  });

  test('nothing moves while the time stands still', () => {
    const { passages } = traffic(view([sent(0, 0), sent(1, 30)]));
    const packing = { length: 200, slots: 4, time: 300, elapsed: 16 };
    for (let i = 0; i < 30; i++) pack(passages, packing);
    const places = passages.map((passage) => passage.drawnAt);
    for (let i = 0; i < 30; i++) pack(passages, { ...packing, elapsed: 0 });
    expect(passages.map((passage) => passage.drawnAt)).toEqual(places);
  });
});

describe('barriers and restarts', () => {
  const withBarrier = (trace: Trace, barrier: number, overtook = 0): Trace =>
    ({ ...trace, barrier, overtook }) as Trace;

  test('a buffer carries the number of its barrier', () => {
    const { passages } = traffic(view([withBarrier(sent(0, 100), 7)]));
    expect(passages[0]).toMatchObject({ barrier: 7, overtook: 0, replayed: false });
  });

  test('a barrier that overtakes goes its own way, and is gone when it was received', () => {
    const { of, passages } = traffic(
      view([sent(0, 100, 4), sent(1, 110, 4), withBarrier(sent(-1, 120, 0), 7, 8), consumed(-1, 900)]),
    );
    expect(passages.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(passages.every(({ consumedAt }) => consumedAt === Infinity)).toBe(true);
    expect(of.lanes.get(channel)?.priority[0]).toMatchObject({ barrier: 7, overtook: 8, consumedAt: 900 });
    of.sweep(900 + exitMs + 1);
    expect(of.lanes.get(channel)?.priority).toEqual([]);
  });

  test('a new attempt begins with an empty channel and counts from 0', () => {
    const first = view([sent(0, 100), sent(1, 110), consumed(0, 200)]);
    const second = view([sent(0, 5000)], { first: 3, attempt: 2 });
    const { passages } = traffic(first, second);
    const of = traffic(first, second).of.lanes.get(channel);
    expect(of?.passages.map(({ sentAt, consumedAt }) => [sentAt, consumedAt])).toEqual([[5000, Infinity]]);
    expect(passages).toHaveLength(1);
  });

  test('what comes late from an older attempt is not drawn', () => {
    const late = view([sent(4, 5000)], { first: 3 });
    const traces = late.traces.map((trace) => ({ ...trace, attempt: 1 }));
    const now = { ...view([], { attempt: 2 }), traces };
    expect(traffic(view([], { attempt: 2 }), now as ClusterView).passages).toEqual([]);
  });

  test('records come again while their source replays, and from in-flight data', () => {
    const plain = view([sent(0, 100), { ...sent(1, 110), replayed: true } as Trace]);
    expect(traffic(plain).passages.map(({ replayed }) => replayed)).toEqual([false, true]);
    const source = { id: 'v1/0', attempt: 1, replaying: true, gauges: { operators: [{ position: 3 }] } };
    const subtasks = new Map([['v1/0', source]]);
    expect(traffic({ ...plain, subtasks } as unknown as ClusterView).passages.map((one) => one.replayed)).toEqual([
      true,
      true,
    ]);
  });
});
