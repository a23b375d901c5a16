/** Tags of panes dodge handles, each other and, where they can, records; whatever the script, and however low the plot. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, type Box } from './boxes.ts';
import { placePanes, type Placing } from './place-panes.ts';
import { margin, scalesOf } from './scales.ts';
import type { Dot, PaneMark } from './scene.ts';
import { paneTrace } from './testing/pane-trace.ts';

const fired = (at: number, window: readonly [number, number], value?: string): PaneMark => {
  const trace = paneTrace(at, window, value === undefined ? {} : { value });
  return { x: at, y: window[1], window, timing: 'on time', panes: [{ number: 1, subtask: 's', attempt: 0, trace }] };
};
const dot = (x: number, y: number): Dot => ({ x, y }) as Dot;

const measure = (text: string): number => 6.6 * text.length;
const placed = (parts: Partial<Placing>, height = 200) =>
  placePanes({
    scene: { panes: [], dots: [] },
    scales: scalesOf({ x: [0, 8000], y: [0, 30_000] }, 900, height),
    measure,
    reserved: [],
    lit: [],
    ...parts,
  });
const field = (height: number): Box => ({
  left: margin.left,
  top: margin.top,
  right: 900 - margin.right,
  bottom: height - margin.bottom,
});

describe('the tags of panes', () => {
  it('the tag of a pane alone is at its moment, below the end of its window', () => {
    const scales = scalesOf({ x: [0, 8000], y: [0, 30_000] }, 900, 200);
    const [tag] = placed({ scene: { panes: [fired(4000, [10_000, 20_000])], dots: [] } });
    expect(tag?.tagged).toBe(true);
    expect(((tag?.box.left ?? 0) + (tag?.box.right ?? 0)) / 2).toBeCloseTo(scales.x(4000));
    expect(tag?.box.top).toBeGreaterThan(scales.y(20_000));
    expect(tag?.box.bottom).toBeLessThan(scales.y(10_000));
  });

  it('a watermark that is moved over the place of a tag drives it away, and no further than it must', () => {
    const scales = scalesOf({ x: [0, 8000], y: [0, 30_000] }, 900, 200);
    const scene = { panes: [fired(7000, [20_000, 30_000])], dots: [] };
    const [before] = placed({ scene });
    const handle = { left: scales.x(7000) - 8, right: scales.x(7000) + 8, top: scales.y(27_000), bottom: 0 };
    const [after] = placed({ scene, reserved: [{ ...handle, bottom: handle.top + 10 }] });
    expect(overlap(before?.box ?? handle, { ...handle, bottom: handle.top + 10 })).toBe(true);
    expect(after?.tagged).toBe(true);
    expect(overlap(after?.box ?? handle, { ...handle, bottom: handle.top + 10 })).toBe(false);
    expect(Math.abs((after?.box.top ?? 0) - (before?.box.top ?? 0))).toBeLessThanOrEqual(30);
  });

  it('a record is dodged where there is room beside it', () => {
    const scales = scalesOf({ x: [0, 8000], y: [0, 30_000] }, 900, 200);
    const at = { x: 4000, y: 18_500 };
    const [tag] = placed({ scene: { panes: [fired(4000, [10_000, 20_000])], dots: [dot(at.x, at.y)] } });
    const spot = { left: scales.x(at.x), right: scales.x(at.x), top: scales.y(at.y), bottom: scales.y(at.y) };
    expect(tag?.tagged).toBe(true);
    expect(overlap(tag?.box ?? spot, { ...spot, right: spot.right + 1, bottom: spot.bottom + 1 })).toBe(false);
  });

  it('the tags of many panes cover no more than a part of the field, and those on time come first', () => {
    const early: PaneMark[] = Array.from({ length: 50 }, (_, i) => ({
      ...fired(160 * i, [0, 30_000]),
      timing: 'early',
    }));
    const onTime = fired(40, [0, 30_000]);
    const tags = placed({ scene: { panes: [onTime, ...early], dots: [] } }).filter(({ tagged }) => tagged);
    const covered = tags.reduce((sum, { box }) => sum + (box.right - box.left) * (box.bottom - box.top), 0);
    const { left, top, right, bottom } = field(200);
    expect(tags.map(({ mark }) => mark)).toContain(onTime);
    expect(tags.length).toBeGreaterThan(3);
    // The last one may go over it.
    expect(covered).toBeLessThan(0.2 * (right - left) * (bottom - top));
  });

  it('of two for which there is room for one the newer has it, unless the older is pointed at', () => {
    const [old, newer] = [fired(4000, [0, 30_000]), fired(4001, [0, 30_000])];
    const height = margin.top + margin.bottom + 24;
    // What is left and right of the moment is taken.
    const walls = [
      { left: 0, right: 410, top: 0, bottom: height },
      { left: 540, right: 900, top: 0, bottom: height },
    ];
    const tagged = (lit: readonly object[]) =>
      placed({ scene: { panes: [old, newer], dots: [] }, reserved: walls, lit }, height)
        .filter((each) => each.tagged)
        .map(({ mark }) => mark);
    expect(tagged([])).toEqual([newer]);
    expect(tagged([old])).toEqual([newer, old]);
  });

  it('of many each is at its moment or a shape alone, so that tags do not cover the plot', () => {
    const scales = scalesOf({ x: [0, 8000], y: [0, 30_000] }, 900, 200);
    const panes = Array.from({ length: 40 }, (_, i) => fired(200 * i, [10_000, 20_000]));
    const tags = placed({ scene: { panes, dots: [] } }).filter(({ tagged }) => tagged);
    expect(tags.length).toBeGreaterThan(2);
    for (const { mark, box } of tags) {
      expect(box.top).toBeCloseTo(tags[0]?.box.top ?? 0);
      expect(box.left <= scales.x(mark.x) && scales.x(mark.x) <= box.right).toBe(true);
    }
  });

  it('none lies over a handle or another tag, or out of the field, whatever there is', () => {
    const marks = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 8000 }), start: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 12 },
    );
    const spots = fc.array(fc.record({ x: fc.integer({ min: 70, max: 886 }), y: fc.integer({ min: 16, max: 250 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(marks, spots, spots, fc.integer({ min: 90, max: 300 }), (all, handles, dots, height) => {
        const scales = scalesOf({ x: [0, 8000], y: [0, 30_000] }, 900, height);
        const panes = all.map(({ at, start }) => fired(at, [start * 10_000, start * 10_000 + 10_000]));
        const reserved = handles.map(({ x, y }) => ({ left: x - 8, right: x + 8, top: y - 5, bottom: y + 5 }));
        const scene = { panes, dots: dots.map(({ x, y }) => dot(scales.timeX(x), scales.timeY(y))) };
        const tags = placed({ scene, reserved }, height).filter(({ tagged }) => tagged);
        const { left, right, top, bottom } = field(height);
        for (const [i, { box }] of tags.entries()) {
          expect(reserved.some((handle) => overlap(handle, box))).toBe(false);
          expect(tags.slice(i + 1).some((other) => overlap(other.box, box))).toBe(false);
          expect(box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom).toBe(true);
        }
      }),
    );
  });
});
