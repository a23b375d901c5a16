/** A script in the job file: the file alone is the whole run, unless the command line says otherwise. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readJobFile, writeJobFile } from '../export/job-file.ts';
import { windows } from './testing/scripts.ts';
import { weir } from './weir.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-own-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tumbling = windows('tumblingWindow', { sizeMs: 10 });
const pane = (sum: number): string => `sum: pane a [0, 10) {"sum":${sum}}@9 on time, index 0`;

async function run(script: string, ...args: string[]): Promise<{ code: number; all: string; complaints: string }> {
  const edges = tumbling.edges.map((one, i) => ({ ...one, id: `e${i}` }));
  const file = join(folder, 'own.weir.json');
  writeFileSync(file, writeJobFile({ ...tumbling, edges, script }));
  const out: string[] = [];
  const complaints: string[] = [];
  const [command = 'run', ...rest] = args;
  const code = await weir([command, file, ...rest], {
    print: (line) => out.push(line),
    complain: (line) => complaints.push(line.replace(file, 'own.weir.json')),
  });
  return { code, all: out.join('\n').replaceAll(file, 'own.weir.json'), complaints: complaints.join('\n') };
}

test('is played by weir run alone', async () => {
  const { code, all } = await run('in: a=1@1\nin: w9\n|', 'run');
  expect(code).toBe(0);
  expect(all).toContain(pane(1));
  expect(all.split('\n').at(-1)).toBe('  job finished');
});

test('gives way to another script, and to none', async () => {
  writeFileSync(join(folder, 'other.script'), 'in: a=7@1 w9');
  const other = await run('in: a=1@1 w9', 'run', '--script', join(folder, 'other.script'));
  expect(other.all).toContain(pane(7));
  expect(other.all).not.toContain(pane(1));
  // Then its source plays its timeline, and the run is one as any other.
  const none = await run('in: a=1@1 w9', 'run', '--script', 'none', '--limit', '3');
  expect(none.all).toContain('The job is finished');
  expect(none.all).not.toContain('> in:');
});

test('is checked with the job, with line and column', async () => {
  const checked = await run('in: a=1@1\nin a=2', 'check');
  expect(checked.code).toBe(2);
  expect(checked.all).toContain('own.weir.json: script, line 2, column 1: error: “in a=2” is no line of a script.');
  const ran = await run('in: a=1@1\nin a=2', 'run');
  expect(ran).toMatchObject({ code: 2, all: '' });
  expect(ran.complaints).toContain('script, line 2, column 1');
  expect((await run('in: a=1@1', 'check')).code).toBe(0);
});

test('has no use for options of other runs', async () => {
  const { code, complaints } = await run('in: a=1@1', 'run', '--ledger');
  expect(code).toBe(2);
  expect(complaints).toContain('there is no --ledger with it');
  expect(complaints).toContain('--script none');
  expect((await run('in: a=1@1', 'run', '--ledger', '--script', 'none')).code).toBe(0);
});

test('is a text or a list of lines in the file, and written as lines', () => {
  const file = (script: unknown) => JSON.stringify({ version: 1, nodes: [], edges: [], script });
  const scriptOf = (text: string): string | null => {
    const read = readJobFile(text);
    return read.ok ? read.value.job.script : null;
  };
  expect(scriptOf(file('in: a=1\n|'))).toBe('in: a=1\n|');
  expect(scriptOf(file(['in: a=1', '|']))).toBe('in: a=1\n|');
  expect(scriptOf(file([1]))).toBeNull();
  const written = writeJobFile({ ...tumbling, edges: [], script: 'in: a=1\n\n|' });
  expect((JSON.parse(written) as { script: unknown }).script).toEqual(['in: a=1', '', '|']);
  expect(scriptOf(written)).toBe('in: a=1\n\n|');
});

test('of the gallery’s arrivals shows where each goes, over a failure and a restore', async () => {
  const out: string[] = [];
  expect(await weir(['run', 'gallery:arrivals'], { print: (line) => out.push(line), complain: () => {} })).toBe(0);
  /** What left, and by what, below each step that is told with this text. */
  const left = (step: string): string[] => {
    const from = out.findIndex((line) => line.startsWith(step));
    const next = out.findIndex((line, i) => i > from && line.startsWith('>'));
    const sorted = out.slice(from, next).filter((line) => line.includes('Sort'));
    return sorted.map((line) =>
      line.replace(/^ *Sort(?:\/\d)?: (.*?) ?[A-Z{].*?(?:"nth":(\d))?\}?@\d+$/, '$1 $2').trim(),
    );
  };
  expect(left('> Reports: AF1=3')).toEqual(['record']);
  expect(left('> Reports: LH7=22')).toEqual(['side delayed 1']);
  expect(left('> Reports: {"flight":"BA2"}')).toEqual(['side diverted']);
  expect(left('> Reports: AF9=31')).toEqual(['side late']);
  expect(left('> Reports: LH8=40')).toEqual(['side delayed 2']);
  // Read again, it is the first of its airline once more: the count is that of the checkpoint.
  expect(left('> Reports: AF3=17')).toEqual(['side delayed 1']);
  expect(left('>> Reports: AF3=17')).toEqual(['side delayed 1']);
  expect(left('> Reports: LH9=16')).toEqual(['side delayed 3']);
  expect(left('> Reports: AF5=60')).toEqual(['side delayed 2']);
  expect(left('> Reports: BA4=15')).toEqual(['record']);
  expect(out.at(-1)).toBe('  job finished');
});
