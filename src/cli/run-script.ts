/** `weir run` with a script: a job played step by step, and everything that its operators do printed in order. */
import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { failureAdvice, failureMessage } from '../engine/wire/failures.ts';
import type { CheckpointMode } from '../engine/graph/job.ts';
import { fill } from '../engine/graph/problems.ts';
import { checkpointReasons } from '../engine/wire/checkpoints.ts';
import type { Report } from '../engine/wire/reports.ts';
import { isTerminal } from '../engine/wire/reports.ts';
import { parseScript } from '../hosts/simulator/script/parse.ts';
import { playScript } from '../hosts/simulator/script/play.ts';
import type { ScriptEnd } from '../hosts/simulator/script/play.ts';
import { ScriptError } from '../hosts/simulator/script/problems.ts';
import type { ScriptProblem } from '../hosts/simulator/script/problems.ts';
import { planOf, settledJob } from '../hosts/simulator/script/settled-job.ts';
import type { Script, Step } from '../hosts/simulator/script/script.ts';
import type { Command } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { scriptFinding } from './load-job.ts';
import type { Finding, LoadedJob } from './load-job.ts';
import { findingJson, findingLine } from './printer.ts';
import { ScriptLines } from './script-lines.ts';
import { lineText } from './script-text.ts';
import type { Streams } from './streams.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** `command.script`: a file, or `-` for standard input; null: the job's own. */
export async function runScript(loaded: LoadedJob, command: RunCommand, to: Streams): Promise<ExitCode> {
  const { script: file } = command;
  const name = file ?? command.job;
  const refuse = (finding: Finding): ExitCode => {
    if (command.json) to.print(findingJson(name, finding));
    else to.complain(findingLine(name, finding));
    return exitCodes.badInput;
  };
  const complain = (problem: ScriptProblem): ExitCode =>
    refuse(scriptFinding(problem, file === null ? 'script, ' : ''));
  const text = file === null ? ok(loaded.job.script) : await read(file);
  if (!text.ok) return refuse(text.error);
  const script = parseScript(text.value, loaded.job);
  if (!script.ok) return complain(script.error);
  try {
    return await play(loaded, script.value, command, to);
  } catch (error) {
    if (error instanceof ScriptError) return complain(error.problem);
    throw error;
  }
}

async function read(name: string): Promise<Result<string, Finding>> {
  try {
    return ok(name === '-' ? await textOf(process.stdin) : await readFile(name, 'utf8'));
  } catch (thrown) {
    const { message } = thrown as Error;
    const advice = 'Check its name.';
    return failed({ severity: 'error', place: '', message: `The script cannot be read: ${message}.`, advice });
  }
}

async function play(loaded: LoadedJob, script: Script, command: RunCommand, to: Streams): Promise<ExitCode> {
  const { job, resources } = loaded;
  const seed = command.seed ?? job.settings.seed;
  const print = command.json ? jsonTeller(to) : textTeller(to, script, new Map(job.nodes.map((n) => [n.id, n.name])));
  const settled = settledJob(job, script);
  const lines = new ScriptLines(planOf(settled, { line: 0, column: 1 }), print.seen);
  const end = await playScript(
    { job: { ...job, settings: { ...job.settings, seed } }, script, resources, seed },
    {
      onStep: (step, again) => print.step(step, again),
      onSeen: (node, subtask, parallel, seen) => lines.seen(node, subtask, parallel, seen),
      onIgnored: (reason) => print.told({ kind: 'ignored', reason }),
      onRestore: (checkpoint) => {
        lines.forget();
        print.told({ kind: 'restored', checkpoint, from: 'checkpoint' });
      },
      onReport: (report) => {
        const told = toldOf(report, job.settings.checkpointMode);
        if (told?.kind === 'failure') lines.forget();
        if (told !== null) print.told(told);
      },
    },
  );
  print.end(end);
  if (end.outcome === 'no-progress') return exitCodes.noProgress;
  return end.outcome === 'failed' ? exitCodes.jobFailed : exitCodes.ok;
}

const restoredText = {
  checkpoint: 'restored from checkpoint {checkpoint}',
  beginning: 'begins anew',
  offsets: 'goes on at the offsets of its sources, without state',
} as const;

