/** The plot's scene, what lies under the pointer, and the axes: from traces written by hand. */
import { describe, expect, it } from 'vitest';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME, processingTime } from '../../../base/units.ts';
import type { TimeView } from '../../../engine/telemetry/cluster-view.ts';
import type { TimeTrace, Verdict } from '../../../engine/wire/time-traces.ts';
import { hitAt } from './hit.ts';
import { levelsOf } from './paint-axes.ts';
import { newParts } from './regions.ts';
import { placePanes } from './place-panes.ts';
import { axisText, scalesOf, sinceText, ticksOf, zoomed } from './scales.ts';
import { sceneOf, type Scene } from './scene.ts';
import { paneTrace } from './testing/pane-trace.ts';
import { paneTag } from './words.ts';

const record = (
  at: number,
  time: number,
  more: { key?: string; verdict?: Verdict; windows?: [number, number][] } = {},
) =>
  ({
    kind: 'record',
    at: processingTime(at),
    time: eventTime(time),
    input: 0,
    key: 'a',
    hue: 0,
    label: 'a 1',
    verdict: 'on time',
    watermark: eventTime(0),
    ...more,
  }) satisfies TimeTrace;

const pane = (at: number, window: [number, number], key = 'a', value = 'total 3') =>
  paneTrace(at, window, { key, value });

const merged = (at: number, window: [number, number], from: [number, number][]): TimeTrace => ({
  kind: 'merged',
  at: processingTime(at),
  key: 'a',
  window,
  from,
});
const closed = (at: number, window: [number, number], key: string | null = null): TimeTrace => ({
  kind: 'closed',
  at: processingTime(at),
  key,
  window,
});
const watermark = (at: number, time: number, channel: string | null = null): TimeTrace => ({
  kind: 'watermark',
  at: processingTime(at),
  channel,
  time: eventTime(time),
});

function told(...traces: readonly (TimeTrace | readonly [subtask: string, trace: TimeTrace])[]): TimeView {
  const numbered = traces.map((each, i) => {
    const [subtask, trace] = 'kind' in each ? ['w/0', each] : each;
    return { number: i + 1, subtask, attempt: 1, trace };
  });
  const of = <K extends TimeTrace['kind']>(...kinds: readonly K[]) =>
    numbered.filter(({ trace }) => (kinds as readonly string[]).includes(trace.kind)) as never;
  return {
    node: 'w',
    records: of('record'),
    watermarks: of('watermark', 'status'),
    windows: of('pane', 'merged', 'closed', 'timer'),
    skipped: new Map(),
    told: numbered.length,
  };
}

const all = { key: null, subtask: null };

