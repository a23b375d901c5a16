/**
 * The example of “Streaming 102” (Akidau, 2016): ten scores that sum up to 51, in windows of two minutes, with early panes by
 * the clock, one on time and late ones; and a chain of windows, a join and a window.
 */
import { expect, test } from 'vitest';
import { job, node } from '../hosts/acceptance-jobs.ts';
import { block, played, windows } from './testing/scripts.ts';

/** 9, of the first window, comes late; 7, 3 + 4 and 8 of the second come one after the other. */
const scores = `in: k=5@30s +30s w2min
in: k=7@150s +1min
in: k=9@1min
in: k=3@180s k=4@210s +1min
in: k=8@190s +1min
in: k=3@330s w4min
in: w6min
in: k=8@370s k=3@380s +1min
in: k=1@7min w8min`;

const scored = (accumulation: string) =>
  windows('tumblingWindow', {
    sizeMs: 120_000,
    allowedLatenessMs: 3_600_000,
    trigger: 'afterWatermark(early: delay(1min), late: count(1))',
    accumulation,
  });

const first = 'pane k [0, 120000)';
const second = 'pane k [120000, 240000)';
const third = 'pane k [240000, 360000)';
const fourth = 'pane k [360000, 480000)';

test('accumulating: each pane is what is known by then', async () => {
  const { lines } = await played(scored('accumulating'), scores);
  expect(lines).toEqual(
    block(`sum: ${first} {"sum":5}@119999 on time, index 0
      sum: watermark 120000
      sum: ${second} {"sum":7}@239999 early, index 0
      sum: ${first} {"sum":14}@119999 late, index 1
      sum: ${second} {"sum":14}@239999 early, index 1
      sum: ${second} {"sum":22}@239999 early, index 2
      sum: ${second} {"sum":22}@239999 on time, index 3
      sum: watermark 240000
      sum: ${third} {"sum":3}@359999 on time, index 0
      sum: watermark 360000
      sum: ${fourth} {"sum":11}@479999 early, index 0
      sum: ${fourth} {"sum":12}@479999 on time, index 1
      sum: watermark 480000
      The script is over; the job is running.`),
  );
});

test('discarding: the panes sum up to 51', async () => {
  const { lines } = await played(scored('discarding'), scores);
  const panes = lines.filter((line) => line.includes('pane'));
  expect(panes).toEqual(
    block(`sum: ${first} {"sum":5}@119999 on time, index 0
      sum: ${second} {"sum":7}@239999 early, index 0
      sum: ${first} {"sum":9}@119999 late, index 1
      sum: ${second} {"sum":7}@239999 early, index 1
      sum: ${second} {"sum":8}@239999 early, index 2
      sum: ${third} {"sum":3}@359999 on time, index 0
      sum: ${fourth} {"sum":11}@479999 early, index 0
      sum: ${fourth} {"sum":1}@479999 on time, index 1`),
  );
  const sums = panes.map((line) => Number(/"sum":(\d+)/.exec(line)?.[1]));
  expect(sums.reduce((all, each) => all + each, 0)).toBe(51);
});

test('a failure between any two panes changes none of them', async () => {
  const whole = await played(scored('accumulating'), scores);
  const panes = (lines: readonly string[]) => lines.filter((line) => line.includes('pane'));
  for (const at of [2, 3, 5, 8]) {
    const lines = scores.split('\n');
    const script = [...lines.slice(0, at), 'savepoint', 'restore', ...lines.slice(at)].join('\n');
    const { lines: seen } = await played(scored('accumulating'), script);
    expect(panes(seen)).toEqual(panes(whole.lines));
  }
});

test('windows, a join of their results, and a window of what it joined', async () => {
  const sums = (size: number, as: string) => ({
    sizeMs: size,
    aggregates: [{ function: 'sum', column: 'value', as }],
  });
  const side = (name: string) => [
    node(name, 'scripted'),
    node(`${name}By`, 'keyBy', { columns: ['key'] }),
    node(`${name}Five`, 'tumblingWindow', sums(5, 'value')),
    node(`${name}Again`, 'keyBy', { columns: ['key'] }),
  ];
  const way = (name: string, port: string) => [
    `${name} -> ${name}By`,
    `${name}By -> ${name}Five`,
    `${name}Five -> ${name}Again`,
    `${name}Again -> both.${port}`,
  ];
  const columns = [
    { name: 'key', type: 'string' },
    { name: 'value', type: 'int' },
  ];
  const given = job(
    [
      ...side('l'),
      ...side('r'),
      node('both', 'intervalJoin', {
        lowerMs: 0,
        upperMs: 5,
        result: 'function',
        function: '(a, b) => ({ key: a.key, value: a.value * b.value })',
        columns,
      }),
      node('by', 'keyBy', { columns: ['key'] }),
      node('then', 'tumblingWindow', sums(10, 'total')),
      node('out', 'table'),
    ],
    [...way('l', 'left'), ...way('r', 'right'), 'both -> by', 'by -> then', 'then -> out'],
    { parallelism: 1 },
  );
  // l: 1 at 4, 2 at 9; r: 10 at 4, 100 at 9. Pairs: (4, 4) and (4, 9) and (9, 9), each at the greater time.
  const { lines, complaints } = await played(
    given,
    `l: a=1@1 a=2@6
     r: a=10@2 a=100@7
     l: w4
     r: w9
     l: w9`,
  );
  expect(complaints).toBe('');
  expect(lines).toEqual(
    block(`lFive: pane a [0, 5) {"value":1}@4 on time, index 0
      lFive: watermark 4
      rFive: pane a [0, 5) {"value":10}@4 on time, index 0
      rFive: pane a [5, 10) {"value":100}@9 on time, index 0
      rFive: watermark 9
      both: watermark 4
      then: watermark 4
      lFive: pane a [5, 10) {"value":2}@9 on time, index 0
      lFive: watermark 9
      both: watermark 9
      then: pane a [0, 10) {"total":310}@9 on time, index 0
      then: watermark 9
      The script is over; the job is running.`),
  );
});
