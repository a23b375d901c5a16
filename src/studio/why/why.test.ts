/** Why a watermark, a timer, a record or a key of a join is as it is, in the simulator, against sentences derived by hand. */
import { describe, expect, it } from 'vitest';
import { hashString } from '../../base/java-hash.ts';
import { processingTime } from '../../base/units.ts';
import type { JobNode } from '../../engine/graph/job.ts';
import { keyGroupOf, rangeOfSubtask, subtaskOfGroup } from '../../engine/state/key-groups.ts';
import { emptyView } from '../../engine/telemetry/empty-view.ts';
import { fold } from '../../engine/telemetry/fold.ts';
import type { TaskState } from '../../engine/wire/reports.ts';
import { node } from '../../hosts/acceptance-jobs.ts';
import { askWhy } from './ask.ts';
import type { Frozen } from './testing/frozen.ts';
import { frozenAt, joined, script, windowed } from './testing/frozen.ts';
import type { Question } from './why.ts';

const sentence = async (run: Frozen, question: Question): Promise<string> =>
  (await askWhy(run, run.view(), question)).sentence;

const firstSubtask = (run: Frozen, of: string): string => run.view().nodes.get(of)?.subtasks[0] ?? '';

/** Two scripts → union → by key → window of an hour. */
async function flights(scheduled: string, charter: string): Promise<Frozen> {
  const nodes: JobNode[] = [
    script('Flights', scheduled),
    script('Charter', charter),
    node('All', 'union'),
    node('by key', 'keyBy', { columns: ['key'] }),
    node('Hourly', 'tumblingWindow', { sizeMs: 3_600_000 }, { parallelism: 2 }),
    node('out', 'table'),
  ];
  const edges = ['Flights -> All', 'Charter -> All', 'All -> by key', 'by key -> Hourly', 'Hourly -> out'];
  return await frozenAt(nodes, edges, 1000);
}

/** On 1 January 2015, UTC. */
const at = (clock: string): number => Date.parse(`2015-01-01T${clock}:00Z`);

describe('why a window waits', () => {
  it('down to the split that holds the watermark, over a union', async () => {
    const run = await flights(
      `SFO=1@${at('11:10')} w${at('11:03')} +1h |`,
      `SFO=1@${at('10:52')} w${at('10:42')} +1h |`,
    );
    const start = at('10:00');
    const question = { kind: 'window', node: 'Hourly', key: 'SFO', start, end: at('11:00') } as const;
    expect(await sentence(run, question)).toBe(
      'Window [2015-01-01 10:00, 11:00) of SFO waits: it fires when the watermark reaches 10:59:59.999; ' +
        'watermark 10:42 = its only channel; it comes from All 0: watermark 10:42 = minimum of channel 0 (11:03) and ' +
        'channel 1 (10:42); channel 1 is Charter split 0, last event 10:52, watermarks as its script says, active.',
    );
    const { steps } = await askWhy(run, run.view(), question);
    expect(steps.map((step) => step.node)).toEqual(['Hourly', 'Hourly', 'All', 'Charter']);
  });
});

