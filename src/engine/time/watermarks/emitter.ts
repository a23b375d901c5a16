/**
 * The last step of an output: lets through only watermarks that rise, and statuses that change; a watermark ends idleness
 * (Flink: WatermarkToDataOutput, and the WatermarkEmitter of TimestampsAndWatermarksOperator).
 */
import { MIN_EVENT_TIME } from '../../../base/units.ts';
import type { EventTimeMs } from '../../../base/units.ts';
import type { WatermarkOutput } from './strategy.ts';

/** Where watermarks and idleness go in the stream. */
export interface WatermarkSink {
  watermark(time: EventTimeMs): void;
  status(status: 'idle' | 'active'): void;
}

export class WatermarkEmitter implements WatermarkOutput {
  /** The last watermark emitted. */
  watermark: EventTimeMs = MIN_EVENT_TIME;
  idle = false;
  private readonly sink: WatermarkSink;

  constructor(sink: WatermarkSink) {
    this.sink = sink;
  }

  emitWatermark(time: EventTimeMs): void {
    if (time <= this.watermark) return;
    this.watermark = time;
    this.markActive();
    this.sink.watermark(time);
  }

  markIdle(): void {
    if (this.idle) return;
    this.idle = true;
    this.sink.status('idle');
  }

  markActive(): void {
    if (!this.idle) return;
    this.idle = false;
    this.sink.status('active');
  }
}
