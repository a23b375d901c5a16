/** The command line of `weir`: what may be said, and what was. */
import { parseArgs } from 'node:util';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';

export const usage = `Weir runs stream processing jobs in its simulator: one thread, virtual time, every order decided by a seed.

  weir run JOB [--seed N] [--until TIME] [--limit N] [--json]
  weir check JOB… [--json]
  weir help

JOB is a file (*.weir.json), or an example as gallery:NAME: {examples}.
A job reads data sets by their names, and files that lie beside the job file.

  --seed N      decides every order of delivery, and what generators make; default: the job's own seed
  --until TIME  leaves the job when its clock shows TIME, such as 500ms, 60s or 5min; default: 10min
  --limit N     prints the first N records of each sink; default: 20, with --json all
  --json        prints one JSON object a line: kind is result, side-output, log, metrics, problem or end

Exit codes: 0 the job ended (finished), or check found no error · 2 the input is wrong: arguments, a file, or the job
· 3 the job failed · 4 the job did not end: its time was up, or nothing moved any more.

The functions of a job run with your rights and without a guard: run only jobs that you trust.`;

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'check'; readonly jobs: readonly string[]; readonly json: boolean }
  | {
      readonly kind: 'run';
      readonly job: string;
      readonly seed: number | null;
      readonly untilMs: number;
      /** Records printed of each sink. */
      readonly limit: number;
      readonly json: boolean;
    };

type RunCommand = Extract<Command, { kind: 'run' }>;

const options = {
  seed: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Options that only `run` has. */
const ofRun = ['seed', 'until', 'limit'] as const;
const defaultUntilMs = 10 * 60_000;
const defaultLimit = 20;

/** The error is one sentence. */
export function parseCommand(args: readonly string[]): Result<Command, string> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [name, ...jobs] = positionals;
  if (values.help || name === undefined || name === 'help') return ok({ kind: 'help' });
  if (name === 'check') return check(jobs, values);
  if (name === 'run') return run(jobs, values);
  return failed(`There is no command “${name}”; there are run, check and help.`);
}

type Values = NonNullable<ReturnType<typeof rawParse>>['values'];

const rawParse = (args: readonly string[]) => parseArgs({ args: [...args], options, allowPositionals: true });

function parse(args: readonly string[]): Result<ReturnType<typeof rawParse>, string> {
  try {
    return ok(rawParse(args));
  } catch (error) {
    return failed((error as Error).message.replace(/\. To specify.*$/, '.'));
  }
}

function check(jobs: readonly string[], values: Values): Result<Command, string> {
  if (jobs.length === 0) return failed('Say which job to check.');
  const foreign = ofRun.find((option) => values[option] !== undefined);
  if (foreign !== undefined) return failed(`check has no --${foreign}.`);
  return ok({ kind: 'check', jobs, json: values.json });
}

function run(jobs: readonly string[], values: Values): Result<Command, string> {
  const [job] = jobs;
  if (job === undefined) return failed('Say which job to run.');
  if (jobs.length > 1) return failed('run takes one job at a time.');
  const seed = values.seed === undefined ? null : wholeNumber(values.seed);
  if (Number.isNaN(seed)) return failed(`--seed is a whole number, not “${values.seed}”.`);
  const limit = values.limit === undefined ? null : wholeNumber(values.limit);
  if (Number.isNaN(limit) || (limit ?? 0) < 0) return failed(`--limit is a number of records, not “${values.limit}”.`);
  const untilMs = values.until === undefined ? defaultUntilMs : timeMs(values.until);
  if (untilMs === null) return failed(`--until is a time such as 500ms, 60s or 5min, not “${values.until}”.`);
  const { json } = values;
  const all = json ? Number.POSITIVE_INFINITY : defaultLimit;
  const command: RunCommand = { kind: 'run', job, seed, untilMs, limit: limit ?? all, json };
  return ok(command);
}

/** NaN for anything else. */
const wholeNumber = (text: string): number => (/^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** `1.5s` → 1500; a bare number is milliseconds; null for anything else. */
export function timeMs(text: string): number | null {
  const [, digits = '', unit = 'ms'] = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(text) ?? [];
  const scale = unitsMs[unit];
  return digits === '' || scale === undefined ? null : Number(digits) * scale;
}
