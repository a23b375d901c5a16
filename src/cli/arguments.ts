/** The command line of `weir`: what may be said, and what was. */
import { parseArgs } from 'node:util';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { guarantees } from '../hosts/simulator/swarm/drawing.ts';
import type { Guarantee } from '../hosts/simulator/swarm/drawing.ts';

export const usage = `Weir runs stream processing jobs in its simulator: one thread, virtual time, every order decided by a seed.

  weir run JOB [--script FILE] [--timeout TIME] [--json]
  weir run JOB [--seed N] [--until TIME] [--limit N] [--faults SCRIPT] [--ledger] [--timeout TIME] [--json]
  weir check JOB… [--json]
  weir sim [JOB] [--schedules N] [--from SEED] [--mode MODE] [--timeout TIME] [--json]
  weir sim --replay CASE | --mutants
  weir help

JOB is a file (*.weir.json), or an example as gallery:NAME: {examples}.
A job reads data sets by their names, and files that lie beside the job file.

  --seed N      decides every order of delivery, and what generators make; default: the job's own seed
  --until TIME  leaves the job when its clock shows TIME, such as 500ms, 60s or 5min; default: 10min
  --limit N     prints the first N records of each sink; default: 20, with --json all
  --faults S    what is to break, in place of the job's own script: a JSON file with a list of faults, chaos:SEED for
                faults by chance, or none
  --script F    plays a script (- reads it from standard input) in place of the one in the job file: elements of scripted
                sources, watermarks, processing time, checkpoints, failures and restores, in the order of the text; prints
                every pane, late and side output, result and watermark in the order in which they happen.
                src/cli/SCRIPT.md has the notation. none: without the script of the job file
  --ledger      compares what the sinks committed with the failure-free run: lost, duplicated, wrong and pending rows
  --timeout T   ends a run, or a hunt of sim with a JOB, that has given no sign of life for so long, in real time,
                as when a function of the job loops without end; default: 20s
  --json        prints one JSON object a line: kind is result, side-output, log, metrics, ledger, problem or end

sim hunts for schedules of faults and messages under which a guarantee does not hold. With a JOB: faults by chance, the
ledger tells. Without: the built-in swarm, random jobs against plain computations, with checkers of the protocol.

  --schedules N  how many; default: 100 with a job, 20000 without. A failing one is shrunk and printed
  --from SEED    the first seed; default: 1
  --mode MODE    only this guarantee: ${guarantees.join(', ')}
  --replay CASE  runs one schedule again, from a file that sim printed
  --mutants      breaks the protocol in each of its known ways, in a copy, and shows that the swarm sees it

Exit codes: 0 the job ended (finished), or nothing wrong was found · 1 a wrong answer: the ledger is not even, or sim
found a failing schedule · 2 the input is wrong: arguments, a file, or the job · 3 the job failed · 4 the job did not
end: its time was up, or nothing moved any more.

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
      /** Null: the job's own. Else a file, `chaos:SEED` or `none`. */
      readonly faults: string | null;
      readonly ledger: boolean;
      /** A file, `-` for standard input, or `none`; null: the job's own, if it has one. */
      readonly script: string | null;
      /** Real time without a sign of life after which the run is ended. */
      readonly timeoutMs: number;
      /** The first option that is of no use to a script. */
      readonly notForScripts: string | null;
    }
  | {
      readonly kind: 'sim';
      /** Null: the built-in swarm. */
      readonly job: string | null;
      readonly schedules: number;
      readonly from: number;
      readonly mode: Guarantee | null;
      readonly json: boolean;
      /** As of a run. */
      readonly timeoutMs: number;
    }
  | { readonly kind: 'replay'; readonly file: string }
  | { readonly kind: 'mutants'; readonly schedules: number };

const options = {
  seed: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
  faults: { type: 'string' },
  ledger: { type: 'boolean' },
  script: { type: 'string' },
  timeout: { type: 'string' },
  schedules: { type: 'string' },
  from: { type: 'string' },
  mode: { type: 'string' },
  replay: { type: 'string' },
  mutants: { type: 'boolean' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Options that only one command has. */
const ofRun = ['seed', 'until', 'limit', 'faults', 'ledger', 'script'] as const;
const ofSim = ['schedules', 'from', 'mode', 'replay', 'mutants'] as const;
const defaultSchedules = { job: 100, swarm: 20_000, mutants: 1500 } as const;
const defaultUntilMs = 10 * 60_000;
const defaultLimit = 20;
const defaultTimeoutMs = 20_000;
/** A timer for longer goes off at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The error is one sentence. */
export function parseCommand(args: readonly string[]): Result<Command, string> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [name, ...jobs] = positionals;
  if (values.help || name === undefined || name === 'help') return ok({ kind: 'help' });
  if (name === 'check') return check(jobs, values);
  if (name === 'run') return run(jobs, values);
  if (name === 'sim') return sim(jobs, values);
  return failed(`There is no command “${name}”; there are run, check, sim and help.`);
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
  const foreign = foreignOption(values, [...ofRun, ...ofSim, 'timeout']);
  if (foreign !== null) return failed(`check has no --${foreign}.`);
  return ok({ kind: 'check', jobs, json: values.json });
}

function run(jobs: readonly string[], values: Values): Result<Command, string> {
  const [job] = jobs;
  const foreign = foreignOption(values, ofSim);
  if (foreign !== null) return failed(`run has no --${foreign}.`);
  if (job === undefined) return failed('Say which job to run.');
  if (jobs.length > 1) return failed('run takes one job at a time.');
  const seed = values.seed === undefined ? null : wholeNumber(values.seed);
  if (Number.isNaN(seed)) return failed(`--seed is a whole number, not “${values.seed}”.`);
  const limit = values.limit === undefined ? null : wholeNumber(values.limit);
  if (Number.isNaN(limit) || (limit ?? 0) < 0) return failed(`--limit is a number of records, not “${values.limit}”.`);
  const untilMs = values.until === undefined ? defaultUntilMs : timeMs(values.until);
  if (untilMs === null) return failed(`--until is a time such as 500ms, 60s or 5min, not “${values.until}”.`);
  const timeoutMs = timeoutOf(values);
  if (timeoutMs === null) return noTimeout(values);
  const { json, faults = null, ledger = false, script = null } = values;
  if (faults?.startsWith('chaos:') === true && Number.isNaN(wholeNumber(faults.slice(6)))) {
    return failed(`--faults chaos:SEED needs a whole number, not “${faults.slice(6)}”.`);
  }
  const notForScripts = foreignOption(values, ['until', 'limit', 'faults', 'ledger']);
  if (notForScripts !== null && script !== null && script !== 'none')
    return failed(`A script says all that happens: there is no --${notForScripts} with it.`);
  const all = json ? Number.POSITIVE_INFINITY : defaultLimit;
  const more = { limit: limit ?? all, json, faults, ledger, script, timeoutMs, notForScripts };
  return ok({ kind: 'run', job, seed, untilMs, ...more });
}

function sim(jobs: readonly string[], values: Values): Result<Command, string> {
  const foreign = foreignOption(values, ofRun);
  if (foreign !== null) return failed(`sim has no --${foreign}.`);
  if (jobs.length > 1) return failed('sim takes one job at a time.');
  const [job = null] = jobs;
  const { mode = null, replay, mutants = false, json } = values;
  if (values.timeout !== undefined && job === null)
    return failed('Only sim with a job has --timeout: the swarm has no functions of yours.');
  if (replay !== undefined) return ok({ kind: 'replay', file: replay });
  const usual = mutants ? defaultSchedules.mutants : defaultSchedules[job === null ? 'swarm' : 'job'];
  const schedules = values.schedules === undefined ? usual : wholeNumber(values.schedules);
  const from = values.from === undefined ? 1 : wholeNumber(values.from);
  if (!(schedules > 0)) return failed(`--schedules is a number of schedules, not “${values.schedules}”.`);
  if (Number.isNaN(from)) return failed(`--from is a whole number, not “${values.from}”.`);
  if (mutants) return ok({ kind: 'mutants', schedules });
  const guarantee = guarantees.find((one) => one === mode) ?? null;
  if (mode !== null && guarantee === null) return failed(`--mode is one of ${guarantees.join(', ')}, not “${mode}”.`);
  const timeoutMs = timeoutOf(values);
  if (timeoutMs === null) return noTimeout(values);
  return ok({ kind: 'sim', job, schedules, from, mode: guarantee, json, timeoutMs });
}

/** Null: it is no such time. */
function timeoutOf({ timeout }: Values): number | null {
  const given = timeout === undefined ? defaultTimeoutMs : timeMs(timeout);
  return given === 0 || given === null ? null : Math.min(given, longestTimerMs);
}

const noTimeout = ({ timeout }: Values): Result<Command, string> =>
  failed(`--timeout is a time such as 20s, not “${timeout}”.`);

const foreignOption = (values: Values, options: readonly (keyof Values)[]): string | null =>
  options.find((option) => values[option] !== undefined) ?? null;

/** NaN for anything else. */
const wholeNumber = (text: string): number => (/^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** `1.5s` → 1500; a bare number is milliseconds; null for anything else. */
export function timeMs(text: string): number | null {
  const [, digits = '', unit = 'ms'] = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(text) ?? [];
  const scale = unitsMs[unit];
  return digits === '' || scale === undefined ? null : Number(digits) * scale;
}
