/** The course of a pipe: length, places along it, and what is near it. */
import { describe, expect, test } from 'vitest';
import { bezierBetween, curveOf, locate, nearest } from './curve.ts';

const spot = new Float64Array(3);
const at = (curve: ReturnType<typeof curveOf>, distance: number) => {
  locate(curve, distance, spot);
  return { x: spot[0] as number, y: spot[1] as number, angle: spot[2] as number };
};

describe('a pipe', () => {
  test('on one height is a straight line of the length between its ends', () => {
    const curve = curveOf(bezierBetween({ x: 100, y: 50 }, { x: 400, y: 50 }));
    expect(curve.length).toBeCloseTo(300, 3);
    expect(at(curve, 75)).toMatchObject({ y: 50, angle: 0 });
    expect(at(curve, 75).x).toBeCloseTo(175, 2);
  });

  test('begins and ends at its ends and leaves and arrives level', () => {
    const curve = curveOf(bezierBetween({ x: 0, y: 0 }, { x: 300, y: 200 }));
    expect(at(curve, 0)).toMatchObject({ x: 0, y: 0 });
    expect(at(curve, curve.length).x).toBeCloseTo(300, 1);
    expect(at(curve, curve.length).y).toBeCloseTo(200, 1);
    expect(Math.abs(at(curve, 1).angle)).toBeLessThan(0.12);
    expect(Math.abs(at(curve, curve.length - 1).angle)).toBeLessThan(0.12);
  });

  test('is as long as a fine numerical integration of the same Bézier curve says', () => {
    const { start, first, second, end } = bezierBetween({ x: 0, y: 0 }, { x: 300, y: 200 });
    let length = 0;
    const n = 20_000;
    for (let i = 0; i < n; i++) {
      const t = (i + 0.5) / n;
      const derivative = (axis: 'x' | 'y') =>
        3 * (1 - t) ** 2 * (first[axis] - start[axis]) +
        6 * (1 - t) * t * (second[axis] - first[axis]) +
        3 * t * t * (end[axis] - second[axis]);
      length += Math.hypot(derivative('x'), derivative('y')) / n;
    }
    expect(curveOf({ start, first, second, end }).length).toBeCloseTo(length, 0);
  });

  test('moves a dot evenly: equal distances are equal steps on the canvas', () => {
    const curve = curveOf(bezierBetween({ x: 0, y: 0 }, { x: 300, y: 240 }));
    for (let d = 0; d + 10 <= curve.length; d += 10) {
      const [a, b] = [at(curve, d), at(curve, d + 10)];
      expect(Math.hypot(b.x - a.x, b.y - a.y)).toBeGreaterThan(9.4);
      expect(Math.hypot(b.x - a.x, b.y - a.y)).toBeLessThan(10.2);
    }
  });

  test('bends out to both sides where the receiver stands left of the sender', () => {
    const { bounds } = curveOf(bezierBetween({ x: 300, y: 0 }, { x: 0, y: 100 }));
    expect(bounds.x).toBeLessThan(-10);
    expect(bounds.x + bounds.width).toBeGreaterThan(310);
  });

  test('goes straight on beyond its end, under the card', () => {
    const curve = curveOf(bezierBetween({ x: 0, y: 10 }, { x: 200, y: 10 }));
    expect(at(curve, 220).x).toBeCloseTo(220, 1);
  });

  test('knows how near a spot is and where', () => {
    const curve = curveOf(bezierBetween({ x: 0, y: 0 }, { x: 200, y: 0 }));
    const found = nearest(curve, 50, 7);
    expect(found.distance).toBeCloseTo(7, 3);
    expect(found.along).toBeCloseTo(50, 1);
  });

  test('of no length is still a curve', () => {
    const curve = curveOf(bezierBetween({ x: 5, y: 5 }, { x: 5, y: 5 }));
    expect(Number.isFinite(at(curve, 0).x)).toBe(true);
  });
});
