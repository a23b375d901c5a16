/**
 * What the process functions with keyed inputs share while they run: functions that are called per record and per timer,
 * with the key in hand, its states, timers, and the outputs.
 *
 * Time of what is emitted, as in Flink's KeyedProcessOperator: of a record, its own; of an event-time timer, the timer's;
 * of a processing-time timer none on the main output, and the timer's on side outputs.
 */
import { isDate } from '../../base/units.ts';
import type { DeclaredState, SideOutput } from '../graph/params.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { OperatorContext, UserFunction } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import { NO_TIMESTAMP } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowView } from '../wire/row-view.ts';
import { declaredStates } from './declared-states.ts';
import { inPlace } from './failure-place.ts';
import { InHand, makeContexts, userKey } from './process-context.ts';
import { Port } from './process-port.ts';
import type { EmitTime } from './process-port.ts';
import { SideOutputs } from './side-outputs.ts';
import type { EmitToSide } from './side-outputs.ts';

export interface KeyedFunctionParams {
  readonly onTimer: string;
  readonly states: readonly DeclaredState[];
  readonly sideOutputs: readonly SideOutput[];
}

/** Between calls no record is in hand: a timer's failure must not name the last one. */
const noBatch: Batch = { schema: [], length: 0, timestamps: new Float64Array(0), columns: [] };

export class KeyedFunctions {
  /** Given to functions as `out`. */
  readonly out: object;
  private readonly context: OperatorContext;
  /** Null: timers fire without effect, as by Flink's default. */
  private readonly timerFunction: UserFunction | null;
  /** Of the first input; a second one has a key of the same types. */
  private readonly reader: KeyReader;
  private readonly inHand = new InHand();
  private readonly main: Port;
  private readonly mainTime: EmitTime = { at: NO_TIMESTAMP };
  private readonly side: SideOutputs;
  private readonly elementContext: object;
  private readonly timerContext: object;
  /** `ctx.state`. */
  private readonly states: Readonly<Record<string, unknown>>;
  private readonly keyNow: (key: Key) => unknown;

  /** `more`: properties of `ctx` beside the usual ones, in functions of keyed records and of timers. */
  constructor({ onTimer, states, sideOutputs }: KeyedFunctionParams, context: OperatorContext, more: object = {}) {
    const { inHand } = this;
    const { schema, key } = context.inputs[0] as { schema: Schema; key: readonly string[] };
    this.context = context;
    this.timerFunction = onTimer.trim() === '' ? null : context.compile('onTimer', onTimer);
    this.reader = new KeyReader(schema, key);
    this.main = new Port((context.outputTypes[0] as StreamType).schema, context, 0, this.mainTime);
    this.side = new SideOutputs(sideOutputs, context);
    this.out = Object.freeze({ collect: this.main.collect });
    const state = declaredStates(states, {
      keyed: context.keyedState,
      key: () => inHand.key,
      compile: (source) => context.compile('states', source),
    });
    const contexts = makeContexts({ schema, key, inHand, state, output: this.output, operator: context, more });
    this.states = state as Readonly<Record<string, unknown>>;
    this.keyNow = userKey(this.reader, key);
    this.elementContext = contexts.onElement;
    this.timerContext = contexts.onTimer;
  }

  /** `ctx.output` of all functions. */
  get output(): EmitToSide {
    return this.side.emit;
  }

  /**
   * `ctx.applyToKeyedState` of a function of records without a key: calls a function with each key of this subtask that has
   * the state, and the state of that key (Flink: KeyedBroadcastProcessFunction.Context).
   */
  readonly applyToKeyedState = (state: unknown, call: unknown): void => {
    if (typeof state !== 'string' || typeof call !== 'function')
      throw new Error('applyToKeyedState takes the name of a state and a function, (key, state) => { … }');
    const view = this.states[state];
    for (const key of this.context.keyedState.keysOf(state, emptyNamespace)) {
      this.inHand.key = key;
      (call as UserFunction)(this.keyNow(key), view);
    }
  };

  /** What calls the function `source` of parameter `param` for each record of a keyed input. */
  ofKeyed(param: string, source: string, input: number): (batch: Batch) => void {
    const { schema, key } = this.context.inputs[input] as { schema: Schema; key: readonly string[] };
    const { inHand, elementContext } = this;
    const reader = new KeyReader(schema, key);
    return this.ofRecords(param, source, input, elementContext, (batch, row, timestamp) =>
      inHand.record(reader.read(batch, row), timestamp),
    );
  }

  /** The same of any input: `take` is told of each record before the function is called with `ctx`. */
  ofRecords(
    param: string,
    source: string,
    input: number,
    ctx: object,
    take: (batch: Batch, row: number, timestamp: number) => void,
  ): (batch: Batch) => void {
    const { context, mainTime, out } = this;
    const sideTime = this.side.time;
    const handle = context.compile(param, source);
    const view = new RowView((context.inputs[input] as StreamType).schema);
    return (batch) => {
      view.bind(batch);
      for (let row = 0; row < batch.length; row++) {
        context.at(batch, row);
        const timestamp = batch.timestamps[row] as number;
        take(batch, row, timestamp);
        mainTime.at = timestamp;
        sideTime.at = timestamp;
        handle(view.move(row), ctx, out);
      }
      context.at(noBatch, 0);
      this.flush();
    };
  }

  onTimer(timer: Timer): void {
    const { timerFunction, inHand, mainTime, side } = this;
    if (timerFunction === null) return;
    inHand.timer(timer);
    mainTime.at = timer.domain === 'event' ? timer.time : NO_TIMESTAMP;
    side.time.at = timer.time;
    try {
      timerFunction(timer.time, this.timerContext, this.out);
    } catch (error) {
      throw this.atTimer(error, timer);
    }
    // What event-time timers emit goes out with the watermark that fired them.
    if (timer.domain === 'processing') this.flush();
  }

  /** All timers that were due have fired, or a batch is through. */
  flush(): void {
    this.main.flush(1);
    this.side.flush(1);
  }

  /** No record is at hand when a timer fires: the failure names the timer instead. */
  private atTimer(error: unknown, { domain, time, key }: Timer): unknown {
    const of = this.reader.columns.length === 1 ? JSON.stringify(key) : String(key);
    return inPlace(error, `in onTimer, at the ${domain}-time timer ${timeText(time)} of key ${of}`);
  }
}

/** Below three hours into 1970, times are plain numbers of a timeline. */
function timeText(time: number): string {
  const dated = Math.abs(time) >= 10_800_000 && isDate(time);
  return dated ? new Date(time).toISOString().replace('T', ' ').replace('Z', '') : String(time);
}