describe('why a watermark is where it is', () => {
  const ofUnion = async (scheduled: string, charter: string): Promise<string> => {
    const run = await flights(scheduled, charter);
    return await sentence(run, { kind: 'watermark', node: 'All', subtask: firstSubtask(run, 'All') });
  };

  it('an idle channel does not count', async () => {
    expect(await ofUnion('a=1@8 w9 +1h |', 'a=1@5 w4 ~ +1h |')).toBe(
      'All 0: watermark 9 = channel 0 alone (channel 1 idle); channel 0 is Flights split 0, last event 8, ' +
        'watermarks as its script says, active.',
    );
  });

  it('a channel that has brought none holds all', async () => {
    expect(await ofUnion('a=1@8 w9 +1h |', 'a=1@5 +1h |')).toBe(
      'All 0: no watermark yet: channel 1 has brought none; channel 1 is Charter split 0, last event 5, ' +
        'watermarks as its script says, active.',
    );
  });

  it('when all are idle none counts, and the greatest stands', async () => {
    expect(await ofUnion('a=1@8 w9 ~ +1h |', 'a=1@5 w4 ~ +1h |')).toBe(
      'All 0: watermark 9, and no channel counts (all idle).',
    );
  });

  it('an ended channel does not count', async () => {
    expect(await ofUnion('a=1@8 w9 |', 'a=1@5 w4 +1h |')).toBe(
      'All 0: watermark 4 = channel 1 alone (channel 0 ended); channel 1 is Charter split 0, last event 5, ' +
        'watermarks as its script says, active.',
    );
  });

  it('a channel that came back from idleness behind the others is catching up', async () => {
    expect(await ofUnion('a=1@8 w9 +1h |', 'a=1@5 w4 ~ +500ms a=1@6 +1h |')).toBe(
      'All 0: watermark 9 = channel 0 alone (channel 1 catching up after idleness); channel 0 is Flights split 0, ' +
        'last event 8, watermarks as its script says, active.',
    );
  });

  it('a source without idle timeout that is silent is said to be', async () => {
    const nodes = [script('Flights', 'a=1@8 w9 +1h |'), node('out', 'table', {}, { chaining: 'never' })];
    const run = await frozenAt(nodes, ['Flights -> out'], 12_000);
    expect(await sentence(run, { kind: 'watermark', node: 'out', subtask: firstSubtask(run, 'out') })).toBe(
      'out 0: watermark 9 = its only channel; it is Flights split 0, last event 8, watermarks as its script says, ' +
        'active, though silent for 12 s and it has no idle timeout.',
    );
  });

  it('a source with a strategy says which', async () => {
    const source = node('Clicks', 'generator', { rate: 100, watermarks: 'bounded', outOfOrdernessMs: 2000 });
    const run = await frozenAt([source, node('out', 'table')], ['Clicks -> out'], 3000);
    const [subtask] = run.view().nodes.get('Clicks')?.subtasks ?? [];
    expect(await sentence(run, { kind: 'watermark', node: 'Clicks', subtask: subtask ?? '' })).toMatch(
      /^Clicks 0: watermark [^:]*(:\d\d)*(\.\d+)?: Clicks split 0, last event .*, out of order by at most 2 s, active\.$/,
    );
  });
});

describe('why in the first moments of a run', () => {
  const when = async (state: TaskState | null, node = 'Hourly'): Promise<string> => {
    const run = await flights('a=1@8 w9 +1h |', 'a=1@5 w4 +1h |');
    const before = emptyView(run.view().graph, processingTime(0));
    const told = firstSubtask(run, 'Hourly');
    const report = { kind: 'task-state', at: processingTime(1), subtask: told, attempt: 1 } as const;
    const view = state === null ? before : fold(before, [{ ...report, state }]);
    const subtask = node === 'Hourly' ? told : null;
    return await sentence({ ...run, view: () => view }, { kind: 'watermark', node, subtask });
  };

  it('a subtask is not deployed, is being deployed, or fetches its state', async () => {
    expect(await when(null)).toMatch(/^Hourly 0 is not deployed yet/);
    expect(await when('deploying')).toMatch(
      /^Hourly 0 is being deployed, so it has no watermark yet: it gets a Worker/,
    );
    expect(await when('initializing')).toMatch(/^Hourly 0 is being initialized, .* fetches its state\.$/);
  });

  it('one that runs is looked into, and one that failed waits to be deployed again', async () => {
    expect(await when('running')).toMatch(/^Hourly 0: watermark 4 = its only channel; it comes from All 0: /);
    expect(await when('failed')).toMatch(/^Hourly 0 has failed, and has no watermark until it is deployed again\.$/);
  });

  it('an operator that was drawn since has no part in it', async () => {
    expect(await when('running', 'drawn since')).toBe(
      'This operator has no part in the run: it was drawn after the job was started. Run the job again.',
    );
  });
});

describe('why a timer', () => {
  it('of a window waits: it closes it', async () => {
    const run = await windowed('slidingWindow', { sizeMs: 10, slideMs: 10, allowedLatenessMs: 5 }, 'a=1@1 w5 +1h |');
    const cause =
      'watermark 5 = its only channel; it is Flights split 0, last event 1, watermarks as its script says, active.';
    expect(await sentence(run, { kind: 'timer', node: 'Sums', key: 'a', domain: 'event', time: 9 })).toBe(
      `The event-time timer of a at 9 waits until the watermark reaches 9: it asks the trigger of window [0, 10); ${cause}`,
    );
    expect(await sentence(run, { kind: 'timer', node: 'Sums', key: 'a', domain: 'event', time: 14 })).toBe(
      `The event-time timer of a at 14 waits until the watermark reaches 14: it clears window [0, 10); ${cause}`,
    );
    expect(await sentence(run, { kind: 'timer', node: 'Sums', key: 'a', domain: 'event', time: 4 })).toBe(
      `The event-time timer of a at 4 has fired, or was removed before; ${cause}`,
    );
  });
});

