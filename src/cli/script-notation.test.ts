/** The notation of scripts: what is read, what is refused and with which words, and the two forms of the printout. */
import { describe, expect, test } from 'vitest';
import { job, node } from '../hosts/acceptance-jobs.ts';
import { joined, keyed, played, windows } from './testing/scripts.ts';

const tumbling = windows('tumblingWindow', { sizeMs: 10 });
const two = joined('intervalJoin', {});

describe('a script that cannot be read is refused with line and column', () => {
  test.each([
    ['w5', 'line 1, column 1: error: “w5” is no line of a script'],
    ['in a=1@1', 'line 1, column 1: error: “in a=1@1” is no line'],
    ['out: a=1@1', 'column 1: error: No scripted source is called “out”. There are: in.'],
    ['in: a=1@1 w5 a=', 'line 1, column 16'],
    ['in: a=1@1\n  in: b=x@2', 'line 2, column 7: error: “b=x@2” is no record of “in”'],
    ['in: {"key":"a","valeu":1}', 'there is no column “valeu”'],
    ['in: a=1@1 #1', 'line 1, column 11: error: A source makes no barriers. Write checkpoint'],
    ['in: a=1@1 #comment', 'A comment begins with # and a space'],
    ['in: a=1@1, b=2@2', 'elements are set apart by spaces, without commas. Elements are such as'],
    ['in: a=1 @1', 'line 1, column 9: error: “@1” cannot be read: an event time stands right behind its record, a=1@5'],
    ['in: {key:"a"}@1', 'this is no JSON value (names and texts in it are quoted)'],
    ['in: a=1@1 |\nin: a=2@2', 'line 2, column 5: error: “in” has ended'],
    ['in: | a=2@2', 'has ended'],
    ['|\nin: a=1', 'line 2, column 5: error: “in” has ended'],
    ['in/16: a=1', 'There is no split 16 of “in”. Splits are numbered from 0 to 15'],
    ['checkpoint now', 'line 1, column 1: error: “checkpoint” stands alone in its line'],
    ['| a=1', '“|” stands alone'],
    ['+5x', 'cannot be read'],
    ['+-5', 'processing time cannot go back'],
    ['fail nobody', 'No operator is called “nobody”. There are: in, by, sum, out.'],
    ['fail sum/7', 'There is no subtask 7 of “sum”. It has 1'],
    ['restore', 'There is nothing to restore from.'],
    ['checkpoint\nrestore parallelism=0', 'A parallelism is a whole number from 1 to 16, not “0”'],
    ['checkpoint\nrestore checkpoint=x', '“checkpoint=x” says nothing about a restore'],
    ['checkpoint\nrestore soon', '“soon” says nothing about a restore'],
    ['checkpoint\nrestore nobody=2', 'No operator is called “nobody”'],
    ['checkpoint\nrestore checkpoint=7', 'line 2, column 1: error: There is nothing to restore from.'],
  ])('%j', async (script, sentence) => {
    const outcome = await played(tumbling, script);
    expect(outcome.complaints).toContain(sentence);
    expect(outcome.complaints).toContain('a.script: line ');
    expect(outcome.code).toBe(2);
  });

  test('also as JSON', async () => {
    const { all, code } = await played(tumbling, 'in: a=1@1\nw5', '--json');
    expect(JSON.parse(all)).toMatchObject({ kind: 'problem', severity: 'error', place: 'line 2, column 1' });
    expect(code).toBe(2);
  });

  test('a job without scripted sources has no script', async () => {
    const given = job([node('gen', 'generator', { count: 1 }), node('out', 'table')], ['gen -> out']);
    expect((await played(given, '+1s')).complaints).toContain('The job has no scripted source');
  });

  test('two operators of one name are called by their ids', async () => {
    const nodes = two.nodes.map((one) => (one.kind === 'scripted' ? { ...one, name: 'Events' } : one));
    const outcome = await played({ ...two, nodes }, 'Events: a=1@1');
    expect(outcome.complaints).toContain('Several operators are called “Events”. Use their ids: left, right.');
    expect((await played({ ...two, nodes }, 'left: a=1@1\nright: ~')).code).toBe(0);
  });
});

