/**
 * Scripts end to end: checkpoints, failures and restores, at the same or another parallelism. The rules are Flink's: what
 * a snapshot holds is state and offsets, neither watermarks nor idleness.
 */
import { describe, expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { job, node } from '../hosts/acceptance-jobs.ts';
import { block, keyed, played, windows } from './testing/scripts.ts';

const tumbling = windows('tumblingWindow', { sizeMs: 10 });
const patient = windows('tumblingWindow', { sizeMs: 10, allowedLatenessMs: 100 });
const session = windows('sessionWindow', { gapMs: 5 });
const early = windows('tumblingWindow', {
  sizeMs: 10,
  allowedLatenessMs: 100,
  trigger: 'afterWatermark(early: count(1), late: count(1))',
});
const killed = 'failure: The Worker of in -> by (1/1) was killed.';
const running = 'The script is over; the job is running.';

const cases: readonly (readonly [rule: string, given: Job, script: string, lines: string])[] = [
  [
    'a failure before the firing: what came since the checkpoint is read again, and counts once',
    tumbling,
    `in: a=1@1
     checkpoint
     in: a=2@2
     fail
     in: w9`,
    `checkpoint 1 completed
     ${killed}
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'a failure behind the firing: the watermark is read again, and the pane fires again',
    tumbling,
    `in: a=1@1
     checkpoint
     in: w9
     fail
     in: w10`,
    `checkpoint 1 completed
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     ${killed}
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     sum: watermark 10`,
  ],
  [
    'a checkpoint behind the firing: it does not fire again',
    tumbling,
    `in: a=1@1 w9
     checkpoint
     fail
     in: w10`,
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     checkpoint 1 completed
     ${killed}
     restored from checkpoint 1
     sum: watermark 10`,
  ],
  [
    'no watermark is in a snapshot: what was late before is not late behind the restore',
    tumbling,
    `in: w9
     checkpoint
     in: a=1@1
     fail
     in: w9`,
    `sum: watermark 9
     checkpoint 1 completed
     sum: late a=1@1
     ${killed}
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'without a checkpoint the job begins anew, and reads all',
    tumbling,
    `in: a=1@1 w3
     fail
     in: w9`,
    `sum: watermark 3
     ${killed}
     begins anew
     sum: watermark 3
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'recovery uses no savepoint unasked (FLINK-25191); a restore does',
    tumbling,
    `in: a=1@1
     savepoint
     fail
     restore
     in: w9`,
    `savepoint 1 completed
     ${killed}
     begins anew
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'a restore from an older checkpoint',
    tumbling,
    `in: a=1@1
     checkpoint
     in: a=2@2
     checkpoint
     restore checkpoint=1
     in: w9`,
    `checkpoint 1 completed
     checkpoint 2 completed
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'keyed state and timers go with their key groups from 1 to 2 subtasks and back',
    tumbling,
    `in: a=1@1 b=2@2
     checkpoint
     restore sum=2
     in: a=4@3 b=8@4
     checkpoint
     restore sum=1
     in: w9`,
    // The order of keys in one firing is not specified; restored state is in order of key groups.
    `checkpoint 1 completed
     restored from checkpoint 1
     checkpoint 2 completed
     restored from checkpoint 2
     sum: pane b [0, 10) {"sum":10}@9 on time, index 0
     sum: pane a [0, 10) {"sum":5}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'a session that was in two parts at the checkpoint is merged behind the restore, in another subtask',
    session,
    `in: a=1@0 a=2@8
     checkpoint
     restore parallelism=2
     in: a=4@4
     checkpoint
     restore parallelism=1
     in: w12`,
    `checkpoint 1 completed
     restored from checkpoint 1
     checkpoint 2 completed
     restored from checkpoint 2
     sum: pane a [0, 13) {"sum":7}@12 on time, index 0
     sum: watermark 12`,
  ],
  [
    'panes go on counting behind a restore; the one on time comes also without a new record (Beam: FIRE_ALWAYS)',
    early,
    `in: a=1@1
     checkpoint
     fail
     in: a=2@2 w9 a=4@3`,
    `sum: pane a [0, 10) {"sum":1}@9 early, index 0
     checkpoint 1 completed
     ${killed}
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":3}@9 early, index 1
     sum: pane a [0, 10) {"sum":3}@9 on time, index 2
     sum: watermark 9
     sum: pane a [0, 10) {"sum":7}@9 late, index 3`,
  ],
  [
    'a late pane behind a restore goes on where the one on time was',
    patient,
    `in: a=1@1 w9
     checkpoint
     fail
     in: w9 a=2@2`,
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     checkpoint 1 completed
     ${killed}
     restored from checkpoint 1
     sum: watermark 9
     sum: pane a [0, 10) {"sum":3}@9 late, index 1`,
  ],
  [
    'a processing-time timer that was due while nothing ran fires as soon as it is restored',
    windows('tumblingWindow', { sizeMs: 10, time: 'processing' }),
    `in: a=1 +3
     checkpoint
     +20
     fail`,
    `checkpoint 1 completed
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     ${killed}
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0`,
  ],
  [
    'one operator fails: with the region, all that is joined with it',
    tumbling,
    `in: a=1@1
     checkpoint
     fail sum
     in: w9`,
    `checkpoint 1 completed
     failure: The Worker of sum -> out (1/1) was killed.
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'without checkpoints there is nothing to restore but offsets: what was held is lost',
    windows('tumblingWindow', { sizeMs: 10 }, { checkpointMode: 'off' }),
    `in: a=1@1
     fail
     in: a=2@2 w9`,
    `${killed}
     goes on at the offsets of its sources, without state
     sum: pane a [0, 10) {"sum":2}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'a job that has ended takes no checkpoint and cannot fail',
    tumbling,
    `|
     checkpoint
     fail`,
    `sum: watermark final
     job finished
     nothing: the job is finished
     nothing: the job is finished`,
  ],
  [
    'a job that has ended can be restored from before its end',
    tumbling,
    `in: a=1@1
     savepoint
     in: |
     restore
     +1s`,
    `savepoint 1 completed
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark final
     job finished
     restored from checkpoint 1
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark final
     job finished`,
  ],
];

test.each(cases)('%s', async (_rule, given, script, lines) => {
  const outcome = await played(given, script);
  const expected = block(lines);
  expect(outcome.complaints).toBe('');
  const over = /^job finished$|the job is finished$/.test(expected.at(-1) ?? '');
  expect(outcome.lines).toEqual(over ? expected : [...expected, running]);
  expect(outcome.code).toBe(0);
});

const resultsOf = (all: string): string[] =>
  all.split('\n').flatMap((line) => (/ (?:out|op)(?:\/\d)?: result (.*)/.exec(line) ?? []).slice(1));

describe('what sinks hold', () => {
  const script = `in: a=1@1
    checkpoint
    in: w9
    fail
    checkpoint
    in: a=2@11 w19
    checkpoint
    fail
    |
    checkpoint`;

  test('a plain sink gets a pane again that fires again', async () => {
    const { all } = await played(tumbling, script);
    expect(resultsOf(all)).toEqual([
      '{"key":"a","windowStart":0,"windowEnd":10,"sum":1}@9',
      '{"key":"a","windowStart":0,"windowEnd":10,"sum":1}@9',
      '{"key":"a","windowStart":10,"windowEnd":20,"sum":2}@19',
    ]);
  });

  test('a transactional sink has each pane once, from the checkpoint on that commits it', async () => {
    const exactly = windows('tumblingWindow', { sizeMs: 10 }, { checkpointMode: 'aligned' }, 'transactionalTable');
    const { all, code } = await played(exactly, script);
    expect(resultsOf(all)).toEqual([
      '{"key":"a","windowStart":0,"windowEnd":10,"sum":1}@9',
      '{"key":"a","windowStart":10,"windowEnd":20,"sum":2}@19',
    ]);
    const printed = all.split('\n').map((line) => line.trim());
    const second = printed.indexOf('checkpoint 2 completed');
    expect(printed[second + 1]).toBe('out: result {"key":"a","windowStart":0,"windowEnd":10,"sum":1}@9');
    expect(printed.at(-1)).toBe('job finished');
    expect(code).toBe(0);
  });
});

test('elements are read again in the order of the script, whatever their split', async () => {
  const { all } = await played(
    tumbling,
    `in/0: a=1@1
     checkpoint
     in/1: b=2@2
     in/0: c=4@3
     in/1: d=8@4
     fail`,
  );
  const again = all.split('\n').filter((line) => line.startsWith('>>'));
  expect(again).toEqual(['>> in/1: b=2@2', '>> in/0: c=4@3', '>> in/1: d=8@4']);
});

describe('a job that fails for good', () => {
  const fragile = windows('tumblingWindow', { sizeMs: 10 }, { restartStrategy: 'none' });

  test('takes nothing more, and the exit code says so', async () => {
    const outcome = await played(fragile, 'in: a=1@1\nfail\nin: w9');
    expect(outcome.code).toBe(3);
    expect(outcome.lines.slice(0, 2)).toEqual(['job failed', 'The job has failed in line 3, at “w9”.']);
  });

  test('can be restored by the script', async () => {
    const outcome = await played(fragile, 'in: a=1@1\ncheckpoint\nfail\nrestore\nin: w9');
    expect(outcome.code).toBe(0);
    expect(outcome.lines).toContain('sum: pane a [0, 10) {"sum":1}@9 on time, index 0');
  });

  test('tells the record that a function throws at, each time it comes again', async () => {
    const throwing = keyed('process', {
      processElement: '(row, ctx, out) => { if (row.value === 13) throw new Error("unlucky"); out.collect(row); }',
      columns: [
        { name: 'key', type: 'string' },
        { name: 'value', type: 'int' },
      ],
    });
    const outcome = await played(throwing, 'in: a=1@1 a=13@2 a=2@3');
    expect(outcome.code).toBe(3);
    const failures = outcome.lines.filter((line) => line.startsWith('failure:'));
    // Fixed delay: three restarts, then the job fails.
    expect(failures).toHaveLength(3);
    expect(failures[0]).toContain('unlucky');
  });
});

test('state that does not fit another parallelism is refused with the sentence of the engine', async () => {
  const given = job(
    [node('in', 'scripted'), node('one', 'table'), node('gen', 'generator', { rate: 1 }), node('two', 'table')],
    ['in -> one', 'gen -> two'],
    { parallelism: 1 },
  );
  const outcome = await played(given, 'in: a=1@1\ncheckpoint\nrestore gen=2\nin: a=2@2');
  expect(outcome.code).toBe(3);
  expect(outcome.all).toContain('“gen” cannot change its parallelism from 1 to 2');
});

test('what a run finds wrong with an operator is told once, with its name, whatever is read again', async () => {
  const returning = node('change', 'map', {
    function: '(row) => ({ key: row.key, more: 1 })',
    columns: [{ name: 'key', type: 'string' }],
  });
  const source = node('in', 'scripted', { timeline: 'a=1@1 b=2@2 c=3@3 |' });
  const given = job([source, returning, node('out', 'table')], ['in -> change', 'change -> out'], {
    parallelism: 2,
    restartStrategy: 'fixed-delay',
  });
  const found = 'warning: “change”: The function returns “more”, for which there is no output column';
  const times = ({ all }: { readonly all: string }): number => all.split(found).length - 1;
  expect(times(await played(given, 'in/0: a=1@1\nin/1: b=1@1\nfail\nin/0: c=1@2'))).toBe(1);
  expect(times(await played(given, '', '--script', 'none'))).toBe(1);
});