describe('why in an interval join', () => {
  const run = () =>
    joined('intervalJoin', { lowerMs: 0, upperMs: 8 }, ['left', 'right'], 'a=1@5 w9 +1h |', 'a=2@6 w7 +1h |');
  const cause =
    'watermark 7 = minimum of channel 0 (9) and channel 1 (7); channel 1 is Clicks split 0, last event 6, ' +
    'watermarks as its script says, active.';

  it('a timer waits: it forgets records that nothing can meet any more', async () => {
    const question = { kind: 'timer', node: 'Join', key: 'a', domain: 'event', time: 13 } as const;
    expect(await sentence(await run(), question)).toBe(
      `The event-time timer of a at 13 waits until the watermark reaches 13: it forgets left records up to 5; ${cause}`,
    );
  });

  it('a key lives where it does, and holds the left record that can still be met', async () => {
    const frozen = await run();
    const group = keyGroupOf(hashString('a'), 128);
    const index = subtaskOfGroup(group, 128, 2);
    const { start, end } = rangeOfSubtask(index, 128, 2);
    expect(await sentence(frozen, { kind: 'key', node: 'Join', key: 'a' })).toBe(
      `a lives in Join ${index}: hash 97 → key group ${group} of 128, and the subtask owns groups ${start} … ${end}; ` +
        'it holds 1 value, 1 timer there.',
    );
    const look = await frozen.inspect(frozen.view().nodes.get('Join')?.subtasks[index] ?? '', { key: 'a', limit: 1 });
    expect(look.kind === 'inspected' ? look.keyed?.keys[0]?.held : null).toEqual([
      {
        what: 'Left records',
        window: null,
        value: '[{"key":"a","n":1}]',
        note: '1 record. Each meets right records from 0 to 8 ms after it, and is kept until the watermark reaches 13.',
        until: 13,
      },
    ]);
  });

  it('a record behind the watermark was late', async () => {
    const frozen = await run();
    const subtask = firstSubtask(frozen, 'Join');
    const record = { kind: 'record', node: 'Join', subtask, key: 'a', input: 0 } as const;
    expect(await sentence(frozen, { ...record, time: 3, watermark: 7 })).toBe(
      'The record of a at 3 was late by 4 ms: its time had passed, and the watermark was 7; the script of Clicks 0 says ' +
        'the watermarks.',
    );
    expect(await sentence(frozen, { ...record, time: 7, watermark: 7 })).toBe(
      'The record of a at 7 came behind the watermark and counts all the same: the watermark was 7.',
    );
  });
});

describe('why behind an outer join', () => {
  const run = async (join: string) =>
    await joined(
      'intervalJoin',
      { lowerMs: 0, upperMs: 8, join },
      ['left', 'right'],
      'a=1@5 w19 +1h |',
      'a=2@6 w17 +1h |',
    );
  const ofOut = async (join: string): Promise<string> =>
    await sentence(await run(join), { kind: 'watermark', node: 'out', subtask: null });
  const cause =
    'watermark 17 = minimum of channel 0 (19) and channel 1 (17); channel 1 is Clicks split 0, last event 6, ' +
    'watermarks as its script says, active.';

  it('the watermark is held back by as much as unmatched rows are late', async () => {
    expect(await ofOut('left')).toBe(
      'out 0: watermark 9 = minimum of channel 0 (9) and channel 1 (9); channel 0 comes from Join 0, held back by 8 ms, ' +
        `since rows without a match are still to come, and has ${cause}`,
    );
  });

  it('nothing is held back behind an inner one', async () => {
    expect(await ofOut('inner')).toBe(
      `out 0: watermark 17 = minimum of channel 0 (17) and channel 1 (17); channel 0 comes from Join 0: ${cause}`,
    );
  });

  it('an operator chained to it says how far it is behind the head', async () => {
    const frozen = await frozenAt(
      [
        script('Ads', 'a=1@5 w19 +1h |'),
        script('Clicks', 'a=2@6 w17 +1h |'),
        node('by ad', 'keyBy', { columns: ['key'] }),
        node('by id', 'keyBy', { columns: ['key'] }),
        node('Join', 'intervalJoin', { lowerMs: -3, upperMs: 2, join: 'full' } as never),
        node('out', 'table'),
      ],
      ['Ads -> by ad', 'Clicks -> by id', 'by ad -> Join.left', 'by id -> Join.right', 'Join.out -> out'],
      1000,
    );
    expect(frozen.view().nodes.get('out')?.subtasks).toEqual(frozen.view().nodes.get('Join')?.subtasks);
    // SQL's interval join: the larger of 3 and 2.
    expect(await sentence(frozen, { kind: 'watermark', node: 'out', subtask: null })).toBe(
      'out 0: watermark 14: held back by 3 ms, since rows without a match are still to come, behind Join 0: ' + cause,
    );
  });
});

