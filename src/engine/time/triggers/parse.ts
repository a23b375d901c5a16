/**
 * Triggers as text, which a job file holds and a form edits:
 *
 *   trigger = name "(" [ argument { "," argument } ] ")"
 *   argument = trigger | number | duration | column | name ":" trigger
 *
 *   watermark()  processingTime()       the end of the window in event time, in processing time
 *   count(3)  delay(10s)  delta(5, column)
 *   everyEventTime(1min)  everyProcessingTime(10s)
 *   any(…, …)  all(…, …)  each(…, …)  orFinally(…, …)  repeatedly(…)
 *   afterWatermark(early: …, late: …)
 *   purging(…)                          outermost alone: what was fired is dropped
 *   never()
 *
 * What can be read may still have a value that makes no sense: that is told by place, see `valueFault`.
 */
import { failed, ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import { isTriggerName, triggerNames, triggerRow } from './table.ts';
import type { PartsKind, ValueKind } from './table.ts';
import type { TriggerPart, TriggerTree, WholeTrigger } from './tree.ts';

/** Deeper is no trigger that anybody meant. */
export const depthMax = 16;
/** Longer is no wait that anybody meant; sums of times and durations stay exact. */
const longestMs = 100_000 * 86_400_000;
export const unitMs = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000, ms: 1 } as const;

/** The reason is a sentence without its full stop. */
export function parseTrigger(text: string): Result<WholeTrigger, string> {
  const reader = new Reader(text);
  try {
    const purging = reader.opens('purging');
    const trigger = reader.trigger(0);
    if (purging) reader.take(')');
    reader.end();
    return ok({ trigger, purging });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return failed(error.message);
  }
}

/** What is wrong with a trigger's own values, not with those of its parts; null: nothing. */
export function valueFault({ name, values }: TriggerTree): string | null {
  for (const [i, { kind }] of triggerRow(name).values.entries()) {
    const value = values[i] ?? 0;
    if (kind === 'count' && !(Number.isInteger(value) && Number(value) >= 1))
      return 'a count is a whole number above 0';
    if (kind === 'duration' && Number(value) < 1) return 'a duration is at least 1 ms';
    if (kind === 'duration' && Number(value) > longestMs) return 'a duration is at most 100,000 days';
  }
  return null;
}

class Unreadable extends Error {}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  trigger(depth: number): TriggerTree {
    if (depth > depthMax) throw new Unreadable(`it is nested deeper than ${depthMax}`);
    const name = this.match(/[A-Za-z]+/y) ?? '';
    if (name === 'purging')
      throw new Unreadable('purging(…) stands outside of all others: it is not a trigger, but what becomes of a pane');
    if (!isTriggerName(name)) throw this.wrong(`a trigger (${triggerNames.join(', ')})`, name.length);
    this.take('(');
    const row = triggerRow(name);
    const values = row.values.map(({ kind }, i) => {
      if (i > 0) this.take(',');
      return this.value(kind);
    });
    const parts = this.parts(row.parts, depth + 1);
    this.take(')');
    return { name, values, parts };
  }

  /** `name (`, which is taken only as a whole. */
  opens(name: string): boolean {
    return this.match(new RegExp(`${name}\\s*\\(`, 'y')) !== null;
  }

  take(character: string): void {
    if (!this.takes(character)) throw this.wrong(`“${character}”`, 0);
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.wrong('the end', 0);
  }

  private parts(kind: PartsKind, depth: number): TriggerPart[] {
    const one = (): TriggerPart => ({ role: null, trigger: this.trigger(depth) });
    if (kind === 'none') return [];
    if (kind === 'panes') return this.isAt(')') ? [] : this.panes(depth);
    const parts = [one()];
    if (kind === 'two') this.take(',');
    if (kind === 'two') parts.push(one());
    while (kind === 'several' && this.takes(',')) parts.push(one());
    return parts;
  }

  private panes(depth: number): TriggerPart[] {
    const parts: TriggerPart[] = [];
    do {
      const open = (['early', 'late'] as const).filter((role) => parts.every((part) => part.role !== role));
      const role = open.find((each) => this.named(each));
      if (role === undefined) throw this.wrong(open.map((each) => `“${each}:”`).join(' or ') || '“)”', 0);
      parts.push({ role, trigger: this.trigger(depth) });
    } while (this.takes(','));
    return parts;
  }

  private named(name: string): boolean {
    return this.match(new RegExp(`${name}\\s*:`, 'y')) !== null;
  }

  private value(kind: ValueKind): number | string {
    if (kind === 'column') return this.column();
    return kind === 'duration' ? this.duration() : this.number();
  }

  private number(): number {
    const digits = this.match(/\d+(?:\.\d+)?/y);
    if (digits === null) throw this.wrong('a number', 0);
    const number = Number(digits);
    if (number > Number.MAX_SAFE_INTEGER) throw new Unreadable(`${digits.slice(0, 20)}… is too large a number`);
    return number;
  }

  /** Milliseconds. */
  private duration(): number {
    const found = this.match(/\d+(?:\.\d+)?\s*(?:ms|s|min|h|d)?(?![A-Za-z])/y);
    if (found === null) throw this.wrong('a duration such as 10s or 5min', 0);
    const unit = (/[a-z]+$/.exec(found)?.[0] ?? 'ms') as keyof typeof unitMs;
    return Math.round(Number.parseFloat(found) * unitMs[unit]);
  }

  private column(): string {
    const name = this.match(/"[^"]*"|[^\s,()":]+/y);
    if (name === null) throw this.wrong('the name of a column', 0);
    return name.replaceAll('"', '');
  }

  private isAt(character: string): boolean {
    this.space();
    return this.text[this.at] === character;
  }

  private takes(character: string): boolean {
    if (!this.isAt(character)) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): string | null {
    this.space();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  /** `back`: characters that were taken already. */
  private wrong(needed: string, back: number): Unreadable {
    const rest = this.text.slice(this.at - back).slice(0, 20);
    return new Unreadable(`at ${rest === '' ? 'its end' : `“${rest}”`}, ${needed} is needed`);
  }
}
