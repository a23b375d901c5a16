/** Why a window waits, has fired, is kept or is over: each kind, run in the simulator, against sentences derived by hand. */
import { describe, expect, it } from 'vitest';
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import { askWhy } from './ask.ts';
import { node } from '../../hosts/acceptance-jobs.ts';
import { frozenAt, script, windowed } from './testing/frozen.ts';
import { allRecords } from './why.ts';

/** Behind the watermark of the only channel: the source says its watermarks by script. */
const cause = (watermark: number | string, last: number): string =>
  `watermark ${watermark} = its only channel; it is Flights split 0, last event ${last}, watermarks as its script says, active.`;

interface Case {
  readonly kind: string;
  readonly params?: object;
  readonly timeline: string;
  readonly window: readonly [number, number];
  readonly says: string;
}

const all = [MIN_EVENT_TIME, MAX_EVENT_TIME] as const;

const cases: Readonly<Record<string, Case>> = {
  'a tumbling window waits for the last moment of its time': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10 },
    timeline: 'a=1@1 a=2@4 w5 +1h |',
    window: [0, 10],
    says: `Window [0, 10) of a waits: it fires when the watermark reaches 9; ${cause(5, 4)}`,
  },
  'a tumbling window that has fired is kept for late records': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10, allowedLatenessMs: 20 },
    timeline: 'a=1@1 w12 +1h |',
    window: [0, 10],
    says:
      'Window [0, 10) of a has passed its end and is kept until watermark 29: it fires when a late record comes for it; ' +
      cause(12, 1),
  },
  'a tumbling window is over': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10 },
    timeline: 'a=1@1 w12 +1h |',
    window: [0, 10],
    says: `Window [0, 10) of a is over: the watermark has passed its end, so its panes are out and its state is gone; ${cause(12, 1)}`,
  },
  'a tumbling window in which nothing is': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10 },
    timeline: 'a=1@11 w2 +1h |',
    window: [0, 10],
    says: `Window [0, 10) of a holds nothing: no record of that key is in it; ${cause(2, 11)}`,
  },
  'a tumbling window with a count trigger tells how far the count is': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10, trigger: 'repeatedly(count(3))', panes: true },
    timeline: 'a=1@1 a=1@2 a=1@3 a=1@4 a=1@5 w5 +1h |',
    window: [0, 10],
    says:
      'Window [0, 10) of a waits: 1 pane is out, and it fires when 3 records have come (count 2 of 3); ' + cause(5, 5),
  },
  'a window that has a last pane says when that is': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10, trigger: 'repeatedly(count(3))', closing: 'fireIfNonEmpty', allowedLatenessMs: 20 },
    timeline: 'a=1@1 w5 +1h |',
    window: [0, 10],
    says:
      'Window [0, 10) of a waits: it fires when 3 records have come (count 1 of 3), or at the latest when the watermark ' +
      `reaches 29 (the last pane); ${cause(5, 1)}`,
  },
  'a window without an end has a last pane with the end of the input': {
    kind: 'globalWindow',
    params: { closing: 'fireIfNonEmpty' },
    timeline: 'a=1@1 w5 +1h |',
    window: all,
    says: 'The window of all time of a waits: it fires when the end of all time has come (the last pane).',
  },
  'early and late panes are told apart': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10, trigger: 'afterWatermark(early: count(2), late: count(1))', allowedLatenessMs: 5 },
    timeline: 'a=1@1 w5 +1h |',
    window: [0, 10],
    says:
      'Window [0, 10) of a waits: it fires when 2 records have come (count 1 of 2) (early), or the watermark reaches 9 ' +
      `(on time); ${cause(5, 1)}`,
  },
  'a window whose trigger is finished does not fire again': {
    kind: 'tumblingWindow',
    params: { sizeMs: 10, trigger: 'count(1)' },
    timeline: 'a=1@1 w5 +1h |',
    window: [0, 10],
    says: `Window [0, 10) of a will not fire again: its state goes at watermark 9; ${cause(5, 1)}`,
  },
  'a sliding window waits': {
    kind: 'slidingWindow',
    params: { sizeMs: 10, slideMs: 5 },
    timeline: 'a=1@6 w8 +1h |',
    window: [5, 15],
    says: `Window [5, 15) of a waits: it fires when the watermark reaches 14; ${cause(8, 6)}`,
  },
  'a cumulating window waits for its own end, not for that of the largest': {
    kind: 'cumulatingWindow',
    params: { sizeMs: 20, stepMs: 5 },
    timeline: 'a=1@6 w8 +1h |',
    window: [0, 10],
    says: `Window [0, 10) of a waits: it fires when the watermark reaches 9; ${cause(8, 6)}`,
  },
  'a session waits for its gap': {
    kind: 'sessionWindow',
    params: { gapMs: 10 },
    timeline: 'a=1@1 a=1@8 w12 +1h |',
    window: [1, 18],
    says: `Window [1, 18) of a waits: it fires when the watermark reaches 17; ${cause(12, 8)}`,
  },
  'a session that was merged says into which': {
    kind: 'sessionWindow',
    params: { gapMs: 10 },
    timeline: 'a=1@1 a=1@8 w12 +1h |',
    window: [1, 11],
    says: 'Window [1, 11) of a was merged into [1, 18).',
  },
  'a count window has no time to wait for': {
    kind: 'countWindow',
    params: { size: 3 },
    timeline: 'a=1@1 a=1@2 w5 +1h |',
    window: all,
    says: 'The window of all time of a waits: it fires when 3 records have come (count 2 of 3).',
  },
  'a global window without a trigger never fires': {
    kind: 'globalWindow',
    timeline: 'a=1@1 w5 +1h |',
    window: all,
    says: 'The window of all time of a will not fire again: its state stays.',
  },
};

