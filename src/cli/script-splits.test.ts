/**
 * Scripts end to end: several splits that one subtask reads, as a source of Flink combines them (WatermarkOutputMultiplexer).
 * They are not channels: a split that comes back behind holds the watermark where it is, no maximum goes out when all are
 * idle, and what an ended one held back goes out with the next periodic emit.
 */
import { expect, test } from 'vitest';
import { block, played, windows } from './testing/scripts.ts';

const tumbling = windows('tumblingWindow', { sizeMs: 10 });
/** All splits in one subtask. */
const together = {
  ...tumbling,
  nodes: tumbling.nodes.map((each) => (each.id === 'in' ? { ...each, parallelism: 1 } : each)),
};

const cases: readonly (readonly [rule: string, script: string, lines: string])[] = [
  [
    'the watermark is the least of the splits',
    'in/0: w10\nin/1: w5\nin/1: w12\nin/0: w11',
    `sum: watermark 5
     sum: watermark 10
     sum: watermark 11`,
  ],
  ['a split that was never heard holds the others', 'in/0: a=1@1 w20\nin/1: b=1@1', ''],
  [
    'an idle one does not',
    'in/0: a=1@1 w20\nin/1: ~',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 20`,
  ],
  [
    'one that comes back behind counts at once: the watermark waits for it where it is',
    `in/0: w10
     in/1: ~
     in/1: ! w3
     in/0: w13
     in/1: w12`,
    `sum: watermark 10
     sum: watermark 12`,
  ],
  [
    'when the last one becomes idle no maximum goes out',
    `in/0: w10
     in/1: w5
     in/0: ~
     in/1: ~`,
    `sum: watermark 5
     sum: idle`,
  ],
  [
    'the first that becomes idle frees the other',
    `in/0: w10
     in/1: w5
     in/1: ~
     in/0: ~`,
    `sum: watermark 5
     sum: watermark 10
     sum: idle`,
  ],
  [
    'with the first that comes back the subtask is active again',
    `in/0: ~
     in/1: ~
     in/1: a=1@1`,
    `sum: idle
     sum: active`,
  ],
  [
    'what a split that has ended held back goes out with the next periodic emit',
    `in/0: w10
     in/1: w5 |
     in/0: w11
     +200`,
    `sum: watermark 5
     sum: watermark 11`,
  ],
  [
    'the stream ends with the last of them',
    `in/0: a=1@1 |
     in/1: a=2@2
     in/1: |`,
    `sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: watermark final`,
  ],
];

test.each(cases)('%s', async (_, script, lines) => {
  const { lines: told, complaints } = await played(together, script);
  expect(complaints).toBe('');
  expect(told.filter((line) => line.startsWith('sum: '))).toEqual(block(lines));
});

test('a restore may deal them to another number of subtasks, and each goes on where it was', async () => {
  const script = `in/0: a=1@1
    in/1: a=10@2
    checkpoint
    in/0: a=2@3
    restore in=1
    in/0: w10
    in/1: w5
    in/0: ~
    in/1: ~
    checkpoint
    restore in=2
    in/0: w12
    in/1: w11
    in/0: ~
    in/1: ~`;
  const { all, code } = await played(tumbling, script);
  expect(code).toBe(0);
  expect(all).toContain('>> in/0: a=2@3');
  // The window waits while both are in one subtask, whose watermark never gets past 5.
  const [before, after] = all.split('> restore in=2');
  expect(before).not.toContain('pane');
  expect(before).toContain('sum: idle');
  expect(block(after ?? '').filter((line) => line.startsWith('sum: '))).toEqual(
    block(`sum: pane a [0, 10) {"sum":13}@9 on time, index 0
    sum: watermark 11
    sum: watermark 12
    sum: idle`),
  );
});

test('there are never more subtasks than splits', async () => {
  const { code, complaints } = await played(tumbling, 'in/0: a=1@1\nin/1: ~\ncheckpoint\nrestore in=7\nin/0: w10');
  expect([code, complaints]).toEqual([0, '']);
});
