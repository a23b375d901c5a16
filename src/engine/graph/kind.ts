/**
 * What the graph must know of an operator kind: its ports, parameters and how it derives output types. Palette,
 * inspector form, validation, tooltips, the README's table and the generic tests are all derived from these fields. The
 * half that runs is in `task/operator.ts`.
 */
import type { Result } from '../../base/result.ts';
import type { Params, ParamSchema } from './params.ts';
import type { ParamIssue } from './problems.ts';
import type { Schema, StreamType } from './schema.ts';

export const families = ['source', 'transform', 'time', 'join', 'sink'] as const;
/** Section of the palette; also decides colour-free grouping in docs. */
export type Family = (typeof families)[number];

export interface InputPort {
  readonly name: string;
  /**
   * The stream must be keyed: its edge comes from a Key by. `either`: it need not; then the operator is not parallel (Flink:
   * windowAll), and has one state and its timers for all records.
   */
  readonly keyed?: boolean | 'either';
  /** Accepts several edges of the same schema (union). Other ports accept exactly one. */
  readonly many?: boolean;
  /** Takes a changelog, too: the operator heeds the row kinds, or hands them on. Other ports take insertions only. */
  readonly changelog?: boolean;
  /** Every record goes to every subtask, as behind Flink's `broadcast(…)`: its edge can have no other partitioner. */
  readonly broadcast?: boolean;
}

export interface OutputPort {
  readonly name: string;
  /** A side output: may stay unconnected without a problem; then its records are dropped. */
  readonly side?: boolean;
  /** A side output that the job declares, and its functions emit to by this name (Flink: OutputTag). */
  readonly tag?: boolean;
}

/**
 * The output ports, the main one first. A function where they depend on the parameters: it must give an answer for all that
 * fit the schema, also for those with which something else is wrong. `outputsOf` (ports.ts) reads both.
 */
export type OutputPorts<P extends Params> =
  | readonly OutputPort[]
  // As a method, so that kinds of all parameters fit into one table.
  | { of(params: P): readonly OutputPort[] }['of'];

/** Output stream types in the order of the output ports, or what is wrong with the parameters given these inputs. */
export type Derived = Result<readonly StreamType[], readonly ParamIssue[]>;

export interface EventTimeUse<P extends Params> {
  /** Every input record must have an event time: windows and the like. */
  needed?(params: P): boolean;
  /**
   * Whether its output records have event times of its own making: sources and timestamp assigners. A source that
   * leaves it out is taken to assign them.
   */
  assigns?(params: P): boolean;
}

export interface OperatorKind<P extends Params = Params> {
  /** Stable name in job files, e.g. `tumblingWindow`. */
  readonly kind: string;
  readonly family: Family;
  /** Name on screen, sentence case: `Tumbling window`. */
  readonly title: string;
  /** One plain sentence: what it does to a stream. */
  readonly summary: string;
  /** Name of a lucide icon in kebab-case, e.g. `filter`. */
  readonly icon: string;
  /** zod/mini object built from the field helpers of `params.ts`; every field has a default. */
  readonly params: ParamSchema<P>;
  readonly inputs: readonly InputPort[];
  readonly outputs: OutputPorts<P>;
  /** `one`: not parallel whatever the job says. */
  readonly parallelism?: 'any' | 'one';
  /** A sink that commits when a checkpoint completes, so that it needs checkpoints. */
  readonly committing?: boolean;
  /** It keeps state beside its keys, in each subtask (Flink: operator state). Sources always do: their offsets. */
  readonly operatorState?: boolean;
  /** Sinks: what table its records amount to, where what is shown is a table and not all that came; null: all that came. */
  shows?(params: P, input: Schema): TableRule | null;
  /** What the kind has to do with event time; left out: it neither needs nor gives timestamps. */
  readonly eventTime?: EventTimeUse<P>;
  /**
   * What is wrong with the parameters whatever flows in, so that it is told while nothing is connected yet. `derive` fails
   * for it as well; what both say is told once. Never sees invalid params.
   */
  check?(params: P): readonly ParamIssue[];
  /** Derives output types. Reports issues instead of throwing; never sees invalid params. */
  derive(params: P, inputs: readonly StreamType[]): Derived;
  /** The line under the node's name: `tumbling 1 h · by origin`. At most 40 characters for usual parameters. */
  describe(params: P): string;
}

/** How records amount to a table: by key the newest, or as the changelog says that they are. */
export type TableRule = { readonly kind: 'changes' } | { readonly kind: 'upserts'; readonly keys: readonly string[] };

/** Look-up of kinds by name; the registry is injected because graph must not import operators. */
export type KindTable = ReadonlyMap<string, OperatorKind>;

/** What table the results of a sink amount to; null: they are all that came. */
export function tableOf(
  kinds: KindTable,
  { kind, params, inputs }: { readonly kind: string; readonly params: Params; readonly inputs: readonly StreamType[] },
): TableRule | null {
  const [input] = inputs;
  return input === undefined ? null : (kinds.get(kind)?.shows?.(params, input.schema) ?? null);
}
