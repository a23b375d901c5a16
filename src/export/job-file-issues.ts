/** The closed table of what can be wrong with a job file, and where: a path into the JSON and a line. */
import { fill } from '../engine/graph/problems.ts';
import type { JsonPath } from './json-text.ts';

const issueTable = {
  'too-long': {
    message: 'The file has {length} characters; {max} is the limit.',
    advice: 'A job file holds a job and no data. Check that this is the right file.',
  },
  syntax: {
    message: 'The file is not readable as JSON: {reason}.',
    advice: 'Correct the line, or take an earlier copy of the file.',
  },
  'not-a-job': {
    message: 'This is not a Weir job: {reason}.',
    advice:
      'A job file ends in .weir.json and has a version, nodes and edges. To read data, drop the file on a File source.',
  },
  'newer-version': {
    message: 'The file has version {version}; this Weir reads up to version {current}.',
    advice: 'Open it in a newer Weir. Nothing was changed.',
  },
  'too-many': {
    message: 'The job has {count} {what}; {max} is the limit.',
    advice: 'Split the job into several files.',
  },
  'wrong-value': { message: '{place}: {reason}.', advice: 'Correct the value in the file.' },
  'unknown-field': {
    message: '{place}: {reason}.',
    advice: 'Check the spelling, or take the field out. It is not ignored, because it would be lost on the next save.',
  },
  'duplicate-id': {
    message: '{place}: the id “{id}” is taken by {other}.',
    advice: 'Give each node, edge and fault an id of its own.',
  },
  'more-issues': { message: 'There are {count} more.', advice: 'Correct these first.' },
} as const satisfies Record<string, { message: string; advice: string }>;

export type JobFileIssueCode = keyof typeof issueTable;

export interface JobFileIssue {
  readonly code: JobFileIssueCode;
  /** `nodes[3].position.x`; '' for the file as a whole. */
  readonly path: string;
  /** From 1; null where the file's text is not known. */
  readonly line: number | null;
  /** One sentence. */
  readonly message: string;
  readonly advice: string;
}

/** An issue that has not been given its line yet. */
export interface Finding {
  readonly code: JobFileIssueCode;
  readonly path: JsonPath;
  readonly details: Readonly<Record<string, string | number>>;
}

export function issueOf(finding: Finding, line: number | null): JobFileIssue {
  const path = pathText(finding.path);
  const details = { place: path === '' ? 'The file' : path, ...finding.details };
  const { message, advice } = issueTable[finding.code];
  return { code: finding.code, path, line, message: fill(message, details), advice: fill(advice, details) };
}

/** `['nodes', 3, 'position']` as `nodes[3].position`; at most about 200 characters. */
export function pathText(path: JsonPath): string {
  const text = path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`))
    .join('');
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
