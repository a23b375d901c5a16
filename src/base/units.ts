/**
 * Branded numbers for time, so that a duration is never passed where a point in event time is meant.
 * A brand exists only for the compiler; at run time each is a plain number.
 */

declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A point in event time: milliseconds since 1970-01-01T00:00Z, carried by the data. May be negative. */
export type EventTimeMs = Unit<'event time'>;
/** A point in processing time: milliseconds of the job's clock, which stands still while the job is paused. */
export type ProcessingTimeMs = Unit<'processing time'>;
/** A span of time in milliseconds. */
export type DurationMs = Unit<'duration'>;

/**
 * The watermark before any record, and the timestamp before all others. Flink uses Long.MIN_VALUE; the least
 * integer that a double holds exactly plays that part here.
 */
export const MIN_EVENT_TIME = Number.MIN_SAFE_INTEGER as EventTimeMs;
/** The final watermark: no more records at all. Flink: Long.MAX_VALUE. */
export const MAX_EVENT_TIME = Number.MAX_SAFE_INTEGER as EventTimeMs;

/** It can be shown as a date: event time reaches some 11,000 years further than dates do, on both sides. */
export const isDate = (ms: number): boolean => Math.abs(ms) <= 8.64e15;

export const eventTime = (ms: number): EventTimeMs => ms as EventTimeMs;
export const processingTime = (ms: number): ProcessingTimeMs => ms as ProcessingTimeMs;
export const duration = (ms: number): DurationMs => ms as DurationMs;

/** `time + span`, clamped to the range of event time instead of overflowing (as Flink does for clean-up times). */
export function addClamped(time: EventTimeMs, span: number): EventTimeMs {
  const sum = time + span;
  return eventTime(Math.min(MAX_EVENT_TIME, Math.max(MIN_EVENT_TIME, sum)));
}
