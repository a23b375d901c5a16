/**
 * The running half of the temporal join, as Flink's TemporalRowTimeJoinOperator: left records and versions wait in order
 * of time; a timer joins what the watermark has passed, and then forgets all versions but the newest of the past. Of a
 * changelog, what takes a row away (-U, -D) is a version, too: from its time on there is none, until the next. It is kept as
 * the others are, so that a late version from before it does not bring the row back.
 *
 * Other than in Flink, a left record that is late, time < watermark, goes to a side output: its version may be gone.
 */
import { eventTime } from '../../base/units.ts';
import { isRetraction } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import { emptyNamespace } from '../state/key.ts';
import type { KeyEntry } from '../state/keyed-state.ts';
import type { Operator, OperatorContext, Progress } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import { timeText } from '../time/windows.ts';
import type { Batch } from '../wire/batch.ts';
import type { Held } from '../wire/inspect.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { heldOf, heldRows } from './held.ts';
import { joinColumns, withoutKind } from './join-columns.ts';
import { JoinOutput, LateRows, missingTimestamp } from './join-output.ts';
import { cellsAt } from './row-cells.ts';
import type { Cells } from './row-cells.ts';
import { firstAfter, TimeBuffer } from './time-buffer.ts';

export interface TemporalJoinParams {
  readonly time: 'event' | 'processing';
  readonly join: 'inner' | 'left';
  readonly prefix: string;
  /** Of versions, by the clock; 0: none. */
  readonly ttlMs: number;
}

type Kept = readonly [time: number, cells: Cells];
/** Null: there is none from then on. */
type Version = readonly [time: number, cells: Cells | null];

export class TemporalJoinOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly outer: boolean;
  private readonly readers: readonly KeyReader[];
  private readonly waiting: TimeBuffer<Kept>;
  private readonly versions: TimeBuffer<Version>;
  private readonly kinds: RowKindReader;
  private readonly output: JoinOutput;
  private readonly late = new LateRows();

  constructor({ join, prefix }: TemporalJoinParams, context: OperatorContext) {
    const [left, versions] = context.inputs as readonly [StreamType, StreamType];
    const plain = withoutKind(versions);
    this.context = context;
    this.outer = join === 'left';
    this.readers = [left, plain].map(({ schema, key }) => new KeyReader(schema, key as readonly string[]));
    this.kinds = new RowKindReader(versions.schema);
    this.waiting = new TimeBuffer(context.keyedState, 'waiting');
    this.versions = new TimeBuffer(context.keyedState, 'versions');
    this.output = JoinOutput.ofColumns(context, joinColumns(left, plain, prefix));
  }

  process(batch: Batch, input: number): void {
    const { context, late } = this;
    const reader = this.readers[input] as KeyReader;
    const plain = input === 1 ? withoutRowKinds(batch) : batch;
    const watermark = context.watermark();
    for (let row = 0; row < batch.length; row++) {
      const time = batch.timestamps[row] as number;
      if (Number.isNaN(time)) throw missingTimestamp(context, batch, row);
      if (input === 1) {
        const cells = isRetraction(this.kinds.at(batch, row)) ? null : cellsAt(plain, row);
        const kept = this.version(reader.read(plain, row), [time, cells]);
        if (!kept) context.times?.dropped(row);
      } else if (time < watermark) late.add(row);
      else this.left(reader.read(batch, row), [time, cellsAt(batch, row)]);
    }
    this.output.flush();
    late.emit(batch, context, 1);
  }

  /** By the timer's time and not by the watermark: so results of all keys are in order of time. */
  onTimer({ time, key }: Timer): void {
    const entries = this.waiting.of(key);
    const due = firstAfter(entries, time);
    for (let i = 0; i < due; i++) this.join(key, entries[i] as Kept);
    this.waiting.drop(key, due);
    this.forget(key, time);
  }

  /** All timers that were due have fired. */
  onWatermark(): Progress {
    this.output.flush();
    return 'done';
  }

  /** Nothing comes that a version could be for. */
  finish(): void {
    this.versions.clear();
  }

  holds(_key: Key, entries: readonly KeyEntry[]): readonly Held[] {
    const [left, versions] = this.context.inputs as readonly [StreamType, StreamType];
    return heldOf(
      heldRows(entries, 'waiting', 'Left records', left.schema, joinedAt, (first) => first),
      heldRows(entries, 'versions', 'Versions', withoutKind(versions).schema, (first, last) => {
        return `They hold from ${timeText(first)} on${first === last ? '' : `, the last from ${timeText(last)}`}.`;
      }),
    );
  }

  timerPurpose({ time }: Timer): string {
    return `joins left records up to ${timeText(time)} with their versions and forgets those that no later record needs`;
  }

  private left(key: Key, entry: Kept): void {
    // At the watermark: all of its versions are there.
    if (entry[0] <= this.context.watermark()) return this.join(key, entry);
    this.waiting.add(key, entry);
    this.timer(key, entry[0]);
  }

  /** A late version still holds from its time on, unless a newer one of the past has taken its place; then false. */
  private version(key: Key, entry: Version): boolean {
    const [time] = entry;
    const watermark = this.context.watermark();
    const entries = this.versions.of(key);
    const next = entries[firstAfter(entries, time)];
    if (next !== undefined && next[0] <= watermark) {
      this.context.countLate(1);
      return false;
    }
    this.versions.add(key, entry);
    if (time > watermark) this.timer(key, time);
    else this.forget(key, watermark);
    return true;
  }

  /** The newest version of the past stays: it holds until the next one. */
  private forget(key: Key, time: number): void {
    this.versions.drop(key, firstAfter(this.versions.of(key), time) - 1);
  }

  private join(key: Key, [time, cells]: Kept): void {
    const versions = this.versions.of(key);
    const version = versions[firstAfter(versions, time) - 1]?.[1] ?? null;
    if (version !== null || this.outer) this.output.add(cells, version, time);
  }

  private timer(key: Key, time: number): void {
    this.context.timers.register({ domain: 'event', time: eventTime(time), key, namespace: emptyNamespace });
  }
}

const joinedAt = (first: number): string =>
  `The first is joined with its version when the watermark reaches ${timeText(first)}.`;
