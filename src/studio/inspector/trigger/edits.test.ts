/** What a person does to the tree of a trigger: whatever is done, what comes out is a trigger that can be written. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTrigger } from '../../../engine/time/triggers/parse.ts';
import { triggerNames } from '../../../engine/time/triggers/table.ts';
import type { TriggerName } from '../../../engine/time/triggers/table.ts';
import { triggerText } from '../../../engine/time/triggers/text.ts';
import { allTriggers } from '../../../engine/time/triggers/tree.ts';
import type { TriggerTree } from '../../../engine/time/triggers/tree.ts';
import { asKind, canLose, canMove, changedAt, movedPart, withoutPart, withPart, withValue } from './edits.ts';

const tree = (text: string): TriggerTree => {
  const parsed = parseTrigger(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value.trigger;
};
const written = (trigger: TriggerTree): string => triggerText({ trigger, purging: false });

test.each<[string, TriggerName, string]>([
  ['count(3)', 'repeatedly', 'repeatedly(count(3))'],
  ['repeatedly(count(3))', 'any', 'any(count(3))'],
  ['any(count(3), delay(1s))', 'all', 'all(count(3), delay(1s))'],
  ['any(count(3), delay(1s))', 'repeatedly', 'repeatedly(count(3))'],
  ['any(count(3), delay(1s))', 'count', 'count(1)'],
  ['delay(5s)', 'everyProcessingTime', 'everyProcessingTime(5s)'],
  ['count(3)', 'delay', 'delay(10s)'],
  ['count(3)', 'afterWatermark', 'afterWatermark(early: count(3))'],
  ['repeatedly(watermark())', 'afterWatermark', 'afterWatermark()'],
  ['afterWatermark(early: count(2), late: count(1))', 'orFinally', 'orFinally(count(2), count(1))'],
  ['afterWatermark()', 'each', 'each(count(1))'],
  ['never()', 'repeatedly', 'repeatedly(count(1))'],
  ['any(never(), count(2))', 'repeatedly', 'repeatedly(count(2))'],
  ['repeatedly(count(2))', 'never', 'never()'],
])('%s made %s is %s', (from, name, to) => {
  expect(written(asKind(tree(from), name))).toBe(to);
});

test('a change is made at its place alone', () => {
  const from = tree('any(count(1), all(count(2), count(3)))');
  expect(written(changedAt(from, [1, 0], (each) => withValue(each, 0, 9)))).toBe(
    'any(count(1), all(count(9), count(3)))',
  );
  expect(written(changedAt(from, [1], (each) => withoutPart(each, 0)))).toBe('any(count(1), all(count(3)))');
  expect(written(changedAt(from, [4], (each) => withoutPart(each, 0)))).toBe(written(from));
});

test('early and late panes come and go', () => {
  const late = withPart(tree('afterWatermark()'), 'late');
  expect(written(late)).toBe('afterWatermark(late: count(1))');
  const both = withPart(late, 'early');
  expect(written(both)).toBe('afterWatermark(early: count(1), late: count(1))');
  expect(written(withoutPart(both, 1))).toBe('afterWatermark(early: count(1))');
});

test.each<[string, number, -1 | 1, string]>([
  ['each(count(1), count(2), count(3))', 0, 1, 'each(count(2), count(1), count(3))'],
  ['each(count(1), count(2), count(3))', 2, -1, 'each(count(1), count(3), count(2))'],
  ['orFinally(repeatedly(count(1)), delay(5s))', 0, 1, 'orFinally(delay(5s), repeatedly(count(1)))'],
])('part %s, %i moved by %i: %s', (from, at, by, to) => {
  expect(canMove(tree(from), at, by)).toBe(true);
  expect(written(movedPart(tree(from), at, by))).toBe(to);
  expect(written(movedPart(movedPart(tree(from), at, by), at + by, by === 1 ? -1 : 1))).toBe(from);
});

test.each<[string, number, -1 | 1]>([
  ['each(count(1), count(2))', 0, -1],
  ['each(count(1), count(2))', 1, 1],
  ['each(count(1))', 0, 1],
  ['repeatedly(count(1))', 0, 1],
  ['afterWatermark(early: count(1), late: count(2))', 0, 1],
  ['afterWatermark(early: count(1), late: count(2))', 1, -1],
])('in %s part %i cannot move by %i', (from, at, by) => {
  expect(canMove(tree(from), at, by)).toBe(false);
  expect(written(movedPart(tree(from), at, by))).toBe(from);
});

test('the only part of several stays', () => {
  expect(canLose(tree('any(count(1))'))).toBe(false);
  expect(canLose(tree('any(count(1), count(2))'))).toBe(true);
  expect(canLose(tree('orFinally(count(1), count(2))'))).toBe(false);
  expect(canLose(tree('afterWatermark(late: count(2))'))).toBe(true);
});

/** One step of a person, by numbers that choose. */
function stepped(from: TriggerTree, [where, what, which]: readonly [number, number, number]): TriggerTree {
  const places = [...allTriggers(from)].filter(({ place }) => place.length < 8);
  const { place } = places[where % places.length] as (typeof places)[number];
  return changedAt(from, place, (each) => {
    if (what === 0 && canLose(each) && each.parts.length > 0) return withoutPart(each, which % each.parts.length);
    if (what === 2 && each.parts.length > 1)
      return movedPart(each, which % each.parts.length, which % 2 === 0 ? 1 : -1);
    if (what === 1 && each.name === 'any') return withPart(each, null);
    return asKind(each, triggerNames[which % triggerNames.length] as TriggerName);
  });
}

test('whatever is done in whatever order, the text can be read as the tree that was made', () => {
  const step = fc.tuple(fc.nat(99), fc.nat(3), fc.nat(99));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const made = steps.reduce(stepped, tree('repeatedly(watermark())'));
      expect(tree(written(made))).toEqual(made);
    }),
  );
});
