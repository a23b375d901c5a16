/**
 * Scripted source: plays a timeline, records, watermarks and pauses alike, as Beam's TestStream does. What is on screen
 * is exactly what was written.
 */
import * as z from 'zod/mini';
import { parseTimeline } from '../../base/timeline.ts';
import type { PlacedElement, TimelineElement } from '../../base/timeline.ts';
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import { schemaField, timelineField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue, Schema } from '../graph/schema.ts';
import type {
  OperatorContext,
  OperatorDefinition,
  Polled,
  SourceEvents,
  SourceFactory,
  SourceOperator,
} from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { NO_TIMESTAMP } from '../wire/batch.ts';
import { CoercionError } from '../wire/coerce.ts';
import { declaredIssues, derived } from './check.ts';
import { timelineRow } from './timeline-rows.ts';

const params = z.object({
  columns: schemaField(
    [
      { name: 'key', type: 'string' },
      { name: 'value', type: 'int' },
    ],
    { label: 'Columns', help: 'Of the records in the timeline.' },
  ),
  timeline: timelineField('a=1@1 b=2@3 a=3@7 w5 +1s a=4@12 b=5@9 w10 |', {
    label: 'Timeline',
    help: 'Records as key=value@time, a watermark as w10, a pause as +5s, idle as ~, the end as |.',
  }),
});
type ScriptedParams = z.infer<typeof params>;

export const scripted: OperatorDefinition<ScriptedParams> = {
  kind: 'scripted',
  family: 'source',
  title: 'Scripted source',
  summary: 'Plays a timeline: records, watermarks and pauses exactly as written.',
  icon: 'clapperboard',
  params,
  inputs: [],
  outputs: [{ name: 'out' }],
  parallelism: 'one',
  // One that is empty contradicts nothing: a script may take its place.
  eventTime: { assigns: ({ timeline }) => timeline.trim() === '' || timeline.includes('@') },
  derive({ columns, timeline }) {
    const declared = declaredIssues(columns, 'columns');
    const issues = declared.length > 0 ? declared : timelineIssues(timeline, columns);
    return derived(issues, () => [plainStream(columns)]);
  },
  describe: ({ timeline }) => (timeline.length <= 40 ? timeline : `${timeline.slice(0, 39)}…`),
  example: {
    params: { timeline: 'a=1@1 b=2@3 w3 +5s a=3@7 |' },
    inputs: [],
    outputs: { out: 'a=1@1 b=2@3 w3 a=3@7 |' },
  },
};

export const scriptedFactory: SourceFactory<ScriptedParams> = {
  role: 'source',
  ownWatermarks: true,
  create: (given, context, events) => new ScriptedSource(given, context, events),
};

/** The first thing that is wrong with it. */
function timelineIssues(timeline: string, columns: Schema): ParamIssue[] {
  const parsed = parseTimeline(timeline);
  if (!parsed.ok) {
    const { at, reason } = parsed.error;
    return [{ code: 'timeline-syntax', param: 'timeline', details: { at, reason } }];
  }
  for (const placed of parsed.value) {
    const reason = misfitReason(placed.element, columns);
    if (reason === null) continue;
    const at = timeline.slice(placed.start, placed.end).slice(0, 24);
    return [{ code: 'timeline-syntax', param: 'timeline', details: { at, reason } }];
  }
  return [];
}

function misfitReason(element: TimelineElement, columns: Schema): string | null {
  if (element.kind !== 'record') return null;
  try {
    timelineRow(element, columns);
    return null;
  } catch (error) {
    if (error instanceof CoercionError) return error.message;
    throw error;
  }
}

class ScriptedSource implements SourceOperator {
  private readonly context: OperatorContext;
  private readonly events: SourceEvents;
  private readonly elements: readonly TimelineElement[];
  private readonly builder: BatchBuilder;
  /** The element to play next. */
  private position = 0;
  private idle = false;
  /** End of the pause that is being made. */
  private until: ProcessingTimeMs | null = null;

  constructor({ columns, timeline }: ScriptedParams, context: OperatorContext, events: SourceEvents) {
    const parsed = parseTimeline(timeline);
    this.context = context;
    this.events = events;
    this.elements = parsed.ok ? parsed.value.map((placed: PlacedElement) => placed.element) : [];
    this.builder = new BatchBuilder(columns, 64, context);
  }

  /** Plays the records up to the next other element, or one other element. Without an end the stream stays open. */
  poll(limit: number): Polled {
    const element = this.elements[this.position];
    if (element === undefined) return { kind: 'wait', until: null };
    if (element.kind === 'end') return { kind: 'end' };
    if (element.kind === 'advance') return this.pause(element.by);
    if (element.kind === 'record') this.playRecords(limit);
    else {
      this.position++;
      this.playEvent(element);
    }
    return { kind: 'more' };
  }

  snapshot(): JsonValue {
    return { position: this.position, idle: this.idle };
  }

  restore(state: JsonValue): void {
    const { position, idle } = state as { position: number; idle: boolean };
    this.position = position;
    this.idle = idle;
    this.until = null;
  }

  private pause(by: number): Polled {
    const now = this.context.now();
    this.until ??= processingTime(now + by);
    if (now < this.until) return { kind: 'wait', until: this.until };
    this.until = null;
    this.position++;
    return { kind: 'more' };
  }

  private playRecords(limit: number): void {
    this.wake();
    for (let played = 0; played < limit; played++) {
      const element = this.elements[this.position];
      if (element?.kind !== 'record') break;
      this.position++;
      this.builder.appendRow(timelineRow(element, this.builder.schema), element.time ?? NO_TIMESTAMP);
    }
    this.context.outputs[0]?.emit(this.builder.take());
  }

  /** Barriers are a picture of what the coordinator does; a source cannot make one. */
  private playEvent(element: Exclude<TimelineElement, { kind: 'record' | 'end' | 'advance' }>): void {
    if (element.kind === 'idle') {
      if (!this.idle) this.events.idle();
      this.idle = true;
      return;
    }
    this.wake();
    if (element.kind === 'watermark') this.events.watermark(element.time);
  }

  /** Whatever is played ends the idleness. */
  private wake(): void {
    if (this.idle) this.events.active();
    this.idle = false;
  }
}
