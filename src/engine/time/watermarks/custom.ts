/**
 * Custom: a generator written in TypeScript, with the methods and the output that Flink's WatermarkGenerator has. What it
 * remembers lives as long as the subtask's attempt; as in Flink no snapshot holds it.
 */
import { functionField } from '../../graph/params.ts';
import { timestampAt } from './punctuated.ts';
import type {
  StrategyContext,
  TimedBatch,
  WatermarkGenerator,
  WatermarkOutput,
  WatermarkStrategy,
} from './strategy.ts';

const param = 'generator';

const initial = `() => {
  let newest = -Infinity;
  return {
    onEvent(row, timestamp, out) {
      newest = Math.max(newest, timestamp);
    },
    onPeriodicEmit(out) {
      if (newest > -Infinity) out.emitWatermark(newest - 1);
    },
  };
}`;

export const custom = {
  name: 'custom',
  label: 'Custom generator',
  needsTimestamps: false,
  stamps: false,
  fields: {
    [param]: functionField(initial, {
      label: 'Watermark generator',
      signature: '() => ({ onEvent(row, timestamp, out) {…}, onPeriodicEmit(out) {…} })',
      help: 'Makes a generator per split. onEvent sees each record, onPeriodicEmit comes each watermark interval; either may be left out. Both call out.emitWatermark(time), out.markIdle() or out.markActive().',
      when: { param: 'watermarks', is: 'custom' },
    }),
  },
  make: (params, context) => new Custom(String(params[param]), context),
} as const satisfies WatermarkStrategy;

type Method = (...args: unknown[]) => unknown;

class Custom implements WatermarkGenerator {
  readonly restless: boolean;
  private readonly context: StrategyContext;
  private readonly onEvent: Method | null;
  private readonly onPeriodic: Method | null;
  /** Null while no method runs: the output is not to be kept and called later. */
  private output: WatermarkOutput | null = null;
  private said = false;

  constructor(source: string, context: StrategyContext) {
    this.context = context;
    context.noRow();
    const made = context.compile(param, source)();
    const [onEvent, onPeriodic] = this.methods(made);
    this.onEvent = onEvent;
    this.onPeriodic = onPeriodic;
    this.restless = onPeriodic !== null;
  }

  onEvents(batch: TimedBatch, from: number, output: WatermarkOutput): number {
    const { context, onEvent } = this;
    if (onEvent === null) return batch.length;
    this.said = false;
    this.output = output;
    for (let i = from; i < batch.length; i++) {
      onEvent(context.row(batch, i), timestampAt(batch, i), this.out);
      if (!this.said) continue;
      this.output = null;
      return i + 1;
    }
    this.output = null;
    return batch.length;
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    this.context.noRow();
    this.output = output;
    this.onPeriodic?.(this.out);
    this.output = null;
  }

  /** What the person's methods get. */
  private readonly out = Object.freeze({
    emitWatermark: (value: unknown): void => {
      const call = 'out.emitWatermark';
      const time = this.context.time(value, call);
      if (time === null) throw this.context.wrong(`${String(value)} to ${call}, where a time is needed`);
      this.live(call).emitWatermark(time);
    },
    markIdle: (): void => this.live('out.markIdle').markIdle(),
    markActive: (): void => this.live('out.markActive').markActive(),
  });

  private live(call: string): WatermarkOutput {
    if (this.output === null) throw new Error(`${call} is called outside onEvent and onPeriodicEmit`);
    this.said = true;
    return this.output;
  }

  private methods(made: unknown): [Method | null, Method | null] {
    if (typeof made !== 'object' || made === null)
      throw this.context.wrong(
        `${typeof made === 'object' ? 'null' : `a ${typeof made}`} as watermark generator, where an object is needed`,
      );
    const method = (name: string): Method | null => {
      const value = (made as Record<string, unknown>)[name];
      if (value === undefined || value === null) return null;
      if (typeof value !== 'function')
        throw this.context.wrong(`a watermark generator whose ${name} is a ${typeof value}, not a function`);
      return this.context.guard((...args) => (value as Method).apply(made, args));
    };
    const methods: [Method | null, Method | null] = [method('onEvent'), method('onPeriodicEmit')];
    if (methods[0] === null && methods[1] === null)
      throw this.context.wrong('a watermark generator without onEvent and without onPeriodicEmit');
    return methods;
  }
}
