/** What a trigger does, in one plain sentence. Pure; the words follow the meaning in `engine/time/triggers/`, not its text. */
import type { WindowTime } from '../../../engine/time/triggers/default.ts';
import type { TriggerPart, TriggerTree, WholeTrigger } from '../../../engine/time/triggers/tree.ts';
import { durationText } from '../../ui/duration.ts';

/** What of its windows the sentence depends on. */
export interface TriggerSurroundings {
  readonly time: WindowTime;
  readonly latenessMs: number;
}

export function triggerSentence({ trigger, purging }: WholeTrigger, around: TriggerSurroundings): string {
  const firing = new Words(around).firing(trigger);
  const sentence = firing === never ? 'Never fires.' : `Fires ${firing}.`;
  return purging ? `${sentence} What has fired is dropped.` : sentence;
}

const never = 'never';

const and = (texts: readonly string[], word: 'and' | 'or'): string =>
  texts.length < 3 && texts.every((text) => !text.includes(','))
    ? texts.join(` ${word} `)
    : texts.map((text, i) => (i === 0 ? text : `${word} ${text}`)).join(', ');

class Words {
  private readonly around: TriggerSurroundings;
  private readonly panes: 'all' | 'early' | 'late';
  /** What elements are called at this place. */
  private readonly record: 'record' | 'late record';

  /** `panes`: which of a window's the words are about. */
  constructor(around: TriggerSurroundings, panes: 'all' | 'early' | 'late' = 'all') {
    this.around = around;
    this.panes = panes;
    this.record = panes === 'late' ? 'late record' : 'record';
  }

  /** To follow “fires”. */
  firing(trigger: TriggerTree): string {
    switch (trigger.name) {
      case 'never':
        return never;
      case 'repeatedly':
        return this.repeated(part(trigger, 0));
      case 'delta':
      case 'everyEventTime':
      case 'everyProcessingTime':
        return this.repeated(trigger);
      case 'each':
        return trigger.parts.map((each) => this.firing(each.trigger)).join(', then ');
      case 'orFinally':
        return `${this.firing(part(trigger, 0))}, until ${this.moment(part(trigger, 1))}, when it fires for the last time`;
      case 'afterWatermark':
        return this.threefold(trigger);
      default:
        return this.isPossible(trigger) ? `once, when ${this.moment(trigger)}` : never;
    }
  }

  /** The same of a trigger that begins anew whenever it has finished. */
  private repeated(trigger: TriggerTree): string {
    const { time } = this.around;
    if (!this.isPossible(trigger)) return never;
    switch (trigger.name) {
      case 'watermark':
        return `when ${this.moment(trigger)}${this.thenLate()}`;
      case 'processingTime':
        return `when ${this.moment(trigger)}${time === 'event' ? ', then for each record that comes later' : ''}`;
      case 'count':
        return number(trigger) === 1 ? `for each ${this.record}` : `every ${number(trigger)} ${this.record}s`;
      case 'delay':
        return `${durationText(number(trigger))} of processing time after the first ${this.record} since it last fired`;
      case 'delta':
        return `whenever ${this.moment(trigger)}`;
      case 'everyEventTime':
        return `every ${durationText(number(trigger))} of event time${this.andAtEnd()}${this.thenLate()}`;
      case 'everyProcessingTime':
        return `every ${durationText(number(trigger))} of processing time${time === 'processing' ? this.andAtEnd() : ''}`;
      case 'any':
      case 'all':
        return `each time when ${this.moment(trigger)}`;
      default:
        return endless(trigger) ? this.firing(trigger) : `again and again: ${this.firing(trigger)}`;
    }
  }

  private threefold(trigger: TriggerTree): string {
    const [early, late] = (['early', 'late'] as const).map((role) => trigger.parts.find((each) => each.role === role));
    const end = this.end();
    return this.early(early, end) + this.late(late);
  }

