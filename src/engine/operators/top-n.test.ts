/** Top-N against the published rules of Flink's AppendOnlyTopNFunction and RetractableTopNFunction, and against sorting. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamType } from '../graph/schema.ts';
import {
  changeElement,
  changelogs,
  playChanges,
  remaining,
  rowsOut,
  shownChanges,
  tableAfter,
} from './testing/changelog.ts';
import type { Change } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';
import { topN } from './top-n.ts';

const runs = { seed: 20261121, numRuns: 150 };

const log: StreamType = {
  schema: [
    { name: 'key', type: 'string' },
    { name: 'value', type: 'int' },
    { name: 'id', type: 'int' },
    { name: 'op', type: 'rowkind' },
  ],
  key: ['key'],
};
const appends: StreamType = { schema: log.schema.slice(0, 3), key: ['key'] };

/** `a5`, `a5.2` for another row of the same value, `-Da5`, each at a time one later than the last. */
function elements(line: string): string {
  return line
    .split(' ')
    .map((text, i) => {
      const [, kind = '', key = '', value = '', id = '0'] =
        /^([+-][IUD])?([a-z])(-?\d+|_)(?:\.(\d+))?$/.exec(text) ?? [];
      const cell = value === '_' ? 'null' : value;
      return `${kind === '' ? '' : `${kind}:`}{"key":"${key}","value":${cell},"id":${id}}@${i + 1}`;
    })
    .join(' ');
}

/** `+I a5@1`; behind the point the rank, or without ranks which of several rows of one value it is. */
function outcome(given: object, line: string, type: StreamType): string {
  const harness = new Harness(topN, { n: 2, by: 'value', ...given }, [type]);
  playChanges(harness, elements(line));
  const texts = harness.port('out').flatMap((one) => {
    if (one.kind !== 'record') return [];
    const { key, value, id, rank = id, op } = one.row;
    return [`${String(op)} ${String(key)}${String(value ?? '_')}${rank === 0 ? '' : `.${String(rank)}`}@${one.time}`];
  });
  return texts.join(' ');
}

const ranked = { rankColumn: 'rank' };

describe.each([
  ['insertions alone', appends],
  ['a changelog', log],
])('of %s, without a rank', (_, type) => {
  test.each([
    ['lets rows in while there is room', {}, 'a5 a7', '+I a5@1 +I a7@2'],
    ['puts the worst out before a better one comes in', {}, 'a5 a7 a6', '+I a5@1 +I a7@2 -D a5@3 +I a6@3'],
    ['tells nothing of a row that is not good enough', {}, 'a5 a7 a1', '+I a5@1 +I a7@2'],
    ['keeps the first to arrive of equal ones', {}, 'a5.1 a5.2 a5.3', '+I a5.1@1 +I a5.2@2'],
    ['puts the last to arrive of equal ones out', {}, 'a5.1 a5.2 a6', '+I a5.1@1 +I a5.2@2 -D a5.2@3 +I a6@3'],
    ['can keep the least', { order: 'asc' }, 'a5 a7 a6', '+I a5@1 +I a7@2 -D a7@3 +I a6@3'],
    ['keeps keys apart', { n: 1 }, 'a5 b3 a6', '+I a5@1 +I b3@2 -D a5@3 +I a6@3'],
    ['takes null for the least', { n: 1 }, 'a_ a-5', '+I a_@1 -D a_@2 +I a-5@2'],
    ['has null first, the least first', { n: 1, order: 'asc' }, 'a-5 a_', '+I a-5@1 -D a-5@2 +I a_@2'],
  ])('%s', (_name, given, line, expected) => {
    expect(outcome(given, line, type)).toBe(expected);
  });
});

