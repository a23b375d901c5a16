/**
 * Assign watermarks: gives records their event time in mid-stream and makes watermarks of its own. As in Flink, the
 * watermarks that come in end here, except the final one.
 */
import * as z from 'zod/mini';
import type { EventTimeMs } from '../../base/units.ts';
import { choiceField, columnField, durationField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { makeGenerator } from '../time/watermark-strategy.ts';
import type { WatermarkGenerator } from '../time/watermark-strategy.ts';
import type { Batch } from '../wire/batch.ts';
import { columnIssues, derived } from './check.ts';
import { durationText } from './short-text.ts';
import { timestampTypes, withTimestamps } from './source-params.ts';

const params = z.object({
  timestampColumn: columnField({
    optional: true,
    label: 'Timestamp column',
    help: 'Gives each record its event time. Without it, records keep the one that they have.',
  }),
  watermarks: choiceField(
    'bounded',
    [
      { value: 'monotonous', label: 'Monotonous' },
      { value: 'bounded', label: 'Bounded out-of-orderness' },
    ],
    { label: 'Watermarks' },
  ),
  outOfOrdernessMs: durationField(0, {
    label: 'Out-of-orderness bound',
    help: 'The watermark stays this far (and 1 ms) behind the newest timestamp.',
    when: { param: 'watermarks', is: 'bounded' },
  }),
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
  eventTime: { assigns: ({ timestampColumn }) => timestampColumn !== '' },
  derive({ timestampColumn }, [input]) {
    const { schema } = input as StreamType;
    const issues =
      timestampColumn === '' ? [] : columnIssues(schema, timestampColumn, 'timestampColumn', timestampTypes);
    return derived(issues, () => [plainStream(schema)]);
  },
  describe: ({ watermarks: strategy, outOfOrdernessMs }) =>
    strategy === 'monotonous' ? 'monotonous' : `bounded by ${durationText(outOfOrdernessMs)}`,
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
  private readonly column: string;
  private readonly context: OperatorContext;
  private readonly schema: Schema;
  private readonly generator: WatermarkGenerator;

  constructor({ timestampColumn, watermarks: strategy, outOfOrdernessMs }: WatermarksParams, context: OperatorContext) {
    this.column = timestampColumn;
    this.context = context;
    this.schema = (context.outputTypes[0] as StreamType).schema;
    this.generator = makeGenerator(strategy, outOfOrdernessMs) as WatermarkGenerator;
  }

  process(batch: Batch): void {
    const timed = withTimestamps({ ...batch, schema: this.schema }, this.column);
    this.generator.observe(timed.timestamps, 0, timed.length);
    this.context.outputs[0]?.emit(timed);
  }

  ownWatermark(): EventTimeMs {
    return this.generator.current();
  }
}