/** What is told beside operators. */
type Told =
  | { readonly kind: 'checkpoint'; readonly checkpoint: number; readonly savepoint: boolean }
  | { readonly kind: 'checkpoint-failed'; readonly checkpoint: number | null; readonly reason: string }
  | { readonly kind: 'failure'; readonly message: string }
  /** `offsets`: without checkpoints, sources go on where they were, and state is lost. */
  | { readonly kind: 'restored'; readonly checkpoint: number | null; readonly from: keyof typeof restoredText }
  /** The step does nothing. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'job'; readonly state: string }
  | { readonly kind: 'warning'; readonly text: string };

function toldOf(report: Report, mode: CheckpointMode): Told | null {
  switch (report.kind) {
    case 'checkpoint': {
      const { event } = report;
      if (event.kind === 'completed') {
        const { checkpoint, savepoint } = event.metadata;
        return { kind: 'checkpoint', checkpoint, savepoint };
      }
      if (event.kind !== 'failed') return null;
      const { reason, details } = event.failure;
      const sentence = fill(checkpointReasons[reason].message, details);
      return { kind: 'checkpoint-failed', checkpoint: event.checkpoint, reason: sentence };
    }
    case 'recovery': {
      const { event } = report;
      if (event.kind === 'detected') return { kind: 'failure', message: failureMessage(event.failure) };
      if (event.kind !== 'chosen') return null;
      const { checkpoint } = event;
      const without = mode === 'off' ? 'offsets' : 'beginning';
      return { kind: 'restored', checkpoint, from: checkpoint === null ? without : 'checkpoint' };
    }
    case 'job-state':
      return isTerminal(report.state) ? { kind: 'job', state: report.state } : null;
    case 'log':
      // Those of the coordinator are told in other words.
      return report.level === 'warning' && report.node !== undefined ? { kind: 'warning', text: report.text } : null;
    default:
      return null;
  }
}

interface Teller {
  readonly seen: ConstructorParameters<typeof ScriptLines>[1];
  step(step: Step, again: boolean): void;
  told(told: Told): void;
  end(end: ScriptEnd): void;
}

function jsonTeller({ print }: Streams): Teller {
  const line = (value: object): void => print(JSON.stringify(value));
  return {
    seen: line,
    step: ({ line: number, column, text, ...action }, again) => {
      const where = action.kind === 'element' ? { node: action.node, split: action.split } : {};
      line({ kind: 'step', line: number, column, text, ...where, again });
    },
    told: line,
    end: ({ outcome, state, failure, step, reason, timeMs }) =>
      line({
        kind: 'end',
        outcome,
        state,
        failure: failure === null ? null : { ...failure, message: failureMessage(failure) },
        line: step?.line ?? null,
        reason,
        timeMs,
      }),
  };
}

function textTeller({ print }: Streams, script: Script, names: ReadonlyMap<string, string>): Teller {
  return {
    seen: (line) => print(lineText(line)),
    step: (step, again) => {
      const split = step.kind === 'element' && (script.splits.get(step.node) ?? 1) > 1 ? `/${step.split}` : '';
      const source = step.kind === 'element' ? `${names.get(step.node) ?? step.node}${split}: ` : '';
      print(`${again ? '>>' : '>'} ${source}${step.text}`);
    },
    told: (told) => print(`  ${toldText(told)}`),
    end: (end) => {
      for (const line of endText(end)) print(line);
    },
  };
}

function toldText(told: Told): string {
  switch (told.kind) {
    case 'checkpoint':
      return `${told.savepoint ? 'savepoint' : 'checkpoint'} ${told.checkpoint} completed`;
    case 'checkpoint-failed':
      return `checkpoint failed: ${told.reason}`;
    case 'failure':
      return `failure: ${told.message}`;
    case 'restored':
      return restoredText[told.from].replace('{checkpoint}', String(told.checkpoint));
    case 'ignored':
      return `nothing: ${told.reason}`;
    case 'job':
      return `job ${told.state}`;
    case 'warning':
      return `warning: ${told.text}`;
  }
}

function endText({ outcome, state, failure, step, reason }: ScriptEnd): string[] {
  if (outcome === 'played') return isTerminal(state) ? [] : [`The script is over; the job is ${state}.`];
  const where = step === null ? 'at the end of the script' : `in line ${step.line}, at “${step.text}”`;
  if (outcome === 'no-progress') return [`No progress ${where}: ${reason ?? ''}`];
  const why = failure === null ? [] : [`  ${failureMessage(failure)}`, `  ${failureAdvice(failure)}`];
  return [`The job has failed ${where}.`, ...why];
}