describe.each([
  ['insertions alone', appends],
  ['a changelog', log],
])('of %s, with a rank', (_, type) => {
  test.each([
    ['numbers rows from 1', ranked, 'a5 a4', '+I a5.1@1 +I a4.2@2'],
    ['moves the worse down, and the last place is new', ranked, 'a5 a7', '+I a5.1@1 -U a5.1@2 +U a7.1@2 +I a5.2@2'],
    [
      'tells every place that changes, from the top',
      { ...ranked, n: 3 },
      'a5 a4 a3 a9',
      '+I a5.1@1 +I a4.2@2 +I a3.3@3 -U a5.1@4 +U a9.1@4 -U a4.2@4 +U a5.2@4 -U a3.3@4 +U a4.3@4',
    ],
    ['lets the last one fall without a word of its own', ranked, 'a9 a5 a7', '+I a9.1@1 +I a5.2@2 -U a5.2@3 +U a7.2@3'],
    ['ranks equal rows by arrival', ranked, 'a5 a5 a5', '+I a5.1@1 +I a5.2@2'],
    ['tells nothing of a row that is not good enough', ranked, 'a9 a8 a7', '+I a9.1@1 +I a8.2@2'],
  ])('%s', (_name, given, line, expected) => {
    expect(outcome(given, line, type)).toBe(expected);
  });
});

describe.each([
  ['insertions alone', appends],
  ['a changelog', log],
])('by several columns, of %s', (_, type) => {
  test.each([
    [
      'the second decides between rows of equal rank',
      { thenBy: 'id' },
      'a5.3 a5.1 a5.2',
      '+I a5.3@1 +I a5.1@2 -D a5.3@3 +I a5.2@3',
    ],
    ['in its own direction', { thenBy: 'id desc' }, 'a5.1 a5.3 a5.2', '+I a5.1@1 +I a5.3@2 -D a5.1@3 +I a5.2@3'],
    ['and only between those', { thenBy: 'id' }, 'a5.1 a4.2 a6.9', '+I a5.1@1 +I a4.2@2 -D a4.2@3 +I a6.9@3'],
    [
      'rows equal in both keep the order of arrival',
      { n: 1, thenBy: 'id' },
      'a5.1 a5.1 a5.0',
      '+I a5.1@1 -D a5.1@3 +I a5@3',
    ],
    [
      'nulls of the first can be last, ascending',
      { n: 1, order: 'asc', nulls: 'last' },
      'a_ a5',
      '+I a_@1 -D a_@2 +I a5@2',
    ],
    ['nulls of the first can be first, descending', { n: 1, nulls: 'first' }, 'a5 a_', '+I a5@1 -D a5@2 +I a_@2'],
    ['can be first where they are anyway', { n: 1, order: 'asc', nulls: 'first' }, 'a5 a_', '+I a5@1 -D a5@2 +I a_@2'],
    ['can be last where they are anyway', { n: 1, nulls: 'last' }, 'a_ a5', '+I a_@1 -D a_@2 +I a5@2'],
    [
      'a row that wins by the second moves the others down',
      { ...ranked, n: 3, thenBy: 'id' },
      'a5.2 a5.1',
      '+I a5.1@1 -U a5.1@2 +U a5.1@2 +I a5.2@2',
    ],
  ])('%s', (_name, given, line, expected) => {
    expect(outcome(given, line, type)).toBe(expected);
  });
});

