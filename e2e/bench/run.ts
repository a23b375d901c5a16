/**
 * `npm run bench`: one table, in real Chromium. Each row compares two things measured in turns within this run, so that
 * its ratio says something on any machine. Options: `--memory` looks at memory behind a slow sink instead; `--only TEXT`
 * measures only rows with this in their name; `--repetitions N` (default 5); `--seconds N` per measurement (default 2).
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { browserFlags, ensureBrowser } from '../../.ci/setup.mjs';
import { firstLoad } from './first-load.ts';
import { measureMemory } from './memory.ts';
import { buildAndServe } from './serve.ts';
import { compare, median } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    memory: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    repetitions: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
});
const repetitions = Number(options.repetitions);
const lengthMs = Number(options.seconds) * 1000;
const warmUpMs = Math.min(1500, lengthMs);
/** Until what is seldom done has been done some times, too: panels are loaded, the code of a checkpoint is compiled. */
const settleMs = 4500;

interface Row {
  readonly measure: string;
  readonly ours: string;
  readonly theirs: string;
  readonly result: string;
  readonly target: string;
}

const millions = (perSecond: number): string => `${(perSecond / 1e6).toFixed(1)} M/s`;

/** None if it is not asked for. */
async function ratioRow(
  measure: string,
  target: number | null,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Row[]> {
  if (!isAsked(measure)) return [];
  const got = await compare(repetitions, ours, theirs);
  const result = got.ratio.toFixed(2);
  const verdict = target === null ? '' : `≥ ${target} ${got.ratio >= target ? 'met' : 'MISSED'}`;
  return [{ measure, ours: millions(got.ours), theirs: millions(got.theirs), result, target: verdict }];
}

const isAsked = (measure: string): boolean => measure.includes(options.only);

/** A row without a rival. */
async function plainRow(
  measure: string,
  figures: () => Promise<readonly [result: string, target: string]>,
): Promise<Row[]> {
  if (!isAsked(measure)) return [];
  const [result, target] = await figures();
  return [{ measure, ours: '', theirs: '', result, target }];
}

/** The median of several times, against at most so many ms. */
async function medianMs(most: number, measured: () => Promise<number>): Promise<readonly [string, string]> {
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) times.push(await measured());
  const ms = median(times);
  return [`${ms.toFixed(0)} ms`, `≤ ${most} ms ${ms <= most ? 'met' : 'MISSED'}`];
}

/** The rows that need no studio, one measurement at a time. */
async function engineRows(page: Page): Promise<Row[]> {
  const keyed = (parallelism: number) => () =>
    page.evaluate(([p, warm, length]) => window.weirBench.throughput(window.weirBench.keyedCount(p), warm, length), [
      parallelism,
      warmUpMs,
      lengthMs,
    ] as const);
  const objects = () => page.evaluate((records) => window.weirBench.objectLoop(records), lengthMs * 10_000);
  const toSink = () =>
    page.evaluate(([warm, length]) => window.weirBench.throughput(window.weirBench.sourceToSink(), warm, length), [
      warmUpMs,
      lengthMs,
    ] as const);
  const raw = (fill: boolean) => () =>
    page.evaluate(([filled, ms]) => window.weirBench.rawPort({ fill: filled, rows: 2048, buffers: 4, ms }), [
      fill,
      lengthMs,
    ] as const);
  const text = (encoding: 'joined' | 'strings' | 'objects', distinct: number) => () =>
    page.evaluate(([how, words, ms]) => window.weirBench.textTransfer(how, words, ms), [
      encoding,
      distinct,
      lengthMs / 2,
    ] as const);
  return [
    ...(await ratioRow('(a) keyed tumbling count, parallelism 1 : object loop in one Worker', 0.5, keyed(1), objects)),
    ...(await ratioRow('(a) keyed tumbling count, parallelism 2 : object loop in one Worker', 0.5, keyed(2), objects)),
    ...(await ratioRow('(b) source → sink : the same records over a bare MessagePort', 0.6, toSink, raw(true))),
    ...(await ratioRow('    source → sink : a bare MessagePort with nobody making records', null, toSink, raw(false))),
    ...(await ratioRow(
      '    text, 50 words a buffer: joined : string[]',
      null,
      text('joined', 50),
      text('strings', 50),
    )),
    ...(await ratioRow('    text, 50 words a buffer: joined : objects', null, text('joined', 50), text('objects', 50))),
    ...(await ratioRow(
      '    text, all words distinct: joined : string[]',
      null,
      text('joined', 2048),
      text('strings', 2048),
    )),
    ...(await ratioRow(
      '    text, all words distinct: joined : objects',
      null,
      text('joined', 2048),
      text('objects', 2048),
    )),
  ];
}