  private early(early: TriggerPart | undefined, end: string): string {
    const often = early === undefined ? never : new Words(this.around, 'early').repeated(early.trigger);
    if (often === never) return `when ${end}`;
    return `${often}${/, | or | and /.test(often) ? ',' : ''} before ${end}, then at the end`;
  }

  private late(late: TriggerPart | undefined): string {
    const { time, latenessMs } = this.around;
    if (time !== 'event') return '';
    if (late === undefined) return latenessMs > 0 ? ', and not again for late records' : '';
    const often = new Words(this.around, 'late').repeated(late.trigger);
    if (often === never) return '';
    return `, then ${often}${latenessMs > 0 ? '' : ' (but there is none: with an allowed lateness of 0 they are dropped)'}`;
  }

  private thenLate(): string {
    const { time, latenessMs } = this.around;
    return time === 'event' && latenessMs > 0 && this.panes === 'all' ? ', then for each late record' : '';
  }

  private andAtEnd(): string {
    return this.panes === 'all' ? ' and at the end of the window' : '';
  }

  /** When it would fire, to follow “when”. */
  private moment(trigger: TriggerTree): string {
    switch (trigger.name) {
      case 'watermark':
        return this.end();
      case 'processingTime':
        return this.around.time === 'none'
          ? 'the window ends, which it never does'
          : 'processing time passes the end of the window';
      case 'count':
        return number(trigger) === 1 ? `a ${this.record} has come` : `${number(trigger)} ${this.record}s have come`;
      case 'delay':
        return `${durationText(number(trigger))} of processing time have passed since the first ${this.record}`;
      case 'delta':
        return `${String(trigger.values[1]) || 'the column'} has moved by more than ${number(trigger)}`;
      case 'everyEventTime':
        return `the next full ${durationText(number(trigger))} of event time come`;
      case 'everyProcessingTime':
        return `the next full ${durationText(number(trigger))} of processing time come`;
      case 'any':
        return and(this.moments(trigger.parts.filter((each) => this.isPossible(each.trigger))), 'or');
      case 'all':
        return and(this.moments(trigger.parts), 'and');
      case 'each':
      case 'repeatedly':
        return this.moment(part(trigger, 0));
      case 'orFinally':
        return and(this.moments(trigger.parts), 'or');
      case 'afterWatermark': {
        const early = trigger.parts.find((each) => each.role === 'early');
        return and([...(early === undefined ? [] : [this.inside(early.trigger)]), this.end()], 'or');
      }
      case 'never':
        return 'what never happens';
    }
  }

  private moments(parts: readonly TriggerPart[]): string[] {
    return parts.map(({ trigger }) => (parts.length === 1 ? this.moment(trigger) : this.inside(trigger)));
  }

  /** Of several in a row: an “or” among “and” is set apart. */
  private inside(trigger: TriggerTree): string {
    const text = this.moment(trigger);
    return ['any', 'all', 'orFinally', 'afterWatermark'].includes(trigger.name) && trigger.parts.length > 1
      ? `(${text})`
      : text;
  }

  private end(): string {
    return this.around.time === 'none' ? 'all input has ended' : 'the watermark passes the end of the window';
  }

  private isPossible({ name, parts }: TriggerTree): boolean {
    if (name === 'any') return parts.some((each) => this.isPossible(each.trigger));
    if (name === 'all') return parts.every((each) => this.isPossible(each.trigger));
    return name !== 'never' && !(name === 'processingTime' && this.around.time === 'none');
  }
}

const part = ({ parts }: TriggerTree, at: number): TriggerTree => (parts[at] as TriggerPart).trigger;

const number = ({ values }: TriggerTree): number => Number(values[0]);

/** It is never finished, so that beginning anew changes nothing. */
function endless({ name, parts }: TriggerTree): boolean {
  if (name === 'afterWatermark') return parts.some((each) => each.role === 'late');
  return ['never', 'repeatedly', 'delta', 'everyEventTime', 'everyProcessingTime'].includes(name);
}
