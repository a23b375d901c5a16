/** What the overlay knows of barriers, at the time of its playback. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import { barrierLimit } from '../../../engine/telemetry/cluster-view.ts';
import type { ClusterView, NumberedBarrier } from '../../../engine/telemetry/cluster-view.ts';
import type { BarrierEvent } from '../../../engine/wire/reports.ts';
import { BarrierBoard, flightMs, noteMs } from './barrier-board.ts';

const left = 'e0:0-0';
const right = 'e0:1-0';
const next = 'e1:0-0';

interface Told {
  readonly at: number;
  readonly event: BarrierEvent;
  readonly subtask?: string;
}

interface Given {
  readonly first?: number;
  readonly state?: string;
  readonly acknowledged?: readonly (readonly [string, number])[];
  readonly blocked?: readonly string[];
}

/** Only what the board reads: two channels into `v1/0`, one out of it. */
function view(told: readonly Told[], given: Given = {}): ClusterView {
  const { first = 1, state = 'in-progress', acknowledged = [], blocked = [left, right] } = given;
  const barriers = told.map(({ at, event, subtask = 'v1/0' }, i): NumberedBarrier => {
    return { number: first + i, at: processingTime(at), subtask, event };
  });
  const channels = [left, right, next].map((id) => [id, { id, input: { blocked: blocked.includes(id) } }]);
  const acks = new Map(acknowledged.map(([subtask, at]) => [subtask, { at }]));
  return {
    barriers,
    graph: {
      channels: [
        { id: left, from: 'v0/0', to: 'v1/0' },
        { id: right, from: 'v0/1', to: 'v1/0' },
        { id: next, from: 'v1/0', to: 'v2/0' },
      ],
    },
    channels: new Map(channels as [string, unknown][]),
    checkpoints: { history: [{ id: 7, state, acknowledged: acks }] },
  } as unknown as ClusterView;
}

const arrived = (channel: string, at: number, blocked = true, overtook = 0): Told => ({
  at,
  event: { kind: 'arrived', checkpoint: 7, channel, blocked, overtook },
});
const snapshot = (at: number): Told => ({ at, event: { kind: 'snapshot', checkpoint: 7, unaligned: false } });

function board(given: ClusterView, time: number): BarrierBoard {
  const made = new BarrierBoard();
  made.read(given);
  made.advance(time, given);
  return made;
}

describe('a channel', () => {
  test('stands blocked from when its barrier came until the snapshot', () => {
    const told = view([arrived(left, 100), arrived(right, 400, false), snapshot(410)]);
    expect([...board(told, 50).blocked.keys()]).toEqual([]);
    expect(board(told, 200).blocked.get(left)).toEqual({ checkpoint: 7, since: 100 });
    expect([...board(told, 420).blocked.keys()]).toEqual([]);
  });

  test('is let go by a timeout and by an abort, but only at its own receiver', () => {
    for (const kind of ['timed-out', 'aborted'] as const) {
      const elsewhere = { at: 150, subtask: 'v2/0', event: { kind, checkpoint: 7 } } as const;
      const here = { at: 300, event: { kind, checkpoint: 7 } } as const;
      const told = view([arrived(left, 100), elsewhere, here]);
      expect(board(told, 200).blocked.has(left)).toBe(true);
      expect(board(told, 350).blocked.has(left)).toBe(false);
    }
  });

  test('is not blocked for long when the gauges know better', () => {
    const told = view([arrived(left, 100)], { blocked: [] });
    expect(board(told, 300).blocked.has(left)).toBe(true);
    expect(board(told, 5000).blocked.has(left)).toBe(false);
  });

  test('tells what its barrier overtook, for a while', () => {
    const told = view([arrived(left, 100, false, 37)]);
    expect(board(told, 150).notes).toEqual([{ channel: left, at: 100, text: 'overtook 37 records' }]);
    const late = board(told, 150);
    late.advance(100 + noteMs, told);
    expect(late.notes).toEqual([]);
  });
});

test('the cut knows who has taken the snapshot and where the barrier has come', () => {
  const made = board(view([arrived(left, 100), snapshot(200)]), 250);
  expect(made.hasPassed(7, 'v1/0')).toBe(true);
  expect(made.hasPassed(7, 'v0/0')).toBe(false);
  expect(made.hasArrived(7, left)).toBe(true);
  expect(made.hasArrived(7, right)).toBe(false);
  expect(made.underWay).toEqual([7]);
});

test('each acknowledgement flies once; those from before the first look do not', () => {
  const made = board(view([], { acknowledged: [['v0/0', 90]] }), 100);
  expect(made.flights).toEqual([]);
  const more = view([], {
    acknowledged: [
      ['v0/0', 90],
      ['v1/0', 120],
    ],
  });
  made.read(more);
  made.read(more);
  expect(made.flights).toEqual([{ checkpoint: 7, subtask: 'v1/0', at: 120 }]);
  made.advance(120 + flightMs, more);
  expect(made.flights).toEqual([]);
});

test('events are applied once, also when the view no longer has the first of them', () => {
  const made = board(view([arrived(left, 100)]), 150);
  const later = view([snapshot(200), arrived(right, 300)], { first: 2 });
  made.read(later);
  made.read(later);
  made.advance(350, later);
  expect([...made.blocked.keys()]).toEqual([right]);
});

test('while nothing is drawn, as in a hidden tab, what waits to be played does not grow without end', () => {
  const made = new BarrierBoard();
  let first = 1;
  for (let look = 0; look < 50; look++) {
    const told = Array.from({ length: barrierLimit }, (_, i) => arrived(left, look * 1000 + i));
    const acknowledged = Array.from({ length: 100 }, (_, i) => [`v1/${look}-${i}`, look * 1000 + i] as const);
    made.read(view(told, { first, acknowledged }));
    first += barrierLimit;
  }
  const { waiting } = made as unknown as { readonly waiting: readonly unknown[] };
  expect(waiting.length).toBeLessThanOrEqual(barrierLimit);
  expect(made.flights.length).toBeLessThanOrEqual(1000);
});
