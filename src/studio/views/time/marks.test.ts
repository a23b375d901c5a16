/** Walking through the marks of the plot by keys: order, ends, panes alone, and what becomes of it while more is told. */
import { describe, expect, it } from 'vitest';
import { eventTime, processingTime } from '../../../base/units.ts';
import type { TimeView } from '../../../engine/telemetry/cluster-view.ts';
import { foundIn, showing, walked, type Mark, type Walk } from './marks.ts';
import { sceneOf, type Scene } from './scene.ts';

/** Records at processing times 10, 20 and 20, a pane at 20 that was told between the two, and one at 400. */
function sceneUntil(now: number): Scene {
  const record = (number: number, at: number, time: number | null) =>
    ({
      number,
      subtask: 'w/0',
      attempt: 1,
      trace: {
        kind: 'record',
        at: processingTime(at),
        time: time === null ? null : eventTime(time),
        input: 0,
        key: 'a',
        hue: 0,
        label: `a ${number}`,
        verdict: 'on time',
        watermark: eventTime(0),
      },
    }) as const;
  const pane = (number: number, at: number) =>
    ({
      number,
      subtask: 'w/0',
      attempt: 1,
      trace: {
        kind: 'pane',
        at: processingTime(at),
        key: 'a',
        hue: 0,
        window: [0, 5],
        domain: 'event',
        timing: 'on time',
        index: 0,
        time: eventTime(4),
        watermark: eventTime(5),
        value: 'n 1',
      },
    }) as const;
  const upTo = <T extends { readonly trace: { readonly at: number } }>(all: readonly T[]): T[] =>
    all.filter(({ trace }) => trace.at <= now);
  const view: TimeView = {
    node: 'w',
    records: upTo([record(1, 10, 3), record(2, 20, 7), record(4, 20, null)]),
    watermarks: [],
    windows: upTo([pane(3, 20), pane(5, 400)]),
    skipped: new Map(),
    told: 5,
  };
  return sceneOf(view, { key: null, subtask: null }, now);
}

const scene = sceneUntil(500);
const numberOf = (mark: Mark | null): number | null =>
  mark === null ? null : mark.kind === 'dot' ? mark.thing.number : (mark.thing.panes[0]?.number ?? null);

function walkedAll(walk: Walk, panesAlone: boolean): (number | null)[] {
  const seen: (number | null)[] = [];
  for (let at = walked(scene, null, walk, panesAlone); at !== null; at = walked(scene, at, walk, panesAlone))
    seen.push(numberOf(at));
  return seen;
}

describe('the marks of the plot', () => {
  it('are walked in the order in which they came, records without event time too, and end at both ends', () => {
    expect(walkedAll('next', false)).toEqual([1, 2, 3, 4, 5]);
    expect(walkedAll('previous', false)).toEqual([5, 4, 3, 2, 1]);
  });

  it('are panes alone where that is asked, also from a record on', () => {
    expect(walkedAll('next', true)).toEqual([3, 5]);
    expect(numberOf(walked(scene, walked(scene, null, 'first', false), 'next', true))).toBe(3);
  });

  it('have a first and a last', () => {
    expect(numberOf(walked(scene, null, 'first', false))).toBe(1);
    expect(numberOf(walked(scene, walked(scene, null, 'first', false), 'last', false))).toBe(5);
  });

  it('are the same when more has been told', () => {
    const early = sceneUntil(20);
    const pinned = walked(early, null, 'last', false) as Mark;
    expect(numberOf(pinned)).toBe(4);
    expect(foundIn(scene, pinned)?.thing).toBe(scene.timeless[0]);
    expect(numberOf(walked(scene, pinned, 'next', false))).toBe(5);
    expect(foundIn(sceneUntil(10), pinned)).toBeNull();
  });

  it('are brought into sight, by no more than the sides that they are beyond', () => {
    const first = walked(scene, null, 'first', false) as Mark;
    const inSight = { x: [0, 20], y: [0, 10] } as const;
    expect(showing(inSight, first)).toBe(inSight);
    expect(showing({ x: [100, 120], y: [0, 10] }, first)).toEqual({ x: [0, 20], y: [0, 10] });
    const timeless = foundIn(scene, walked(sceneUntil(20), null, 'last', false) as Mark) as Mark;
    expect(showing({ x: [0, 30], y: [0, 10] }, timeless)).toEqual({ x: [0, 30], y: [0, 10] });
  });
});
