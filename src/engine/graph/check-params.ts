/**
 * What is wrong with one node's parameters: against the kind's schema, and by the widget of each field, so that no kind
 * need check again that a column exists or that a function is not empty.
 */
import * as z from 'zod/mini';
import { parseTimeline } from '../../base/timeline.ts';
import { clip, reasonOf } from './issue-text.ts';
import type { JobNode } from './job.ts';
import type { OperatorKind } from './kind.ts';
import { fieldMeta, isInForce } from './params.ts';
import type { AggregateSpec, DeclaredState, DeclaredStateKind, FieldMeta, Params, SideOutput } from './params.ts';
import type { ParamIssue } from './problems.ts';
import { isNumeric } from './schema.ts';
import type { Schema } from './schema.ts';
import { tagIssues, unknownTags } from './side-outputs.ts';

/** Says what is wrong with the text of a function, or null. Called once per function and analysis: keep it quick. */
export type CompileCheck = (source: string) => { readonly line: number; readonly reason: string } | null;

export interface CheckOptions {
  readonly compileCheck?: CompileCheck;
  /** Names of the resources that are here; null or left out: not known, so none is missed. */
  readonly resources?: ReadonlySet<string> | null;
}

export interface ParsedParams {
  /** With defaults filled in; null if they do not fit the schema. */
  readonly params: Params | null;
  readonly issues: readonly ParamIssue[];
}

/** Bounds what one node may have wrong, so that a hostile job cannot fill the memory with sentences. */
const issuesPerNode = 50;

/** Reads the parameters as the kind's schema wants them. */
export function parseParams(node: JobNode, kind: OperatorKind): ParsedParams {
  const known = Object.keys(kind.params.shape);
  const unknown: ParamIssue[] = Object.keys(node.params)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: 'unknown-param',
      param: name,
      details: { name: clip(name, 60), params: known.join(', ') || 'none' },
    }));
  const parsed = z.safeParse(kind.params, node.params);
  if (parsed.success) return { params: parsed.data, issues: unknown.slice(0, issuesPerNode) };
  const invalid = parsed.error.issues.map((issue) => schemaIssue(kind, issue));
  return { params: null, issues: [...invalid, ...unknown].slice(0, issuesPerNode) };
}

function schemaIssue(kind: OperatorKind, issue: z.core.$ZodIssue): ParamIssue {
  const [param, entry, field] = issue.path.map(String);
  const label = param === undefined ? 'Parameters' : labelOf(kind, param);
  const place = [entry === undefined ? '' : `, entry ${Number(entry) + 1}`, field === undefined ? '' : ` (${field})`];
  const details = { param: label + place.join(''), reason: reasonOf(issue) };
  return { code: 'invalid-param', ...(param === undefined ? {} : { param }), details };
}

const metaOf = (kind: OperatorKind, param: string): FieldMeta | undefined => {
  const schema = Object.hasOwn(kind.params.shape, param) ? kind.params.shape[param] : undefined;
  return schema && fieldMeta.get(schema as z.ZodMiniType);
};

/** What the checks look at: a parameter that the choices made put out of force cannot be wrong. */
function inForce(kind: OperatorKind, params: Params): { param: string; value: unknown; meta: FieldMeta }[] {
  return Object.entries(params).flatMap(([param, value]) => {
    const meta = metaOf(kind, param);
    return meta && isInForce(meta, params as Readonly<Record<string, unknown>>) ? [{ param, value, meta }] : [];
  });
}

const labelOf = (kind: OperatorKind, param: string): string => metaOf(kind, param)?.label ?? param;

/** What valid parameters get wrong by themselves, whatever flows in. */
export function checkAlone(kind: OperatorKind, params: Params, options: CheckOptions): ParamIssue[] {
  const issues: ParamIssue[] = [];
  for (const { param, value, meta } of inForce(kind, params))
    for (const issue of [...aloneIssues(meta, value, options), ...tagsInCode(meta, value, params)])
      issues.push({ ...issue, param });
  return issues.slice(0, issuesPerNode);
}

function aloneIssues(meta: FieldMeta, value: unknown, options: CheckOptions): ParamIssue[] {
  switch (meta.widget) {
    case 'column':
      return value === '' && !meta.optional ? [{ code: 'missing-column', details: { param: meta.label } }] : [];
    case 'schema':
      return duplicates((value as Schema).map((column) => column.name));
    case 'aggregates':
      return aggregateIssues(value as readonly AggregateSpec[]);
    case 'function':
      if (meta.optional === true && (value as string).trim() === '') return [];
      return functionIssues(value as string, meta.signature, options.compileCheck);
    case 'states':
      return stateIssues(value as readonly DeclaredState[], meta.label, options.compileCheck);
    case 'sideOutputs':
      return sideOutputIssues(value as readonly SideOutput[], meta.label, meta.main);
    case 'timeline':
      return timelineIssues(value as string);
    case 'resource':
      return resourceIssues(value as string, options.resources ?? null);
    default:
      return [];
  }
}

function duplicates(names: readonly string[]): ParamIssue[] {
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...twice].map((column) => ({ code: 'duplicate-column', details: { column: clip(column, 60) } }));
}

