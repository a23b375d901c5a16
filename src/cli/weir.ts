/** The commands of `weir`, told where to print: the program prints to the terminal, tests to a list. */
import { gallery } from '../gallery/list.ts';
import { parseCommand, usage } from './arguments.ts';
import type { Command } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { jobHunt, replay, swarmHunt } from './hunt.ts';
import { loadFaults } from './load-faults.ts';
import { loadJob } from './load-job.ts';
import type { Finding, ForScript } from './load-job.ts';
import { findingJson, findingLine, JsonPrinter, TextPrinter } from './printer.ts';
import { mutantHunt } from './mutants/hunt.ts';
import { runJob } from './run-job.ts';
import { runScript } from './run-script.ts';
import type { Streams } from './streams.ts';

/** Does what the command line says. Bad input is told in sentences; only bugs throw. */
export async function weir(args: readonly string[], to: Streams): Promise<ExitCode> {
  const parsed = parseCommand(args);
  if (!parsed.ok) {
    to.complain(`${parsed.error} See weir help.`);
    return exitCodes.badInput;
  }
  switch (parsed.value.kind) {
    case 'help':
      to.print(usage.replace('{examples}', gallery.map((example) => example.id).join(', ')));
      return exitCodes.ok;
    case 'check':
      return await check(parsed.value, to);
    case 'run':
      return await run(parsed.value, to);
    case 'sim':
      return parsed.value.job === null ? await swarmHunt(parsed.value, to) : await jobHunt(parsed.value, to);
    case 'replay':
      return await replay(parsed.value.file, to);
    case 'mutants':
      return await mutantHunt(parsed.value.schedules, to);
  }
}

async function check({ jobs, json }: Extract<Command, { kind: 'check' }>, to: Streams): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  for (const name of jobs) {
    const loaded = await loadJob(name, 'own');
    const findings = loaded.ok ? loaded.value.findings : loaded.error;
    for (const finding of findings) to.print(json ? findingJson(name, finding) : findingLine(name, finding));
    if (!loaded.ok) code = exitCodes.badInput;
    else if (!json) to.print(`${name}: no errors`);
  }
  return code;
}

async function run(command: Extract<Command, { kind: 'run' }>, to: Streams): Promise<ExitCode> {
  const loaded = await loadJob(command.job, forScriptOf(command));
  tell(command, loaded.ok ? loaded.value.findings : loaded.error, to);
  if (!loaded.ok) return exitCodes.badInput;
  if (command.script !== null && command.script !== 'none') return await runScript(loaded.value, command, to);
  if (command.script === null && loaded.value.job.script !== '') {
    if (command.notForScripts === null) return await runScript(loaded.value, command, to);
    to.complain(
      `The job has a script, which says all that happens: there is no --${command.notForScripts} with it. Add --script none to run the job without its script.`,
    );
    return exitCodes.badInput;
  }
  const faults = await loadFaults(command.faults, loaded.value.job);
  if (!faults.ok) {
    tell(command, faults.error, to);
    return exitCodes.badInput;
  }
  return await runJob(
    loaded.value,
    faults.value,
    command,
    command.json ? new JsonPrinter(to.print) : new TextPrinter(to.print),
    to.signs,
  );
}

function forScriptOf({ script }: Extract<Command, { kind: 'run' }>): ForScript {
  if (script === null) return 'own';
  return script === 'none' ? 'none' : 'other';
}

function tell(command: Extract<Command, { kind: 'run' }>, findings: readonly Finding[], to: Streams): void {
  for (const finding of findings) {
    if (command.json) to.print(findingJson(command.job, finding));
    else to.complain(findingLine(command.job, finding));
  }
}
