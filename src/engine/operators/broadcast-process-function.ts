/**
 * Broadcast process function: Flink's KeyedBroadcastProcessFunction. A keyed stream, and a stream of rules of which every
 * subtask gets every record: a function for the records of each, keyed state and timers for the first, broadcast state
 * that the second writes and the first reads.
 */
import * as z from 'zod/mini';
import { textField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue } from '../graph/schema.ts';
import { broadcastRedistribution } from '../state/operator-state.ts';
import type { OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import type { OperatorHeld } from '../wire/inspect.ts';
import { BroadcastState } from './broadcast-state.ts';
import { derived } from './check.ts';
import { KeyedFunctions } from './keyed-functions.ts';
import { KeyedProcess } from './keyed-process.ts';
import { keylessContext } from './process-context.ts';
import { deriveProcess, elementField, processFields, processOutputs, statesText } from './process-params.ts';

const params = z.object({
  processElement: elementField(
    'processElement',
    'Called for each record of in. ctx has currentKey, timestamp, state.<name>, timerService, output(tag, row), and ' +
      'broadcast.<name> to read: get, contains, keys, values, entries, isEmpty.',
  ),
  processBroadcastElement: elementField(
    'processBroadcastElement',
    'Called in every subtask for each record of rules. ctx has timestamp, currentWatermark(), ' +
      'currentProcessingTime(), output(tag, row), and broadcast.<name> to read and write: put, remove, clear too. There ' +
      'is no key here, but applyToKeyedState(name, (key, state) => …) calls a function for each key that has a state. What it does must depend on its records alone, or the subtasks’ copies differ; ' +
      'what it emits, each subtask emits.',
    '(row, ctx, out) => {\n  ctx.broadcast.rules.put(row.id, { ...row });\n}',
  ),
  broadcastStates: textField('rules', {
    label: 'Broadcast states',
    help: 'Names, set apart by commas. Each is a map that all subtasks have a copy of: ctx.broadcast.<name>.',
  }),
  ...processFields('in'),
});
type BroadcastProcessParams = z.infer<typeof params>;

export const broadcastProcessFunction: OperatorDefinition<BroadcastProcessParams> = {
  kind: 'broadcastProcess',
  family: 'transform',
  title: 'Broadcast process',
  summary: 'Handles each record of a key by rules that come as a second stream, of which every subtask keeps a copy.',
  icon: 'radio-tower',
  params,
  inputs: [
    { name: 'in', keyed: true },
    { name: 'rules', broadcast: true },
  ],
  outputs: processOutputs,
  operatorState: true,
  derive(given, [input = plainStream([])]) {
    if (input.key === null) return derived([{ code: 'not-keyed' }], () => []);
    const issues = nameIssues(namesIn(given.broadcastStates));
    return deriveProcess(given, ['processElement', 'processBroadcastElement'], input.schema, issues);
  },
  describe: ({ broadcastStates, states, onTimer }) =>
    statesText([...namesIn(broadcastStates).map((name) => ({ name })), ...states], onTimer),
  example: {
    params: {
      processElement: `(row, ctx, out) => {
  const limit = ctx.broadcast.limits.get(row.sensor) ?? ctx.broadcast.limits.get('all');
  if (limit !== null && row.value > limit) out.collect({ sensor: row.sensor, over: row.value - limit });
}`,
      processBroadcastElement: `(row, ctx) => {
  if (row.limit === null) ctx.broadcast.limits.remove(row.of);
  else ctx.broadcast.limits.put(row.of, row.limit);
}`,
      broadcastStates: 'limits',
      columns: [
        { name: 'sensor', type: 'string' },
        { name: 'over', type: 'int' },
      ],
    },
    inputs: [
      {
        type: {
          schema: [
            { name: 'sensor', type: 'string' },
            { name: 'value', type: 'int' },
          ],
          key: ['sensor'],
        },
        timeline: 'a=9@1 a=9@2 b=9@3 w3 b=9@5 |',
      },
      {
        type: plainStream([
          { name: 'of', type: 'string' },
          { name: 'limit', type: 'int' },
        ]),
        timeline: 'a=5@1 all=8@2 b=9@3 w3 b=null@5 |',
      },
    ],
    outputs: { out: 'a=4@2 b=1@3 w3 |' },
  },
};

export const broadcastProcessFunctionFactory: TransformFactory<BroadcastProcessParams> = {
  role: 'transform',
  redistribute: broadcastRedistribution,
  create: (given, context) => new BroadcastProcess(given, context),
};

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function nameIssues(names: readonly string[]): ParamIssue[] {
  const issue = (reason: string): ParamIssue[] => [
    { code: 'invalid-param', param: 'broadcastStates', details: { param: 'Broadcast states', reason } },
  ];
  if (names.length === 0) return issue('at least one name is needed');
  const strange = names.find((name) => !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name));
  if (strange !== undefined) return issue(`“${strange}” is not a name of letters, digits and _`);
  const again = names.find((name, i) => names.indexOf(name) !== i);
  return again === undefined ? [] : issue(`“${again}” is there twice`);
}

class BroadcastProcess extends KeyedProcess {
  private readonly broadcast: BroadcastState;

  constructor(given: BroadcastProcessParams, context: OperatorContext) {
    const broadcast = new BroadcastState(namesIn(given.broadcastStates));
    const functions = new KeyedFunctions(given, context, { broadcast: broadcast.readOnly() });
    const rule = keylessContext('processBroadcastElement', context, {
      broadcast: broadcast.writable(),
      output: functions.output,
      applyToKeyedState: functions.applyToKeyedState,
    });
    super(functions, [
      functions.ofKeyed('processElement', given.processElement, 0),
      functions.ofRecords('processBroadcastElement', given.processBroadcastElement, 1, rule.ctx, (_batch, _row, time) =>
        rule.record(time),
      ),
    ]);
    this.broadcast = broadcast;
  }

  snapshot(): JsonValue {
    return this.broadcast.snapshot();
  }

  holdsBeside(): OperatorHeld {
    return this.broadcast.held();
  }

  restore(state: JsonValue): void {
    this.broadcast.restore(state);
  }
}
