/** The command line as a person or a script meets it: what it prints, and how it ends. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { writeJobFile } from '../export/job-file.ts';
import { edge } from '../engine/graph/testing/short-jobs.ts';
import { columns, job, node } from '../hosts/acceptance-jobs.ts';
import { weir as commands } from './weir.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Found from here: the tests start the program in a folder of their own. */
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const folder = mkdtempSync(join(tmpdir(), 'weir-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function weir(...args: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const inFolder = args.map((arg) => (arg.endsWith('.weir.json') ? join(folder, arg) : arg));
  const code = await commands(inFolder, { print: (line) => out.push(line), complain: (line) => err.push(line) });
  const text = (of: string[]): string => of.map((line) => `${line.replaceAll(`${folder}${sep}`, '')}\n`).join('');
  return { code, out: text(out), err: text(err) };
}

/** The program itself, started as npm starts it. */
const started = (...args: string[]): Promise<Outcome> => startedWith('', ...args);

/** @param input what comes over its standard input */
const startedWith = (input: string, ...args: string[]): Promise<Outcome> => nodeWith([], input, args);

function nodeWith(flags: readonly string[], input: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const given = [...flags, '--import', tsx, main, ...args];
    const program = execFile(process.execPath, given, { cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
    program.stdin?.end(input);
  });
}

/** Ids of edges that a job file may hold. */
function saved(name: string, given: Job): string {
  const edges = given.edges.map((one, i) => ({ ...one, id: `e${i}` }));
  writeFileSync(join(folder, name), writeJobFile({ ...given, edges }));
  return name;
}

type Line = Readonly<Record<string, unknown>>;
const lines = (outcome: Outcome): Line[] => {
  return outcome.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};
const ofKind = (outcome: Outcome, kind: string) => lines(outcome).filter((line) => line['kind'] === kind);

const window = (timeline: string) =>
  job(
    [
      node('in', 'scripted', { timeline }),
      node('by', 'keyBy', { columns: ['key'] }),
      node('sum', 'tumblingWindow', { sizeMs: 10, aggregates: [{ function: 'sum', column: 'value', as: 'sum' }] }),
      node('out', 'table'),
    ],
    ['in -> by', 'by -> sum', 'sum -> out'],
  );

// The start of a program takes a while where much else runs.
const patience = { timeout: 120_000 };

describe('weir run', () => {
  test('prints results, side outputs, metrics and the end as JSON lines', async () => {
    const file = saved('window.weir.json', window('a=1@1 b=2@4 w9 a=5@3 a=4@12 |'));
    const outcome = await weir('run', file, '--json', '--seed', '5');
    expect(outcome).toMatchObject({ code: 0, err: '' });
    const rows = ofKind(outcome, 'result').map(({ node: at, row, timestamp }) => ({ at, row, timestamp }));
    expect(rows.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual([
      { at: 'out', row: { key: 'a', windowStart: 0, windowEnd: 10, sum: 1 }, timestamp: 9 },
      { at: 'out', row: { key: 'a', windowStart: 10, windowEnd: 20, sum: 4 }, timestamp: 19 },
      { at: 'out', row: { key: 'b', windowStart: 0, windowEnd: 10, sum: 2 }, timestamp: 9 },
    ]);
    // Nobody had connected the late output.
    expect(ofKind(outcome, 'side-output')).toMatchObject([
      { node: 'sum', port: 'late', row: { key: 'a', value: 5 }, timestamp: 3 },
    ]);
    expect(ofKind(outcome, 'metrics')).toMatchObject([
      { node: 'in', recordsOut: 4 },
      { node: 'by', recordsIn: 4, recordsOut: 4 },
      { node: 'sum', recordsIn: 4 },
      { node: 'out', recordsIn: 3 },
    ]);
    expect(ofKind(outcome, 'end')).toMatchObject([{ state: 'finished', outcome: 'ended', failure: null, seed: 5 }]);
  });

  test('prints text for people, and takes the seed for what it is', async () => {
    const file = saved('text.weir.json', window('a=1@1 b=2@4 |'));
    const [first, again, other] = await Promise.all(['1', '1', '2'].map((seed) => weir('run', file, '--seed', seed)));
    expect(first?.out).toContain('out: 2 records');
    expect(first?.out).toMatch(/9 +a +0 +10 +1\n/);
    expect(first?.out).toContain('The job is finished');
    expect(again).toEqual(first);
    expect(other?.out).toContain('with seed 2');
  });

  test('reads a file beside the job, and cuts at the limit', async () => {
    writeFileSync(
      join(folder, 'numbers.csv'),
      `n,t\n${Array.from({ length: 50 }, (_, n) => `${n},x${n}`).join('\n')}\n`,
    );
    const source = node('in', 'file', { resource: 'file:numbers.csv', columns: columns('n int, t string') });
    const file = saved('file.weir.json', job([source, node('out', 'table')], ['in -> out']));
    const [all, some] = await Promise.all([weir('run', file, '--json'), weir('run', file, '--limit', '3')]);
    const numbers = ofKind(all, 'result').map(({ row }) => (row as { n: number }).n);
    expect(numbers.sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
    expect(some?.out).toContain('out: 50 records');
    expect(some?.out).toContain('… and 47 more');
  });

  test('runs an example of the gallery', async () => {
    const outcome = await weir('run', 'gallery:flights', '--limit', '2');
    expect(outcome.code).toBe(0);
    // The number of airports and scheduled hours is proved by the gallery's own tests; 20,000 flights go in.
    expect(outcome.out).toMatch(/Flights +0 +20000/);
  });

  test('ends with 3 when the job fails, and says where, with which record', async () => {
    const bad = node('change', 'map', {
      function: '(row) => { throw new Error("oh no"); }',
      columns: columns('n int'),
    });
    const given = job(
      [node('in', 'scripted', { timeline: 'a=1@1 |' }), bad, node('out', 'table')],
      ['in -> change', 'change -> out'],
    );
    const file = saved('throws.weir.json', given);
    const [text, json] = await Promise.all([weir('run', file), weir('run', file, '--json')]);
    expect(text.code).toBe(3);
    expect(text.out).toContain('oh no');
    expect(text.out).toContain('{"key":"a","value":1}');
    expect(json.code).toBe(3);
    expect(ofKind(json, 'end')).toMatchObject([
      { state: 'failed', failure: { code: 'user-function', node: 'change', record: '{"key":"a","value":1}' } },
    ]);
  });

  test('ends with 4 when its time is up, and when nothing moves', async () => {
    const endless = saved('endless.weir.json', job([node('in', 'generator', {}), node('out', 'table')], ['in -> out']));
    const still = saved(
      'still.weir.json',
      job([node('in', 'scripted', { timeline: 'a=1@1 +1h b=2@2 |' }), node('out', 'table')], ['in -> out']),
    );
    const [late, stuck] = await Promise.all([
      weir('run', endless, '--until', '2s', '--json', '--limit', '0'),
      weir('run', still, '--until', '2h', '--json'),
    ]);
    expect(late.code).toBe(4);
    expect(ofKind(late, 'end')).toMatchObject([{ state: 'running', outcome: 'time-limit' }]);
    expect(stuck.code).toBe(4);
    expect(ofKind(stuck, 'end')).toMatchObject([{ state: 'running', outcome: 'standstill' }]);
  });

  test('ends with 2 and the place when the input is wrong', async () => {
    const broken = saved(
      'broken.weir.json',
      job([node('in', 'scripted', {}), node('by', 'keyBy', { columns: ['colour'] })], [edge('in -> by')]),
    );
    writeFileSync(join(folder, 'half.weir.json'), '{\n  "version": 1,\n  "nodes": [');
    const [problems, half, nothing, words] = await Promise.all([
      weir('run', broken),
      weir('run', 'half.weir.json'),
      weir('run', 'nowhere.weir.json'),
      weir('walk', 'home'),
    ]);
    for (const outcome of [problems, half, nothing, words]) expect(outcome).toMatchObject({ code: 2, out: '' });
    expect(problems?.err).toContain('broken.weir.json: by · columns: error: There is no column “colour” here.');
    expect(half?.err).toContain('line 3');
    expect(nothing?.err).toContain('there is no such file');
    expect(words?.err).toContain('no command “walk”');
  });
});

describe('weir check', () => {
  test('tells every problem of every job, and 0 only if none is an error', async () => {
    const good = saved('good.weir.json', window('a=1@1 |'));
    const syntax = node('f', 'filter', { function: '(row) => row.(' });
    const bad = saved('bad.weir.json', job([node('in', 'scripted', {}), syntax], ['in -> f']));
    const gone = saved(
      'gone.weir.json',
      job(
        [node('in', 'file', { resource: 'file:../secret.csv', columns: columns('n int') }), node('out', 'table')],
        ['in -> out'],
      ),
    );
    const [fine, both] = await Promise.all([weir('check', good), weir('check', good, bad, gone, '--json')]);
    expect(fine).toEqual({ code: 0, out: 'good.weir.json: no errors\n', err: '' });
    expect(both.code).toBe(2);
    expect(lines(both)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ job: 'bad.weir.json', place: 'f · function', severity: 'error' }),
        // A job cannot reach for files outside its folder.
        expect.objectContaining({ job: 'gone.weir.json', place: 'in · resource', severity: 'error' }),
      ]) as unknown as Line[],
    );
  });

  test('warns of faults that aim at nothing, and lets the job run without them', async () => {
    const script = [
      {
        id: 'f1',
        kind: 'crash-worker',
        target: { kind: 'node', node: 'gone' },
        when: { kind: 'now' },
        params: {},
        times: 1,
      },
    ] as const;
    const path = saved('aimless.weir.json', { ...window('a=1@1 |'), faults: script });
    const outcome = await weir('check', path, '--json');
    expect(outcome.code).toBe(0);
    expect(lines(outcome)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ job: 'aimless.weir.json', place: 'fault f1', severity: 'warning' }),
      ]) as unknown as Line[],
    );
  });

  test('finds nothing wrong with the gallery', async () => {
    const outcome = await weir('check', 'gallery:flights', 'gallery:word-count', 'gallery:inverted-index');
    expect(outcome.code).toBe(0);
  });
});

