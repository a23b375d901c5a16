/**
 * Process function: Flink's KeyedProcessFunction. Two functions over keyed state, timers and a side output, for what no
 * other operator does.
 *
 * Time of what is emitted, as in Flink's KeyedProcessOperator: of a record, its own; of an event-time timer, the timer's;
 * of a processing-time timer none on the main output, and the timer's on the side output.
 */
import * as z from 'zod/mini';
import { functionField, schemaField, statesField } from '../graph/params.ts';
import type { DeclaredState } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import type { Operator, OperatorContext, Progress, TransformDefinition, UserFunction } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { NO_TIMESTAMP } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowView } from '../wire/row-view.ts';
import { declaredIssues, derived, duplicateIssues, functionIssues } from './check.ts';
import { declaredStates } from './declared-states.ts';
import { declaredResult } from './declared.ts';
import { InHand, makeContexts } from './process-context.ts';

const signature = '(row, ctx, out) => { … }';

/** Emits in between when there are this many records. */
const emitRows = 2048;

const params = z.object({
  processElement: functionField('(row, ctx, out) => {\n  out.collect({ ...row });\n}', {
    label: 'processElement',
    signature,
    help:
      'Called for each record. ctx has currentKey, timestamp, state.<name>, timerService and output(row), which emits to ' +
      'the side port; out.collect(row) emits. What the function returns is ignored.',
  }),
  onTimer: functionField('', {
    label: 'onTimer',
    signature: '(timestamp, ctx, out) => { … }',
    optional: true,
    help: 'Called when a timer fires that was set by ctx.timerService. ctx also has timeDomain: event or processing.',
  }),
  states: statesField([], {
    label: 'States',
    help:
      'Per key, by their names: ctx.state.<name>. A time to live counts processing time since the last write; 0 ms is ' +
      'none. Value: value, update, clear. List: get, add, addAll, update, clear. Map: get, put, remove, contains, keys, ' +
      'values, entries, isEmpty, clear. Reducing: get, add, clear.',
  }),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What out.collect emits, by name and type. With a single column, just its value will do.',
  }),
  sideColumns: schemaField([], {
    label: 'Side output columns',
    help: 'What ctx.output emits. Without any, they are those of the input.',
  }),
});
type ProcessParams = z.infer<typeof params>;

export const processFunction: TransformDefinition<ProcessParams> = {
  role: 'transform',
  kind: 'process',
  family: 'transform',
  title: 'Process function',
  summary: 'Handles each record and each timer of a key by a function, with state and a side output.',
  icon: 'alarm-clock',
  params,
  inputs: [{ name: 'in', keyed: true }],
  outputs: [{ name: 'out' }, { name: 'side', side: true }],
  derive({ processElement, columns, sideColumns }, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    const issues = [
      ...functionIssues(processElement, 'processElement', signature),
      ...declaredIssues(columns, 'columns'),
      ...duplicateIssues(
        sideColumns.map(({ name }) => name),
        'sideColumns',
      ),
    ];
    return derived(issues, () => [plainStream(columns), plainStream(sideColumns.length === 0 ? schema : sideColumns)]);
  },
  describe: ({ states, onTimer }) => shortText(states, onTimer.trim() !== ''),
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
  create: (given, context) => new ProcessOperator(given, context),
};

function shortText(states: readonly DeclaredState[], timers: boolean): string {
  const names = states.length === 0 ? 'no state' : states.map(({ name }) => name).join(', ');
  const room = timers ? 40 - '; timers'.length : 40;
  return (names.length <= room ? names : `${names.slice(0, room - 1)}…`) + (timers ? '; timers' : '');
}

/** One output port: what user code emits becomes batches. */
class Port {
  /** Event time of what is emitted. */
  time = NO_TIMESTAMP;
  private readonly builder: BatchBuilder;
  private readonly append: (result: unknown, timestamp: number) => void;
  private readonly send: (batch: Batch) => void;

  constructor(schema: Schema, context: OperatorContext, port: number) {
    this.builder = new BatchBuilder(schema, 256, context);
    this.append = declaredResult(this.builder);
    this.send = (batch) => context.outputs[port]?.emit(batch);
  }

