/**
 * Field helpers for operator parameters. One zod schema per kind gives validation, defaults, the inspector's form and
 * the published JSON Schema; the registry here tells the form which widget to show and what to say beside it.
 */
import * as z from 'zod/mini';
import { columnTypes } from './schema.ts';
import type { Schema } from './schema.ts';

export type Params = object;
export type ParamSchema<P extends Params> = z.ZodMiniType<P, unknown> & {
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
};

interface FieldText {
  readonly label: string;
  /** One sentence under the field or on hover. */
  readonly help?: string;
  /** Shown, and checked, only while another parameter, a choice, has this value, or another than `not`. Left out: always. */
  readonly when?: { readonly param: string; readonly is: string } | { readonly param: string; readonly not: string };
}

export type FieldMeta = FieldText &
  (
    | { readonly widget: 'text'; readonly placeholder?: string }
    | {
        readonly widget: 'number';
        readonly unit?: string;
        readonly min?: number;
        readonly max?: number;
        readonly step?: number;
      }
    /** Milliseconds, shown and typed as `10 min`, `1 h`, `250 ms`. */
    | { readonly widget: 'duration' }
    | { readonly widget: 'toggle' }
    | { readonly widget: 'choice'; readonly options: readonly { readonly value: string; readonly label: string }[] }
    /** One column of the input stream (or, for `of: 'output'`, of the columns this node declares). */
    | { readonly widget: 'column'; readonly of: 'input' | 'output'; readonly optional?: boolean }
    | { readonly widget: 'columns'; readonly of: 'input' | 'output' }
    /** A list of {name, type}. */
    | { readonly widget: 'schema' }
    /** TypeScript text of a function; `signature` documents it: `(row) => boolean`. `optional`: it may be empty. */
    | {
        readonly widget: 'function';
        readonly signature: string;
        readonly optional?: boolean;
        /** The parameter that declares the side outputs to which its `ctx.output(tag, row)` emits. */
        readonly outputs?: string;
        /** It returns a record of the columns of this parameter. */
        readonly returns?: string;
        /** It combines two records of the input into one of the same columns; `values`: those of the key may be left out. */
        readonly combines?: 'rows' | 'values';
      }
    /**
     * When windows fire, see time/triggers/parse.ts. `time` and `lateness` name the parameters that say by which time its
     * windows pass and how late records may be; null: they never pass. `delta`: a trigger may look at a column.
     */
    | {
        readonly widget: 'trigger';
        readonly placeholder: string;
        readonly time: string | null;
        readonly lateness: string | null;
        readonly delta: boolean;
      }
    /** A timeline, see base/timeline.ts. */
    | { readonly widget: 'timeline' }
    /** A bundled data set or a file that the person gave: see connectors. */
    | { readonly widget: 'resource' }
    | { readonly widget: 'aggregates' }
    /** A list of DeclaredState. */
    | { readonly widget: 'states' }
    /** A list of SideOutput. `main`: the main output, whose name is no tag. */
    | { readonly widget: 'sideOutputs'; readonly main: string }
  );

/** Widget and words of every field, by its schema. */
export const fieldMeta = z.registry<FieldMeta>();

/** Whether a parameter matters while the others are as they are. */
export function isInForce({ when }: FieldMeta, params: Readonly<Record<string, unknown>>): boolean {
  if (when === undefined) return true;
  const value = params[when.param];
  return 'is' in when ? value === when.is : value !== when.not;
}

function field<S extends z.ZodMiniType>(schema: S, meta: FieldMeta): S {
  fieldMeta.add(schema, meta);
  return schema;
}

export const textField = (initial: string, meta: FieldText & { placeholder?: string }) =>
  field(z._default(z.string().check(z.maxLength(10_000)), initial), { widget: 'text', ...meta });

export function numberField(
  initial: number,
  meta: FieldText & { unit?: string; min?: number; max?: number; step?: number },
) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = meta;
  return field(z._default(z.number().check(z.gte(min), z.lte(max)), initial), { widget: 'number', ...meta });
}

export function integerField(initial: number, meta: FieldText & { unit?: string; min?: number; max?: number }) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = meta;
  return field(z._default(z.int().check(z.gte(min), z.lte(max)), initial), { widget: 'number', step: 1, ...meta });
}

/** Milliseconds ≥ `min` (default 0). */
export const durationField = (initialMs: number, meta: FieldText & { min?: number }) =>
  field(z._default(z.int().check(z.gte(meta.min ?? 0)), initialMs), { widget: 'duration', ...meta });

export const toggleField = (initial: boolean, meta: FieldText) =>
  field(z._default(z.boolean(), initial), { widget: 'toggle', ...meta });

