/**
 * Runs one operator over plain timelines, without task, channels or host: what goes in and comes out are elements of
 * the timeline notation. It keeps the task's promises (timers first, watermarks forwarded after their results).
 */
import { timelineElements } from '../../../base/timeline.ts';
import type { TimelineElement, TimelineRecord } from '../../../base/timeline.ts';
import { present } from '../../../base/assert.ts';
import { addClamped, MAX_EVENT_TIME, MIN_EVENT_TIME, eventTime, processingTime } from '../../../base/units.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../../base/units.ts';
import type { OperatorKind, OutputPort } from '../../graph/kind.ts';
import { outputsOf } from '../../graph/ports.ts';
import type { ParamIssue } from '../../graph/problems.ts';
import type { JsonValue, Row, StreamType } from '../../graph/schema.ts';
import type { KeyGroupRange } from '../../state/key-groups.ts';
import { keyGroupOf, rangeOfSubtask } from '../../state/key-groups.ts';
import type { Key } from '../../state/key.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { KeyedSnapshot } from '../../state/keyed-state.ts';
import type { Operator, OperatorContext, Polled, SourceOperator, UserFunction } from '../../task/operator.ts';
import { isKeyless } from '../../graph/partitioning.ts';
import { TimerQueue } from '../../time/timers.ts';
import type { Timer } from '../../time/timers.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import { NO_TIMESTAMP, rowAt } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import { KeyReader } from '../../wire/keys.ts';
import type { ReadRequest, Request } from '../../wire/requests.ts';
import { operatorTable } from '../running.ts';
import { timelineRow } from '../timeline-rows.ts';
import { TestSystem } from './system.ts';

/** What came out of a port; a record with its row and event time, null for none. */
export type Emitted =
  | { readonly kind: 'record'; readonly row: Row; readonly time: number | null }
  | { readonly kind: 'watermark'; readonly time: number }
  | { readonly kind: 'idle' | 'active' | 'end' };

export interface HarnessSnapshot {
  readonly keyed: KeyedSnapshot | null;
  readonly timers: readonly Timer[];
  readonly operator: JsonValue;
}

export interface HarnessOptions {
  readonly subtaskIndex?: number;
  readonly parallelism?: number;
  readonly maxParallelism?: number;
  readonly seed?: number;
  /** Rows of the resource that file sources read. Without it, reads stay open. */
  readonly resource?: readonly Row[];
  readonly attempt?: number;
  readonly checkpoints?: boolean;
  /** Where two-phase sinks commit to. Its own, and answered at once, unless it is given. */
  readonly system?: TestSystem;
}

export class Harness {
  /** By output port name; sinks: `results`. */
  readonly out = new Map<string, Emitted[]>();
  readonly batches: { readonly port: number; readonly batch: Batch }[] = [];
  readonly logs: string[] = [];
  readonly found: ParamIssue[] = [];
  readonly requests: { readonly number: number; readonly body: Request }[] = [];
  readonly outputTypes: readonly StreamType[];
  readonly keyedState: KeyedState | null;
  readonly range: KeyGroupRange;
  late = 0;
  clock: ProcessingTimeMs = processingTime(0);
  readonly context: OperatorContext;
  private readonly definition: OperatorKind;
  private readonly ports: readonly OutputPort[];
  private readonly inputs: readonly StreamType[];
  private readonly timers = new TimerQueue();
  /** Null: it is a source. */
  readonly operator: Operator | null;
  private readonly source: SourceOperator | null;
  private readonly inputWatermarks: number[];
  private watermark: EventTimeMs = MIN_EVENT_TIME;
  private outputWatermark: EventTimeMs = MIN_EVENT_TIME;
  private ended = 0;
  private readonly resource: readonly Row[] | null;
  private readonly system: TestSystem;
  private answered = 0;
  private checkpoint = 0;
  /** Transactions whose records were handed out: once committed, again committed is nothing new. */
  private readonly committed = new Set<string>();

