/** A job's script played for the page: checked as `weir run` checks it, and its lines handed on while it is played. */
import { checkFunction } from '../../../connectors/functions.ts';
import { analyse } from '../../../engine/graph/analyse.ts';
import { severityOf } from '../../../engine/graph/problems.ts';
import { playedLinesMost } from '../../script-play.ts';
import type { OnPlayedLines, PlayedLine, ScriptPlayEnd, ScriptPlayRequest } from '../../script-play.ts';
import { directedKinds } from './directed-source.ts';
import { playFacts } from './facts.ts';
import { parseScript } from './parse.ts';
import { ScriptPrinter } from './printed.ts';
import { ScriptError } from './problems.ts';

/** Of one message to the page. */
const linesAtOnce = 256;
/** What prints nothing, or more than is kept, still gives a sign of life so often. */
const signEveryMs = 500;

/** Lines of a step are handed on before the next one begins, so that the page knows which one goes on for ever. */
export async function playForPage(
  { job, resources }: ScriptPlayRequest,
  handOn: OnPlayedLines,
): Promise<ScriptPlayEnd> {
  const names = new Set(resources.map(({ name }) => name));
  const { problems } = analyse(job, directedKinds, { compileCheck: checkFunction, resources: names });
  const errors = problems.filter((problem) => severityOf(problem) === 'error');
  if (errors.length > 0) return { kind: 'job-wrong', problems: errors };
  const script = parseScript(job.script, job);
  if (!script.ok) return { kind: 'script-wrong', complaint: script.error };
  const printer = new ScriptPrinter(script.value, job.nodes);
  const outbox = new Outbox(handOn);
  let steps = 0;
  try {
    const request = { job, script: script.value, resources, seed: job.settings.seed };
    const { outcome, step } = await playFacts(
      request,
      (fact) => {
        if (fact.kind === 'step') steps++;
        for (const line of printer.linesOf(fact)) outbox.put(line);
        if (fact.kind === 'step') outbox.send();
      },
      () => outbox.sign(),
    );
    return { kind: 'over', outcome, steps, lines: outbox.count, failedAt: step?.line ?? null };
  } catch (error) {
    if (error instanceof ScriptError) return { kind: 'script-wrong', complaint: error.problem };
    throw error;
  } finally {
    outbox.send();
  }
}

class Outbox {
  count = 0;
  private readonly handOn: OnPlayedLines;
  private lines: PlayedLine[] = [];
  private step: PlayedLine | null = null;
  private sentAt = performance.now();

  constructor(handOn: OnPlayedLines) {
    this.handOn = handOn;
  }

  put(line: PlayedLine): void {
    this.count++;
    if (line.kind === 'step') this.step = line;
    if (this.count <= playedLinesMost || line.kind === 'end') this.lines.push(line);
    if (this.lines.length >= linesAtOnce) this.send();
    else if (this.lines.length === 0) this.sign();
  }

  sign(): void {
    if (performance.now() - this.sentAt > signEveryMs) this.send();
  }

  send(): void {
    this.sentAt = performance.now();
    this.handOn(this.lines, this.step);
    this.lines = [];
  }
}
