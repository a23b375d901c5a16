/** Log: a sink that writes the records to the event log, as many a second as a person can read. */
import * as z from 'zod/mini';
import { ok } from '../../base/result.ts';
import { integerField, textField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { rowAt } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';

const lineLength = 300;

const params = z.object({
  prefix: textField('', { label: 'Prefix', placeholder: 'result', help: 'Stands before each line.' }),
  linesPerSecond: integerField(20, {
    label: 'Lines per second',
    min: 1,
    max: 100,
    help: 'Per subtask; what is beyond is counted, not written. The results keep it.',
  }),
});
type LogParams = z.infer<typeof params>;

export const log: OperatorDefinition<LogParams> = {
  kind: 'log',
  family: 'sink',
  title: 'Log',
  summary: 'Writes the records to the event log.',
  icon: 'scroll-text',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  derive: () => ok([]),
  describe: ({ prefix }) => (prefix === '' ? 'to the event log' : `as “${prefix.slice(0, 30)}”`),
  example: {
    params: {},
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 w2 a@3 |' }],
    outputs: { results: 'a@1 b@2 a@3 |' },
  },
};

export const logFactory: TransformFactory<LogParams> = {
  role: 'transform',
  create: (given, context) => new LogSink(given, context),
};

class LogSink implements Operator {
  private readonly params: LogParams;
  private readonly context: OperatorContext;
  /** The second of processing time in hand, lines written in it, and records passed over since. */
  private second = Number.NaN;
  private lines = 0;
  private skipped = 0;

  constructor(given: LogParams, context: OperatorContext) {
    this.params = given;
    this.context = context;
  }

  process(batch: Batch): void {
    this.context.result(batch);
    const second = Math.floor(this.context.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.lines = 0;
    }
    const room = Math.min(batch.length, this.params.linesPerSecond - this.lines);
    if (room > 0) this.tellSkipped();
    for (let row = 0; row < room; row++) this.write(JSON.stringify(rowAt(batch, row)));
    this.lines += room;
    this.skipped += batch.length - room;
  }

  finish(): void {
    this.tellSkipped();
  }

  private tellSkipped(): void {
    if (this.skipped > 0) this.context.log('info', `${this.skipped} records were not written here.`);
    this.skipped = 0;
  }

  private write(text: string): void {
    const { prefix } = this.params;
    this.context.log('info', (prefix === '' ? text : `${prefix} ${text}`).slice(0, lineLength));
  }
}