  constructor(definition: OperatorKind, params: object, inputs: readonly StreamType[], options: HarnessOptions = {}) {
    const { subtaskIndex = 0, parallelism = 1, maxParallelism = 128, seed = 1, attempt = 1, checkpoints } = options;
    const parsed = definition.params.parse(params);
    const derived = definition.derive(parsed, inputs);
    if (!derived.ok) throw new Error(`derive reports ${JSON.stringify(derived.error)}`);
    this.definition = definition;
    this.ports = outputsOf(definition, params as Readonly<Record<string, unknown>>);
    this.resource = options.resource ?? null;
    this.system = options.system ?? new TestSystem();
    this.inputs = inputs;
    this.outputTypes = derived.value;
    this.inputWatermarks = inputs.map(() => MIN_EVENT_TIME);
    this.range = rangeOfSubtask(subtaskIndex, maxParallelism, parallelism);
    this.keyedState = keyedStateOf(definition, inputs, maxParallelism, this.range, () => this.clock);
    this.context = this.makeContext({
      subtaskIndex,
      parallelism,
      maxParallelism,
      seed,
      attempt,
      ...(checkpoints === undefined ? {} : { checkpoints }),
    });
    const events = {
      watermark: (time: EventTimeMs) => this.forward(time),
      idle: () => this.put({ kind: 'idle' }),
      active: () => this.put({ kind: 'active' }),
    };
    const factory = present(operatorTable.get(definition.kind), `the half of “${definition.kind}” that runs`);
    this.operator = factory.role === 'transform' ? factory.create(parsed, this.context) : null;
    this.source = factory.role === 'source' ? factory.create(parsed, this.context, events) : null;
  }

  process(batch: Batch, input = 0): void {
    this.transform.process(batch, input);
    this.forwardOwn();
    this.answerTransactions();
  }

  advance(time: number, input = 0): void {
    this.inputWatermarks[input] = Math.max(time, this.inputWatermarks[input] as number);
    const least = eventTime(Math.min(...this.inputWatermarks));
    if (least <= this.watermark) return;
    this.watermark = least;
    for (let timer = this.timers.nextEvent(least); timer !== null; timer = this.timers.nextEvent(least))
      this.transform.onTimer?.(timer);
    while (this.transform.onWatermark?.(least) === 'more');
    if (least === MAX_EVENT_TIME) this.forward(least);
    else if (this.transform.onWatermarkInterval === undefined)
      this.forward(addClamped(least, -(this.transform.watermarkDelayMs ?? 0)));
  }

  /** After a restore: as far in event time as the one that was before. */
  catchUp(to: Harness): void {
    to.inputWatermarks.forEach((time, input) => this.advance(time, input));
    this.ended = to.ended;
  }

  /** Processing time goes on, and its timers that are due fire. */
  tick(now: number): void {
    this.clock = processingTime(now);
    for (let timer = this.timers.nextProcessing(this.clock); timer !== null; ) {
      this.transform.onTimer?.(timer);
      timer = this.timers.nextProcessing(this.clock);
    }
  }

  end(input = 0): void {
    this.advance(MAX_EVENT_TIME, input);
    this.ended++;
    if (this.ended < this.inputs.length) return;
    this.transform.finish?.();
    this.answerTransactions();
    // What commits with checkpoints gets a last one.
    if (this.transform.onCheckpointComplete !== undefined && this.context.checkpoints !== false) this.barrier();
    if (this.transform.ended?.() === false) throw new Error('the operator has not ended');
    this.put({ kind: 'end' });
  }

  /** A whole checkpoint: barrier, pre-commit, and the completion notice. Gives its snapshot. */
  barrier(checkpoint = this.checkpoint + 1): HarnessSnapshot {
    const snapshot = this.snapshot(checkpoint);
    this.transform.onCheckpointComplete?.(checkpoint);
    this.answerTransactions();
    return snapshot;
  }

