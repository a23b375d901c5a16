/** `ctx` of a process function: key, time, timers and side outputs, for the record or the timer in hand. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { Schema } from '../graph/schema.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { OperatorContext } from '../task/operator.ts';
import type { TimeDomain, Timer } from '../time/timers.ts';
import { NO_TIMESTAMP } from '../wire/batch.ts';
import { shown } from '../wire/coerce.ts';
import { KeyReader } from '../wire/keys.ts';
import type { EmitToSide } from './side-outputs.ts';

/** What the functions are looking at. */
export class InHand {
  key: Key = null;
  /** Of the record, or the timer's time; NO_TIMESTAMP for a record without one. */
  time: number = NO_TIMESTAMP;
  /** Of the timer in hand. */
  domain: TimeDomain = 'event';

  record(key: Key, timestamp: number): void {
    this.key = key;
    this.time = timestamp;
    this.domain = 'event';
  }

  timer({ key, time, domain }: Timer): void {
    this.key = key;
    this.time = time;
    this.domain = domain;
  }
}

interface ContextParts {
  readonly schema: Schema;
  /** Names of the key columns. */
  readonly key: readonly string[];
  readonly inHand: InHand;
  readonly state: object;
  readonly output: EmitToSide;
  readonly operator: OperatorContext;
  /** Further properties of both. */
  readonly more: object;
}

/** What `processElement` gets, and what `onTimer` gets. Made once; their getters read what is in hand. */
export function makeContexts(parts: ContextParts): { readonly onElement: object; readonly onTimer: object } {
  const { schema, key, inHand, state, output, operator, more } = parts;
  const keyNow = userKey(new KeyReader(schema, key), key);
  const common = {
    get currentKey() {
      return keyNow(inHand.key);
    },
    get timestamp() {
      return Number.isNaN(inHand.time) ? null : inHand.time;
    },
    timerService: timerService(inHand, operator),
    state,
    output,
  };
  const described = { ...Object.getOwnPropertyDescriptors(common), ...Object.getOwnPropertyDescriptors(more) };
  const timeDomain = { enumerable: true, get: () => inHand.domain };
  return {
    onElement: Object.freeze(Object.defineProperties({}, described)),
    onTimer: Object.freeze(Object.defineProperties({}, { ...described, timeDomain })),
  };
}

/** What a function of records without a key gets as `ctx`, and what tells it of each record. `call` names the function. */
export function keylessContext(
  call: string,
  { watermark, now }: OperatorContext,
  more: object,
): { readonly ctx: object; record(timestamp: number): void } {
  let time = NO_TIMESTAMP;
  const ctx = {
    get timestamp() {
      return Number.isNaN(time) ? null : time;
    },
    currentWatermark: () => watermark(),
    currentProcessingTime: () => now(),
    ...more,
  };
  for (const name of ['currentKey', 'state', 'timerService']) {
    const get = (): never => {
      throw new Error(`There is no ctx.${name} in ${call}: its records have no key`);
    };
    Object.defineProperty(ctx, name, { get });
  }
  const record = (timestamp: number): void => {
    time = timestamp;
  };
  return { ctx: Object.freeze(ctx), record };
}

/** The value of a single key column, an object by name for several. */
export function userKey(reader: KeyReader, names: readonly string[]): (key: Key) => unknown {
  const parsed = (value: unknown, part: number): unknown =>
    reader.types[part] === 'json' && typeof value === 'string' ? JSON.parse(value) : value;
  if (names.length === 1) return (key) => parsed(key, 0);
  return (key) => {
    const values = reader.parts(key);
    return Object.fromEntries(names.map((name, part) => [name, parsed(values[part], part)]));
  };
}

function timerService(inHand: InHand, { timers, watermark, now }: OperatorContext): object {
  const timer = (call: string, domain: TimeDomain, time: unknown): Timer => ({
    domain,
    time: timeOf(call, time),
    key: inHand.key,
    namespace: emptyNamespace,
  });
  return Object.freeze({
    currentWatermark: () => watermark(),
    currentProcessingTime: () => now(),
    registerEventTimeTimer: (time: unknown) => timers.register(timer('registerEventTimeTimer', 'event', time)),
    deleteEventTimeTimer: (time: unknown) => timers.remove(timer('deleteEventTimeTimer', 'event', time)),
    registerProcessingTimeTimer: (time: unknown) =>
      timers.register(timer('registerProcessingTimeTimer', 'processing', time)),
    deleteProcessingTimeTimer: (time: unknown) => timers.remove(timer('deleteProcessingTimeTimer', 'processing', time)),
  });
}

/** Whole milliseconds, within the range of event time. */
function timeOf(call: string, time: unknown): number {
  if (typeof time !== 'number' || Number.isNaN(time))
    throw new Error(`${call} takes a time in milliseconds, not ${shown(time)}`);
  return Math.min(MAX_EVENT_TIME, Math.max(MIN_EVENT_TIME, Math.floor(time) + 0));
}
