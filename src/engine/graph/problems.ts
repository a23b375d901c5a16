/**
 * The closed table of problems that a job can have while it is drawn. Each has a sentence, a place and an advice; the
 * studio and the CLI print these and invent no text. What goes wrong while a job runs is in `wire/failures.ts`.
 */
import type { FaultId } from './faults.ts';
import type { EdgeId, NodeId } from './job.ts';

export type Severity = 'error' | 'warning';

interface ProblemRow {
  readonly severity: Severity;
  /** `{name}` is filled from the problem's `details`. */
  readonly message: string;
  readonly advice: string;
}

/** One row per thing that can be wrong with a drawn job. An `error` keeps the job from running. */
export const problemTable = {
  'empty-job': {
    severity: 'error',
    message: 'The job has no operators.',
    advice: 'Drag a source from the palette onto the canvas, or open an example.',
  },
  'no-source': { severity: 'error', message: 'The job has no source.', advice: 'Add a source and connect it.' },
  'no-sink': {
    severity: 'warning',
    message: 'The job has no sink, so its results go nowhere.',
    advice: 'Add a table sink to see the results.',
  },
  'unknown-kind': {
    severity: 'error',
    message: 'This version of Weir does not know the operator kind “{kind}”.{near}',
    advice: 'Update Weir, or replace the operator. Its parameters are kept as they are.',
  },
  'duplicate-id': {
    severity: 'error',
    message: 'Two {what} have the id “{id}”.',
    advice: 'Give one of them another id in the job file, or delete it and draw it again.',
  },
  'unknown-port': {
    severity: 'error',
    message: '“{node}” has no {direction} port “{port}”; {ports}.',
    advice: 'Draw the edge again, or correct the port in the job file.',
  },
  'unknown-tag': {
    severity: 'error',
    message: '“{node}” has no output “{port}”; {ports}.',
    advice: 'Give “{node}” a side output with this tag again, draw the edge from another output, or delete it.',
  },
  'dangling-edge': {
    severity: 'error',
    message: 'The edge leads to an operator that does not exist.',
    advice: 'Delete the edge.',
  },
  'duplicate-edge': {
    severity: 'warning',
    message: 'Two edges join the same ports, so every record passes twice.',
    advice: 'Delete one of them, unless this is meant.',
  },
  'unconnected-input': {
    severity: 'error',
    message: 'The input “{port}” is not connected.',
    advice: 'Draw an edge from an output to this input.',
  },
  'unconnected-output': {
    severity: 'warning',
    message: 'The output “{port}” is not connected, so its records are dropped.',
    advice: 'Connect it to an operator or a sink.',
  },
  'input-taken': {
    severity: 'error',
    message: 'The input “{port}” has {count} edges and takes one.',
    advice: 'Put a Union in between.',
  },
  cycle: {
    severity: 'error',
    message: 'The edge closes a cycle: {path}.',
    advice: 'Delete one edge of the cycle. Records can only flow forward.',
  },
  'not-keyed': {
    severity: 'error',
    message: 'The input needs a keyed stream.',
    advice: 'Put a Key by before this operator.',
  },
  changelog: {
    severity: 'error',
    message: 'The input takes only insertions, and this stream also updates or deletes rows.',
    advice:
      'Use an operator that takes a changelog (Aggregate, Top-N, Regular join, Upsert table, Chart), or one that does not make it.',
  },
  'changelog-key': {
    severity: 'error',
    message: 'This stream also updates or deletes rows, and no key says which rows of the table those are.',
    advice: 'Choose the key columns by which its rows are told apart, such as those of the Key by before it.',
  },
  'output-mode': {
    severity: 'error',
    message: 'The output mode “append” takes only insertions, and this stream also updates or deletes rows.',
    advice: 'Choose the output mode update, complete or changelog, or use an Upsert table.',
  },
  'two-row-kinds': {
    severity: 'error',
    message: 'The columns “{first}” and “{second}” are both of type rowkind; a stream has one at most.',
    advice: 'Give one of them another type.',
  },
  'key-mismatch': {
    severity: 'error',
    message: 'The inputs have different keys: {left} and {right}.',
    advice: 'Key both by as many columns, of the same types and in the same order.',
  },
  'type-mismatch': {
    severity: 'error',
    message: 'The inputs have different schemas: {left} and {right}.',
    advice: 'Bring both to the same columns with a Map.',
  },
  'unknown-column': {
    severity: 'error',
    message: 'There is no column “{column}” here. There are: {columns}.',
    advice: 'Choose one of the columns.',
  },
  'missing-column': {
    severity: 'error',
    message: 'No column is chosen for {param}.',
    advice: 'Choose a column.',
  },
  'column-type': {
    severity: 'error',
    message: 'The column “{column}” is {type}; {need} is needed.',
    advice: 'Choose another column, or convert it with a Map.',
  },
  'duplicate-column': {
    severity: 'error',
    message: 'Two output columns are called “{column}”.',
    advice: 'Rename one of them.',
  },
  'invalid-param': { severity: 'error', message: '{param}: {reason}.', advice: 'Correct the value.' },
  'unknown-param': {
    severity: 'warning',
    message: '“{name}” is no parameter of this operator and is ignored.',
    advice: 'The parameters are: {params}.',
  },
  'invalid-setting': {
    severity: 'error',
    message: '{setting}: {reason}.',
    advice: 'Correct the value in the job settings.',
  },
  'missing-key': { severity: 'error', message: 'No key is chosen.', advice: 'Choose at least one key column.' },
  'missing-function': {
    severity: 'error',
    message: 'The function is empty.',
    advice: 'Write a function: {signature}.',
  },
  'function-syntax': {
    severity: 'error',
    message: 'The function does not compile: {reason} (line {line}).',
    advice: 'Correct the function.',
  },
  'tag-in-code': {
    severity: 'warning',
    message: 'The function emits to the side output “{tag}”, which is not declared ({tags}); the job would fail there.',
    advice: 'Add a side output with this tag, or correct the tag in the function.',
  },
  'undeclared-field': {
    severity: 'warning',
    message: 'The function returns {names}, for which there is no output column, so that is dropped.',
    advice: 'Add it to the output columns, or leave it out of what the function returns.',
  },
  'unreturned-column': {
    severity: 'warning',
    message: 'The function does not return {names}, so there are only nulls in that column.',
    advice: 'Return it by this name, or remove the output column.',
  },
  'kept-field': {
    severity: 'warning',
    message: 'The function returns another {names} than its input has, but that column is kept, so that is dropped.',
    advice: 'Add it to the output columns, where it replaces the one of the input, or leave it out.',
  },
  'unreduced-field': {
    severity: 'warning',
    message: 'The function returns {names}, which the records that it combines do not have, so that is dropped.',
    advice: 'Leave it out of what the function returns, or give the records this column in front, with a Map.',
  },
  'unreduced-column': {
    severity: 'warning',
    message: 'The function does not return {names}, so that is null in what it makes of two records.',
    advice: 'Return it by this name, with what it shall be of both records.',
  },
  'missing-resource': {
    severity: 'error',
    message: 'No file or data set is chosen.',
    advice: 'Choose a data set, or drop a file on the canvas.',
  },
  'resource-gone': {
    severity: 'error',
    message: 'The file “{resource}” is not here.',
    advice: 'Drop the file on the canvas again; a job file does not carry data.',
  },
  'parallelism-range': {
    severity: 'error',
    message: 'The parallelism {value} is not between 1 and {max}.',
    advice: 'Choose a parallelism in this range.',
  },
  'keyless-parallelism': {
    severity: 'warning',
    message: 'The parallelism {value} has no effect: without a key, one subtask computes the windows of all records.',
    advice: 'Put a Key by in front for windows of each key, or choose the job’s default for windows of all records.',
  },
  'forward-parallelism': {
    severity: 'error',
    message: 'A forward edge needs equal parallelism on both sides ({from} and {to}).',
    advice: 'Choose rebalance or rescale, or make the parallelism equal.',
  },
  'not-broadcast': {
    severity: 'error',
    message: 'The input “{port}” takes a broadcast stream; the edge’s partitioner is {partitioner}.',
    advice: 'Choose the partitioner automatic or broadcast.',
  },
  'timeline-syntax': {
    severity: 'error',
    message: 'The timeline cannot be read at “{at}”: {reason}.',
    advice: 'Write records as value@time, a watermark as w10, idle as ~, end as |.',
  },
  'record-to-add': {
    severity: 'error',
    message: 'A click cannot add “{text}”: {reason}.',
    advice: 'Write one record, as {example}, without a time: where you click is its event time.',
  },
  'watermark-back': {
    severity: 'warning',
    message: '{watermark} does not count: it comes after {standing}, and a watermark never goes back.',
    advice: 'Drag it above that, or delete it.',
  },
  'no-commits': {
    severity: 'warning',
    message: 'It commits with checkpoints, and they are off: nothing is seen before the end of the input.',
    advice: 'Choose a guarantee other than “off” in the settings of the job.',
  },
  'no-timestamps': {
    severity: 'error',
    message: 'Event time is needed here, but no source upstream assigns timestamps.',
    advice: 'Choose a timestamp column and a watermark strategy on the source.',
  },
  'too-many-subtasks': {
    severity: 'error',
    message: 'The job runs as {count} subtasks, each in a Worker of its own; a page can hold {max}.',
    advice: 'Lower the parallelism of the job or of its widest operators, or let operators be chained.',
  },
  'job-full': {
    severity: 'error',
    message: 'The job has {count} {what}; {max} is the limit.',
    advice: 'Split the job in two, or delete what it does not need.',
  },
  'unknown-fault': {
    severity: 'warning',
    message: 'This version of Weir does not know the fault “{kind}”, so it is left out.',
    advice: 'Update Weir, or remove the fault. It is kept as it is.',
  },
  'invalid-fault': {
    severity: 'warning',
    message: 'The fault “{fault}” is left out: {reason}.',
    advice: 'Correct it in the fault script, or remove it.',
  },
  'fault-target': {
    severity: 'warning',
    message: 'The fault “{fault}” aims at “{target}”, which the job does not have, so it is left out.',
    advice: 'Choose another target in the fault script, or remove the fault.',
  },
  underivable: {
    severity: 'error',
    message: 'Weir could not work out what this operator gives: {reason}.',
    advice: 'This is a bug in Weir. Download the job file and report it.',
  },
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof problemTable;

/** What an operator kind says is wrong with its parameters. */
export interface ParamIssue {
  readonly code: ProblemCode;
  readonly param?: string;
  readonly details?: Readonly<Record<string, string | number>>;
  /** Where within the parameter: indices, from the outermost part of its value. */
  readonly place?: readonly number[];
}

export interface Problem extends ParamIssue {
  readonly node?: NodeId;
  readonly edge?: EdgeId;
  readonly fault?: FaultId;
}

export const severityOf = (problem: Problem): Severity => problemTable[problem.code].severity;

/** The problem's sentence with its details filled in. */
export function problemMessage(problem: ParamIssue): string {
  return fill(problemTable[problem.code].message, problem.details ?? {});
}

export function problemAdvice(problem: ParamIssue): string {
  return fill(problemTable[problem.code].advice, problem.details ?? {});
}

/** Replaces each `{name}` by its detail; an unknown name stays visible. */
export function fill(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => (name in details ? String(details[name]) : hole));
}