describe('why a record was late to an operator with several channels', () => {
  const asked = async (watermark: number): Promise<string> => {
    const frozen = await joined(
      'intervalJoin',
      { lowerMs: 0, upperMs: 8 },
      ['left', 'right'],
      'a=1@5 w9 +1h |',
      'a=2@6 w7 +1h |',
    );
    const subtask = firstSubtask(frozen, 'Join');
    return await sentence(frozen, { kind: 'record', node: 'Join', subtask, key: 'a', input: 0, time: 2, watermark });
  };

  it('names who brought the watermark while it stands, and nobody when it has moved since', async () => {
    expect(await asked(7)).toMatch(/and the watermark was 7; the script of Clicks 0 says the watermarks\.$/);
    // Who held 4 the channels do not tell any more.
    expect(await asked(4)).toBe('The record of a at 2 was late by 2 ms: its time had passed, and the watermark was 4.');
  });
});

describe('why in a broadcast process', () => {
  it('a timer of a key waits for the slower of records and rules', async () => {
    const run = await joined(
      'broadcastProcess',
      {
        processElement: '(row, ctx) => ctx.timerService.registerEventTimeTimer(ctx.timestamp + 10)',
        processBroadcastElement: '(row, ctx) => ctx.broadcast.rules.put(row.key, row.n)',
        onTimer: '(time, ctx, out) => {}',
      },
      ['in', 'rules'],
      'a=1@5 w9 +1h |',
      'b=2@6 w7 +1h |',
    );
    expect(await sentence(run, { kind: 'timer', node: 'Join', key: 'a', domain: 'event', time: 15 })).toMatch(
      /^The event-time timer of a at 15 waits until the watermark reaches 15.*; watermark 7 = minimum of channel 0 \(9\) and channel 1 \(7\); channel 1 is Clicks split 0/,
    );
    expect(await sentence(run, { kind: 'key', node: 'Join', key: 'a' })).toMatch(/; it holds 1 timer there\.$/);
  });
});

describe('why in a temporal join', () => {
  it('a left record waits for the versions of its time', async () => {
    const run = await joined('temporalJoin', {}, ['left', 'versions'], 'a=1@10 w9 +1h |', 'a=7@3 w5 +1h |');
    expect(await sentence(run, { kind: 'timer', node: 'Join', key: 'a', domain: 'event', time: 10 })).toBe(
      'The event-time timer of a at 10 waits until the watermark reaches 10: it joins left records up to 10 with their ' +
        'versions and forgets those that no later record needs; watermark 5 = minimum of channel 0 (9) and channel 1 (5); ' +
        'channel 1 is Clicks split 0, last event 3, watermarks as its script says, active.',
    );
  });

  it('a late version still holds, a late left record does not join', async () => {
    const run = await joined('temporalJoin', {}, ['left', 'versions'], 'a=1@10 w9 +1h |', 'a=7@3 w5 +1h |');
    const record = { kind: 'record', node: 'Join', subtask: firstSubtask(run, 'Join'), key: 'a', time: 3 } as const;
    expect(await sentence(run, { ...record, watermark: 5, input: 1 })).toMatch(
      /^The record of a at 3 came behind the watermark and counts/,
    );
    expect(await sentence(run, { ...record, watermark: 5, input: 0 })).toMatch(
      /^The record of a at 3 was late by 2 ms/,
    );
  });
});

