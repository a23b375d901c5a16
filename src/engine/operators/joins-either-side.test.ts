/**
 * A join does not care which side comes first: all of the left before all of the right, the other way around, or mixed, the
 * same is joined, of every kind of join, and it is what a plain loop over both sides finds.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime } from '../../base/units.ts';
import type { OperatorDefinition } from '../task/operator.ts';
import { intervalJoin } from './interval-join.ts';
import { regularJoin } from './regular-join.ts';
import { temporalJoin } from './temporal-join.ts';
import { tableAfter } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import type { Step } from './testing/streams.ts';
import { sideType } from './testing/two-inputs.ts';
import { windowCoGroup } from './window-co-group.ts';
import { windowJoin } from './window-join.ts';

interface Sided {
  readonly side: 0 | 1;
  readonly key: string;
  readonly id: number;
  readonly time: number;
}

const records: fc.Arbitrary<readonly Sided[]> = fc
  .array(
    fc.record({
      side: fc.constantFrom(0 as const, 1 as const),
      key: fc.constantFrom('a', 'b'),
      time: fc.integer({ min: -30, max: 30 }),
    }),
    { maxLength: 16 },
  )
  .map((drawn) => drawn.map((one, id) => ({ ...one, id })));

const of = (all: readonly Sided[], side: 0 | 1): Sided[] => all.filter((one) => one.side === side);
const pairText = (left: Sided | null, right: Sided | null): string =>
  `${(left ?? right)?.key} ${left?.id ?? '_'} ${right?.id ?? '_'}`;

type Outer = 'inner' | 'left' | 'right' | 'full';

function pairsOf(all: readonly Sided[], join: Outer, meet: (left: Sided, right: Sided) => boolean): string[] {
  const [lefts, rights] = [of(all, 0), of(all, 1)];
  const met = (left: Sided, right: Sided): boolean => left.key === right.key && meet(left, right);
  const alone = (side: string): boolean => join === side || join === 'full';
  return [
    ...lefts.flatMap((left) => rights.filter((right) => met(left, right)).map((right) => pairText(left, right))),
    ...lefts.filter((left) => alone('left') && !rights.some((right) => met(left, right))).map((l) => pairText(l, null)),
    ...rights
      .filter((right) => alone('right') && !lefts.some((left) => met(left, right)))
      .map((r) => pairText(null, r)),
  ];
}

/** The version that a record sees: the newest that is not younger, of equal times the last to arrive. */
function versioned(all: readonly Sided[], join: Outer): string[] {
  return of(all, 0).flatMap((left) => {
    const versions = of(all, 1).filter((right) => right.key === left.key && right.time <= left.time);
    const seen = versions.reduce<Sided | null>(
      (best, one) => (best === null || one.time >= best.time ? one : best),
      null,
    );
    return seen === null && join === 'inner' ? [] : [pairText(left, seen)];
  });
}

function groups(all: readonly Sided[]): string[] {
  const ten = ({ key, time }: Sided): string => `${key} ${Math.floor(time / 10)}`;
  return [...new Set(all.map(ten))].map((group) => {
    const ids = ([0, 1] as const).map((side) =>
      of(all, side)
        .filter((one) => ten(one) === group)
        .map(({ id }) => id),
    );
    return `${group.split(' ')[0]} ${JSON.stringify(ids)}`;
  });
}

interface Kind {
  readonly name: string;
  readonly definition: unknown;
  readonly params: object;
  readonly plain: (all: readonly Sided[]) => string[];
}

const tenth = (time: number): number => Math.floor(time / 10);
const outers: readonly Outer[] = ['inner', 'left', 'right', 'full'];
const kinds: readonly Kind[] = [
  ...outers.flatMap((join): Kind[] => [
    {
      name: `window join, ${join}`,
      definition: windowJoin,
      params: { join, sizeMs: 10 },
      plain: (all) => pairsOf(all, join, (left, right) => tenth(left.time) === tenth(right.time)),
    },
    {
      name: `interval join, ${join}`,
      definition: intervalJoin,
      params: { join, lowerMs: -3, upperMs: 5 },
      plain: (all) => pairsOf(all, join, ({ time }, right) => right.time >= time - 3 && right.time <= time + 5),
    },
    {
      name: `regular join, ${join}`,
      definition: regularJoin,
      params: { join },
      plain: (all) => pairsOf(all, join, () => true),
    },
  ]),
  ...(['inner', 'left'] as const).map((join): Kind => {
    return {
      name: `temporal join, ${join}`,
      definition: temporalJoin,
      params: { join },
      plain: (all) => versioned(all, join),
    };
  }),
  {
    name: 'window coGroup',
    definition: windowCoGroup,
    params: {
      sizeMs: 10,
      process: `(key, ctx, left, right, out) => {
  const ids = (rows, name) => rows.map((row) => row[name]).sort((a, b) => a - b);
  out.collect({ key, value: JSON.stringify([ids(left, 'left'), ids(right, 'right')]) });
}`,
      columns: [
        { name: 'key', type: 'string' },
        { name: 'value', type: 'string' },
      ],
    },
    plain: groups,
  },
];

const stepOf = ({ side, key, id, time }: Sided): Step => ({
  input: side,
  element: { kind: 'record', key, value: id, time: eventTime(time) },
});

/** What is joined in the end: of a changelog, the table that is left. */
function joined({ definition, params }: Kind, all: readonly Sided[]): string[] {
  const harness = new Harness(definition as OperatorDefinition, params, [sideType('left'), sideType('right')]);
  const ends = [0, 1].map((input): Step => ({ input, element: { kind: 'end' } }));
  playSteps(harness, [...all.map(stepOf), ...ends]);
  const rows = harness.port('out').flatMap((each) => (each.kind === 'record' ? [each.row] : []));
  const text = (row: (typeof rows)[number]): string =>
    'value' in row
      ? `${String(row['key'])} ${String(row['value'])}`
      : `${row['key']} ${row['left'] ?? '_'} ${row['right'] ?? '_'}`;
  const isTable = rows.some((row) => 'op' in row);
  return isTable ? tableAfter(rows, 'op').map((row) => text(JSON.parse(row))) : rows.map(text);
}

describe('which side comes first does not matter to', () => {
  test.each(kinds)('$name', (kind) => {
    fc.assert(
      fc.property(records, (all) => {
        const plain = kind.plain(all).toSorted();
        const [lefts, rights] = [of(all, 0), of(all, 1)];
        expect(joined(kind, [...lefts, ...rights]).toSorted()).toEqual(plain);
        expect(joined(kind, [...rights, ...lefts]).toSorted()).toEqual(plain);
        expect(joined(kind, all).toSorted()).toEqual(plain);
      }),
      { numRuns: 80 },
    );
  });
});