export function choiceField<const V extends string>(
  initial: V,
  options: readonly { readonly value: V; readonly label: string }[],
  meta: FieldText,
) {
  const values = options.map((option) => option.value) as [V, ...V[]];
  return field(z._default(z.enum(values), initial as never), { widget: 'choice', options, ...meta });
}

/** Name of a column; the empty string means none chosen (a problem unless `optional`). */
export function columnField(meta: FieldText & { of?: 'input' | 'output'; optional?: boolean; initial?: string }) {
  const { initial = '', ...rest } = meta;
  return field(z._default(z.string(), initial), { widget: 'column', ...rest, of: meta.of ?? 'input' });
}

export const columnsField = (meta: FieldText & { of?: 'input' | 'output' }) =>
  field(z._default(z.array(z.string()), []), { widget: 'columns', ...meta, of: meta.of ?? 'input' });

const columnSpecs = () => z.array(z.object({ name: z.string().check(z.minLength(1)), type: z.enum(columnTypes) }));

export const schemaField = (initial: Schema, meta: FieldText) =>
  field(z._default(columnSpecs(), [...initial]), { widget: 'schema', ...meta });

export const functionField = (
  initial: string,
  meta: FieldText & {
    signature: string;
    optional?: boolean;
    outputs?: string;
    returns?: string;
    combines?: 'rows' | 'values';
  },
) => field(z._default(z.string().check(z.maxLength(100_000)), initial), { widget: 'function', ...meta });

export const timelineField = (initial: string, meta: FieldText) =>
  field(z._default(z.string().check(z.maxLength(100_000)), initial), { widget: 'timeline', ...meta });

export const triggerField = (
  meta: FieldText & { placeholder: string; time: string | null; lateness: string | null; delta: boolean },
) => field(z._default(z.string().check(z.maxLength(10_000)), ''), { widget: 'trigger', ...meta });

/** Name of a resource: `dataset:flights` or `file:<name>`; '' for none chosen. */
export const resourceField = (initial: string, meta: FieldText) =>
  field(z._default(z.string(), initial), { widget: 'resource', ...meta });

export const aggregateFunctions = ['count', 'sum', 'min', 'max', 'avg'] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];
/** One aggregate column: `as = function(column)`; count needs no column. */
export interface AggregateSpec {
  readonly function: AggregateFunction;
  readonly column: string;
  readonly as: string;
}

export const aggregatesField = (initial: readonly AggregateSpec[], meta: FieldText) =>
  field(
    z._default(
      z.array(z.object({ function: z.enum(aggregateFunctions), column: z._default(z.string(), ''), as: z.string() })),
      [...initial],
    ),
    { widget: 'aggregates', ...meta },
  );

export const declaredStateKinds = ['value', 'list', 'map', 'reducing', 'aggregating'] as const;
export type DeclaredStateKind = (typeof declaredStateKinds)[number];
/** A keyed state that a function uses by its name. */
export interface DeclaredState {
  readonly name: string;
  readonly kind: DeclaredStateKind;
  /** Time to live in processing time; 0: none. */
  readonly ttlMs: number;
  /**
   * Text of a function; of reducing state `(a, b) => …`, which combines two values, and of aggregating state
   * `() => ({ createAccumulator, add, getResult })`, Flink's AggregateFunction.
   */
  readonly reduce: string;
}

export const statesField = (initial: readonly DeclaredState[], meta: FieldText) =>
  field(
    z._default(
      z.array(
        z.object({
          name: z.string().check(z.minLength(1)),
          kind: z.enum(declaredStateKinds),
          ttlMs: z._default(z.int().check(z.gte(0)), 0),
          reduce: z._default(z.string().check(z.maxLength(100_000)), ''),
        }),
      ),
      [...initial],
    ),
    { widget: 'states', ...meta },
  );

/** A stream beside the main one, to which a function emits by its tag (Flink: OutputTag). */
export interface SideOutput {
  /** Names the output port. */
  readonly tag: string;
  /** Empty: those of the input. */
  readonly columns: Schema;
}

/** Names of ports in a job file are no longer either. */
export const tagLengthMax = 64;

export const sideOutputsField = (initial: readonly SideOutput[], meta: FieldText & { main: string }) =>
  field(
    z._default(
      z.array(z.object({ tag: z.string().check(z.maxLength(tagLengthMax)), columns: z._default(columnSpecs(), []) })),
      initial.map(({ tag, columns }) => ({ tag, columns: [...columns] })),
    ),
    { widget: 'sideOutputs', ...meta },
  );
