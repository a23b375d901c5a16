/** What can be wrong with a script: a closed table of sentences, each with advice. */

const table = {
  'no-sources': [
    'The job has no scripted source, so there is nothing that a script could give elements to.',
    'Put a scripted source in the place of the job’s source.',
  ],
  'unknown-line': [
    '“{text}” is no line of a script.',
    'A line begins with a scripted source and a colon, such as “{source}: a=1@1 w5”, or is one of: +TIME, checkpoint, savepoint, fail, restore, |.',
  ],
  'unknown-source': ['No scripted source is called “{name}”.', 'There are: {names}.'],
  'unknown-operator': ['No operator is called “{name}”.', 'There are: {names}.'],
  ambiguous: ['Several operators are called “{name}”.', 'Use their ids: {names}.'],
  syntax: [
    '“{at}” cannot be read: {reason}.',
    'Elements are such as a=1@5, {"key":"a"}@5, w10, ~, !, +5s and |, set apart by spaces. A comment begins with # and a space.',
  ],
  misfit: ['“{at}” is no record of “{source}”: {reason}.', 'Its columns are: {columns}.'],
  barrier: ['A source makes no barriers.', 'Write checkpoint, or savepoint, on a line of its own.'],
  'after-end': ['“{source}” has ended, so nothing more can come from it.', 'Take the | before it away.'],
  split: ['There is no split {split} of “{source}”.', 'Splits are numbered from 0 to {most}.'],
  subtask: ['There is no subtask {subtask} of “{name}”.', 'It has {count}, numbered from 0.'],
  'not-alone': ['“{word}” stands alone in its line.', 'Put what follows into a line of its own.'],
  restore: [
    '“{at}” says nothing about a restore.',
    'After restore there may be checkpoint=N, parallelism=N, and NAME=N for the parallelism of one operator.',
  ],
  parallelism: ['A parallelism is a whole number from 1 to {most}, not “{at}”.', 'Choose another one.'],
  'nothing-to-restore': [
    'There is nothing to restore from.',
    'Put a checkpoint or savepoint before it, one that completes.',
  ],
  plan: ['The job cannot run so: {reason}', '{advice}'],
  'too-long': ['The script has more than {most} steps.', 'Split it.'],
} as const;

export type ScriptProblemCode = keyof typeof table;

export interface ScriptProblem {
  readonly code: ScriptProblemCode;
  /** From 1; 0: of the script as a whole. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly advice: string;
}

export class ScriptError extends Error {
  readonly problem: ScriptProblem;
  constructor(problem: ScriptProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function scriptProblem(
  code: ScriptProblemCode,
  { line, column }: { readonly line: number; readonly column: number },
  details: Readonly<Record<string, string | number>> = {},
): ScriptProblem {
  const filled = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
  const [message, advice] = table[code];
  return { code, line, column, message: filled(message), advice: filled(advice) };
}
