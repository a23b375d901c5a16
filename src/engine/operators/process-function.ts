/**
 * Process function: Flink's KeyedProcessFunction. Two functions over keyed state, timers and side outputs, for what no
 * other operator does.
 */
import * as z from 'zod/mini';
import { plainStream } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { KeyedFunctions } from './keyed-functions.ts';
import { KeyedProcess } from './keyed-process.ts';
import { deriveProcess, elementField, processFields, processOutputs, statesText } from './process-params.ts';

const params = z.object({
  processElement: elementField(
    'processElement',
    'Called for each record. ctx has currentKey, timestamp, state.<name>, timerService and output(tag, row), which emits ' +
      'to a side output; out.collect(row) emits. What the function returns is ignored.',
  ),
  ...processFields('the input'),
});
type ProcessParams = z.infer<typeof params>;

export const processFunction: OperatorDefinition<ProcessParams> = {
  kind: 'process',
  family: 'transform',
  title: 'Process function',
  summary: 'Handles each record and each timer of a key by a function, with state and side outputs.',
  icon: 'alarm-clock',
  params,
  inputs: [{ name: 'in', keyed: true }],
  outputs: processOutputs,
  derive(given, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    return deriveProcess(given, ['processElement'], schema);
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
  create(given, context) {
    const functions = new KeyedFunctions(given, context);
    return new KeyedProcess(functions, [functions.ofKeyed('processElement', given.processElement, 0)]);
  },
};