describe('the scene', () => {
  it('a window is a region from its first record until its state is gone, and fills with its records', () => {
    const view = told(
      record(10, 1, { windows: [[0, 10]] }),
      record(20, 5, { key: 'b', windows: [[0, 10]] }),
      pane(30, [0, 10]),
      closed(40, [0, 10]),
    );
    const [region] = sceneOf(view, all, 50).regions;
    expect(region).toMatchObject({ window: [0, 10], from: 10, passed: 30, gone: 40, keys: 2, key: null });
    expect(region?.steps).toEqual([
      [10, 1],
      [20, 2],
    ]);
  });

  it('a region of all keys stays until the last key is gone', () => {
    const windows: [number, number][] = [[0, 10]];
    const parts = [record(10, 1, { windows }), record(11, 2, { key: 'b', windows }), closed(40, [0, 10], 'a')];
    expect(sceneOf(told(...parts), all, 50).regions[0]?.gone).toBeNull();
    expect(sceneOf(told(...parts, closed(41, [0, 10], 'b')), all, 50).regions[0]?.gone).toBe(41);
  });

  it('sessions that merge end as regions where the one begins that holds all their records', () => {
    const view = told(
      record(10, 0, { windows: [[0, 10]] }),
      record(20, 20, { windows: [[20, 30]] }),
      record(30, 10, { windows: [[0, 30]] }),
      merged(
        30,
        [0, 30],
        [
          [0, 10],
          [20, 30],
        ],
      ),
    );
    const { regions } = sceneOf(view, all, 40);
    expect(regions.map(({ window, from, gone, merged: into }) => ({ window, from, gone, into }))).toEqual([
      { window: [0, 10], from: 10, gone: 30, into: true },
      { window: [20, 30], from: 20, gone: 30, into: true },
      { window: [0, 30], from: 30, gone: null, into: false },
    ]);
    expect(regions[2]?.steps.at(-1)).toEqual([30, 3]);
    // Upright it has a line only where neither of them was.
    expect(regions.map(newParts)).toEqual([[[0, 10]], [[20, 30]], [[10, 20]]]);
  });

  it('what is new of a session is before, between and after those that merged into it', () => {
    expect(newParts({ window: [0, 100], of: [] })).toEqual([[0, 100]]);
    const of: [number, number][] = [
      [60, 80],
      [10, 40],
      [20, 30],
    ];
    expect(newParts({ window: [0, 100], of })).toEqual([
      [0, 10],
      [40, 60],
      [80, 100],
    ]);
    expect(newParts({ window: [10, 20], of: [[10, 20]] })).toEqual([]);
  });

  it('panes that one watermark fires in several subtasks are one mark, those of another firing another', () => {
    const view = told(pane(100, [0, 10]), ['w/1', pane(150, [0, 10], 'b')], pane(900, [0, 10]));
    const { panes, counts } = sceneOf(view, all, 1000);
    expect(panes.map((mark) => mark.panes.map(({ trace }) => trace.key))).toEqual([['a', 'b'], ['a']]);
    expect(counts.panes).toBe(3);
  });

  describe('the ideal watermark', () => {
    const idealOf = (view: TimeView, now: number) => sceneOf(view, all, now).curves[0];
    const at = (time: number, input: number) => ({ ...record(time, time * 10_000), input });

    it('of replayed data is the newest event time that has come: their clock', () => {
      const view = told(record(1, 5), record(2, 3), record(3, 9000), watermark(3, 2));
      expect(idealOf(view, 4)).toMatchObject({
        kind: 'newest',
        points: [
          { x: 1, y: 5 },
          { x: 3, y: 9000 },
        ],
      });
    });

    it('of live data is the diagonal on which event time is processing time, whatever comes late', () => {
      const view = told(record(10_000, 9900), record(20_000, 11_000), record(21_000, 21_400), watermark(21_000, 9000));
      expect(idealOf(view, 30_000)).toMatchObject({
        kind: 'ideal',
        points: [
          { x: 10_000, y: 10_000 },
          { x: 30_000, y: 30_000 },
        ],
      });
    });

    it('is no diagonal if an event comes before it happens, or most come long after', () => {
      expect(idealOf(told(record(10_000, 9900), record(11_000, 12_001)), 20_000)?.kind).toBe('newest');
      expect(idealOf(told(record(700_000, 99_000)), 800_000)?.kind).toBe('newest');
      expect(idealOf(told(record(700_000, 100_001)), 800_000)?.kind).toBe('ideal');
    });

    it('of two inputs is that of the one behind, and there is none before both have come', () => {
      const points = idealOf(told(at(1, 0), at(5, 0), at(6, 1), at(7, 0), at(9, 1)), 10)?.points;
      expect(points).toEqual([
        { x: 6, y: 50_000 },
        { x: 7, y: 60_000 },
        { x: 9, y: 70_000 },
      ]);
    });
  });

  it('a record without event time has a moment, no height, and is counted apart', () => {
    const view = told(record(1, 5), { ...record(2, 0), time: null });
    const { dots, timeless, counts } = sceneOf(view, all, 4);
    expect([dots.length, timeless.map(({ x, y }) => [x, y])]).toEqual([1, [[2, Number.NaN]]]);
    expect(counts).toMatchObject({ onTime: 1, late: 0, dropped: 0, timeless: 1 });
  });

  it('a curve for each channel and for each subtask, and idleness upon it until the next watermark', () => {
    const idle = { kind: 'status', at: processingTime(5), channel: 'c1', idle: true } as const;
    const view = told(watermark(1, 5, 'c1'), watermark(2, 7, 'c2'), watermark(2, 5), idle, watermark(9, 8, 'c1'));
    const { curves } = sceneOf(view, all, 10);
    expect(curves.map(({ kind, channel }) => [kind, channel]).slice(1)).toEqual([
      ['channel', 'c1'],
      ['channel', 'c2'],
      ['own', null],
    ]);
    expect(curves[1]?.idle).toEqual([[5, 9]]);
  });

  it('one key alone shows its own records, windows and panes', () => {
    const view = told(record(1, 1), record(2, 2, { key: 'b' }), pane(3, [0, 10], 'b'));
    const scene = sceneOf(view, { key: 'b', subtask: null }, 4);
    expect([scene.dots.length, scene.panes.length]).toEqual([1, 1]);
    expect(scene.keys).toEqual(['a', 'b']);
  });

  it('windows in processing time put their records where they came', () => {
    const view = told(record(1005, 7, { windows: [[1000, 1010]] }));
    const scene = sceneOf(view, all, 1020);
    expect(scene.domain).toBe('processing');
    expect(scene.dots[0]).toMatchObject({ x: 1005, y: 1005 });
  });

  it('the global window and the final watermark do not stretch the axis', () => {
    const view = told(record(1, 5, { windows: [[MIN_EVENT_TIME, MAX_EVENT_TIME]] }), watermark(9, MAX_EVENT_TIME));
    const { extent, regions } = sceneOf(view, all, 10);
    expect(regions).toEqual([]);
    expect(extent?.y[1]).toBeLessThan(20);
  });
});

