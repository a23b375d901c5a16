/** Hints stand beside what they speak of, in sight, and not on it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hintPlace } from './hint-place.ts';

const page = { width: 1000, height: 700 };
const hint = { width: 200, height: 40 };

test('below and centred by default', () => {
  expect(hintPlace({ left: 500, top: 100, width: 40, height: 30 }, hint, 'bottom', page)).toEqual({
    left: 420,
    top: 137,
  });
});

test('above instead of below at the lower edge, and the other way round at the upper', () => {
  expect(hintPlace({ left: 500, top: 660, width: 40, height: 30 }, hint, 'bottom', page).top).toBe(613);
  expect(hintPlace({ left: 500, top: 4, width: 40, height: 30 }, hint, 'top', page).top).toBe(41);
});

test('never out of the page, and never on its anchor where there is room beside it', () => {
  const anchors = fc.record({ left: fc.integer({ min: 0, max: 940 }), top: fc.integer({ min: 0, max: 660 }) });
  fc.assert(
    fc.property(anchors, fc.constantFrom('top', 'bottom', 'left', 'right'), (at, side) => {
      const anchor = { ...at, width: 60, height: 40 };
      const { left, top } = hintPlace(anchor, hint, side, page);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(left + hint.width).toBeLessThanOrEqual(page.width);
      expect(top + hint.height).toBeLessThanOrEqual(page.height);
      const apart =
        left + hint.width <= anchor.left ||
        left >= anchor.left + anchor.width ||
        top + hint.height <= anchor.top ||
        top >= anchor.top + anchor.height;
      expect(apart).toBe(true);
    }),
  );
});
