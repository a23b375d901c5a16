/**
 * What a watermark strategy is: a name, the parameters that it adds to the forms of sources and assigners, and a
 * generator. Names and semantics as in Flink: WatermarkGenerator.onEvent and onPeriodicEmit, WatermarkOutput. One file
 * per strategy in this folder, and one line of `list.ts`.
 */
import type * as z from 'zod/mini';
import type { EventTimeMs, ProcessingTimeMs } from '../../../base/units.ts';
import type { Row } from '../../graph/schema.ts';

/** Where a generator says what it knows. */
export interface WatermarkOutput {
  /** No record older than this is expected. One that does not rise changes nothing but ends idleness. */
  emitWatermark(time: EventTimeMs): void;
  /** Nothing is expected for now, so nobody needs to wait for this stream. */
  markIdle(): void;
  markActive(): void;
}

/** What of a batch every generator sees; event times in ms, NaN for none. The rows it gets by `StrategyContext.row`. */
export interface TimedBatch {
  readonly timestamps: Float64Array;
  readonly length: number;
}

export interface WatermarkGenerator {
  /**
   * Sees the records from `from` on, in order. Returns the index behind the last one seen: the end of the batch, or
   * behind the first record on which something went out, which then follows just that record.
   */
  onEvents(batch: TimedBatch, from: number, output: WatermarkOutput): number;
  /** Each watermark interval. */
  onPeriodicEmit(output: WatermarkOutput): void;
  /** `onPeriodicEmit` may have news although no record came: time alone moves it. */
  readonly restless: boolean;
}

/** What a strategy needs of the operator that runs it. */
export interface StrategyContext {
  /** The function of this parameter; what it throws fails the task, naming the record in hand. */
  compile(param: string, source: string): (...args: unknown[]) => unknown;
  /** The same for a function that a function made. */
  guard(made: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown;
  now(): ProcessingTimeMs;
  /** One record as functions see it, valid until the next call; it is the record in hand from now on. */
  row(batch: TimedBatch, index: number): Row;
  /** No record is in hand. */
  noRow(): void;
  /** A point in event time that a function gave, null for none. Throws what `wrong` makes. `call` names the function. */
  time(value: unknown, call: string): EventTimeMs | null;
  /** The failure of a function that gave something else than it should, e.g. `{reason}` = `nothing, where …`. */
  wrong(reason: string): Error;
}

export type StrategyParams = Readonly<Record<string, unknown>>;

export interface WatermarkStrategy {
  readonly name: string;
  /** In the form's list. */
  readonly label: string;
  /** It goes by the timestamps of records, so that they must have some. */
  readonly needsTimestamps: boolean;
  /** It gives the records their timestamps itself. */
  readonly stamps: boolean;
  /** Its own parameters, in force only while it is chosen. */
  readonly fields: Readonly<Record<string, z.ZodMiniType>>;
  /** A generator of its own for each split. `params` are those of the operator, valid. */
  make(params: StrategyParams, context: StrategyContext): WatermarkGenerator;
}