  /** Plays elements of one input; records between `cuts` go in as one batch. */
  play(elements: readonly TimelineElement[], input = 0, cut: (index: number) => boolean = () => true): void {
    const type = present(this.inputs[input], 'the input');
    const builder = new BatchBuilder(type.schema, 4);
    const flush = (): void => {
      if (builder.length > 0) this.process(builder.take(), input);
    };
    elements.forEach((element, index) => {
      if (element.kind === 'record') {
        builder.appendRow(timelineRow(element, type.schema), element.time ?? NO_TIMESTAMP);
        if (cut(index)) flush();
        return;
      }
      flush();
      if (element.kind === 'watermark') this.advance(element.time, input);
      if (element.kind === 'barrier') this.barrier(element.checkpoint);
      if (element.kind === 'end') this.end(input);
    });
    flush();
  }

  /** Polls a source until it ends or waits for ever. `limits` are taken in turn. */
  run(limits: readonly number[] = [7], polls = 100_000): void {
    for (let i = 0; i < polls; i++) if (!this.poll(limits[i % limits.length] as number)) return;
    throw new Error('the source does not end');
  }

  /** One poll; false when there is nothing more. Time stands still but for the waiting. */
  poll(limit: number): boolean {
    const polled: Polled = this.reader.poll(limit);
    if (polled.kind === 'end') {
      this.put({ kind: 'end' });
      return false;
    }
    if (polled.kind !== 'wait') return true;
    if (polled.until !== null) {
      this.clock = polled.until;
      return true;
    }
    return this.answerOne();
  }

  /** As a checkpoint takes it that every task has acknowledged, and that has not been told of. */
  snapshot(checkpoint = this.checkpoint + 1): HarnessSnapshot {
    this.checkpoint = checkpoint;
    this.operator?.beforeBarrier?.(checkpoint);
    const state = this.source?.snapshot() ?? this.operator?.snapshot?.(checkpoint) ?? null;
    const keyed = this.keyedState?.snapshot() ?? null;
    const snapshot: HarnessSnapshot = {
      keyed: keyed === null ? null : new Map(JSON.parse(JSON.stringify([...keyed]))),
      timers: this.timers.snapshot(),
      operator: JSON.parse(JSON.stringify(state)) as JsonValue,
    };
    this.answerTransactions();
    if (this.operator?.settled?.(checkpoint) === false) throw new Error(`checkpoint ${checkpoint} is not settled`);
    return snapshot;
  }

  restore({ keyed, timers, operator }: HarnessSnapshot): void {
    if (keyed !== null) this.keyedState?.restore(keyed);
    this.timers.restore(timers.filter(({ key }) => this.owns(key)));
    if (operator !== null) (this.source ?? this.operator)?.restore?.(operator);
    this.answerTransactions();
  }

  get transform(): Operator {
    return present(this.operator, 'the operator');
  }

  get reader(): SourceOperator {
    return present(this.source, 'the source');
  }

  get currentWatermark(): EventTimeMs {
    return this.watermark;
  }

  /** Elements of a port, none if nothing came. */
  port(name: string): readonly Emitted[] {
    return this.out.get(name) ?? [];
  }

  /** Everything that came out, by port. */
  outputs(): Record<string, readonly Emitted[]> {
    return Object.fromEntries(this.portNames().map((name) => [name, this.port(name)]));
  }

  portNames(): string[] {
    return this.ports.length === 0 ? ['results'] : this.ports.map(({ name }) => name);
  }

  private owns(key: Key): boolean {
    const [type] = this.inputs;
    if (type === undefined || type.key === null) return true;
    const group = keyGroupOf(new KeyReader(type.schema, type.key).hash(key), this.context.maxParallelism);
    return group >= this.range.start && group <= this.range.end;
  }