describe('rows that are taken away', () => {
  test.each([
    ['of the best, let the next one in', {}, 'a5 a7 a6 -Da7', '+I a5@1 +I a7@2 -D a5@3 +I a6@3 -D a7@4 +I a5@4'],
    ['of the others, say nothing', {}, 'a5 a7 a6 -Da5', '+I a5@1 +I a7@2 -D a5@3 +I a6@3'],
    ['leave a place empty if there is no next one', {}, 'a5 -Da5', '+I a5@1 -D a5@2'],
    ['are the very row, of rows of one value', {}, 'a5.1 a5.2 a5.3 -Ua5.1', '+I a5.1@1 +I a5.2@2 -D a5.1@4 +I a5.3@4'],
    [
      'are found by all columns that order',
      { thenBy: 'id' },
      'a5.3 a5.1 a5.2 -Da5.1',
      '+I a5.3@1 +I a5.1@2 -D a5.3@3 +I a5.2@3 -D a5.1@4 +I a5.3@4',
    ],
    ['that were never there, change nothing', {}, 'a5 -Da6 -Db5 -Da5.9 a4', '+I a5@1 +I a4@5'],
    ['as one half of an update, let another in for a moment', { n: 1 }, 'a5 a4 -Ua5 +Ua3', '+I a5@1 -D a5@3 +I a4@3'],
  ])('%s', (_, given, line, expected) => {
    expect(outcome(given, line, log)).toBe(expected);
  });

  test.each([
    ['move the others up', 'a9 a8 a7 -Da9', '+I a9.1@1 +I a8.2@2 -U a9.1@4 +U a8.1@4 -U a8.2@4 +U a7.2@4'],
    ['and the last place goes if nobody takes it', 'a9 a8 -Da9', '+I a9.1@1 +I a8.2@2 -U a9.1@3 +U a8.1@3 -D a8.2@3'],
    ['at the last place let the next one in', 'a9 a8 a7 -Da8', '+I a9.1@1 +I a8.2@2 -U a8.2@4 +U a7.2@4'],
    ['below the last place say nothing', 'a9 a8 a7 -Da7', '+I a9.1@1 +I a8.2@2'],
  ])('with ranks %s', (_, line, expected) => {
    expect(outcome(ranked, line, log)).toBe(expected);
  });

  test('leave no state', () => {
    const harness = new Harness(topN, { n: 2, by: 'value' }, [log]);
    playChanges(harness, elements('a5 a7 a6 -Da7 -Da5 -Da6'));
    expect(harness.keyedState?.size).toBe(0);
  });
});

describe.each([
  ['insertions alone', appends],
  ['a changelog', log],
])('places that do not begin with the first, of %s', (_, type) => {
  const second = { n: 3, first: 2 };
  test.each([
    ['are empty until so many rows are there', second, 'a5', ''],
    ['take who is moved down', second, 'a5 a7', '+I a5@2'],
    [
      'tell a place that has another row as an update',
      second,
      'a5 a4 a3 a9',
      '+I a4@2 +I a3@3 -U a4@4 +U a5@4 -U a3@4 +U a4@4',
    ],
    ['say nothing of what is behind', second, 'a5 a4 a3 a1', '+I a4@2 +I a3@3'],
    ['may be one place', { n: 2, first: 2 }, 'a5 a4 a9', '+I a4@2 -U a4@3 +U a5@3'],
    [
      'have the rank that counts from 1 all the same',
      { ...second, ...ranked },
      'a5 a4 a3 a9',
      '+I a4.2@2 +I a3.3@3 -U a4.2@4 +U a5.2@4 -U a3.3@4 +U a4.3@4',
    ],
  ])('%s', (_name, given, line, expected) => {
    expect(outcome(given, line, type)).toBe(expected);
  });
});

describe('when a row in front of the first place is taken away', () => {
  test.each([
    ['the others move up', 'a9 a8 a7 a6 -Da9', '+I a8@2 +I a7@3 -U a8@5 +U a7@5 -U a7@5 +U a6@5'],
    ['the last place goes if nobody takes it', 'a9 a8 -Da9', '+I a8@2 -D a8@3'],
  ])('%s', (_, line, expected) => {
    expect(outcome({ n: 3, first: 2 }, line, log)).toBe(expected);
  });
});

