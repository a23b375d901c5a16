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
 */
import { failed, ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import { AfterAll, AfterAny, AfterEach, AfterWatermark, OrFinally, Repeatedly } from './composites.ts';
import { AtEnd, Every } from './ends.ts';
import { AfterCount, AfterDelay, AfterDelta, never } from './leaves.ts';
import type { Trigger } from './trigger.ts';

export interface ParsedTrigger {
  readonly trigger: Trigger;
  /** What was fired is dropped, whatever the accumulation mode says (Flink: PurgingTrigger). */
  readonly purging: boolean;
  /** Columns that it reads. */
  readonly columns: readonly string[];
  /** It looks at the clock, or at the watermark. */
  readonly domains: ReadonlySet<'event' | 'processing'>;
  /** It fires at every interval of event time: in a window without an end, without end. */
  readonly marksEventTime: boolean;
}

/** Deeper is no trigger that anybody meant. */
const depthMax = 16;
/** Longer is no wait that anybody meant; sums of times and durations stay exact. */
const longestMs = 100_000 * 86_400_000;
const unitMs = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The reason is a sentence without its full stop. */
export function parseTrigger(text: string): Result<ParsedTrigger, string> {
  const reader = new Reader(text);
  try {
    const purging = reader.opens('purging');
    const trigger = reader.trigger('t', 0);
    if (purging) reader.take(')');
    reader.end();
    return ok({
      trigger,
      purging,
      columns: reader.columns,
      domains: reader.domains,
      marksEventTime: reader.marksEventTime,
    });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return failed(error.message);
  }
}

class Unreadable extends Error {}

type Make = (reader: Reader, id: string, depth: number) => Trigger;

const several =
  (make: (id: string, parts: readonly Trigger[]) => Trigger): Make =>
  (reader, id, depth) =>
    make(
      id,
      reader.list(() => reader.trigger(`${id}.${reader.next()}`, depth)),
    );

const makers: Readonly<Record<string, Make>> = {
  watermark: (reader, id) => new AtEnd(id, reader.looksAt('event')),
  processingTime: (reader, id) => new AtEnd(id, reader.looksAt('processing')),
  never: () => never,
  count: (reader, id) => new AfterCount(id, reader.count()),
  delay: (reader, id) => {
    reader.looksAt('processing');
    return new AfterDelay(id, reader.duration());
  },
  delta(reader, id) {
    const threshold = reader.number();
    reader.take(',');
    return new AfterDelta(id, threshold, reader.column());
  },
  everyEventTime(reader, id) {
    reader.marksEventTime = true;
    return new Every(id, reader.looksAt('event'), reader.duration());
  },
  everyProcessingTime: (reader, id) => new Every(id, reader.looksAt('processing'), reader.duration()),
  any: several((id, parts) => new AfterAny(id, parts)),
  all: several((id, parts) => new AfterAll(id, parts)),
  each: several((_id, parts) => new AfterEach(parts)),
  repeatedly: (reader, id, depth) => new Repeatedly(reader.trigger(`${id}.r`, depth)),
  orFinally(reader, id, depth) {
    const actual = reader.trigger(`${id}.a`, depth);
    reader.take(',');
    return new OrFinally(actual, reader.trigger(`${id}.u`, depth));
  },
  afterWatermark(reader, id, depth) {
    reader.looksAt('event');
    let early: Trigger | null = null;
    let late: Trigger | null = null;
    if (reader.isAt(')')) return new AfterWatermark(id, early, late);
    do {
      if (early === null && reader.named('early')) early = reader.trigger(`${id}.e`, depth);
      else if (late === null && reader.named('late')) late = reader.trigger(`${id}.l`, depth);
      else throw reader.wrong(late === null ? (early === null ? '“early:” or “late:”' : '“late:”') : '“)”', 0);
    } while (reader.takes(','));
    return new AfterWatermark(id, early, late);
  },
};

class Reader {
  readonly columns: string[] = [];
  readonly domains = new Set<'event' | 'processing'>();
  marksEventTime = false;
  private readonly text: string;
  private at = 0;
  private made = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** A number that no other part of this trigger has: parts keep their state apart. */
  next(): number {
    return this.made++;
  }

  looksAt<D extends 'event' | 'processing'>(domain: D): D {
    this.domains.add(domain);
    return domain;
  }

  trigger(id: string, depth: number): Trigger {
    if (depth > depthMax) throw new Unreadable(`it is nested deeper than ${depthMax}`);
    const name = this.match(/[A-Za-z]+/y) ?? '';
    const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
    if (name === 'purging')
      throw new Unreadable('purging(…) stands outside of all others: it is not a trigger, but what becomes of a pane');
    if (make === undefined) throw this.wrong(`a trigger (${Object.keys(makers).join(', ')})`, name.length);
    this.take('(');
    const trigger = make(this, id, depth + 1);
    this.take(')');
    return trigger;
  }

  list(one: () => Trigger): readonly Trigger[] {
    const parts = [one()];
    while (this.takes(',')) parts.push(one());
    return parts;
  }

  /** `name (`, which is taken only as a whole. */
  opens(name: string): boolean {
    return this.match(new RegExp(`${name}\\s*\\(`, 'y')) !== null;
  }

  named(name: string): boolean {
    return this.match(new RegExp(`${name}\\s*:`, 'y')) !== null;
  }

  count(): number {
    const count = this.number();
    if (!Number.isInteger(count) || count < 1) throw new Unreadable('a count is a whole number above 0');
    return count;
  }

  number(): number {
    const digits = this.match(/\d+(?:\.\d+)?/y);
    if (digits === null) throw this.wrong('a number', 0);
    const number = Number(digits);
    if (number > Number.MAX_SAFE_INTEGER) throw new Unreadable(`${digits.slice(0, 20)}… is too large a number`);
    return number;
  }

  /** Milliseconds. */
  duration(): number {
    const found = this.match(/\d+(?:\.\d+)?\s*(?:ms|s|min|h|d)?(?![A-Za-z])/y);
    if (found === null) throw this.wrong('a duration such as 10s or 5min', 0);
    const unit = (/[a-z]+$/.exec(found)?.[0] ?? 'ms') as keyof typeof unitMs;
    const ms = Math.round(Number.parseFloat(found) * unitMs[unit]);
    if (ms < 1) throw new Unreadable('a duration is at least 1 ms');
    if (ms > longestMs) throw new Unreadable('a duration is at most 100,000 days');
    return ms;
  }

  column(): string {
    const name = this.match(/"[^"]*"|[^\s,()":]+/y)?.replaceAll('"', '') ?? '';
    if (name === '') throw this.wrong('the name of a column', 0);
    this.columns.push(name);
    return name;
  }

  take(character: string): void {
    if (!this.takes(character)) throw this.wrong(`“${character}”`, 0);
  }

  isAt(character: string): boolean {
    this.space();
    return this.text[this.at] === character;
  }

  takes(character: string): boolean {
    if (!this.isAt(character)) return false;
    this.at++;
    return true;
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.wrong('the end', 0);
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
  wrong(needed: string, back: number): Unreadable {
    const rest = this.text.slice(this.at - back).slice(0, 20);
    return new Unreadable(`at ${rest === '' ? 'its end' : `“${rest}”`}, ${needed} is needed`);
  }
}