  private makeContext(place: {
    subtaskIndex: number;
    parallelism: number;
    maxParallelism: number;
    seed: number;
    attempt: number;
    checkpoints?: boolean;
  }): OperatorContext {
    const { keyedState } = this;
    return {
      ...place,
      node: 'n1',
      name: this.definition.title,
      inputs: this.inputs,
      outputTypes: this.outputTypes,
      outputs: this.outputTypes.map((_, port) => ({ emit: (batch: Batch) => this.collect(batch, port) })),
      get keyedState(): KeyedState {
        return present(keyedState, 'keyed state');
      },
      timers: this.timers,
      watermark: () => this.watermark,
      now: () => this.clock,
      compile: (_param, source) => new Function(`"use strict"; return (${source}\n);`)() as UserFunction,
      guard: (made) => made,
      watermarks: { watermark: (time) => this.forward(time), status: (kind) => this.put({ kind }) },
      at: () => {},
      log: (_level, text) => this.logs.push(text),
      found: (issue) => this.found.push(issue),
      countLate: (records) => {
        this.late += records;
      },
      result: (batch, transaction) => {
        if (transaction !== undefined && this.committed.has(transaction)) return;
        if (transaction !== undefined) this.committed.add(transaction);
        this.collect(batch, 0);
      },
      request: (body) => this.requests.push({ number: this.requests.length, body }) - 1,
    };
  }

  private collect(batch: Batch, port: number): void {
    this.batches.push({ port, batch });
    const records = Array.from({ length: batch.length }, (_, row): Emitted => {
      const time = batch.timestamps[row] as number;
      return { kind: 'record', row: rowAt(batch, row), time: Number.isNaN(time) ? null : time };
    });
    this.list(this.portNames()[port] as string).push(...records);
  }

  private put(element: Emitted): void {
    for (const name of this.portNames()) this.list(name).push(element);
  }

  private list(name: string): Emitted[] {
    const list = this.out.get(name) ?? [];
    this.out.set(name, list);
    return list;
  }

  private forwardOwn(): void {
    this.transform.onWatermarkInterval?.();
  }

  private forward(time: EventTimeMs): void {
    if (time <= this.outputWatermark) return;
    this.outputWatermark = time;
    if (time !== MAX_EVENT_TIME) this.put({ kind: 'watermark', time });
  }

  /** Answers the oldest open read as a host would, out of `resource`. */
  private answerOne(): boolean {
    const request = this.requests[this.answered];
    if (request === undefined || request.body.kind !== 'read' || this.resource === null) return false;
    this.answered++;
    this.source?.onAnswer?.(request.number, answerFrom(this.resource, request.body));
    return true;
  }

  /** Until nothing is asked any more; an answer may lead to the next step. */
  private answerTransactions(): void {
    for (let request = this.requests[this.answered]; request?.body.kind === 'transaction'; ) {
      this.answered++;
      this.operator?.onAnswer?.(request.number, this.system.answer(request.body));
      request = this.requests[this.answered];
    }
  }
}

/** What a host answers to a read of these rows. */
export function answerFrom(rows: readonly Row[], { schema, split, of, position, limit }: ReadRequest) {
  const builder = new BatchBuilder(schema, 16);
  let next = position;
  while (next < rows.length && builder.length < limit) {
    if (next % of === split) builder.appendRow(rows[next], NO_TIMESTAMP);
    next++;
  }
  return {
    kind: 'records',
    batch: builder.take(),
    next,
    end: next >= rows.length,
    rejected: [],
    rejectedCount: 0,
  } as const;
}

/** The elements of an expectation, with records as rows of the schema. */
export function expected(timeline: string, type: StreamType): Emitted[] {
  return timelineElements(timeline).flatMap((element): Emitted[] => {
    if (element.kind === 'record') return [{ kind: 'record', row: rowOf(element, type), time: element.time }];
    if (element.kind === 'watermark') return [{ kind: 'watermark', time: element.time }];
    return element.kind === 'barrier' || element.kind === 'advance' ? [] : [{ kind: element.kind }];
  });
}

const rowOf = (record: TimelineRecord, type: StreamType): Row => timelineRow(record, type.schema);

function keyedStateOf(
  kind: OperatorKind,
  inputs: readonly StreamType[],
  maxParallelism: number,
  range: KeyGroupRange,
  clock: () => ProcessingTimeMs,
): KeyedState | null {
  const [type] = inputs;
  if (type === undefined || (type.key === null && !isKeyless(kind, inputs))) return null;
  const reader = new KeyReader(type.schema, type.key ?? []);
  return new KeyedState(maxParallelism, range, (key) => reader.hash(key), clock);
}