  readonly collect = (result: unknown): void => {
    this.append(result, this.time);
    this.flush(emitRows);
  };

  flush(atLeast: number): void {
    if (this.builder.length >= atLeast) this.send(this.builder.take());
  }
}

/** Between calls no record is in hand: a timer's failure must not name the last one. */
const noBatch: Batch = { schema: [], length: 0, timestamps: new Float64Array(0), columns: [] };

class ProcessOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly processElement: UserFunction;
  /** Null: timers fire without effect, as by Flink's default. */
  private readonly timerFunction: UserFunction | null;
  private readonly reader: KeyReader;
  private readonly view: RowView;
  private readonly inHand = new InHand();
  private readonly main: Port;
  private readonly side: Port;
  private readonly out: object;
  private readonly elementContext: object;
  private readonly timerContext: object;

  constructor({ processElement, onTimer, states, columns, sideColumns }: ProcessParams, context: OperatorContext) {
    const { inHand } = this;
    const { schema, key } = context.inputs[0] as { schema: Schema; key: readonly string[] };
    this.context = context;
    this.processElement = context.compile('processElement', processElement);
    this.timerFunction = onTimer.trim() === '' ? null : context.compile('onTimer', onTimer);
    this.reader = new KeyReader(schema, key);
    this.view = new RowView(schema);
    this.main = new Port(columns, context, 0);
    this.side = new Port(sideColumns.length === 0 ? schema : sideColumns, context, 1);
    this.out = Object.freeze({ collect: this.main.collect });
    const state = declaredStates(states, {
      keyed: context.keyedState,
      key: () => inHand.key,
      compile: (source) => context.compile('states', source),
    });
    const contexts = makeContexts({ schema, key, inHand, state, output: this.side.collect, operator: context });
    this.elementContext = contexts.onElement;
    this.timerContext = contexts.onTimer;
  }

  process(batch: Batch): void {
    const { context, view, inHand, main, side, elementContext, out } = this;
    const handle = this.processElement;
    view.bind(batch);
    for (let row = 0; row < batch.length; row++) {
      context.at(batch, row);
      const timestamp = batch.timestamps[row] as number;
      inHand.record(this.reader.read(batch, row), timestamp);
      main.time = timestamp;
      side.time = timestamp;
      handle(view.move(row), elementContext, out);
    }
    context.at(noBatch, 0);
    this.flush();
  }

  onTimer(timer: Timer): void {
    const { timerFunction, inHand, main, side } = this;
    if (timerFunction === null) return;
    inHand.timer(timer);
    main.time = timer.domain === 'event' ? timer.time : NO_TIMESTAMP;
    side.time = timer.time;
    try {
      timerFunction(timer.time, this.timerContext, this.out);
    } catch (error) {
      throw this.atTimer(error, timer);
    }
    // What event-time timers emit goes out with the watermark that fired them.
    if (timer.domain === 'processing') this.flush();
  }

  /** All timers that were due have fired. */
  onWatermark(): Progress {
    this.flush();
    return 'done';
  }

  /** No record is at hand when a timer fires: the failure names the timer instead. */
  private atTimer(error: unknown, { domain, time, key }: Timer): unknown {
    if (!(error instanceof TaskFailure)) return error;
    const { details } = error.failure;
    const of = this.reader.columns.length === 1 ? JSON.stringify(key) : String(key);
    const reason = `${details['reason']}; in onTimer, at the ${domain}-time timer ${timeText(time)} of key ${of}`;
    return new TaskFailure({ ...error.failure, details: { ...details, reason } });
  }

  private flush(): void {
    this.main.flush(1);
    this.side.flush(1);
  }
}

/** Below three hours into 1970, times are plain numbers of a timeline. */
function timeText(time: number): string {
  const dated = Math.abs(time) >= 10_800_000 && Math.abs(time) <= 8.64e15;
  return dated ? new Date(time).toISOString().replace('T', ' ').replace('Z', '') : String(time);
}