describe('what is read', () => {
  const steps = (all: string): string[] => all.split('\n').filter((line) => line.startsWith('>'));

  test('comments, blank lines, indentation, several elements in a line', async () => {
    const { all } = await played(tumbling, '# first\n\n   in: a=1@1   +5 b=2@3 # and a word\r\n#\n+1s # more\n');
    expect(steps(all)).toEqual(['> in: a=1@1', '> +5', '> in: b=2@3', '> +1s']);
  });

  test('a # within a text is no comment', async () => {
    const columns = [{ name: 'text', type: 'string' }] as const;
    const given = job([node('in', 'scripted', { columns, timeline: '' }), node('out', 'table')], ['in -> out']);
    const { all } = await played(given, 'in: "a # b"@1');
    expect(all).toMatch(/ out\/\d: result "a # b"@1$/m);
  });

  test('the script takes the place of the timeline, which may be empty', async () => {
    const nodes = tumbling.nodes.map((one) => (one.id === 'in' ? { ...one, params: { timeline: '' } } : one));
    const { all, code } = await played({ ...tumbling, nodes }, 'in: a=1@1 w9');
    expect(all).toContain('sum: pane a [0, 10) {"sum":1}@9 on time, index 0');
    expect(code).toBe(0);
  });

  test('neither the timeline nor the faults of the job matter, right or wrong', async () => {
    const columns = [{ name: 'id', type: 'int' }] as const;
    const nodes = [node('in', 'scripted', { columns, timeline: 'nonsense=' }), node('out', 'table')];
    const faults = [
      { id: 'f1', kind: 'gone', target: { kind: 'coordinator' }, when: { kind: 'now' }, params: {}, times: 1 },
    ] as const;
    const outcome = await played({ ...job(nodes, ['in -> out'], { parallelism: 1 }), faults }, 'in: 7@1');
    expect(outcome).toMatchObject({ code: 0, complaints: '' });
    expect(outcome.all).toContain('out: result 7@1');
  });

  test('names with spaces and slashes, quoted or not', async () => {
    const nodes = two.nodes.map((one) => (one.id === 'left' ? { ...one, name: 'Ad clicks/1' } : one));
    const { all, code } = await played(
      { ...two, nodes },
      'Ad clicks/1: a=1@1\n"Ad clicks/1"/1: a=2@1\nright: ~\nfail Ad clicks/1\nfail "Ad clicks/1"/0',
    );
    expect(code).toBe(0);
    expect(steps(all).slice(0, 2)).toEqual(['> Ad clicks/1/0: a=1@1', '> Ad clicks/1/1: a=2@1']);
  });

  test('| ends all that has not ended, in the order of sources and splits', async () => {
    const { all } = await played(two, 'right: a=1@1 |\nleft/1: w3\n|');
    expect(steps(all).slice(-2)).toEqual(['> left/0: |', '> left/1: |']);
    expect(all).toContain('job finished');
  });
});

test('JSON has a line for each step and each fact, and an end', async () => {
  const { all, code } = await played(tumbling, 'in: a=1@1 w9 a=2@3\ncheckpoint\n+5', '--json');
  const lines = all.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ kind }) => kind)).toEqual([
    'step',
    'step',
    'pane',
    'result',
    'watermark',
    'step',
    'late',
    'step',
    'checkpoint',
    'step',
    'end',
  ]);
  expect(lines[2]).toEqual({
    kind: 'pane',
    node: 'sum',
    name: 'sum',
    subtask: null,
    key: 'a',
    window: { start: 0, end: 10 },
    row: { sum: 1 },
    timestamp: 9,
    timing: 'on time',
    index: 0,
  });
  expect(lines[6]).toMatchObject({ kind: 'late', name: 'sum', row: { key: 'a', value: 2 }, timestamp: 3 });
  expect(lines.at(-1)).toMatchObject({ kind: 'end', outcome: 'played', state: 'running', timeMs: 5 });
  expect(code).toBe(0);
});

test('a script is one run, whatever the seed', async () => {
  const script = 'in/0: a=1@1\nin/1: b=2@2 w20\nin/0: w9 c=4@8\ncheckpoint\nfail\n|';
  const parallel = windows('tumblingWindow', { sizeMs: 10 }, { parallelism: 3 });
  const [first, ...others] = await Promise.all(
    ['1', '2', '3', '4'].map((seed) => played(parallel, script, '--seed', seed)),
  );
  for (const other of others) expect(other).toEqual(first);
});

test('options that a script has no use for are refused', async () => {
  const outcome = await played(tumbling, '', '--ledger');
  expect(outcome.complaints).toContain('there is no --ledger with it');
  expect(outcome.code).toBe(2);
});

test('a job that works for ever without time is told as no progress', { timeout: 60_000 }, async () => {
  const again = 'ctx.timerService.registerProcessingTimeTimer(ctx.timerService.currentProcessingTime())';
  const spinning = keyed('process', {
    processElement: `(row, ctx, out) => ${again}`,
    onTimer: `(timestamp, ctx, out) => ${again}`,
    columns: [{ name: 'key', type: 'string' }],
  });
  const outcome = await played(spinning, 'in: a=1@1');
  expect(outcome.all).toContain('No progress in line 1, at “a=1@1”: The job does not come to rest');
  expect(outcome.code).toBe(4);
});
