/**
 * Co-process function: Flink's KeyedCoProcessFunction. Two streams keyed alike, a function for the records of each, and
 * state and timers that both share. Time is that of both inputs: timers fire at the smaller watermark.
 */
import * as z from 'zod/mini';
import { plainStream } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { KeyedFunctions } from './keyed-functions.ts';
import { KeyedProcess } from './keyed-process.ts';
import { deriveProcess, elementField, processFields, processOutputs, statesText } from './process-params.ts';
import { twoKeyedIssues } from './two-keyed.ts';

const params = z.object({
  processElement1: elementField(
    'processElement1',
    'Called for each record of in1. ctx has currentKey, timestamp, state.<name>, timerService and output(tag, row), which ' +
      'emits to a side output; out.collect(row) emits. State and timers are shared with in2.',
  ),
  processElement2: elementField(
    'processElement2',
    'The same for each record of in2. Which input comes first is not certain: keep in a state what must wait for the ' +
      'other side.',
  ),
  ...processFields('in1'),
});
type CoProcessParams = z.infer<typeof params>;

export const coProcessFunction: OperatorDefinition<CoProcessParams> = {
  kind: 'coProcess',
  family: 'transform',
  title: 'Co-process function',
  summary: 'Handles the records of two streams by a function each, with state and timers per key that both share.',
  icon: 'git-merge',
  params,
  inputs: [
    { name: 'in1', keyed: true },
    { name: 'in2', keyed: true },
  ],
  outputs: processOutputs,
  derive: (given, [first = plainStream([]), second = plainStream([])]) =>
    deriveProcess(given, ['processElement1', 'processElement2'], first.schema, twoKeyedIssues(first, second)),
  describe: ({ states, onTimer }) => statesText(states, onTimer),
  example: {
    params: {
      processElement1: `(row, ctx) => {
  ctx.state.open.add(1);
  ctx.timerService.registerEventTimeTimer(ctx.timestamp + 10);
}`,
      processElement2: `(row, ctx, out) => {
  if (ctx.state.open.get() === null) return ctx.output({ order: row.order });
  ctx.state.open.clear();
  out.collect({ order: row.order, what: 'paid' });
}`,
      onTimer: `(timestamp, ctx, out) => {
  if (ctx.state.open.get() !== null) out.collect({ order: ctx.currentKey, what: 'unpaid' });
  ctx.state.open.clear();
}`,
      states: [{ name: 'open', kind: 'reducing', ttlMs: 0, reduce: '(a, b) => a + b' }],
      columns: [
        { name: 'order', type: 'string' },
        { name: 'what', type: 'string' },
      ],
    },
    inputs: [
      { type: { schema: [{ name: 'order', type: 'string' }], key: ['order'] }, timeline: 'a@1 b@2 w9 w20 w30 |' },
      {
        type: {
          schema: [
            { name: 'order', type: 'string' },
            { name: 'amount', type: 'int' },
          ],
          key: ['order'],
        },
        timeline: 'c=5@3 a=7@4 w6 w11 w30 |',
      },
    ],
    outputs: { out: 'a=paid@4 w6 w11 b=unpaid@12 w30 |', side: 'c@3 w6 w11 w30 |' },
  },
};

export const coProcessFunctionFactory: TransformFactory<CoProcessParams> = {
  role: 'transform',
  create(given, context) {
    const functions = new KeyedFunctions(given, context);
    return new KeyedProcess(functions, [
      functions.ofKeyed('processElement1', given.processElement1, 0),
      functions.ofKeyed('processElement2', given.processElement2, 1),
    ]);
  },
};
