/**
 * The running half of the interval join: a buffer per side and key, probed by the records of the other side and emptied
 * by event-time timers.
 *
 * Clean-up as in Flink: a left record goes when the watermark reaches time + upper, or its own time if upper is not
 * positive; a right one by −lower. The outer forms go at time + upper (or − lower) always, as in SQL: then no match is
 * possible any more, and what has none by then is padded. There is no other lateness in SQL: a record behind the watermark
 * meets what is kept, and is kept while it can meet more; else it is padded at once.
 */
import { addClamped, eventTime, MAX_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { KeyEntry } from '../state/keyed-state.ts';
import type { Operator, OperatorContext, Progress } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import { timeText } from '../time/windows.ts';
import type { Batch } from '../wire/batch.ts';
import type { Held } from '../wire/inspect.ts';
import { KeyReader } from '../wire/keys.ts';
import { heldOf, heldRows } from './held.ts';
import { joinColumns } from './join-columns.ts';
import { JoinOutput, LateRows, missingTimestamp, noBatch } from './join-output.ts';
import { cellsAt } from './row-cells.ts';
import type { Cells } from './row-cells.ts';
import { firstAfter, TimeBuffer } from './time-buffer.ts';

/** As the person gives it: bounds that are inclusive unless it is said. */
export interface IntervalJoinParams {
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly lowerExclusive: boolean;
  readonly upperExclusive: boolean;
  readonly join: 'inner' | 'left' | 'right' | 'full';
  readonly result: 'columns' | 'function';
  readonly prefix: string;
  readonly function: string;
}

/** `open`: it has met none and is to be padded if that stays so. */
type Buffered = readonly [time: number, cells: Cells, open: boolean];

/** One input, seen from its own records. */
interface Side {
  readonly name: 'left' | 'right';
  readonly reader: KeyReader;
  readonly buffer: TimeBuffer<Buffered>;
  /** Its records meet those of the other side from `time + from` to `time + to`. */
  readonly from: number;
  readonly to: number;
  /** How long after its time a record is kept. */
  readonly keep: number;
  readonly padded: boolean;
}

export class IntervalJoinOperator implements Operator {
  readonly watermarkDelayMs: number;
  private readonly context: OperatorContext;
  private readonly outer: boolean;
  private readonly left: Side;
  private readonly right: Side;
  private readonly output: JoinOutput;
  private readonly late = new LateRows();

  constructor(given: IntervalJoinParams, context: OperatorContext) {
    const { join } = given;
    const lower = given.lowerMs + Number(given.lowerExclusive);
    const upper = given.upperMs - Number(given.upperExclusive);
    this.context = context;
    this.outer = join !== 'inner';
    this.watermarkDelayMs = this.outer ? Math.max(-lower, upper) : 0;
    this.left = this.side('left', [lower, upper], join === 'left' || join === 'full');
    this.right = this.side('right', [-upper, -lower], join === 'right' || join === 'full');
    this.output = outputOf(given, context);
  }

  process(batch: Batch, input: number): void {
    const { context, late } = this;
    const [side, other] = input === 0 ? [this.left, this.right] : [this.right, this.left];
    const watermark = context.watermark();
    for (let row = 0; row < batch.length; row++) {
      const time = batch.timestamps[row] as number;
      if (Number.isNaN(time)) throw missingTimestamp(context, batch, row);
      const behind = time < watermark;
      if (behind && !this.outer) late.add(row);
      else {
        context.at(batch, row);
        const came = this.record(side, other, side.reader.read(batch, row), time, cellsAt(batch, row));
        if (behind && !came) late.add(row);
      }
    }
    context.at(noBatch, 0);
    this.output.flush();
    late.emit(batch, context, input === 0 ? 1 : 2);
  }

  onTimer({ time, key, namespace }: Timer): void {
    const side = namespace === this.left.name ? this.left : this.right;
    const entries = side.buffer.of(key);
    const gone = time === MAX_EVENT_TIME ? entries.length : firstAfter(entries, time - side.keep);
    for (let i = 0; i < gone; i++) this.pad(side, entries[i] as Buffered);
    side.buffer.drop(key, gone);
  }

  /** All timers that were due have fired. */
  onWatermark(): Progress {
    this.output.flush();
    return 'done';
  }

  holds(_key: Key, entries: readonly KeyEntry[]): readonly Held[] {
    const { inputs } = this.context;
    return heldOf(
      ...[this.left, this.right].map((side, i) => this.heldBy(side, (inputs[i] as StreamType).schema, entries)),
    );
  }

  timerPurpose({ time, namespace }: Timer): string {
    const side = namespace === this.left.name ? this.left : this.right;
    const until = time === MAX_EVENT_TIME ? '' : ` up to ${timeText(time - side.keep)}`;
    return `${side.padded ? 'pads those without a match and forgets' : 'forgets'} ${side.name} records${until}`;
  }

  private heldBy({ name, keep, from, to }: Side, schema: Schema, entries: readonly KeyEntry[]): Held | null {
    const other = name === 'left' ? 'right' : 'left';
    const what = name === 'left' ? 'Left records' : 'Right records';
    const goneAt = (time: number): EventTimeMs => addClamped(eventTime(time), keep);
    const note = (first: number, last: number): string => {
      const [gone, lastGone] = [timeText(goneAt(first)), timeText(goneAt(last))];
      const when = first === last ? `until the watermark reaches ${gone}` : `until watermarks ${gone} … ${lastGone}`;
      return `Each meets ${other} records from ${from} to ${to} ms after it, and is kept ${when}.`;
    };
    return heldRows(entries, name, what, schema, note, goneAt);
  }

  private side(name: Side['name'], [from, to]: readonly [number, number], padded: boolean): Side {
    const { schema, key } = this.context.inputs[name === 'left' ? 0 : 1] as StreamType;
    return {
      name,
      reader: new KeyReader(schema, key as readonly string[]),
      buffer: new TimeBuffer(this.context.keyedState, name),
      from,
      to,
      keep: this.outer ? to : Math.max(to, 0),
      padded,
    };
  }

  /** Whether anything has come or can come of it. */
  private record(side: Side, other: Side, key: Key, time: number, cells: Cells): boolean {
    const met = this.meet(side, other, key, time, cells);
    const entry: Buffered = [time, cells, side.padded && !met];
    const until = addClamped(eventTime(time), side.keep);
    // It is late, or with an upper bound below 0 all that could be met has come before.
    if (this.outer && until <= this.context.watermark()) {
      this.pad(side, entry);
      return met || side.padded;
    }
    side.buffer.add(key, entry);
    this.context.timers.register({ domain: 'event', time: until, key, namespace: side.name });
    return true;
  }

  /** Whether there was any. */
  private meet(side: Side, other: Side, key: Key, time: number, cells: Cells): boolean {
    const entries = other.buffer.of(key);
    const first = firstAfter(entries, time + side.from - 1);
    const end = firstAfter(entries, time + side.to);
    for (let i = first; i < end; i++) {
      const [otherTime, otherCells] = entries[i] as Buffered;
      this.emit(side, cells, otherCells, Math.max(time, otherTime));
    }
    if (other.padded) closeEntries(other, key, entries, first, end);
    return end > first;
  }

  private pad(side: Side, [time, cells, open]: Buffered): void {
    if (open) this.emit(side, cells, null, time);
  }

  private emit(side: Side, own: Cells, others: Cells | null, time: number): void {
    if (side === this.left) this.output.add(own, others, time);
    else this.output.add(others, own, time);
  }
}

function outputOf({ result, prefix, function: source }: IntervalJoinParams, context: OperatorContext): JoinOutput {
  if (result === 'function') return JoinOutput.ofFunction(context, source);
  const [left, right] = context.inputs as readonly [StreamType, StreamType];
  return JoinOutput.ofColumns(context, joinColumns(left, right, prefix));
}

/** These have met one. An entry is not changed but replaced, since a snapshot may hold it. */
function closeEntries(side: Side, key: Key, entries: readonly Buffered[], first: number, end: number): void {
  let any = false;
  for (let i = first; i < end; i++) any ||= (entries[i] as Buffered)[2];
  if (!any) return;
  side.buffer.replace(
    key,
    entries.map((entry, i): Buffered => (i >= first && i < end && entry[2] ? [entry[0], entry[1], false] : entry)),
  );
}
