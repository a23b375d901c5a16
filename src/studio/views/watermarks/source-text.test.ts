/** What is said of splits and alignment, by the rules of WatermarkOutputMultiplexer and FLIP-182. */
import { describe, expect, it } from 'vitest';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { SourceGauges, SplitGauges } from '../../../engine/wire/reports.ts';
import { alignmentText, splitsText } from './source-text.ts';

const text = (time: number) => `t${time}`;
const source = (splits: readonly Partial<SplitGauges>[]): SourceGauges => ({
  lastEventTime: null,
  lastRecordAt: null,
  strategy: 'monotonous',
  outOfOrdernessMs: 0,
  idleTimeoutMs: 0,
  splits: splits.map((given, split) => ({ split, watermark: eventTime(0), idle: false, held: false, ...given })),
});
const at = (watermark: number, more: Partial<SplitGauges> = {}) => ({ watermark: eventTime(watermark), ...more });

describe('splits', () => {
  it.each([
    [[], 'no split is open'],
    [[at(5)], 'its only split is split 0 (t5)'],
    [[at(9), at(5)], 'least of split 1 (t5) and split 0 (t9)'],
    [[at(9), at(5), at(7)], 'least of split 1 (t5) and 2 others'],
    [[at(9), at(5, { idle: true })], 'alone counts split 0 (t9), split 1 idle'],
    [[at(9, { held: true }), at(5)], 'least of split 1 (t5) and split 0 (t9), split 0 held back by alignment'],
    [[at(9), at(MIN_EVENT_TIME)], 'least of split 1 (none yet) and split 0 (t9)'],
    [[at(9, { idle: true }), at(5, { idle: true })], 'all its splits are idle'],
  ])('%#: %s', (splits, said) => {
    expect(splitsText(source(splits), text)).toBe(said);
  });

  it('of a source that has none are not told', () => {
    const { splits: _, ...whole } = source([]);
    expect(splitsText(whole, text)).toBeNull();
  });
});

interface Given {
  readonly watermark: number;
  readonly waiting?: boolean;
  readonly idle?: boolean;
  readonly group?: string;
  readonly state?: string;
}

function viewOf(given: readonly Given[]): ClusterView {
  const subtasks = given.map((_, i) => ({ id: `v${i}/0`, vertex: `v${i}`, index: 0 }));
  const vertices = given.map((_, i) => ({ id: `v${i}`, operators: [{ name: ['Flights', 'Weather', 'Ads'][i] }] }));
  const views = given.map(({ watermark, waiting = false, idle = false, group = 'g', state = 'running' }, i) => {
    const alignment = { group, limit: eventTime(0), waiting };
    return [`v${i}/0`, { watermark: eventTime(watermark), idle, state, gauges: { source: { alignment } } }] as const;
  });
  return { graph: { subtasks, jobGraph: { vertices } }, subtasks: new Map(views) } as unknown as ClusterView;
}

describe('alignment', () => {
  const ahead = { watermark: 20_000, waiting: true };
  it.each([
    [
      'names the slowest and how far it is behind',
      [ahead, { watermark: 8000 }],
      'paused by alignment: 12 s ahead of Weather 0',
    ],
    ['is not said of a source that reads', [{ watermark: 20_000 }, { watermark: 8000 }], null],
    [
      'passes over one that is idle, has ended, or is of another group',
      [ahead, { watermark: 8000, idle: true }, { watermark: 9000, group: 'h' }],
      'paused by alignment until group “g” has caught up',
    ],
    [
      'passes over the final watermark',
      [ahead, { watermark: MAX_EVENT_TIME, state: 'finished' }, { watermark: 18_500 }],
      'paused by alignment: 1 s 500 ms ahead of Ads 0',
    ],
  ])('%s', (_rule, given, said) => {
    expect(alignmentText(viewOf(given), 'v0/0')).toBe(said);
  });
});
