/** What a lane says of its subtask. */
import { describe, expect, test } from 'vitest';
import { eventTime, MIN_EVENT_TIME } from '../../base/units.ts';
import type { ClusterView, NodeView, Shares, SubtaskView } from '../../engine/telemetry/cluster-view.ts';
import type { TaskState } from '../../engine/wire/reports.ts';
import { laneSentences, laneText, type LaneKey } from './lane-text.ts';
import { rateText, shortNumber } from './number-text.ts';

interface Given {
  readonly state?: TaskState;
  readonly shares?: Shares;
  readonly rates?: readonly [number, number];
  readonly watermark?: number;
  readonly attempt?: number;
  readonly replaying?: boolean;
}

function view(subtasks: readonly Given[], jobState = 'running'): ClusterView {
  const ids = subtasks.map((_, i) => `v1/${i}`);
  const made = subtasks.map(
    (
      { state = 'running', shares = { busy: 0.2, idle: 0.7, backpressured: 0.1 }, rates = [5, 9], watermark, ...more },
      i,
    ) => {
      const time = watermark === undefined ? MIN_EVENT_TIME : eventTime(watermark);
      const operator = {
        node: 'n1',
        recordsIn: 50,
        recordsOut: 90,
        recordsInPerSecond: rates[0],
        recordsOutPerSecond: rates[1],
        watermark: time,
        stateEntries: 3,
        timers: 1,
        lateDropped: 2,
      };
      const subtask = {
        id: `v1/${i}`,
        state,
        failure: null,
        shares,
        watermark: time,
        idle: false,
        attempt: more.attempt ?? 1,
        replaying: more.replaying ?? false,
        operators: new Map([['n1', operator]]),
      };
      return [`v1/${i}`, subtask as unknown as SubtaskView] as const;
    },
  );
  const node = {
    id: 'n1',
    subtasks: ids,
    recordsInPerSecond: 20,
    recordsOutPerSecond: 30,
    watermark: eventTime(40),
  } as unknown as NodeView;
  return {
    subtasks: new Map(made),
    nodes: new Map([['n1', node]]),
    job: { state: jobState },
  } as unknown as ClusterView;
}

const lane = (index: number | null, rate: 'in' | 'out' = 'out'): LaneKey => ({ node: 'n1', index, rate });

describe('a lane', () => {
  test('shows what a subtask sends, and of a sink what it receives', () => {
    expect(laneText(view([{}]), lane(0), null).rate).toBe('9/s');
    expect(laneText(view([{}]), lane(0, 'in'), null).rate).toBe('5/s');
  });

  test('shows the watermark of its own operator, and a dash before any', () => {
    expect(laneText(view([{ watermark: 1200 }]), lane(0), null).watermark).toBe('◂1200');
    expect(laneText(view([{}]), lane(0), null).watermark).toBe('◂—');
  });

  test('says what a subtask is doing that does not run, and shows no shares and no rate then', () => {
    const deploying = laneText(view([{ state: 'deploying' }]), lane(0), null);
    expect(deploying).toMatchObject({ state: 'deploying', tone: 'waiting', shares: null, rate: '0/s' });
    expect(laneText(view([{ state: 'failed' }]), lane(0), null)).toMatchObject({ state: 'failed', tone: 'failed' });
  });

  test('is empty without a run and for a subtask that the run does not have', () => {
    expect(laneText(null, lane(0), null)).toMatchObject({ shares: null, rate: '', watermark: '' });
    expect(laneText(view([{}]), lane(7), null)).toMatchObject({ shares: null, rate: '' });
  });

  test('of a collapsed node shows the subtask that is least idle and the sums of all', () => {
    const busy: Shares = { busy: 0.9, idle: 0.1, backpressured: 0 };
    const text = laneText(view([{}, { shares: busy }, {}]), lane(null), null);
    expect(text).toMatchObject({ shares: busy, rate: '30/s', watermark: '◂40', worst: 'busiest of 3: subtask 1' });
  });

  test('of a collapsed node shows a failed subtask before a busy one', () => {
    const busy: Shares = { busy: 1, idle: 0, backpressured: 0 };
    expect(laneText(view([{ shares: busy }, { state: 'failed' }]), lane(null), null).state).toBe('failed');
  });

  test('tells all its numbers on hover', () => {
    const text = laneSentences(view([{ watermark: 1200 }]), lane(0), 'Hourly').join('\n');
    for (const part of [
      'Subtask 0 of Hourly: running',
      'idle 70 %',
      'in 5/s, 50 records',
      'out 9/s, 90 records',
      '3 keyed entries',
      '1 timer set',
      '2 late records dropped',
    ]) {
      expect(text).toContain(part);
    }
  });
});

describe('a number in little space', () => {
  test.each([
    [0, '0'],
    [0.04, '0'],
    [0.4, '0.4'],
    [7, '7'],
    [9.96, '10'],
    [42.4, '42'],
    [999.4, '999'],
    [999.6, '1 k'],
    [1234, '1.2 k'],
    [34_500, '35 k'],
    [999_600, '1 M'],
    [1_540_000, '1.5 M'],
    [Number.NaN, '0'],
  ])('%d reads %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
    expect(rateText(value)).toBe(`${text}/s`);
  });
});

test('a lane tells attempts after the first, and what a restart is doing', () => {
  const state = (given: Given, jobState?: string) => laneText(view([given], jobState), lane(0), null).state;
  expect(state({})).toBe('');
  expect(state({ attempt: 3 })).toBe('attempt 3');
  expect(state({ attempt: 2, replaying: true })).toBe('replaying');
  expect(state({ attempt: 2, state: 'initializing' })).toBe('restoring');
  expect(state({ state: 'cancelled' }, 'restarting')).toBe('restarting');
  expect(state({ attempt: 2, state: 'finished' })).toBe('finished');
});