describe('why in a window join', () => {
  const run = () => joined('windowJoin', { sizeMs: 10 }, ['left', 'right'], 'a=1@5 w9 +1h |', 'a=2@6 w7 +1h |');

  it('a window waits for the slower side', async () => {
    expect(await sentence(await run(), { kind: 'window', node: 'Join', key: 'a', start: 0, end: 10 })).toBe(
      'Window [0, 10) of a waits: it fires when the watermark reaches 9; watermark 7 = minimum of channel 0 (9) and ' +
        'channel 1 (7); channel 1 is Clicks split 0, last event 6, watermarks as its script says, active.',
    );
  });

  it('a record of a window that is over was late', async () => {
    const frozen = await run();
    const record = { kind: 'record', node: 'Join', subtask: firstSubtask(frozen, 'Join'), key: 'a', input: 1 } as const;
    expect(await sentence(frozen, { ...record, time: 3, watermark: 10 })).toMatch(
      /^The record of a at 3 was late by 1 ms: its window \[0, 10\) was over at watermark 9, and the watermark was 10;/,
    );
  });

  it('a coGroup waits alike', async () => {
    const frozen = await joined(
      'windowCoGroup',
      { sizeMs: 10, window: 'session', gapMs: 4 },
      ['left', 'right'],
      'a=1@5 w9 +1h |',
      'a=2@7 w7 +1h |',
    );
    expect(await sentence(frozen, { kind: 'window', node: 'Join', key: 'a', start: 5, end: 11 })).toMatch(
      /^Window \[5, 11\) of a waits: it fires when the watermark reaches 10; watermark 7 = minimum of /,
    );
  });
});

describe('why in a regular join', () => {
  it('rows are held until they are taken back', async () => {
    const frozen = await joined(
      'regularJoin',
      { join: 'inner' },
      ['left', 'right'],
      'a=1@5 a=3@6 +1h |',
      'b=2@6 +1h |',
    );
    const index = subtaskOfGroup(keyGroupOf(hashString('a'), 128), 128, 2);
    const look = await frozen.inspect(frozen.view().nodes.get('Join')?.subtasks[index] ?? '', { key: 'a', limit: 1 });
    expect(look.kind === 'inspected' ? look.keyed?.keys[0]?.held : null).toEqual([
      {
        what: 'Left rows',
        window: null,
        value: '[{"key":"a","n":1},{"key":"a","n":3}]',
        note: '2 rows, kept until they are taken back.',
      },
    ]);
    expect(await sentence(frozen, { kind: 'key', node: 'Join', key: 'a' })).toMatch(/; it holds 1 value there\.$/);
  });
});

describe('why a record', () => {
  const asked = async (params: object, time: number, watermark: number): Promise<string> => {
    const run = await windowed('tumblingWindow', { sizeMs: 10, ...params }, 'a=1@13 w12 +1h |');
    const subtask = firstSubtask(run, 'Sums');
    return await sentence(run, { kind: 'record', node: 'Sums', subtask, key: 'a', time, watermark, input: 0 });
  };

  it('was late: by how much, for which window, and what would have kept it', async () => {
    expect(await asked({}, 3, 12)).toBe(
      'The record of a at 3 was late by 3 ms: its window [0, 10) was over at watermark 9, and the watermark was 12; ' +
        'the script of Flights 0 says the watermarks; an allowed lateness of 4 ms would have kept it.',
    );
  });

  it('was late at the very millisecond at which its window was over, and not one before', async () => {
    expect(await asked({ allowedLatenessMs: 3 }, 3, 12)).toMatch(/was late by 0 ms: .* an allowed lateness of 4 ms/);
    expect(await asked({ allowedLatenessMs: 4 }, 3, 12)).toBe(
      'The record of a at 3 came behind the watermark and counts all the same: the watermark was 12, and its window ' +
        '[0, 10) is over only at 13, 1 ms later.',
    );
    expect(await asked({}, 14, 12)).toBe(
      'The record of a at 14 was on time: the watermark was 12, and its window [10, 20) is over only at 19, 7 ms later.',
    );
  });
});