function aggregateIssues(specs: readonly AggregateSpec[]): ParamIssue[] {
  const missing = specs.filter((spec) => spec.function !== 'count' && spec.column === '');
  return [
    ...missing.map(
      (spec): ParamIssue => ({ code: 'missing-column', details: { param: `${spec.function} “${spec.as}”` } }),
    ),
    // Without a name of its own, a column is named by the kind.
    ...duplicates(specs.map((spec) => spec.as).filter((name) => name !== '')),
  ];
}

function functionIssues(source: string, signature: string, compileCheck: CompileCheck | undefined): ParamIssue[] {
  if (source.trim() === '') return [{ code: 'missing-function', details: { signature } }];
  const wrong = compileCheck?.(source);
  return wrong ? [{ code: 'function-syntax', details: { reason: clip(wrong.reason, 200), line: wrong.line } }] : [];
}

/** A function says `ctx.state.name`, so a name is one that JavaScript takes there. */
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const stateFunctions: Readonly<Partial<Record<DeclaredStateKind, string>>> = {
  reducing: '(a, b) => …',
  aggregating: '() => ({ createAccumulator, add, getResult })',
};

function stateIssues(
  states: readonly DeclaredState[],
  label: string,
  compileCheck: CompileCheck | undefined,
): ParamIssue[] {
  return states.flatMap(({ name, kind, reduce }, i): ParamIssue[] => {
    const invalid = (reason: string): ParamIssue => ({ code: 'invalid-param', details: { param: label, reason } });
    const issues: ParamIssue[] = [];
    if (!identifier.test(name)) issues.push(invalid(`“${clip(name, 60)}” is no name that a function can write`));
    if (states.findIndex((other) => other.name === name) < i)
      issues.push(invalid(`two states are called “${clip(name, 60)}”`));
    const signature = stateFunctions[kind];
    if (signature === undefined) return issues;
    return [...issues, ...functionIssues(reduce, `${signature} for “${clip(name, 60)}”`, compileCheck)];
  });
}

function sideOutputIssues(outputs: readonly SideOutput[], label: string, main: string): ParamIssue[] {
  return [
    ...tagIssues(outputs, label, main),
    ...outputs.flatMap(({ columns }) => duplicates(columns.map(({ name }) => name))),
  ];
}

/** A function may emit to side outputs that another parameter declares. */
function tagsInCode(meta: FieldMeta, value: unknown, params: Params): ParamIssue[] {
  if (meta.widget !== 'function' || meta.outputs === undefined) return [];
  const outputs = (params as Readonly<Record<string, unknown>>)[meta.outputs];
  return unknownTags(value as string, outputs as readonly SideOutput[]);
}

function timelineIssues(text: string): ParamIssue[] {
  const read = parseTimeline(text);
  if (read.ok) return [];
  return [{ code: 'timeline-syntax', details: { at: read.error.at, reason: read.error.reason } }];
}

function resourceIssues(resource: string, resources: ReadonlySet<string> | null): ParamIssue[] {
  if (resource === '') return [{ code: 'missing-resource' }];
  if (resources === null || resources.has(resource)) return [];
  return [{ code: 'resource-gone', details: { resource: clip(resource, 100) } }];
}

/** Column names in the parameters that the schema does not have. `of` says which fields are looked at. */
export function checkColumns(kind: OperatorKind, params: Params, of: 'input' | 'output', schema: Schema): ParamIssue[] {
  const columns = new Map(schema.map((column) => [column.name, column.type]));
  const unknown = (column: string): ParamIssue => ({
    code: 'unknown-column',
    details: { column: clip(column, 60), columns: clip([...columns.keys()].join(', '), 300) || 'none' },
  });
  const issues: ParamIssue[] = [];
  for (const { param, value, meta } of inForce(kind, params)) {
    for (const column of columnsNamed(meta, value, of)) {
      if (issues.length < issuesPerNode && !columns.has(column)) issues.push({ ...unknown(column), param });
    }
    if (meta.widget === 'aggregates' && of === 'input') {
      issues.push(...notNumeric(value as readonly AggregateSpec[], columns).map((issue) => ({ ...issue, param })));
    }
  }
  return issues.slice(0, issuesPerNode);
}

function columnsNamed(meta: FieldMeta, value: unknown, of: 'input' | 'output'): readonly string[] {
  if (meta.widget === 'column' && meta.of === of) return value === '' ? [] : [value as string];
  if (meta.widget === 'columns' && meta.of === of) return value as readonly string[];
  if (meta.widget !== 'aggregates' || of !== 'input') return [];
  return (value as readonly AggregateSpec[]).map((spec) => spec.column).filter((column) => column !== '');
}

/** Sums and averages need numbers; smallest and largest may be asked of texts too, as far as the kind allows it. */
function notNumeric(
  specs: readonly AggregateSpec[],
  columns: ReadonlyMap<string, Schema[number]['type']>,
): ParamIssue[] {
  return specs.flatMap((spec): ParamIssue[] => {
    const type = columns.get(spec.column);
    if ((spec.function !== 'sum' && spec.function !== 'avg') || type === undefined || isNumeric(type)) return [];
    return [{ code: 'column-type', details: { column: clip(spec.column, 60), type, need: 'a number' } }];
  });
}