describe('time to live', () => {
  /** Each part is played so many ms after the one before; `/` restores a snapshot in between. */
  function lived(
    given: object,
    type: StreamType,
    parts: readonly (readonly [number, string])[],
    restores = false,
  ): string {
    const make = () => new Harness(topN, { n: 2, by: 'value', ttlMs: 100, ...given }, [type]);
    let harness = make();
    let clock: number = harness.clock;
    const out: string[] = [];
    for (const [after, line] of parts) {
      clock += after;
      if (restores) {
        const next = make();
        next.restore(harness.snapshot());
        harness = next;
      }
      harness.tick(clock);
      const told = harness.port('out').length;
      playChanges(harness, elements(line));
      for (const one of harness.port('out').slice(told))
        if (one.kind === 'record') out.push(`${String(one.row['op'])} ${String(one.row['value'])}`);
    }
    return out.join(' ');
  }

  test.each([false, true])('forgets a row so long after it came, and another comes in (restores: %s)', (restores) => {
    expect(
      lived(
        { n: 1 },
        appends,
        [
          [0, 'a9'],
          [99, 'a5'],
        ],
        restores,
      ),
    ).toBe('+I 9');
    expect(
      lived(
        { n: 1 },
        appends,
        [
          [0, 'a9'],
          [100, 'a5'],
        ],
        restores,
      ),
    ).toBe('+I 9 +I 5');
  });

  test('counts for each row, whatever comes for its key', () => {
    expect(
      lived({}, appends, [
        [0, 'a9'],
        [60, 'a8'],
        [60, 'a1'],
      ]),
    ).toBe('+I 9 +I 8 +I 1');
  });

  test('is renewed by a row of equal rank', () => {
    const twoNines: readonly (readonly [number, string])[] = [
      [0, 'a9.1'],
      [60, 'a9.2'],
      [60, 'a5'],
    ];
    expect(lived({ n: 3 }, appends, twoNines)).toBe('+I 9 +I 9 +I 5');
    expect(lived({}, appends, twoNines)).toBe('+I 9 +I 9');
  });

  test('is not renewed by one that is equal in the first column alone', () => {
    const twoNines: readonly (readonly [number, string])[] = [
      [0, 'a9.1'],
      [60, 'a9.2'],
      [60, 'a5'],
    ];
    expect(lived({ n: 2, thenBy: 'id' }, appends, twoNines)).toBe('+I 9 +I 9 +I 5');
  });

  test('ends to the millisecond for each row', () => {
    const rows = (last: number): readonly (readonly [number, string])[] => [
      [0, 'a9'],
      [60, 'a8'],
      [last, 'a1'],
    ];
    expect(lived(ranked, appends, rows(39))).toBe('+I 9 +I 8');
    expect(lived(ranked, appends, rows(40))).toBe('+I 9 +I 8 +I 1');
  });

  test('of a row is not that of one that was taken away', () => {
    const parts = [
      [0, 'a9'],
      [60, 'a8'],
      [10, '-Da9'],
      [35, '-Da8'],
    ] as const;
    expect(lived({ n: 1 }, log, parts)).toBe('+I 9 -D 9 +I 8 -D 8');
  });

  test('passes over a row that is taken away too late', () => {
    expect(
      lived({}, log, [
        [0, 'a9'],
        [100, '-Da9'],
      ]),
    ).toBe('+I 9');
    expect(
      lived({}, log, [
        [0, 'a9'],
        [99, '-Da9'],
      ]),
    ).toBe('+I 9 -D 9');
  });

  test('leaves nothing in a snapshot', () => {
    const harness = new Harness(topN, { n: 2, by: 'value', ttlMs: 100 }, [appends]);
    playChanges(harness, elements('a9 a8'));
    harness.tick(harness.clock + 100);
    const next = new Harness(topN, { n: 2, by: 'value', ttlMs: 100 }, [appends]);
    next.restore(harness.snapshot());
    expect(next.keyedState?.size).toBe(0);
  });
});

test('of insertions alone no more than N rows of a key are kept', () => {
  const harness = new Harness(topN, { n: 2, by: 'value' }, [appends]);
  playChanges(harness, elements('a1 a2 a3 a4 a5 a0'));
  expect(harness.keyedState?.peek('ranked rows', '', 'a')).toEqual([
    ['a', 5, 0],
    ['a', 4, 0],
  ]);
});

