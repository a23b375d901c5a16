/** `weir run` with a script: a job played step by step, and everything that its operators do printed in order. */
import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { failureMessage } from '../engine/wire/failures.ts';
import { playFacts } from '../hosts/simulator/script/facts.ts';
import type { ScriptFact } from '../hosts/simulator/script/facts.ts';
import { parseScript } from '../hosts/simulator/script/parse.ts';
import type { ScriptEnd } from '../hosts/simulator/script/play.ts';
import { ScriptPrinter } from '../hosts/simulator/script/printed.ts';
import { ScriptError } from '../hosts/simulator/script/problems.ts';
import type { ScriptProblem } from '../hosts/simulator/script/problems.ts';
import type { Script } from '../hosts/simulator/script/script.ts';
import type { Command } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { scriptFinding } from './load-job.ts';
import type { Finding, LoadedJob } from './load-job.ts';
import { findingJson, findingLine } from './printer.ts';
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
  const print = command.json ? jsonTeller(to) : textTeller(to, new ScriptPrinter(script, job.nodes));
  const request = { job: { ...job, settings: { ...job.settings, seed } }, script, resources, seed };
  to.signs?.watch(command.timeoutMs);
  const end = await playFacts(
    request,
    (fact) => {
      if (fact.kind === 'step') to.signs?.sign({ cause: fact.step.line, parts: [fact.step.text] });
      print(fact);
    },
    () => to.signs?.sign(),
  );
  to.signs?.watch(null);
  if (end.outcome === 'no-progress') return exitCodes.noProgress;
  return end.outcome === 'failed' ? exitCodes.jobFailed : exitCodes.ok;
}

type Teller = (fact: ScriptFact) => void;

const textTeller =
  ({ print }: Streams, printer: ScriptPrinter): Teller =>
  (fact) => {
    for (const { text } of printer.linesOf(fact)) print(text);
  };

const jsonTeller =
  ({ print }: Streams): Teller =>
  (fact) =>
    print(JSON.stringify(jsonOf(fact)));

function jsonOf(fact: ScriptFact): object {
  if (fact.kind === 'end') return endJson(fact.end);
  if (fact.kind !== 'step') return fact;
  const { line, column, text, ...action } = fact.step;
  const where = action.kind === 'element' ? { node: action.node, split: action.split } : {};
  return { kind: 'step', line, column, text, ...where, again: fact.again };
}

const endJson = ({ outcome, state, failure, step, reason, timeMs }: ScriptEnd): object => ({
  kind: 'end',
  outcome,
  state,
  failure: failure === null ? null : { ...failure, message: failureMessage(failure) },
  line: step?.line ?? null,
  reason,
  timeMs,
});