test('weir help names the commands and the examples', async () => {
  const outcome = await weir('help');
  expect(outcome.code).toBe(0);
  for (const word of ['weir run', 'weir check', '--seed', '--until', 'flights', 'Exit codes']) {
    expect(outcome.out).toContain(word);
  }
});

test('the program prints to its streams and ends with the exit code', patience, async () => {
  const file = saved('whole.weir.json', window('a=1@1 |'));
  const [run, wrong] = await Promise.all([started('run', file, '--json'), started('check', 'nowhere.weir.json')]);
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(lines(run).map((line) => line['kind'])).toContain('result');
  expect(wrong).toMatchObject({ code: 2, err: '' });
  expect(wrong.out).toContain('nowhere.weir.json: error: The file cannot be read');
});

describe('a function that loops without end', () => {
  const loops = node('change', 'map', {
    function: '(row) => { if (row.value === 13) while (true) {} return row; }',
    columns: columns('key string, value int'),
  });
  const given = job(
    [node('in', 'scripted', { timeline: 'a=1@1 a=13@2 |' }), loops, node('out', 'table')],
    ['in -> change', 'change -> out'],
    { parallelism: 1 },
  );

  test(
    'is ended when it has been silent for the time that was given, and all before it is printed',
    patience,
    async () => {
      const file = saved('loops.weir.json', given);
      const script = 'in: b=2@1\nin: a=13@2\nin: c=3@3';
      const [run, json, played] = await Promise.all([
        started('run', file, '--timeout', '2s'),
        started('run', file, '--timeout', '2s', '--json'),
        startedWith(script, 'run', file, '--script', '-', '--timeout', '2s'),
      ]);
      expect(run.code).toBe(4);
      expect(run.err).toContain('The job gave no sign of life for 2 s, so it was ended. Most often a function');
      expect(json).toMatchObject({ code: 4, err: '' });
      expect(lines(json).at(-1)).toMatchObject({ kind: 'problem', severity: 'error' });
      expect(played.code).toBe(4);
      expect(played.out).toBe('> in: b=2@1\n  out: result b=2@1\n> in: a=13@2\n');
      expect(played.err).toContain('Nothing more came in line 2, at “a=13@2”, for 2 s, so it was ended.');
    },
  );

  test('ends a hunt, and the failure-free run of a ledger, too', patience, async () => {
    const file = saved('loops-too.weir.json', given);
    const [hunt, json, ledger] = await Promise.all([
      started('sim', file, '--timeout', '2s'),
      started('--json', 'sim', file, '--timeout', '2s'),
      started('run', file, '--ledger', '--timeout', '2s'),
    ]);
    for (const { code, err } of [hunt, ledger]) {
      expect(code).toBe(4);
      expect(err).toContain('The job gave no sign of life for 2 s, so it was ended. Most often a function');
    }
    expect(json).toMatchObject({ code: 4, err: '' });
    expect(lines(json).at(-1)).toMatchObject({ kind: 'problem', severity: 'error' });
  });
});

test('a function that gathers without end is ended in a sentence, too', patience, async () => {
  const gathers = node('change', 'map', {
    function: '(row) => { const all = []; while (row.value === 13) all.push(Array(100_000).fill(0.5)); return row; }',
    columns: columns('key string, value int'),
  });
  const given = job([node('in', 'scripted'), gathers, node('out', 'table')], ['in -> change', 'change -> out']);
  const file = saved('gathers.weir.json', given);
  const script = 'in: b=2@1\nin: a=13@2';
  const outcome = await nodeWith(['--max-old-space-size=200'], script, ['run', file, '--script', '-']);
  expect(outcome.code).toBe(4);
  expect(outcome.out).toContain('result b=2@1');
  expect(outcome.err).toContain(
    'has used up the memory that there is for it, in line 2, at “a=13@2”, so it was ended.',
  );
});