describe('under the pointer', () => {
  const scene: Scene = sceneOf(
    told(
      record(100, 50, {
        windows: [
          [0, 100],
          [40, 60],
        ],
      }),
      pane(500, [0, 100]),
    ),
    all,
    1000,
  );
  const scales = scalesOf({ x: [0, 1000], y: [0, 200] }, 1084, 234);
  const panes = placePanes({ scene, scales, measure: (text) => 7 * text.length, reserved: [], lit: [] });
  const drawn = { scene, scales, panes };

  it('a dot is hit on it and near it, and no further than a finger is wide', () => {
    const [x, y] = [scales.x(100), scales.y(50)];
    expect(hitAt(drawn, x + 3, y)?.kind).toBe('dot');
    expect(hitAt(drawn, x + 9, y)?.kind).toBe('region');
  });

  it('a pane is hit on its tag, wherever that stands, and on a shape alone', () => {
    const [tag] = panes;
    if (tag === undefined) throw new Error('there is a pane');
    expect(hitAt(drawn, tag.box.left + 1, tag.box.bottom - 1)?.kind).toBe('pane');
    expect(hitAt(drawn, tag.box.right - 1, tag.box.top + 1)?.kind).toBe('pane');
    const shape = { ...tag, tagged: false, box: { left: 500, top: 100, right: 510, bottom: 110 } };
    expect(hitAt({ ...drawn, panes: [shape] }, 498, 98)?.kind).toBe('pane');
    expect(hitAt({ ...drawn, panes: [shape] }, tag.box.left + 1, tag.box.bottom - 1)?.kind).not.toBe('pane');
  });

  it('of windows that overlap the smallest is hit, and beside them nothing', () => {
    const hit = hitAt(drawn, scales.x(300), scales.y(45));
    expect(hit?.kind === 'region' ? hit.thing.window : null).toEqual([40, 60]);
    expect(hitAt(drawn, scales.x(300), scales.y(150))).toBeNull();
    expect(hitAt(drawn, scales.x(50), scales.y(45))).toBeNull();
  });
});

describe('the scales', () => {
  it('lead from time to pixels and back', () => {
    const scales = scalesOf({ x: [0, 1000], y: [10, 20] }, 800, 300);
    expect(scales.timeX(scales.x(420))).toBeCloseTo(420);
    expect(scales.timeY(scales.y(13))).toBeCloseTo(13);
  });

  it('zooming leaves the point where it is under the pointer', () => {
    expect(zoomed([0, 100], 25, 0.5)).toEqual([12.5, 62.5]);
  });

  it('ticks are round and not more than there is room for', () => {
    expect(ticksOf([0, 10_000], 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
    expect(ticksOf([120, 2200], 3, 100)).toEqual([1100, 2100]);
  });

  it('event times are round, and processing times are round since the run began', () => {
    const scales = scalesOf({ x: [0, 1], y: [1300, 11_400] }, 800, 200);
    expect(levelsOf(scales, 'event', 1300)).toEqual([5000, 10_000]);
    expect(levelsOf(scales, 'processing', 1300)).toEqual([1300, 6300, 11_300]);
  });

  it('times read as clock, date, seconds of a script, or time since the run began', () => {
    const day = Date.UTC(2001, 0, 2);
    expect(axisText(day + 3_600_000, [day, day + 20_000_000])).toBe('01:00');
    expect(axisText(day, [day - 20_000_000, day + 20_000_000])).toBe('Jan 2');
    expect(axisText(20_000, [0, 30_000])).toBe('20 s');
    const [year, march] = [Date.UTC(2001, 0, 1), Date.UTC(2001, 2, 1)];
    expect(axisText(Date.UTC(2001, 0, 18), [year, march])).toBe('Jan 18');
    // Within a year each day has a name of its own, on both sides of New Year.
    expect(axisText(Date.UTC(2001, 0, 18), [year - 1, march])).toBe('Jan 18');
    expect(axisText(Date.UTC(2001, 0, 18), [year - 366 * day, march])).toBe('Jan 2001');
    expect(sinceText(65_000, 60_000)).toBe('65 s');
    expect(sinceText(185_000, 60_000)).toBe('3:05');
  });
});

describe('the tag of a pane', () => {
  it('says timing, key and value, or how many keys fired', () => {
    const tag = (count: number) => {
      const keys = ['a', 'b', 'c', 'd'].slice(0, count);
      const [mark] = sceneOf(told(...keys.map((key) => pane(5, [0, 10], key))), all, 10).panes;
      return mark === undefined ? '' : paneTag(mark);
    };
    expect([tag(1), tag(2), tag(4)]).toEqual(['on time a 3', 'on time a 3, b 3', 'on time · 4 keys']);
  });
});
