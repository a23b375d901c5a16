/**
 * File: the rows of a data set or of a file of one's own. Subtask (or split) i of p reads the rows at positions
 * i, i + p, …; two reads are under way at a time, so that the host parses while the job computes.
 */
import * as z from 'zod/mini';
import { resourceField, schemaField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue, Schema } from '../graph/schema.ts';
import type { OperatorContext, OperatorDefinition, Polled, SourceFactory, SourceOperator } from '../task/operator.ts';
import { sliceBatch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import type { Answer } from '../wire/requests.ts';
import { declaredIssues, derived } from './check.ts';
import { assignsTimestamps, eventTimeFields, eventTimeIssues, splitsField } from './source-params.ts';
import { timestampAssigner } from './timestamps.ts';
import type { TimestampAssigner } from './timestamps.ts';

/** Records asked for by one read. */
const readRecords = 4096;
const readsAhead = 2;
/** Warnings about rejected rows that one subtask logs; the rest is only counted. */
const warningsMost = 20;

const params = z.object({
  resource: resourceField('', { label: 'Data', help: 'A bundled data set, or a file that you dropped on the canvas.' }),
  columns: schemaField([], { label: 'Columns', help: 'Which columns to read, by the names in the file, and as what.' }),
  splits: splitsField(),
  ...eventTimeFields({ timestampColumn: '', watermarks: 'none' }),
});
type FileParams = z.infer<typeof params>;

export const file: OperatorDefinition<FileParams> = {
  kind: 'file',
  family: 'source',
  title: 'File',
  summary: 'Reads the rows of a CSV, NDJSON, JSON, Arrow or text file.',
  icon: 'file-text',
  params,
  inputs: [],
  outputs: [{ name: 'out' }],
  eventTime: { assigns: assignsTimestamps },
  derive(given) {
    const issues = [...declaredIssues(given.columns, 'columns'), ...eventTimeIssues(given, given.columns)];
    if (given.resource === '') issues.unshift({ code: 'missing-resource', param: 'resource' });
    return derived(issues, () => [plainStream(given.columns)]);
  },
  describe: ({ resource }) => (resource === '' ? 'no file' : resource.replace(/^\w+:/, '').slice(0, 40)),
  example: {
    params: {
      resource: 'dataset:example',
      columns: [
        { name: 'word', type: 'string' },
        { name: 'at', type: 'timestamp' },
      ],
      timestampColumn: 'at',
      watermarks: 'monotonous',
    },
    inputs: [],
    outputs: { out: '{"word":"to","at":1}@1 {"word":"be","at":2}@2 |' },
  },
};

export const fileFactory: SourceFactory<FileParams> = {
  role: 'source',
  create: (given, context) => new FileReader(given, context),
};

type Records = Extract<Answer, { kind: 'records' }>;

/** A read: where it starts, its number, and its answer once it came. */
interface Read {
  readonly position: number;
  readonly request: number;
  answer: Records | null;
}

class FileReader implements SourceOperator {
  private readonly params: FileParams;
  private readonly context: OperatorContext;
  private readonly schema: Schema;
  private readonly timed: TimestampAssigner;
  /** In file order; the first is the one being emitted. */
  private reads: Read[] = [];
  /** Where the first read starts, and how many of its records have been emitted. */
  private position: number;
  private emitted = 0;
  private ended = false;
  private warnings = 0;
  private rejected = 0;

  constructor(given: FileParams, context: OperatorContext) {
    this.params = given;
    this.context = context;
    this.schema = given.columns;
    this.timed = timestampAssigner(given, context, this.schema);
    this.position = context.subtaskIndex;
  }

  poll(limit: number): Polled {
    this.readAhead();
    const answer = this.reads[0]?.answer;
    if (this.ended) return { kind: 'end' };
    if (answer === null || answer === undefined) return { kind: 'wait', until: null };
    const to = Math.min(answer.batch.length, this.emitted + limit);
    if (to > this.emitted) this.context.outputs[0]?.emit(this.timed(sliceBatch(answer.batch, this.emitted, to)));
    this.emitted = to;
    if (to === answer.batch.length) this.advance(answer);
    return { kind: this.ended ? 'end' : 'more' };
  }

  onAnswer(request: number, answer: Answer): void {
    const read = this.reads.find((candidate) => candidate.request === request);
    if (read === undefined) return;
    if (answer.kind === 'failed') throw this.failure(answer);
    if (answer.kind === 'records') read.answer = answer;
  }

  snapshot(): JsonValue {
    return { position: this.position, emitted: this.emitted, ended: this.ended };
  }

  restore(state: JsonValue): void {
    const { position, emitted, ended } = state as { position: number; emitted: number; ended: boolean };
    this.position = position;
    this.emitted = emitted;
    this.ended = ended;
    this.reads = [];
  }

  /** Behind a read that has not come yet, the next one is guessed to start a full read later. */
  private readAhead(): void {
    while (!this.ended && this.reads.length < readsAhead && this.reads.at(-1)?.answer?.end !== true) {
      const last = this.reads.at(-1);
      if (last === undefined) this.ask(this.position);
      else this.ask(last.answer?.next ?? last.position + readRecords * this.context.parallelism);
    }
  }

  private ask(position: number): void {
    const { subtaskIndex, parallelism } = this.context;
    const request = this.context.request({
      kind: 'read',
      resource: this.params.resource,
      schema: this.schema,
      split: subtaskIndex,
      of: parallelism,
      position,
      limit: readRecords,
    });
    this.reads.push({ position, request, answer: null });
  }

  /** The first read is used up: go on with the next, unless its start was guessed wrong. */
  private advance({ next, end, rejected, rejectedCount }: Records): void {
    this.warn(rejected, rejectedCount);
    this.reads.shift();
    this.position = next;
    this.emitted = 0;
    this.ended = end;
    if (end || this.reads[0]?.position !== next) this.reads = [];
  }

  private warn(places: readonly string[], count: number): void {
    if (count === 0) return;
    this.rejected += count;
    for (const place of places.slice(0, Math.max(0, warningsMost - this.warnings))) {
      this.warnings++;
      this.context.log('warning', `Left out a broken row of ${this.params.resource}: ${place}`);
    }
    if (this.rejected > this.warnings)
      this.context.log('warning', `${this.rejected} broken rows of ${this.params.resource} left out so far.`);
  }

  private failure({ code, reason }: Extract<Answer, { kind: 'failed' }>): TaskFailure {
    const { node, name } = this.context;
    const known = code === 'resource-missing' ? code : 'resource-unreadable';
    return new TaskFailure({ code: known, details: { node: name, resource: this.params.resource, reason }, node });
  }
}
