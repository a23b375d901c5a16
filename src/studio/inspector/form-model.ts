/**
 * From a kind's parameter schema to a form: which fields, in which order, with which widget and value. Pure; the
 * components only draw it.
 */
import * as z from 'zod/mini';
import type { JobNode } from '../../engine/graph/job.ts';
import type { OperatorKind } from '../../engine/graph/kind.ts';
import { fieldMeta, type FieldMeta, isInForce } from '../../engine/graph/params.ts';
import { problemAdvice, problemMessage, severityOf, type Problem } from '../../engine/graph/problems.ts';
import { columnTypes, type ColumnType, type Schema } from '../../engine/graph/schema.ts';
import type { WindowTime } from '../../engine/time/triggers/default.ts';
import type { FieldProblem } from '../ui/field.tsx';

export interface FormField {
  readonly name: string;
  readonly meta: FieldMeta;
  /** What the parameter is while the job does not say. */
  readonly initial: unknown;
}

/** The fields of a kind in the order in which it declares them. Each has a widget, or it would not be a field. */
export function fieldsOf(kind: Pick<OperatorKind, 'params'>): readonly FormField[] {
  return Object.entries(kind.params.shape).flatMap(([name, schema]) => {
    const meta = fieldMeta.get(schema as z.core.$ZodType);
    if (meta === undefined) return [];
    const parsed = z.safeParse(schema as z.ZodMiniType, undefined);
    return [{ name, meta, initial: parsed.success ? parsed.data : undefined }];
  });
}

/** What the field shows: what the job says, even if it is invalid, else the default. */
export const valueOf = (field: FormField, node: JobNode): unknown =>
  Object.hasOwn(node.params, field.name) ? node.params[field.name] : field.initial;

export type FormValues = Readonly<Record<string, unknown>>;

export const valuesOf = (fields: readonly FormField[], node: JobNode): FormValues =>
  Object.fromEntries(fields.map((field) => [field.name, valueOf(field, node)]));

/** The fields that matter for the choices made. */
export const shownFields = (fields: readonly FormField[], node: JobNode): readonly FormField[] => {
  const values = valuesOf(fields, node);
  return fields.filter((field) => isInForce(field.meta, values));
};

/** What flows in and out, as far as it is known. */
export interface Streams {
  /** Columns of the inputs. */
  readonly input: Schema;
  /** Columns by which the first input is keyed. */
  readonly key: readonly string[];
  /** Columns of the first output. */
  readonly output: Schema;
}

/** What the windows of a node are like, as far as their trigger cares. */
export function surroundings(meta: FieldMeta & { readonly widget: 'trigger' }, values: FormValues) {
  const time: WindowTime = meta.time === null ? 'none' : values[meta.time] === 'processing' ? 'processing' : 'event';
  return { time, latenessMs: meta.lateness === null ? 0 : asNumber(values[meta.lateness]) };
}

/** A value of the type that a widget edits; anything else, from a file of hand, counts as empty. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
export const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);
export const asTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
export const asObjects = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value)
    ? value.filter((each): each is Readonly<Record<string, unknown>> => typeof each === 'object' && each !== null)
    : [];

/** Columns that are declared, those without a name left out. */
export const asSchema = (value: unknown): Schema =>
  asObjects(value).flatMap(({ name, type }) =>
    typeof name === 'string' && columnTypes.some((each) => each === type) ? [{ name, type: type as ColumnType }] : [],
  );

export const toFieldProblem = (problem: Problem): FieldProblem => ({
  severity: severityOf(problem),
  message: problemMessage(problem),
  advice: problemAdvice(problem),
  place: problem.place?.join('.'),
});

/** Problems of one node, by the field where they are shown; those of no field under ''. */
export function problemsByField(
  problems: readonly Problem[],
  node: string,
  fields: readonly FormField[],
): ReadonlyMap<string, readonly FieldProblem[]> {
  const names = new Set(fields.map((field) => field.name));
  const byField = new Map<string, FieldProblem[]>();
  for (const problem of problems) {
    if (problem.node !== node) continue;
    const name =
      problem.param !== undefined && (names.has(problem.param) || problem.param === 'parallelism') ? problem.param : '';
    const shown = toFieldProblem(problem);
    const list = byField.get(name) ?? [];
    if (!list.some((each) => each.message === shown.message && each.place === shown.place))
      byField.set(name, [...list, shown]);
  }
  return byField;
}
