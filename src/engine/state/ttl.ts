/**
 * Time to live of state, as Flink's StateTtlConfig: a value that was not touched for so long counts as gone. Time is
 * processing time, which the task passes in.
 */
import { assert } from '../../base/assert.ts';
import type { DurationMs, ProcessingTimeMs } from '../../base/units.ts';

/** What counts as a touch. */
export const ttlUpdates = ['on-create-and-write', 'on-read-and-write'] as const;
export type TtlUpdate = (typeof ttlUpdates)[number];

/** Whether a read may give what has expired and is not yet removed. It gives it once: the read removes it. */
export const ttlVisibilities = ['never-return-expired', 'return-expired-if-not-cleaned-up'] as const;
export type TtlVisibility = (typeof ttlVisibilities)[number];

export interface TtlConfig {
  /** More than 0. */
  readonly ttlMs: DurationMs;
  readonly update: TtlUpdate;
  readonly visibility: TtlVisibility;
  /** Each access also looks at some other entries and removes the expired. Default: true. */
  readonly cleanupInBackground?: boolean;
}

export type Clock = () => ProcessingTimeMs;

/** A value and when it was last touched; 0 where there is no time to live. */
export interface Cell<T> {
  value: T;
  at: number;
}

/** Entries that one access looks at beside its own; Flink's default. */
const cleanedPerAccess = 5;

/** The rules, for one state. */
export class Ttl {
  readonly updatesOnRead: boolean;
  readonly returnsExpired: boolean;
  readonly cleaned: number;
  private readonly ttlMs: number;
  private readonly clock: Clock;

  constructor(config: TtlConfig, clock: Clock) {
    assert(config.ttlMs > 0, 'a time to live is more than 0');
    this.ttlMs = config.ttlMs;
    this.clock = clock;
    this.updatesOnRead = config.update === 'on-read-and-write';
    this.returnsExpired = config.visibility === 'return-expired-if-not-cleaned-up';
    this.cleaned = config.cleanupInBackground === false ? 0 : cleanedPerAccess;
  }

  now(): number {
    return this.clock();
  }

  /** Expired iff now ≥ at + ttl, where the sum does not overflow (Flink: TtlUtils). */
  expired(at: number, now: number): boolean {
    const ttl = at > 0 ? Math.min(Number.MAX_SAFE_INTEGER - at, this.ttlMs) : this.ttlMs;
    return at + ttl <= now;
  }
}
