/**
 * Plays a source's splits to a SourceDriver, one line each, and tells in one line what came out. A token is an interval
 * of 100 ms: `5` a record of that event time, `5!3` one that carries the mark 3, `5,7` two records, `-` nothing, `|` the
 * end; behind the last token nothing comes. Out, by interval: what the periodic emit at its beginning said and what the
 * records did: `w4` a watermark, `~` idle, `a` active, `r4` a report for alignment, `rmax` the greatest.
 */
import { MAX_EVENT_TIME, processingTime } from '../../../base/units.ts';
import type { JsonValue } from '../../graph/schema.ts';
import { plainStream } from '../../graph/schema.ts';
import type { AlignmentParams } from '../../time/watermarks/alignment.ts';
import { strategyOf } from '../../time/watermarks/list.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import type { Batch } from '../../wire/batch.ts';
import type { OperatorContext, Polled, SourceOperator, UserFunction } from '../operator.ts';
import { SourceDriver } from '../source-driver.ts';
import type { PollOutcome } from '../source-driver.ts';
import { SplitReader } from '../split-reader.ts';
import { strategyContext } from '../strategy-context.ts';

const schema = [
  { name: 'n', type: 'int' },
  { name: 'mark', type: 'int' },
] as const;
const intervalMs = 100;

export interface PlayOptions {
  readonly watermarks?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly idleTimeoutMs?: number;
  readonly alignment?: AlignmentParams;
  /** Limits that the coordinator announces, by interval. */
  readonly limits?: Readonly<Record<number, number>>;
  /** Intervals in which the output is blocked. */
  readonly blocked?: readonly number[];
  /** Records a second, of all splits. */
  readonly pace?: number;
  /** Played as one source without splits; only the first line counts. */
  readonly whole?: boolean;
  readonly intervals?: number;
}

/** Reads one line; time decides which token is due. */
class LineReader implements SourceOperator {
  private readonly tokens: readonly string[];
  private readonly context: OperatorContext;
  private at = 0;

  constructor(line: string, context: OperatorContext) {
    this.tokens = line.split(' ');
    this.context = context;
  }

  poll(): Polled {
    const dueAt = this.at * intervalMs + intervalMs / 2;
    const token = this.tokens[this.at];
    if (token === undefined) return { kind: 'wait', until: null };
    if (this.context.now() < dueAt) return { kind: 'wait', until: processingTime(dueAt) };
    this.at++;
    if (token === '|') return { kind: 'end' };
    if (token === '-') return this.poll();
    const builder = new BatchBuilder(schema, 4);
    for (const record of token.split(',')) {
      const [n = '', mark] = record.split('!');
      builder.appendRow({ n: Number(n), mark: mark === undefined ? null : Number(mark) }, Number(n));
    }
    this.context.outputs[0]?.emit(builder.take());
    return { kind: 'more' };
  }

  snapshot(): JsonValue {
    return this.at;
  }

  restore(state: JsonValue): void {
    this.at = state as number;
  }
}

/** What comes of the lines, intervals joined by ` / `, `-` for one in which nothing did. */
export function play(lines: readonly string[], options: PlayOptions = {}): string {
  return new Played(lines, options).run();
}

export class Played {
  readonly driver: SourceDriver;
  outcome: PollOutcome = 'waiting';
  private readonly options: PlayOptions;
  private readonly cells: string[][] = [];
  private readonly length: number;
  private now = processingTime(0);

  constructor(lines: readonly string[], options: PlayOptions) {
    this.options = options;
    this.length = options.intervals ?? Math.max(...lines.map((line) => line.split(' ').length)) + 1;
    const context = this.context();
    const make = (own: OperatorContext): SourceOperator => new LineReader(lines[own.subtaskIndex] ?? '', own);
    const splits = options.whole === true ? null : new SplitReader(lines.length, context, make);
    const { watermarks = 'monotonous', params = {}, idleTimeoutMs = 0, alignment = null } = options;
    const strategy = strategyOf(watermarks);
    const timing = {
      makeGenerator: () => strategy.make({ watermarks, ...params }, strategyContext(context, schema)),
      watermarkIntervalMs: intervalMs,
      idleTimeoutMs,
      strategy: watermarks,
      outOfOrdernessMs: 0,
      alignment,
      phase: 0,
      parallelism: 1,
    };
    this.driver = new SourceDriver(splits ?? make(context), splits, timing, {
      watermark: (time) => this.say(`w${time}`),
      status: (status) => this.say(status === 'idle' ? '~' : 'a'),
      reportWatermark: (time) => this.say(time === MAX_EVENT_TIME ? 'rmax' : `r${time}`),
    });
    if (options.pace !== undefined) this.driver.setPace(options.pace, this.now);
  }

  run(): string {
    this.work();
    for (let interval = 0; interval < this.length; interval++) {
      this.cells[interval] ??= [];
      const limit = this.options.limits?.[interval];
      if (limit !== undefined) this.driver.align(limit as never, this.now);
      this.to(interval * intervalMs);
      this.to(interval * intervalMs + intervalMs / 2);
    }
    return this.cells.map((cell) => (cell.length === 0 ? '-' : cell.join(' '))).join(' / ');
  }

  private to(now: number): void {
    this.now = processingTime(now);
    this.work();
  }

  private work(): void {
    if (this.options.blocked?.includes(Math.floor(this.now / intervalMs)) === true)
      return this.driver.blocked(this.now);
    if (this.outcome === 'ended') return;
    do this.outcome = this.driver.poll(100, this.now);
    while (this.outcome === 'emitted');
  }

  private say(text: string): void {
    const cell = Math.floor(this.now / intervalMs);
    (this.cells[cell] ??= []).push(text);
  }

  private emit(batch: Batch): void {
    this.driver.emit(batch, (piece) => {
      this.say(Array.from(piece.timestamps.subarray(0, piece.length)).join(' '));
    });
  }

  private context(): OperatorContext {
    return {
      node: 'source',
      name: 'Source',
      subtaskIndex: 0,
      parallelism: 1,
      outputTypes: [plainStream(schema)],
      outputs: [{ emit: (batch: Batch) => this.emit(batch) }],
      now: () => this.now,
      compile: (_param: string, source: string) =>
        new Function(`"use strict"; return (${source}\n);`)() as UserFunction,
      guard: (made: UserFunction) => made,
      at: () => {},
    } as unknown as OperatorContext;
  }
}
