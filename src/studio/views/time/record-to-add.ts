/** The text of a record that a click adds to a script: whether it can be read, and suits the columns of its source. */
import { parseTimeline, printElement, type PlacedElement, type TimelineValue } from '../../../base/timeline.ts';
import { parseParams } from '../../../engine/graph/check-params.ts';
import type { JobNode } from '../../../engine/graph/job.ts';
import type { Params } from '../../../engine/graph/params.ts';
import type { ParamIssue } from '../../../engine/graph/problems.ts';
import type { ColumnSpec, ColumnType, Schema } from '../../../engine/graph/schema.ts';
import { kindTable } from '../../../engine/operators/list.ts';

/** What is wrong with it; null: nothing. */
export function recordIssue(text: string, source: JobNode): ParamIssue | null {
  const written = text.trim();
  const reason = unreadable(written) ?? misfit(written, source);
  if (reason === null) return null;
  return { code: 'record-to-add', details: { text: clipped(written), reason, example: exampleOf(source) } };
}

function unreadable(text: string): string | null {
  const read = parseTimeline(text);
  if (!read.ok) return read.error.reason;
  const [first, second] = read.value;
  if (first === undefined) return 'nothing is written';
  if (second !== undefined) return 'these are several elements';
  if (first.element.kind !== 'record') return `this is ${elements[first.element.kind]} and no record`;
  return first.element.time === null ? null : 'it has a time of its own';
}

const elements: Readonly<Record<Exclude<PlacedElement['element']['kind'], 'record'>, string>> = {
  watermark: 'a watermark',
  barrier: 'a barrier',
  idle: 'idleness',
  active: 'the end of idleness',
  advance: 'a pause',
  end: 'the end of the stream',
};

/** As the source itself would say it, had it this record alone to play. */
function misfit(timeline: string, source: JobNode): string | null {
  const params = paramsOf(source, timeline);
  const derived = params === null ? undefined : kindTable.get(source.kind)?.derive(params, []);
  if (derived === undefined || derived.ok) return null;
  const issue = derived.error.find(({ code }) => code === 'timeline-syntax');
  return issue === undefined ? null : String(issue.details?.['reason']);
}

function paramsOf(source: JobNode, timeline: string): Params | null {
  const kind = kindTable.get(source.kind);
  return kind === undefined ? null : parseParams({ ...source, params: { ...source.params, timeline } }, kind).params;
}

function columnsOf(source: JobNode): Schema {
  const params = paramsOf(source, '');
  return params !== null && 'columns' in params ? (params.columns as Schema) : [];
}

/** A record of the source's columns, as one writes it. */
export function exampleOf(source: JobNode): string {
  const columns = columnsOf(source);
  const plain = columns.filter(({ type }) => type !== 'rowkind');
  const [first, second] = plain;
  if (first === undefined) return 'a=1';
  const value = (spec: ColumnSpec): TimelineValue => samples[spec.type];
  const isKey = second !== undefined && plain.length === 2 && first.type !== 'json';
  const record = isKey
    ? { key: value(first) as string, value: value(second) }
    : { key: null, value: plain.length === 1 ? value(first) : objectOf(plain, value) };
  return printElement({ kind: 'record', time: null, ...record });
}

/** A value that a column of each type takes. */
const samples: Readonly<Record<ColumnType, TimelineValue>> = {
  int: 1,
  float: 1.5,
  boolean: true,
  string: 'a',
  timestamp: 0,
  json: { a: 1 },
  rowkind: '+I',
};

const textMost = 40;
const clipped = (text: string): string => (text.length <= textMost ? text : `${text.slice(0, textMost - 1)}…`);

const objectOf = (columns: Schema, value: (spec: ColumnSpec) => TimelineValue): TimelineValue =>
  Object.fromEntries(columns.map((spec) => [spec.name, value(spec)]));
