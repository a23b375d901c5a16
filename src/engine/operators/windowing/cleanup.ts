/** When the state of a window goes, and which records are too late for it (Flink: WindowOperator.cleanupTime, isWindowLate). */
import { addClamped, eventTime, MAX_EVENT_TIME } from '../../../base/units.ts';
import type { Key } from '../../state/key.ts';
import type { OperatorContext } from '../../task/operator.ts';
import type { TimeDomain, Timer } from '../../time/timers.ts';
import { cleanupTime, isLate, passedAt } from '../../time/windows.ts';
import type { TimeWindow } from '../../time/windows.ts';
import type { Closing } from './closing.ts';
import { nameOf } from './trigger-state.ts';

export interface CleanupRules {
  /** By which time windows pass; none: they never do. */
  readonly time: TimeDomain | 'none';
  readonly latenessMs: number;
  readonly closing: Closing;
}

export class Cleanup {
  /** By which time state goes; null: it stays. What never passes has a last pane with the end of the input, if any. */
  readonly domain: TimeDomain | null;
  private readonly rules: CleanupRules;
  private readonly context: OperatorContext;

  constructor(rules: CleanupRules, context: OperatorContext) {
    const { time, closing } = rules;
    const never = closing === 'drop' ? null : 'event';
    this.domain = time === 'none' ? never : time;
    this.rules = rules;
    this.context = context;
  }

  /** The greatest of all times: with the end of the input, or never. */
  timeOf(window: TimeWindow): number {
    const { time, latenessMs } = this.rules;
    if (time === 'none') return MAX_EVENT_TIME;
    return time === 'event' ? cleanupTime(window.end, latenessMs) : passedAt(window, time);
  }

  /** Whether this timer is the one that `expect` set. */
  isDue({ domain, time }: Pick<Timer, 'domain' | 'time'>, window: TimeWindow): boolean {
    return domain === this.domain && time === this.timeOf(window);
  }

  expect(key: Key, window: TimeWindow): void {
    const { domain } = this;
    const time = this.timeOf(window);
    if (domain === null) return;
    if (time === MAX_EVENT_TIME && (this.rules.closing === 'drop' || domain === 'processing')) return;
    this.context.timers.register({ domain, time, key, namespace: nameOf(window) });
  }

  forget(key: Key, window: TimeWindow): void {
    const { domain } = this;
    if (domain === null) return;
    this.context.timers.remove({ domain, time: this.timeOf(window), key, namespace: nameOf(window) });
  }

  isLate({ end }: TimeWindow): boolean {
    const { time, latenessMs } = this.rules;
    return time === 'event' && isLate(end, latenessMs, this.context.watermark());
  }

  /** Of a record that no window takes. */
  isElementLate(timestamp: number): boolean {
    const { time, latenessMs } = this.rules;
    return time === 'event' && addClamped(eventTime(timestamp), latenessMs) <= this.context.watermark();
  }
}