/** One page that is either: what is not measured is not there. */
async function studioRow(page: Page, url: string): Promise<Row[]> {
  const times = [settleMs, lengthMs] as const;
  const open = async () => {
    await page.goto(`${url}studio.html`);
    await page.waitForFunction(() => window.weirStudio !== undefined);
    return page.evaluate(([warm, length]) => window.weirStudio.throughputInStudio(1, warm, length), times);
  };
  const headless = async () => {
    await openBench(page, url);
    return page.evaluate(
      ([warm, length]) => window.weirBench.throughput(window.weirBench.keyedCount(1), warm, length),
      times,
    );
  };
  return ratioRow('(c) keyed count with the studio and its views open : headless', 0.9, open, headless);
}

async function openBench(page: Page, url: string): Promise<void> {
  await page.goto(`${url}index.html`);
  await page.waitForFunction(() => window.weirBench !== undefined);
}

/** What a checkpoint each second costs, how long a failure stops the job, and how fast state is written and read. */
async function recoveryRows(page: Page): Promise<Row[]> {
  const times = [settleMs, Math.max(lengthMs, 4000)] as const;
  const count = (checkpoints: boolean) => () =>
    page.evaluate(
      ([on, warm, length]) => {
        const { weirBench } = window;
        const measured = on ? weirBench.keyedCountWithCheckpoints(1) : weirBench.keyedCount(1);
        return weirBench.throughput(measured, warm, length);
      },
      [checkpoints, ...times] as const,
    );
  const kill = () => page.evaluate(() => window.weirBench.killToNewRow(window.weirBench.eightSubtasks()));
  const state = async (): Promise<readonly [string, string]> => {
    const { megabytes, snapshotPerSecond, restorePerSecond } = await page.evaluate(() =>
      window.weirBench.stateSpeed(window.weirBench.manyKeys()),
    );
    const speeds = [snapshotPerSecond, restorePerSecond].map((speed) => speed.toFixed(1)).join(' / ');
    return [`${speeds} MB/s`, `${megabytes.toFixed(1)} MB`];
  };
  return [
    ...(await ratioRow('keyed count with a checkpoint each second : without', 0.95, count(true), count(false))),
    ...(await plainRow('Kill of a Worker → first new row, 8 subtasks', () => medianMs(500, kill))),
    ...(await plainRow('Snapshot / restore of keyed state', state)),
  ];
}

const firstRow = (page: Page): Promise<Row[]> =>
  plainRow('Run → first row at the sink, 8 subtasks', () =>
    medianMs(500, () => page.evaluate(() => window.weirBench.firstRow(window.weirBench.eightSubtasks()))),
  );

const firstLoadRow = (): Promise<Row[]> =>
  plainRow('First-load JavaScript, gzip', async () => {
    const kilobytes = firstLoad() / 1000;
    return [`${kilobytes.toFixed(0)} kB`, `≤ 300 kB ${kilobytes <= 300 ? 'met' : 'MISSED'}`];
  });

function print(rows: readonly Row[]): void {
  const head: Row = { measure: 'measure', ours: 'left', theirs: 'right', result: 'ratio', target: 'target' };
  const names = ['measure', 'ours', 'theirs', 'result', 'target'] as const;
  const width = names.map((name) => Math.max(...[head, ...rows].map((row) => row[name].length)));
  const line = (row: Row): string =>
    names
      .map((name, i) => (i === 0 ? row[name].padEnd(width[i] as number) : row[name].padStart(width[i] as number)))
      .join('  ');
  console.log([line(head), '-'.repeat(line(head).length), ...rows.map(line)].join('\n'));
}

async function main(): Promise<void> {
  const executablePath = await ensureBrowser();
  const site = await buildAndServe(options.memory ? ['index.html'] : ['index.html', 'studio.html']);
  const browser = await chromium.launch({ executablePath, args: [...browserFlags(), '--enable-precise-memory-info'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await openBench(page, site.url);
    if (options.memory) {
      await measureMemory(page);
      return;
    }
    const engine = await engineRows(page);
    const rest = [...(await firstRow(page)), ...(await recoveryRows(page)), ...(await firstLoadRow())];
    const rows = [...engine, ...rest, ...(await studioRow(page, site.url))];
    print(rows);
  } finally {
    await browser.close();
    await site.close();
  }
}

await main();
