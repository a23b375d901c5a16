/**
 * Ingestion time: a record's timestamp is the processing time at which it came, and watermarks follow the clock (Flink:
 * IngestionTimeAssigner and the AutomaticWatermarkContext of sources). A replay gives other timestamps.
 */
import { eventTime } from '../../../base/units.ts';
import type {
  StrategyContext,
  TimedBatch,
  WatermarkGenerator,
  WatermarkOutput,
  WatermarkStrategy,
} from './strategy.ts';

export const ingestion = {
  name: 'ingestion',
  label: 'Ingestion time',
  needsTimestamps: false,
  stamps: true,
  fields: {},
  make: (_params, context) => new IngestionTime(context),
} as const satisfies WatermarkStrategy;

/** Emits `now - 1`, with records or without. */
class IngestionTime implements WatermarkGenerator {
  readonly restless = true;
  private readonly context: StrategyContext;

  constructor(context: StrategyContext) {
    this.context = context;
  }

  onEvents(batch: TimedBatch): number {
    return batch.length;
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    output.emitWatermark(eventTime(this.context.now() - 1));
  }
}