describe('why', () => {
  it.each(Object.entries(cases))('%s', async (_, { kind, params = {}, timeline, window, says }) => {
    const run = await windowed(kind, params, timeline);
    const [start, end] = window;
    const why = await askWhy(run, run.view(), { kind: 'window', node: 'Sums', key: 'a', start, end });
    expect(why.sentence).toBe(says);
  });
});

describe('why, of a stream without a key,', () => {
  it('a window of all records waits', async () => {
    const run = await frozenAt(
      [
        script('Flights', 'a=1@1 b=2@4 w5 +1h |'),
        node('Sums', 'tumblingWindow', { sizeMs: 10 }, { chaining: 'never' }),
        node('out', 'table'),
      ],
      ['Flights -> Sums', 'Sums -> out'],
      1000,
    );
    const question = { kind: 'window', node: 'Sums', key: allRecords, start: 0, end: 10 } as const;
    expect((await askWhy(run, run.view(), question)).sentence).toBe(
      `Window [0, 10) of all records waits: it fires when the watermark reaches 9; ${cause(5, 4)}`,
    );
    expect((await askWhy(run, run.view(), { kind: 'key', node: 'Sums', key: allRecords })).sentence).toBe(
      'All records have one state, in Sums 0: their stream has no key (Flink: windowAll); it holds 1 window there.',
    );
  });
});

describe('why, in processing time,', () => {
  it('tells when the clock will be there', async () => {
    const run = await windowed('tumblingWindow', { sizeMs: 60_000, time: 'processing' }, 'a=1 +1h |');
    const look = await run.inspect('', {});
    expect(look.kind).toBe('gone');
    const owner = run.view().nodes.get('Sums')?.subtasks ?? [];
    const looks = await Promise.all(owner.map((subtask) => run.inspect(subtask, { limit: 9 })));
    const held = looks.flatMap((each) => (each.kind === 'inspected' ? (each.keyed?.keys ?? []) : []))[0]?.held[0];
    const { start = 0, end = 0 } = held?.window ?? {};
    expect([end - start, start % 60_000]).toEqual([60_000, 0]);
    const why = await askWhy(run, run.view(), { kind: 'window', node: 'Sums', key: 'a', start, end });
    const pattern = new RegExp(
      `^Window .* of a waits: it fires when processing time reaches ${end}; processing time is \\d+\\.$`,
    );
    expect(why.sentence).toMatch(pattern);
  });
});
