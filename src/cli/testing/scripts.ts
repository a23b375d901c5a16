/** For tests: jobs with scripted sources, and a script played by the command line's own code, as the lines that it prints. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobSettings } from '../../engine/graph/job.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { writeJobFile } from '../../export/job-file.ts';
import { job, node } from '../../hosts/acceptance-jobs.ts';
import { weir } from '../weir.ts';

export interface Played {
  readonly code: number;
  /** Standard output. */
  readonly all: string;
  /** What operators and checkpoints did: without the steps, plain records, and what sinks got. */
  readonly lines: readonly string[];
  readonly complaints: string;
}

const settings: Partial<JobSettings> = { parallelism: 1, restartStrategy: 'fixed-delay' };

/** Windows of this kind over `key`, summing `value` as `sum`; `in` → `by` → `sum` → `out`. */
export const windows = (
  kind: string,
  params: Readonly<Record<string, unknown>> = {},
  more: Partial<JobSettings> = {},
  sink = 'table',
): Job =>
  job(
    [
      node('in', 'scripted'),
      node('by', 'keyBy', { columns: ['key'] }),
      node('sum', kind, { aggregates: [{ function: 'sum', column: 'value', as: 'sum' }], ...params }),
      node('out', sink),
    ],
    ['in -> by', 'by -> sum', 'sum -> out'],
    { ...settings, ...more },
  );

/** Two scripted sources, `left` and `right`, each keyed by `key`, into the two inputs of `both`. */
export function joined(kind: string, params: Readonly<Record<string, unknown>> = {}): Job {
  const [first, second] = kindTable.get(kind)?.inputs ?? [];
  return job(
    [
      node('left', 'scripted'),
      node('right', 'scripted'),
      node('byLeft', 'keyBy', { columns: ['key'] }),
      node('byRight', 'keyBy', { columns: ['key'] }),
      node('both', kind, params),
      node('out', 'table'),
    ],
    [
      'left -> byLeft',
      'right -> byRight',
      `byLeft -> both.${first?.name}`,
      `byRight -> both.${second?.name}`,
      'both -> out',
    ],
    settings,
  );
}

/** `left` and `right` united, then windows of 10 ms. */
export const united = (): Job =>
  job(
    [
      node('left', 'scripted'),
      node('right', 'scripted'),
      node('all', 'union'),
      node('by', 'keyBy', { columns: ['key'] }),
      node('sum', 'tumblingWindow', { sizeMs: 10, aggregates: [{ function: 'sum', column: 'value', as: 'sum' }] }),
      node('out', 'table'),
    ],
    ['left -> all', 'right -> all', 'all -> by', 'by -> sum', 'sum -> out'],
    settings,
  );

/** One operator behind a Key by. */
export const keyed = (kind: string, params: Readonly<Record<string, unknown>>, more: Partial<JobSettings> = {}): Job =>
  job(
    [node('in', 'scripted'), node('by', 'keyBy', { columns: ['key'] }), node('op', kind, params), node('out', 'table')],
    ['in -> by', 'by -> op', 'op -> out'],
    { ...settings, ...more },
  );

/** Writes both to files and calls `weir run JOB --script SCRIPT`. */
export async function played(given: Job, script: string, ...args: string[]): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-script-'));
  try {
    const edges = given.edges.map((one, i) => ({ ...one, id: `e${i}` }));
    writeFileSync(join(folder, 'job.weir.json'), writeJobFile({ ...given, edges }));
    writeFileSync(join(folder, 'a.script'), script);
    const out: string[] = [];
    const complaints: string[] = [];
    const code = await weir(['run', join(folder, 'job.weir.json'), '--script', join(folder, 'a.script'), ...args], {
      print: (line) => out.push(line),
      complain: (line) => complaints.push(line.replaceAll(join(folder, 'a.script'), 'a.script')),
    });
    const lines = out.filter((line) => !line.startsWith('>') && !/^ {2}[\w/]+: (result|record) /.test(line));
    return { code, all: out.join('\n'), lines: lines.map((line) => line.trim()), complaints: complaints.join('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines of a text block, without indentation. */
export const block = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
