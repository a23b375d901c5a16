/**
 * Scripts end to end: the event time of operators with two inputs. Flink keeps a valve per input and combines them
 * (AbstractStreamOperator, CombinedWatermarkStatus); joins over windows it makes of one united stream (CoGroupedStreams).
 */
import { expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { block, joined, played, united } from './testing/scripts.ts';

const interval = joined('intervalJoin', { lowerMs: -5, upperMs: 5 });
const window = joined('windowJoin', { sizeMs: 10 });
const regular = joined('regularJoin');

const cases: readonly (readonly [rule: string, given: Job, script: string, lines: string])[] = [
  [
    'an input that comes back from idleness holds the other at once, until it has caught up',
    interval,
    `left: w5
     right: w20
     left: ~
     left: x=1@30
     right: w40
     left: w19
     left: w21`,
    `both: watermark 5
     both: watermark 20
     both: watermark 21`,
  ],
  [
    'of one united stream it does not count until then: a join over windows',
    window,
    `left: w5
     right: w20
     left: ~
     left: x=1@45
     right: w40
     left: w21`,
    `both: watermark 5
     both: watermark 20
     both: watermark 40`,
  ],
  [
    'and a union',
    united(),
    `left: w5
     right: w20
     left: ~
     left: x=1@45
     right: w40`,
    `all: watermark 5
     sum: watermark 5
     all: watermark 20
     sum: watermark 20
     all: watermark 40
     sum: watermark 40`,
  ],
  [
    'when the last input becomes idle, the greater watermark of the other stays where it is',
    interval,
    `left: w30
     right: w5
     left: ~
     right: ~`,
    `both: watermark 5
     both: idle`,
  ],
  [
    'of a united stream it goes out',
    window,
    `left: w30
     right: w5
     left: ~
     right: ~`,
    `both: watermark 5
     both: watermark 30
     both: idle`,
  ],
  [
    'an idle input frees the other, and a record of the idle one is late behind it',
    interval,
    `left: w5
     right: w20 y=1@25
     left: ~
     left: y=7@19 y=8@20`,
    `both: watermark 5
     both: watermark 20
     both: late y=7@19`,
  ],
  [
    'a record in time of an input that is back, and holds nothing back',
    interval,
    `right: y=1@10 w9
     left: ~
     left: y=2@12`,
    'both: watermark 9',
  ],
  [
    'the end of one input frees nobody from the other',
    interval,
    `left: w5 |
     right: w3
     right: w9
     right: |`,
    `both: watermark 3
     both: watermark 9
     both: watermark final
     job finished`,
  ],
  [
    'a join without windows minds no time, and passes it on all the same',
    regular,
    `left: w5
     right: w7
     left: ~
     right: ~
     left: !`,
    `both: watermark 5
     both: watermark 7
     both: idle
     both: active`,
  ],
  [
    'splits: within an input the greatest of the idle, between inputs the least of the others',
    interval,
    `left/0: w30
     left/1: w10
     right: w20
     left/1: ~
     left/0: ~
     right: w50`,
    `both: watermark 10
     both: watermark 20
     both: watermark 50`,
  ],
];

test.each(cases.map((one) => [...one]))('%s', async (_rule, given, script, lines) => {
  const { lines: seen, complaints } = await played(given as Job, script as string);
  expect(complaints).toBe('');
  const expected = block(lines as string);
  const ends = seen.filter((line) => !line.startsWith('The script is over'));
  expect(ends).toEqual(expected);
});

const records: typeof cases = [
  [
    'a semi join gives a row of the left once, with its first match, over a failure',
    joined('regularJoin', { join: 'semi' }),
    `left: a=1@1 b=2@1
     checkpoint
     fail
     right: a=5@3 a=6@4
     left: a=3@2`,
    `both: record a=1@3
     both: record a=3@2`,
  ],
  [
    'a temporal join by the clock meets the version of the moment, and forgets it when its time to live is over',
    joined('temporalJoin', { time: 'processing', join: 'left', ttlMs: 10 }),
    `right: a=5@9
     left: a=1@1
     +9
     left: a=2@2
     +10
     left: a=3@3`,
    `both: record {"key":"a","value":1,"right_value":5}@1
     both: record {"key":"a","value":2,"right_value":5}@2
     both: record {"key":"a","value":3,"right_value":null}@3`,
  ],
];

test.each(records.map((one) => [...one]))('%s', async (_rule, given, script, lines) => {
  const { all, complaints } = await played(given as Job, script as string);
  expect(complaints).toBe('');
  const joins = all.split('\n').filter((line) => line.includes('both: record'));
  expect(joins.map((line) => line.trim())).toEqual(block(lines as string));
});
