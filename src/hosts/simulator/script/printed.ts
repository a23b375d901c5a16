/** The lines that a script's run prints, of the facts as they come: the same ones on the command line and on the page. */
import type { NodeId } from '../../../engine/graph/job.ts';
import { failureAdvice, failureMessage } from '../../../engine/wire/failures.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import type { PlayedKind, PlayedLine } from '../../script-play.ts';
import { restoredText } from './facts.ts';
import type { ScriptFact, Told } from './facts.ts';
import type { ScriptLine } from './lines.ts';
import type { ScriptEnd } from './play.ts';
import type { Script, Step } from './script.ts';
import { partsText, placeText, whatText } from './text.ts';

export class ScriptPrinter {
  private readonly script: Script;
  private readonly names: ReadonlyMap<NodeId, string>;
  /** Line of the step that was taken last. */
  private cause = 0;

  constructor(script: Script, nodes: readonly { readonly id: NodeId; readonly name: string }[]) {
    this.script = script;
    this.names = new Map(nodes.map(({ id, name }) => [id, name]));
  }

  linesOf(fact: ScriptFact): readonly PlayedLine[] {
    switch (fact.kind) {
      case 'step':
        this.cause = fact.step.line;
        return [this.step(fact.step, fact.again)];
      case 'end':
        return endText(fact.end).map((text) => ({ ...this.message(text), kind: 'end' }));
      case 'checkpoint':
      case 'checkpoint-failed':
      case 'failure':
      case 'restored':
      case 'ignored':
      case 'job':
      case 'warning':
        return [{ ...this.message(`  ${toldText(fact)}`), kind: toldKinds[fact.kind] }];
      default:
        return [this.seen(fact)];
    }
  }

  private step(step: Step, again: boolean): PlayedLine {
    const what = again ? '>>' : '>';
    const node = step.kind === 'element' ? step.node : null;
    const split = step.kind === 'element' && (this.script.splits.get(step.node) ?? 1) > 1 ? `/${step.split}` : '';
    const place = node === null ? '' : `${this.names.get(node) ?? node}${split}`;
    const text = `${what} ${place === '' ? '' : `${place}: `}${step.text}`;
    return { text, kind: 'step', node, place, what, parts: [step.text], cause: this.cause };
  }

  private seen(line: ScriptLine): PlayedLine {
    const place = placeText(line);
    const what = whatText(line);
    const parts = partsText(line);
    const text = `  ${place}: ${[what, ...parts].join(' ')}`;
    return { text, kind: line.kind, node: line.node, place, what, parts, cause: this.cause };
  }

  private message(text: string): Omit<PlayedLine, 'kind'> {
    return { text, node: null, place: '', what: '', parts: [text.trimStart()], cause: this.cause };
  }
}

const toldKinds = {
  checkpoint: 'checkpoint',
  'checkpoint-failed': 'failure',
  failure: 'failure',
  restored: 'checkpoint',
  ignored: 'message',
  job: 'message',
  warning: 'message',
} as const satisfies Record<Told['kind'], PlayedKind>;

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
