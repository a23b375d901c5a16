/**
 * Assign watermarks: gives records their event time in mid-stream and makes watermarks of its own. As in Flink
 * (TimestampsAndWatermarksOperator), the watermarks and statuses that come in end here, except the final watermark.
 */
import * as z from 'zod/mini';
import { MAX_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type {
  Operator,
  OperatorContext,
  OperatorDefinition,
  Output,
  Progress,
  TransformFactory,
} from '../task/operator.ts';
import { strategyContext } from '../task/strategy-context.ts';
import { emitWithWatermarks } from '../task/watermark-cuts.ts';
import { WatermarkEmitter } from '../time/watermarks/emitter.ts';
import { WithIdleness } from '../time/watermarks/idleness.ts';
import { strategyOf, strategyOptions } from '../time/watermarks/list.ts';
import { PausableClock } from '../time/watermarks/pausable-clock.ts';
import type { WatermarkGenerator } from '../time/watermarks/strategy.ts';
import type { Batch } from '../wire/batch.ts';
import { columnIssues, derived } from './check.ts';
import { durationText } from './short-text.ts';
import { assignsTimestamps, strategyFieldsFor, timestampFields } from './source-params.ts';
import { timestampAssigner, timestampTypes } from './timestamps.ts';
import type { TimestampAssigner } from './timestamps.ts';

const params = z.object({
  ...timestampFields({ timestampColumn: '' }, 'input', 'Without it, records keep the one that they have.'),
  ...strategyFieldsFor('bounded'),
});
type WatermarksParams = z.infer<typeof params>;

export const watermarks: OperatorDefinition<WatermarksParams> = {
  kind: 'watermarks',
  family: 'time',
  title: 'Assign watermarks',
  summary: 'Gives records their event time and makes watermarks in the middle of a stream.',
  icon: 'clock-arrow-up',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [{ name: 'out' }],
  eventTime: { assigns: assignsTimestamps },
  derive({ timestampColumn }, [input]) {
    const { schema } = input as StreamType;
    const issues =
      timestampColumn === '' ? [] : columnIssues(schema, timestampColumn, 'timestampColumn', timestampTypes);
    return derived(issues, () => [plainStream(schema)]);
  },
  describe({ watermarks: strategy, outOfOrdernessMs }) {
    if (strategy === 'bounded') return `bounded by ${durationText(outOfOrdernessMs)}`;
    const label = strategyOptions.find(({ value }) => value === strategy)?.label ?? strategy;
    return label.charAt(0).toLowerCase() + label.slice(1);
  },
  example: {
    params: { timestampColumn: 'at', outOfOrdernessMs: 5 },
    inputs: [{ type: plainStream([{ name: 'at', type: 'timestamp' }]), timeline: '10 7 w90 30 |' }],
    outputs: { out: '10@10 w4 7@7 30@30 w24 |' },
  },
};

export const watermarksFactory: TransformFactory<WatermarksParams> = {
  role: 'transform',
  create: (given, context) => new Assigner(given, context),
};

class Assigner implements Operator {
  private readonly output: Output | undefined;
  private readonly timed: TimestampAssigner;
  private readonly generator: WatermarkGenerator;
  private readonly emitter: WatermarkEmitter;
  /** Stands still while the output is blocked: that is not idleness. */
  private readonly clock: PausableClock;
  private readonly pass = (batch: Batch): void => this.output?.emit(batch);

  constructor(given: WatermarksParams, context: OperatorContext) {
    const { schema } = context.inputs[0] as StreamType;
    this.output = context.outputs[0];
    this.timed = timestampAssigner(given, context, schema);
    this.emitter = new WatermarkEmitter(context.watermarks);
    this.clock = new PausableClock({ elapsed: () => context.now() });
    const generator = strategyOf(given.watermarks).make(given, strategyContext(context, schema));
    const { idleTimeoutMs } = given;
    this.generator = idleTimeoutMs > 0 ? new WithIdleness(generator, idleTimeoutMs, this.clock) : generator;
  }

  process(batch: Batch): void {
    emitWithWatermarks(this.timed(batch), this.generator, this.emitter, this.pass);
  }

  onWatermarkInterval(): void {
    this.generator.onPeriodicEmit(this.emitter);
  }

  /** The final watermark passes; on an idle stream nobody would listen to it (Flink: its WatermarkEmitter marks active first). */
  onWatermark(time: EventTimeMs): Progress {
    if (time === MAX_EVENT_TIME) this.emitter.markActive();
    return 'done';
  }

  onBackpressure(heldBack: boolean): void {
    if (heldBack) this.clock.pause();
    else this.clock.resume();
  }
}