test('what it cannot rank by, and a rank that hides a column, are refused', () => {
  const issues = (given: object, type: StreamType) => {
    const derived = topN.derive(topN.params.parse(given), [type]);
    return derived.ok ? [] : derived.error.map(({ code }) => code);
  };
  expect(issues({}, appends)).toEqual(['missing-column']);
  expect(issues({ by: 'nope' }, appends)).toEqual(['unknown-column']);
  expect(issues({ by: 'op' }, log)).toEqual(['unknown-column']);
  expect(issues({ by: 'value', thenBy: 'nope' }, appends)).toEqual(['unknown-column']);
  expect(issues({ by: 'value', thenBy: 'id, value' }, appends)).toEqual(['invalid-param']);
  expect(issues({ by: 'value', n: 3, first: 4 }, appends)).toEqual(['invalid-param']);
  expect(issues({ by: 'value', rankColumn: 'id' }, appends)).toEqual(['duplicate-column']);
  expect(issues({ by: 'value' }, { ...appends, key: null })).toEqual(['not-keyed']);
});

/** Sorted anew from what is left; the sort is stable, so that equal rows keep the order of arrival. */
function reckoned(
  all: readonly Change[],
  [first, n]: readonly [number, number],
  order: string,
  rank: boolean,
): string[] {
  const sign = order === 'asc' ? 1 : -1;
  return ['a', 'b', 'c']
    .flatMap((key) =>
      remaining(all)
        .filter((row) => row.key === key)
        .sort((a, b) => sign * (a.value - b.value))
        .slice(first - 1, n)
        .map(({ value }, i) => (rank ? { key, value, rank: first + i } : { key, value })),
    )
    .map((row) => JSON.stringify(row))
    .sort();
}

const keyValue: StreamType = {
  schema: [log.schema[0], log.schema[1], log.schema[3]] as StreamType['schema'],
  key: ['key'],
};

describe.each([
  ['desc', ''],
  ['desc', 'rank'],
  ['asc', ''],
  ['asc', 'rank'],
])('its table (%s, rank “%s”)', (order, rankColumn) => {
  test('is the best of what is left of its input, at every moment', () => {
    fc.assert(
      fc.property(changelogs, fc.integer({ min: 1, max: 3 }), fc.nat(3), (given, first, more) => {
        const n = first + more;
        const harness = new Harness(topN, { n, first, by: 'value', order, rankColumn }, [keyValue]);
        given.forEach((change, i) => {
          harness.play([changeElement(change, i)]);
          expect(tableAfter(rowsOut(harness), 'op')).toEqual(
            reckoned(given.slice(0, i + 1), [first, n], order, rankColumn !== ''),
          );
        });
      }),
      runs,
    );
  });

  test('comes by the same changes from insertions alone, whether or not they could be taken away', () => {
    fc.assert(
      fc.property(changelogs, fc.integer({ min: 1, max: 4 }), (given, n) => {
        const played = (type: StreamType) => {
          const harness = new Harness(topN, { n, by: 'value', order, rankColumn }, [type]);
          given.forEach(({ key, value }, i) => {
            playChanges(harness, `{"key":"${key}","value":${value}}@${i}`);
          });
          return shownChanges(harness);
        };
        expect(played({ schema: keyValue.schema.slice(0, 2), key: ['key'] })).toBe(played(keyValue));
      }),
      runs,
    );
  });

  test('is the same after a restore anywhere', () => {
    fc.assert(
      fc.property(changelogs, fc.nat(), (given, where) => {
        const at = where % (given.length + 1);
        const made = () => new Harness(topN, { n: 2, by: 'value', order, rankColumn }, [keyValue]);
        const [whole, before, after] = [made(), made(), made()];
        whole.play(given.map(changeElement));
        before.play(given.slice(0, at).map(changeElement));
        after.restore(before.snapshot());
        after.play(given.slice(at).map((change, i) => changeElement(change, at + i)));
        expect([...rowsOut(before), ...rowsOut(after)]).toEqual(rowsOut(whole));
      }),
      runs,
    );
  });
});
