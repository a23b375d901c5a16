/** The ring buffers of the swimlanes against a plain list, and what is recorded of a run. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { LaneHistory, lanesMax, samplesMax, stepMs } from './lane-history.ts';
import { takeView } from './recorder.ts';

const sample = (rate: number) => ({ rate, busy: 0.5, backpressured: 0.25 });

describe('the history of lanes', () => {
  it('holds the newest samples in order, as a plain list would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }),
        (capacity, steps) => {
          const history = new LaneHistory(capacity);
          let plain: [number, number][] = [];
          let at = 0;
          steps.forEach((step, i) => {
            at += step * stepMs * 0.6;
            const last = plain.at(-1)?.[0] ?? -Infinity;
            const due = at - last >= stepMs;
            expect(history.take(at, [['v/0', sample(i)]])).toBe(due);
            if (due) plain = [...plain, [at, i] as [number, number]].slice(-capacity);
          });
          const held = Array.from({ length: history.size }, (_, i) => [
            history.timeAt(i),
            history.sampleAt('v/0', i)?.rate,
          ]);
          expect(held).toEqual(plain);
          for (const time of [-1, at / 2, at, at + 1]) {
            expect(history.firstFrom(time)).toBe(plain.filter(([each]) => each < time).length);
          }
          expect(history.highestRate('v/0', 0)).toBe(Math.max(0, ...plain.map(([, rate]) => rate)));
        },
      ),
    );
  });

  it('takes nothing while the clock of a paused job stands still', () => {
    const history = new LaneHistory();
    history.take(1000, [['v/0', sample(1)]]);
    expect(history.take(1000, [['v/0', sample(2)]])).toBe(false);
    expect(history.size).toBe(1);
  });

  it('has a gap where a subtask did not run, also in a place that is used again', () => {
    const history = new LaneHistory(2);
    for (let i = 0; i < 4; i++) history.take(i * stepMs, i === 3 ? [] : [['v/0', sample(i)]]);
    expect([history.sampleAt('v/0', 0)?.rate, history.sampleAt('v/0', 1)]).toEqual([2, null]);
    expect(history.sampleAt('other', 0)).toBeNull();
  });

  it('is bounded in time and in lanes', () => {
    const history = new LaneHistory(4);
    expect(samplesMax * stepMs).toBe(10 * 60 * 1000);
    const many = Array.from({ length: lanesMax + 1 }, (_, i) => [`v/${i}`, sample(i)] as const);
    history.take(0, many);
    expect(history.sampleAt(`v/${lanesMax - 1}`, 0)?.rate).toBe(lanesMax - 1);
    expect(history.sampleAt(`v/${lanesMax}`, 0)).toBeNull();
  });

  it('forgets all for a new run, whose clock begins anew', () => {
    const history = new LaneHistory();
    history.take(5000, [['v/0', sample(1)]]);
    history.clear();
    expect(history.take(0, [])).toBe(true);
    expect([history.size, history.sampleAt('v/0', 0)]).toEqual([1, null]);
  });
});

it('a source is measured by what it emits, others by what they take in, and who does not run has a gap', () => {
  const subtask = (state: string) => {
    const shares = { busy: 0.5, idle: 0.25, backpressured: 0.25 };
    return { state, shares, recordsInPerSecond: 3, recordsOutPerSecond: 8 };
  };
  const view = {
    at: processingTime(0),
    graph: {
      jobGraph: { edges: [{ from: 'v1', to: 'v2' }] },
      subtasks: [
        { id: 'v1/0', vertex: 'v1' },
        { id: 'v2/0', vertex: 'v2' },
        { id: 'v2/1', vertex: 'v2' },
      ],
    },
    subtasks: new Map([
      ['v1/0', subtask('running')],
      ['v2/0', subtask('running')],
      ['v2/1', subtask('failed')],
    ]),
  } as unknown as ClusterView;
  const history = new LaneHistory();
  takeView(history, view);
  expect(['v1/0', 'v2/0', 'v2/1'].map((id) => history.sampleAt(id, 0)?.rate)).toEqual([8, 3, undefined]);
});
