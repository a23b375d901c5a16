/** What the page gets of a script is what `weir run` prints; it is bounded, and says what is wrong and where. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { examplesOf } from '../../../cli/testing/document.ts';
import { joined, keyed, played, united, windows } from '../../../cli/testing/scripts.ts';
import type { Job } from '../../../engine/graph/job.ts';
import { problemMessage } from '../../../engine/graph/problems.ts';
import { readJobFile } from '../../../export/job-file.ts';
import { playedLinesMost } from '../../script-play.ts';
import type { PlayedLine, ScriptPlayEnd } from '../../script-play.ts';
import { playForPage } from './play-for-page.ts';

interface OnPage {
  readonly lines: readonly PlayedLine[];
  readonly text: string;
  readonly end: ScriptPlayEnd;
  /** Steps as they were handed on with lines. */
  readonly signs: readonly (number | null)[];
}

async function onPage(given: Job, script = given.script): Promise<OnPage> {
  const lines: PlayedLine[] = [];
  const signs: (number | null)[] = [];
  const edges = given.edges.map((one, i) => ({ ...one, id: `e${i}` }));
  const end = await playForPage({ job: { ...given, edges, script }, resources: [] }, (more, step) => {
    lines.push(...more);
    signs.push(step?.cause ?? null);
  });
  return { lines, text: lines.map(({ text }) => text).join('\n'), end, signs };
}

const document = readFileSync(fileURLToPath(new URL('../../../cli/SCRIPT.md', import.meta.url)), 'utf8');

test.each(examplesOf(document))('prints what SCRIPT.md says: $title', async ({ job, script, printed }) => {
  const read = readJobFile(job);
  if (!read.ok) throw new Error('the document has a job that cannot be read');
  const page = await onPage(read.value.job, script);
  expect(`${page.text}\n`).toBe(printed);
  expect(page.end).toMatchObject({ kind: 'over', outcome: 'played', failedAt: null });
});

const throwing = keyed(
  'process',
  { processElement: '() => { throw new Error("unlucky"); }', columns: [{ name: 'key', type: 'string' }] },
  { restartStrategy: 'none' },
);
const jobs: readonly (readonly [string, Job, string])[] = [
  [
    'a sliding window over several splits',
    windows('slidingWindow', { sizeMs: 10, slideMs: 5 }),
    'in/0: a=1@1 w4\nin/1: b=2@7 ~\n+1s\nin/0: w20\n|',
  ],
  ['two inputs and a failure', united(), 'left: a=1@1\ncheckpoint\nright: a=2@2 w9\nfail\nleft: w9 |\nright: |'],
  [
    'a join at another parallelism',
    joined('regularJoin'),
    'left: x=1@1\nsavepoint\nrestore parallelism=2\nright: x=2@2',
  ],
  [
    'sinks that commit',
    windows('tumblingWindow', { sizeMs: 10 }, {}, 'transactionalTable'),
    'in: a=1@1 w9\ncheckpoint\n|',
  ],
  ['no progress', windows('tumblingWindow', { sizeMs: 10 }), 'in: a=1@1 |\nfail'],
  ['a job that fails', throwing, 'in: a=1\nin: b=2'],
];

test.each(jobs)('prints what weir run prints: %s', async (_, job, script) => {
  const line = await played(job, script);
  const page = await onPage(job, script);
  expect(page.text).toBe(line.all);
  expect(page.lines.length).toBeGreaterThan(2);
});

test('each line knows the line of the script that caused it, its operator and its parts', async () => {
  const { lines } = await onPage(
    windows('tumblingWindow', { sizeMs: 10 }),
    '# a comment\nin: a=1@1\n\nin: w9\ncheckpoint',
  );
  expect(lines.map(({ kind, cause, place, what, parts }) => [kind, cause, place, what, ...parts])).toEqual([
    ['step', 2, 'in', '>', 'a=1@1'],
    ['step', 4, 'in', '>', 'w9'],
    ['pane', 4, 'sum', 'pane', 'a', '[0, 10)', '{"sum":1}@9', 'on time, index 0'],
    ['result', 4, 'out', 'result', '{"key":"a","windowStart":0,"windowEnd":10,"sum":1}@9'],
    ['watermark', 4, 'sum', 'watermark', '9'],
    ['step', 5, '', '>', 'checkpoint'],
    ['checkpoint', 5, '', '', 'checkpoint 1 completed'],
    ['end', 5, '', '', 'The script is over; the job is running.'],
  ]);
});

test('what is wrong with the script is told with its place, also in mid-play', async () => {
  const job = windows('tumblingWindow');
  const unread = await onPage(job, 'in: a=1@1\nin a=2');
  expect(unread.end).toMatchObject({ kind: 'script-wrong', complaint: { line: 2, column: 1 } });
  expect(unread.lines).toEqual([]);
  const later = await onPage(job, 'in: a=1@1\nfail sum/7');
  expect(later.end).toMatchObject({ kind: 'script-wrong', complaint: { code: 'subtask', line: 2 } });
  expect(later.text).toBe('> in: a=1@1\n> fail sum/7');
});

test('a job with errors is not played, and its timelines do not count', async () => {
  const broken = windows('tumblingWindow', { aggregates: [{ function: 'sum', column: 'nowhere', as: 'sum' }] });
  const { end } = await onPage(broken, 'in: a=1@1');
  expect(end.kind === 'job-wrong' && end.problems.map(problemMessage).join()).toContain('nowhere');
  const unreadable = windows('tumblingWindow');
  const nodes = unreadable.nodes.map((one) => (one.id === 'in' ? { ...one, params: { timeline: '((' } } : one));
  expect((await onPage({ ...unreadable, nodes }, 'in: a=1@1')).end.kind).toBe('over');
});

test('a step is handed on before it is taken, so that one that never ends is known', async () => {
  const { signs } = await onPage(windows('tumblingWindow', { sizeMs: 10 }), 'in: a=1@1\nin: w9');
  expect(signs.slice(0, 2)).toEqual([1, 2]);
});

test('what is kept is bounded, the end is told all the same', async () => {
  const steps = playedLinesMost + 5;
  const { lines, end, signs } = await onPage(windows('tumblingWindow', { sizeMs: 10 }), 'in: w1\n'.repeat(steps));
  expect(lines).toHaveLength(playedLinesMost + 1);
  expect(lines.at(-1)?.kind).toBe('end');
  // The first w1 raises the watermark of the window, which is a line, too.
  expect(end).toEqual({ kind: 'over', outcome: 'played', steps, lines: steps + 2, failedAt: null });
  expect(signs.at(-1)).toBe(steps);
}, 60_000);
