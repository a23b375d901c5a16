/**
 * Window joins with gaps of their own, evictors and panes that are retracted. Flink: CoGroupedStreams.WithWindow, whose
 * assigner, trigger and evictor see the union of both streams; the retractions are those of the Dataflow model (VLDB 2015,
 * section 2.3). One timeline a case; and against a plain computation over random streams.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemaText } from '../graph/schema.ts';
import type { ColumnSpec } from '../graph/schema.ts';
import type { OperatorDefinition } from '../task/operator.ts';
import { rowsOut, shownChanges } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';
import { joinCases, joinHarness, others, playSides, runJoin } from './testing/join-cases.ts';
import { plainPairs, sessionsBy, sidedRecord, sidedText, tens } from './testing/plain-pairs.ts';
import { windowCoGroup } from './window-co-group.ts';
import { windowJoin } from './window-join.ts';
import { words } from './windowing/example.ts';

const ten = { sizeMs: 10 };
const kinds = [windowJoin, windowCoGroup] as unknown as OperatorDefinition[];

joinCases('sessions whose gap comes with each record', { window: 'session' }, [
  ['may differ by side', { gap: "(row, side) => (side === 'left' ? 10 : 3)" }, 'a=1@0 r:a=2@8 |', '[0,11) a:1+2 |'],
  ['of which the shorter ends first', { gap: "(row, side) => (side === 'left' ? 10 : 3)" }, 'r:a=2@0 a=1@5 |', '|'],
  ['may be in the record', { gap: '(row) => row.n ?? row.m' }, 'a=20@0 r:a=2@19 |', '[0,21) a:20+2 |'],
  [
    'a long one outlasts a later short one',
    { gap: '(row) => row.n ?? row.m' },
    'a=20@0 r:a=2@1 w19',
    '[0,20) a:20+2 w19',
  ],
  ['a part of a millisecond is none', { gap: '() => 3.9' }, 'a=1@0 r:a=2@4 |', '|'],
  ['over a restore', { gap: '(row) => row.n ?? row.m' }, 'a=20@0 / r:a=2@19 |', '[0,21) a:20+2 |'],
]);

joinCases('an evictor sees both sides as one list', { ...ten, join: 'full', evictor: 'count', evictCount: 2 }, [
  ['by count, whichever side they are of', {}, 'a=1@1 r:a=2@2 a=3@3 w9', '[0,10) a:3+2 w9'],
  ['so that a side may have none left', { evictCount: 1 }, 'r:a=2@2 a=3@3 w9', '[0,10) a:3+- w9'],
  ['of each key apart', {}, 'a=1@1 b=1@1 r:a=2@2 r:b=2@2 w9', '[0,10) a:1+2 [0,10) b:1+2 w9'],
  ['over a restore', {}, 'a=1@1 r:a=2@2 / a=3@3 / w9', '[0,10) a:3+2 w9'],
  ['by time: the cut is evicted, too', { evictor: 'time', evictMs: 5 }, 'a=1@1 r:a=2@6 a=3@3 w9', '[0,10) a:3+2 w9'],
  [
    'by delta, of a column of each side',
    { evictor: 'delta', evictThreshold: 5, evictColumn: 'n', evictRight: 'm' },
    'a=1@1 a=10@2 r:a=7@3 r:a=12@4 w9',
    '[0,10) a:10+12 w9',
  ],
  [
    'by delta, against the last to come, be it of the left',
    { evictor: 'delta', evictThreshold: 5, evictColumn: 'n', evictRight: 'm' },
    'r:a=12@4 r:a=7@3 a=10@2 w9',
    '[0,10) a:10+12 [0,10) a:10+7 w9',
  ],
  [
    'after the function, for the next time',
    { evictCount: 1, evictAfter: true, trigger: 'repeatedly(count(2))' },
    'a=1@1 r:a=2@2 a=3@3 r:a=4@4',
    '[0,10) a:1+2 [0,10) a:3+2 [0,10) a:3+4',
  ],
]);

joinCases('retracting panes', { ...ten, accumulation: 'retracting', trigger: 'repeatedly(count(1))' }, [
  ['take back a padded row', { join: 'left' }, 'a=1@1 r:a=2@1', '+I:[0,10) a:1+- -U:[0,10) a:1+- +U:[0,10) a:1+2'],
  ['of the other side, too', { join: 'full' }, 'r:a=2@1 a=1@1', '+I:[0,10) a:-+2 -U:[0,10) a:-+2 +U:[0,10) a:1+2'],
  [
    'put out all pairs again',
    {},
    'a=1@1 r:a=2@1 r:a=3@1',
    '+I:[0,10) a:1+2 -U:[0,10) a:1+2 +U:[0,10) a:1+2 +I:[0,10) a:1+3',
  ],
  [
    'of late records correct the pane on time',
    { join: 'left', trigger: 'afterWatermark(late: count(1))', allowedLatenessMs: 10 },
    'a=1@1 w9 r:a=2@1 w19 r:a=3@1',
    '+I:[0,10) a:1+- w9 -U:[0,10) a:1+- +U:[0,10) a:1+2 w19',
    'r:a:-+3',
  ],
  [
    'of a session that joins two take back both',
    { window: 'session', gapMs: 10, join: 'left' },
    'a=1@0 a=2@20 r:a=4@10',
    '+I:[0,10) a:1+- +I:[20,30) a:2+- -U:[0,10) a:1+- +U:[0,30) a:1+4 -U:[20,30) a:2+- +U:[0,30) a:2+4',
  ],
  [
    'delete what an evictor leaves no pair of',
    { evictor: 'count', evictCount: 2 },
    'a=1@1 r:a=2@2 a=3@3 a=4@4',
    '+I:[0,10) a:1+2 -U:[0,10) a:1+2 +U:[0,10) a:3+2 -D:[0,10) a:3+2',
  ],
  [
    'with the index that they had',
    { join: 'left', panes: true },
    'a=1@1 r:a=2@1',
    '+I:[0,10) a:1+- early0 -U:[0,10) a:1+- early0 +U:[0,10) a:1+2 early1',
  ],
  ['over a restore', { join: 'left' }, 'a=1@1 / r:a=2@1', '+I:[0,10) a:1+- -U:[0,10) a:1+- +U:[0,10) a:1+2'],
]);

describe('panes of a coGroup', () => {
  const process = '(key, ctx, left, right, out) => { out.collect(`${left.length} ${right.length}`); }';
  const outcome = (params: object, input: string): string => {
    const columns = [{ name: 'value', type: 'string' }];
    const made = joinHarness({ ...ten, process, columns, ...params }, kinds[1]);
    playSides(made, input);
    return shownChanges(made);
  };

  test('are retracted', () => {
    const eager = { accumulation: 'retracting', trigger: 'repeatedly(count(1))' };
    expect(outcome(eager, 'a=1@1 r:a=2@1')).toBe('+I:1 0@9 -U:1 0@9 +U:1 1@9');
  });

  test('are evicted', () => {
    expect(outcome({ evictor: 'count', evictCount: 2 }, 'a=1@1 r:a=2@2 r:a=3@3 w9')).toBe('0 2@9 w9');
  });

  test('have sessions by their records', () => {
    const gap = "(row, side) => (side === 'left' ? 10 : 3)";
    expect(outcome({ window: 'session', gap }, 'r:a=2@0 a=1@5 w30')).toBe('0 1@2 1 0@14 w30');
  });
});

describe('what is wrong with them', () => {
  const derive = (kind: OperatorDefinition, params: object) => kind.derive(kind.params.parse(params), [words, others]);

  test.each([
    [{ accumulation: 'retracting', trigger: 'purging(repeatedly(count(1)))' }, 'trigger', /drops what retracting/],
    [{ evictor: 'delta', evictThreshold: 0, evictColumn: 'n', evictRight: 'm' }, 'evictThreshold', /no element would/],
  ])('is told: %o', (params, param, reason) => {
    for (const kind of kinds)
      expect(derive(kind, params)).toMatchObject({
        ok: false,
        error: [{ param, details: { reason: expect.stringMatching(reason) } }],
      });
  });

  test('is a column of the other side', () => {
    for (const kind of kinds)
      expect(derive(kind, { evictor: 'delta', evictColumn: 'm', evictRight: 'n' })).toMatchObject({
        ok: false,
        error: [
          { code: 'unknown-column', param: 'evictColumn' },
          { code: 'unknown-column', param: 'evictRight' },
        ],
      });
  });

  test('is a row kind of the person’s own', () => {
    const columns = [{ name: 'kind', type: 'rowkind' }];
    const own = { result: 'function', columns, accumulation: 'retracting' };
    for (const kind of kinds)
      expect(derive(kind, own)).toMatchObject({ ok: false, error: [{ code: 'invalid-param', param: 'columns' }] });
  });

  test('is a gap of nothing, or what is no gap', () => {
    for (const gap of ['() => 0', "() => 'long'"])
      expect(() => playSides(joinHarness({ window: 'session', gap }), 'a=1@0')).toThrow(/bad-result|gap/);
  });

  test('is nothing when retracted panes add their kind behind what there is, on the results alone', () => {
    const derived = derive(kinds[0] as OperatorDefinition, { accumulation: 'retracting', windowColumns: false });
    const columns = derived.ok ? derived.value.map(({ schema }) => schemaText(schema)) : [];
    expect(columns).toEqual([
      'word string, n int, key string, m int, op rowkind',
      'word string, n int',
      'key string, m int',
    ]);
  });
});

test('an evictor by delta takes the column of each side, wherever it is', () => {
  const [key, m] = others.schema as [ColumnSpec, ColumnSpec];
  const delta = { evictor: 'delta', evictThreshold: 5, evictColumn: 'n', evictRight: 'm' };
  const right = { schema: [m, key], key: ['key'] };
  const made = new Harness(kinds[0] as OperatorDefinition, { ...ten, ...delta, windowColumns: false }, [words, right]);
  playSides(made, 'a=1@1 a=10@2 r:{"m":12,"key":"a"}@3 w9');
  expect(shownChanges(made)).toBe('a,10,12,a@9 w9');
});

test('a pane of very many pairs is taken back whole', () => {
  const made = joinHarness({ ...ten, accumulation: 'retracting', trigger: 'repeatedly(any(watermark(), count(101)))' });
  const side = (of: string) => Array.from({ length: 50 }, (_, i) => `${of}a=${i}@1`).join(' ');
  playSides(made, `${side('')} ${side('r:')} a=50@1 w9`);
  const kindsOut = rowsOut(made).map((row) => row['op']);
  const count = (kind: string) => kindsOut.filter((each) => each === kind).length;
  expect(['+I', '-U', '+U', '-D'].map(count)).toEqual([51 * 50, 51 * 50, 51 * 50, 0]);
});

const eager = [
  'repeatedly(count(1))',
  'repeatedly(any(count(2), watermark()))',
  'afterWatermark(early: count(3), late: count(1))',
];

test('what retracting panes leave, whatever the order, the side, the trigger and a restore, is a plain computation', () => {
  const gapOf = ({ n }: { n: number }): number => 1 + (n % 7);
  const run = fc.record({
    records: fc.array(sidedRecord, { maxLength: 20 }),
    join: fc.constantFrom('inner', 'left', 'full'),
    session: fc.boolean(),
    trigger: fc.constantFrom(...eager),
    cut: fc.nat(20),
    watermark: fc.nat(20),
  });
  fc.assert(
    fc.property(run, ({ records, join, session, trigger, cut, watermark }) => {
      const windows = session ? { window: 'session', gap: '(row) => 1 + ((row.n ?? row.m) % 7)' } : ten;
      const params = { ...windows, join, trigger, accumulation: 'retracting', allowedLatenessMs: 1000 };
      const tokens = records.map(sidedText);
      tokens.splice(Math.min(watermark, tokens.length), 0, 'w15');
      tokens.splice(Math.min(cut, tokens.length), 0, '/');
      const { out, late } = runJoin(() => joinHarness(params), `${tokens.join(' ')} w100`);
      const left = new Map<string, number>();
      for (const [, kind, text] of out.matchAll(/([-+][IUD]):(\[\S+ \S+)/g)) {
        const count = (left.get(text as string) ?? 0) + (kind?.startsWith('+') === true ? 1 : -1);
        expect(count).toBeGreaterThanOrEqual(0);
        left.set(text as string, count);
      }
      const table = [...left].flatMap(([text, count]) => Array.from({ length: count }, () => text)).sort();
      expect([table, late]).toEqual([plainPairs(records, join, session ? sessionsBy(gapOf) : tens), '']);
    }),
    { numRuns: 300 },
  );
});
