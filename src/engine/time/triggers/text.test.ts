/** Triggers written as text: the same trigger comes back, for any that can be composed. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTrigger } from './parse.ts';
import { triggerRow } from './table.ts';
import type { PartsKind, TriggerName, ValueKind } from './table.ts';
import { triggerNames } from './table.ts';
import { triggerText } from './text.ts';
import type { TriggerPart, TriggerTree } from './tree.ts';

const valueOf: Readonly<Record<ValueKind, fc.Arbitrary<number | string>>> = {
  count: fc.integer({ min: 1, max: 1e9 }),
  number: fc.oneof(fc.nat(), fc.constantFrom(0.1, 1e-7, 1234.5678)),
  duration: fc.integer({ min: 1, max: 1e12 }),
  column: fc.constantFrom('price', 'a b', 'x(1)', 'größe', 'a,b', 'late:'),
};

const part =
  (role: TriggerPart['role']) =>
  (trigger: TriggerTree): TriggerPart => ({ role, trigger });

function partsOf(kind: PartsKind, one: fc.Arbitrary<TriggerTree>): fc.Arbitrary<TriggerPart[]> {
  const plain = one.map(part(null));
  switch (kind) {
    case 'none':
      return fc.constant([]);
    case 'one':
      return fc.tuple(plain);
    case 'two':
      return fc.tuple(plain, plain);
    case 'several':
      return fc.array(plain, { minLength: 1, maxLength: 3 });
    case 'panes':
      return fc
        .shuffledSubarray(['early', 'late'] as const)
        .chain((roles) => fc.tuple(...roles.map((role) => one.map(part(role)))).map((parts) => [...parts]));
  }
}

const named = (name: TriggerName, one: fc.Arbitrary<TriggerTree>): fc.Arbitrary<TriggerTree> => {
  const { values, parts } = triggerRow(name);
  return fc.record({
    name: fc.constant(name),
    values: fc.tuple(...values.map(({ kind }) => valueOf[kind])).map((each) => [...each]),
    parts: partsOf(parts, one),
  });
};

const leaves = triggerNames.filter((name) => triggerRow(name).parts === 'none');

const { tree } = fc.letrec<{ tree: TriggerTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...leaves).chain((name) => named(name, tie('tree'))),
    fc.constantFrom(...triggerNames).chain((name) => named(name, tie('tree'))),
  ),
}));

test('what is written is read as the same trigger', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), (trigger, purging) => {
      const text = triggerText({ trigger, purging });
      expect(parseTrigger(text), text).toEqual({ ok: true, value: { trigger, purging } });
    }),
  );
});

test.each([
  ['repeatedly( any( count(3), delay( 10 s ) ) )', 'repeatedly(any(count(3), delay(10s)))'],
  ['delay(90000)', 'delay(90s)'],
  ['delay(1.5min)', 'delay(90s)'],
  ['everyEventTime(86400000 ms)', 'everyEventTime(1d)'],
  ['delta(0.5, "a b")', 'delta(0.5, "a b")'],
  [
    'purging(afterWatermark(late: count(1), early: count(2)))',
    'purging(afterWatermark(late: count(1), early: count(2)))',
  ],
])('%s is written as %s', (from, to) => {
  const parsed = parseTrigger(from);
  expect(parsed.ok && triggerText(parsed.value)).toBe(to);
});
