/**
 * A scripted source whose timeline is in other hands: it asks for its elements one by one, each by its position, so that
 * whoever runs the script decides when which source goes on. There is one for each split, which a subtask may have several
 * of. Its offset is the position; watermark and idleness are in no snapshot, as in Flink.
 */
import * as z from 'zod/mini';
import type { TimelineElement } from '../../../base/timeline.ts';
import type { KindTable } from '../../../engine/graph/kind.ts';
import { plainStream } from '../../../engine/graph/schema.ts';
import type { JsonValue } from '../../../engine/graph/schema.ts';
import { declaredIssues, derived } from '../../../engine/operators/check.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { operatorTable } from '../../../engine/operators/running.ts';
import { scripted, scriptedFactory } from '../../../engine/operators/scripted.ts';
import { timelineRow } from '../../../engine/operators/timeline-rows.ts';
import type {
  OperatorContext,
  OperatorTable,
  Polled,
  RunnableOperator,
  SourceEvents,
  SourceOperator,
} from '../../../engine/task/operator.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { NO_TIMESTAMP } from '../../../engine/wire/batch.ts';
import type { Answer } from '../../../engine/wire/requests.ts';

type Params = ReturnType<(typeof scripted)['params']['parse']>;
type Schema = (typeof scripted)['params'];

const directed: RunnableOperator<Params> = {
  ...scripted,
  ...scriptedFactory,
  parallelism: 'any',
  // Whatever the timeline is, it is not played.
  params: z.object({
    ...scripted.params.shape,
    timeline: z._default(z.unknown(), ''),
    splits: z._default(z.number(), 1),
  }) as unknown as Schema,
  // The script may give records event times, whatever the timeline of the job file does.
  eventTime: { assigns: () => true },
  derive: ({ columns }) => derived(declaredIssues(columns, 'columns'), () => [plainStream(columns)]),
  create: (given, context, events) => new DirectedSource(given, context, events),
};

/** All operators, with scripted sources that take their elements from a script of the run. */
export const directedOperators: OperatorTable = new Map([
  ...operatorTable,
  [directed.kind, directed as unknown as RunnableOperator],
]);
export const directedKinds: KindTable = new Map([
  ...kindTable,
  [directed.kind, directedOperators.get(directed.kind)],
] as [string, RunnableOperator][]);

/** Of one split. */
class DirectedSource implements SourceOperator {
  private readonly context: OperatorContext;
  private readonly events: SourceEvents;
  private readonly builder: BatchBuilder;
  /** Of the next element. */
  private position = 0;
  private asked: number | null = null;
  private next: TimelineElement | null = null;
  private idle = false;

  constructor({ columns }: Params, context: OperatorContext, events: SourceEvents) {
    this.context = context;
    this.events = events;
    this.builder = new BatchBuilder(columns, 1, context);
  }

  poll(): Polled {
    const element = this.next;
    if (element === null) {
      this.asked ??= this.ask();
      return { kind: 'wait', until: null };
    }
    if (element.kind === 'end') return { kind: 'end' };
    this.next = null;
    this.asked = null;
    this.position++;
    this.play(element);
    return { kind: 'more' };
  }

  onAnswer(request: number, answer: Answer): void {
    if (request === this.asked && answer.kind === 'element') this.next = answer.element;
  }

  snapshot(): JsonValue {
    return { position: this.position };
  }

  offsets(): string {
    return `element ${this.position}`;
  }

  restore(state: JsonValue): void {
    this.position = (state as { position: number }).position;
  }

  private ask(): number {
    const { node, subtaskIndex: split } = this.context;
    return this.context.request({ kind: 'element', node, split, position: this.position });
  }

  private play(element: Exclude<TimelineElement, { kind: 'end' }>): void {
    if (element.kind === 'idle') {
      if (!this.idle) this.events.idle();
      this.idle = true;
      return;
    }
    if (this.idle) this.events.active();
    this.idle = false;
    if (element.kind === 'watermark') this.events.watermark(element.time);
    if (element.kind !== 'record') return;
    this.builder.appendRow(timelineRow(element, this.builder.schema), element.time ?? NO_TIMESTAMP);
    this.context.outputs[0]?.emit(this.builder.take());
  }
}
