/**
 * Punctuated: records themselves carry watermarks. A function looks at each and says one, or null; it goes out right
 * behind the record, not at the interval (Flink: a WatermarkGenerator that emits in onEvent).
 */
import { functionField } from '../../graph/params.ts';
import type {
  StrategyContext,
  TimedBatch,
  WatermarkGenerator,
  WatermarkOutput,
  WatermarkStrategy,
} from './strategy.ts';

const param = 'punctuation';

export const punctuated = {
  name: 'punctuated',
  label: 'Punctuated',
  needsTimestamps: false,
  stamps: false,
  fields: {
    [param]: functionField('(row, timestamp) => null', {
      label: 'Watermark of a record',
      signature: '(row, timestamp) => a time, or null for none',
      help: 'The watermark that goes out right behind the record; null for none. One that would go back is left out.',
      when: { param: 'watermarks', is: 'punctuated' },
    }),
  },
  make: (params, context) => new Punctuated(String(params[param]), context),
} as const satisfies WatermarkStrategy;

class Punctuated implements WatermarkGenerator {
  readonly restless = false;
  private readonly context: StrategyContext;
  private readonly punctuation: (...args: unknown[]) => unknown;

  constructor(source: string, context: StrategyContext) {
    this.context = context;
    this.punctuation = context.compile(param, source);
  }

  onEvents(batch: TimedBatch, from: number, output: WatermarkOutput): number {
    const { context, punctuation } = this;
    for (let i = from; i < batch.length; i++) {
      const time = context.time(punctuation(context.row(batch, i), timestampAt(batch, i)), 'the watermark of a record');
      if (time === null) continue;
      output.emitWatermark(time);
      return i + 1;
    }
    return batch.length;
  }

  onPeriodicEmit(): void {}
}

/** As functions see it: null for none. */
export function timestampAt({ timestamps }: TimedBatch, index: number): number | null {
  const time = timestamps[index] as number;
  return Number.isNaN(time) ? null : time;
}
