/**
 * Process function: Flink's KeyedProcessFunction. Two functions over keyed state, timers and a side output, for what no
 * other operator does.
 */
import * as z from 'zod/mini';
import { functionField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, Progress, TransformFactory } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import type { Batch } from '../wire/batch.ts';
import { derived, functionIssues } from './check.ts';
import { KeyedFunctions } from './keyed-functions.ts';
import {
  elementSignature,
  keyedStatesField,
  onTimerField,
  outputColumnsField,
  outputIssues,
  outputTypes,
  sideColumnsField,
  statesText,
} from './process-params.ts';

const params = z.object({
  processElement: functionField('(row, ctx, out) => {\n  out.collect({ ...row });\n}', {
    label: 'processElement',
    signature: elementSignature,
    help:
      'Called for each record. ctx has currentKey, timestamp, state.<name>, timerService and output(row), which emits to ' +
      'the side port; out.collect(row) emits. What the function returns is ignored.',
  }),
  onTimer: onTimerField(),
  states: keyedStatesField(),
  columns: outputColumnsField(),
  sideColumns: sideColumnsField('the input'),
});
type ProcessParams = z.infer<typeof params>;

export const processFunction: OperatorDefinition<ProcessParams> = {
  kind: 'process',
  family: 'transform',
  title: 'Process function',
  summary: 'Handles each record and each timer of a key by a function, with state and a side output.',
  icon: 'alarm-clock',
  params,
  inputs: [{ name: 'in', keyed: true }],
  outputs: [{ name: 'out' }, { name: 'side', side: true }],
  derive(given, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    const issues = [
      ...functionIssues(given.processElement, 'processElement', elementSignature),
      ...outputIssues(given),
    ];
    return derived(issues, () => outputTypes(given, schema));
  },
  describe: ({ states, onTimer }) => statesText(states, onTimer),
  example: {
    params: {
      processElement: `(row, ctx) => {
  if (ctx.timestamp <= ctx.timerService.currentWatermark()) return ctx.output(row);
  ctx.state.count.add(1);
  ctx.state.last.update(Math.max(ctx.state.last.value() ?? ctx.timestamp, ctx.timestamp));
  ctx.timerService.registerEventTimeTimer(ctx.timestamp + 10);
}`,
      onTimer: `(timestamp, ctx, out) => {
  if (timestamp === ctx.state.last.value() + 10)
    out.collect({ word: ctx.currentKey, count: ctx.state.count.get() });
}`,
      states: [
        { name: 'count', kind: 'reducing', ttlMs: 0, reduce: '(a, b) => a + b' },
        { name: 'last', kind: 'value', ttlMs: 0, reduce: '' },
      ],
      columns: [
        { name: 'word', type: 'string' },
        { name: 'count', type: 'int' },
      ],
    },
    inputs: [
      {
        type: { schema: [{ name: 'word', type: 'string' }], key: ['word'] },
        timeline: 'a@1 b@2 a@5 w12 a@12 w15 |',
      },
    ],
    outputs: { out: 'b=1@12 w12 a=2@15 w15 |', side: 'w12 a@12 w15 |' },
  },
};

export const processFunctionFactory: TransformFactory<ProcessParams> = {
  role: 'transform',
  create: (given, context) => new ProcessOperator(given, context),
};

class ProcessOperator implements Operator {
  private readonly functions: KeyedFunctions;
  private readonly processElement: (batch: Batch) => void;

  constructor(given: ProcessParams, context: OperatorContext) {
    this.functions = new KeyedFunctions(given, context);
    this.processElement = this.functions.ofKeyed('processElement', given.processElement, 0);
  }

  process(batch: Batch): void {
    this.processElement(batch);
  }

  onTimer(timer: Timer): void {
    this.functions.onTimer(timer);
  }

  onWatermark(): Progress {
    this.functions.flush();
    return 'done';
  }
}
