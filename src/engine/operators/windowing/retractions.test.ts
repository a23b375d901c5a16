/**
 * Accumulating and retracting panes: cases by the rules of the Dataflow model (VLDB 2015, section 2.3), and its sums: what
 * is taken back and put out adds up to the discarding panes, and leaves the last accumulating ones.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../../base/timeline.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { globalWindowKind } from '../global-window.ts';
import { sessionWindow } from '../session-window.ts';
import { rowsOut, shownChanges, tableAfter } from '../testing/changelog.ts';
import { Harness } from '../testing/harness.ts';
import { tumblingWindow } from '../tumbling-window.ts';
import { sumOfN, words } from './example.ts';

const kinds = { tumbling: tumblingWindow, session: sessionWindow, global: globalWindowKind };

function made(kind: keyof typeof kinds, params: object): Harness {
  const own = kind === 'tumbling' ? { sizeMs: 10 } : { gapMs: 10 };
  const all = { ...(kind === 'global' ? {} : own), aggregates: sumOfN, accumulation: 'retracting', ...params };
  return new Harness(kinds[kind] as unknown as OperatorDefinition, all, [words]);
}

function outcome(kind: keyof typeof kinds, params: object, line: string): string {
  const harness = made(kind, params);
  harness.play(timelineElements(line));
  return shownChanges(harness);
}

const eager = { trigger: 'afterWatermark(early: count(1), late: count(1))' };

describe('retracting panes', () => {
  test.each([
    [
      'take back the pane before, and put out their own',
      'tumbling',
      eager,
      'a=1@1 a=2@2 w9',
      '+I:a,0,10,1@9 -U:a,0,10,1@9 +U:a,0,10,3@9 -U:a,0,10,3@9 +U:a,0,10,3@9 w9',
    ],
    [
      'of late data take back the pane on time',
      'tumbling',
      { trigger: 'afterWatermark(late: count(1))', allowedLatenessMs: 10 },
      'a=1@1 w9 a=4@2 w19 a=9@3',
      '+I:a,0,10,1@9 w9 -U:a,0,10,1@9 +U:a,0,10,5@9 w19',
    ],
    [
      'keep windows and keys apart',
      'tumbling',
      { trigger: 'repeatedly(count(1))' },
      'a=1@1 b=5@1 a=2@11 a=3@2',
      '+I:a,0,10,1@9 +I:b,0,10,5@9 +I:a,10,20,2@19 -U:a,0,10,1@9 +U:a,0,10,4@9',
    ],
    [
      'of a session that grows take back the shorter one',
      'session',
      { trigger: 'repeatedly(count(1))' },
      'a=1@0 a=2@5',
      '+I:a,0,10,1@9 -U:a,0,10,1@9 +U:a,0,15,3@14',
    ],
    [
      'of a session that joins two take both back',
      'session',
      { trigger: 'repeatedly(count(1))' },
      'a=1@0 a=2@20 a=4@10',
      '+I:a,0,10,1@9 +I:a,20,30,2@29 -D:a,20,30,2@29 -U:a,0,10,1@9 +U:a,0,30,7@29',
    ],
    [
      'have nothing to take back where nothing was put out',
      'session',
      { trigger: 'repeatedly(count(2))' },
      'a=1@0 a=2@20 a=4@10',
      '+I:a,0,30,7@29',
    ],
    [
      'name their window once, whatever the number of panes',
      'global',
      { trigger: 'repeatedly(count(2))' },
      'a=1@1 a=2@2 a=3@3 a=4@4',
      '+I:a,3 -U:a,3 +U:a,10',
    ],
    [
      'carry the index that they had',
      'tumbling',
      { trigger: 'repeatedly(count(1))', panes: true },
      'a=1@1 a=2@2',
      '+I:a,0,10,0,early,1@9 -U:a,0,10,0,early,1@9 +U:a,0,10,1,early,3@9',
    ],
  ] as const)('%s', (_, kind, params, line, expected) => {
    const shown = outcome(kind, params, line).replaceAll(/@9007199254740991|@8640000000000000/g, '');
    expect(shown).toBe(expected);
  });

  const process = (source: string) => ({
    function: 'process',
    process: source,
    columns: [{ name: 'v', type: 'int' }],
    trigger: 'repeatedly(count(1))',
  });

  test('of a process function are as many rows as it gave, one taken back for each', () => {
    const each = process('(key, ctx, rows, out) => { for (const row of rows) out.collect(row.n); }');
    expect(outcome('tumbling', each, 'a=1@1 a=2@2')).toBe('+I:1@9 -U:1@9 +U:1@9 +I:2@9');
    const odd = process('(key, ctx, rows, out) => { if (rows.length % 2 === 1) out.collect(rows.length); }');
    expect(outcome('tumbling', odd, 'a=1@1 a=2@2 a=3@3')).toBe('+I:1@9 -D:1@9 +I:3@9');
  });

  test('take back what they put out before a restore', () => {
    const first = made('session', { trigger: 'repeatedly(count(1))' });
    first.play(timelineElements('a=1@0 a=2@20'));
    const second = made('session', { trigger: 'repeatedly(count(1))' });
    second.restore(first.snapshot());
    second.play(timelineElements('a=4@10'));
    expect(shownChanges(second)).toBe('-D:a,20,30,2@29 -U:a,0,10,1@9 +U:a,0,30,7@29');
  });

  test('leave nothing behind when their window is over', () => {
    const harness = made('tumbling', eager);
    harness.play(timelineElements('a=1@1 a=2@2 b=1@11 |'));
    expect([harness.keyedState?.size, harness.context.timers.size]).toEqual([0, 0]);
  });

  test.each([
    [{ trigger: 'purging(repeatedly(count(1)))' }, 'purging(…) drops what retracting panes would correct'],
    [
      { ...process('() => {}'), columns: [{ name: 'op', type: 'rowkind' }] },
      'add a column for the row kind by themselves',
    ],
  ])('are refused where they make no sense %#', (params, reason) => {
    expect(() => made('tumbling', params)).toThrow(reason);
  });
});

const record = fc.record({
  word: fc.constantFrom('a', 'b'),
  n: fc.integer({ min: 1, max: 9 }),
  at: fc.nat({ max: 60 }),
});
const triggers = ['repeatedly(count(1))', 'repeatedly(count(2))', 'afterWatermark(early: count(2), late: count(1))'];

test('what they put out less what they take back is the sum of the discarding panes, and the last accumulating one stays', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 30 }),
      fc.constantFrom('tumbling' as const, 'session' as const),
      fc.constantFrom(...triggers),
      (records, kind, trigger) => {
        const run = (accumulation: string) => {
          const harness = made(kind, { trigger, accumulation });
          const line = records.map(({ word, n, at }) => `${word}=${n}@${at}`).join(' ');
          harness.play(timelineElements(`${line} |`));
          return harness;
        };
        const retracting = rowsOut(run('retracting'));
        const total = (rows: typeof retracting): number =>
          rows.reduce(
            (sum, row) => sum + (row['op'] === '-U' || row['op'] === '-D' ? -1 : 1) * (row['n'] as number),
            0,
          );
        expect(total(retracting)).toBe(total(rowsOut(run('discarding'))));
        if (kind === 'session') return;
        const last = new Map(rowsOut(run('accumulating')).map((row) => [`${row['word']} ${row['windowStart']}`, row]));
        expect(tableAfter(retracting, 'op')).toEqual([...last.values()].map((row) => JSON.stringify(row)).sort());
      },
    ),
    { seed: 20261121, numRuns: 200 },
  );
});
