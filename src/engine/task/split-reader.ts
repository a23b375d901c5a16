/**
 * Several splits read by one source subtask: a reader of its own for each, polled in turn. Split i of n is what subtask i
 * of n would read without splits. The splits are dealt to the subtasks in turn, as Flink's enumerators do, so that the
 * parallelism may change with a restore.
 */
import { present } from '../../base/assert.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import { processingTime } from '../../base/units.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { SplitId } from '../time/watermarks/multiplexer.ts';
import type { Answer, Request } from '../wire/requests.ts';
import type { OperatorContext, Polled, SourceOperator } from './operator.ts';

interface Reader {
  readonly split: SplitId;
  readonly source: SourceOperator;
  ended: boolean;
  paused: boolean;
  /** It said that it has nothing before then; null: it may have something. */
  until: ProcessingTimeMs | null;
}

/** JSON: by split, null for one that has ended. `of`: how many there are in all subtasks together. */
export type SplitStates = { readonly of: number; readonly splits: Readonly<Record<string, JsonValue>> };

/** The splits of a subtask. */
export const splitsOf = (subtask: number, parallelism: number, splits: number): SplitId[] =>
  Array.from({ length: splits }, (_, split) => split).filter((split) => split % parallelism === subtask);

/** What of the states of all old subtasks belongs to this one now. A subtask without a state had finished. */
export function redistributeSplits(
  states: readonly (SplitStates | null)[],
  subtask: number,
  parallelism: number,
  of: number,
): SplitStates {
  const all = new Map(states.flatMap((state) => Object.entries(state?.splits ?? {})));
  const mine = splitsOf(subtask, parallelism, of).map((split) => [split, all.get(String(split)) ?? null] as const);
  return { of, splits: Object.fromEntries(mine) };
}

/** Into how many splits the source was divided that this is the state of; 0: it was not. */
export function splitsIn(state: JsonValue): number {
  if (typeof state !== 'object' || state === null || !('splits' in state)) return 0;
  return Number((state as unknown as SplitStates).of);
}

const never = processingTime(Number.POSITIVE_INFINITY);

export class SplitReader implements SourceOperator {
  /** The split whose records come out now. */
  current: SplitId = 0;
  /** In all subtasks together. */
  readonly of: number;
  private readonly context: OperatorContext;
  private readonly readers: readonly Reader[];
  /** Which split asked what. */
  private readonly owners = new Map<number, SplitId>();
  private turn = 0;
  private ended: (split: SplitId) => void = () => {};

  /** `make` makes the reader of one split, in a context that names it as if it were a subtask. */
  constructor(of: number, context: OperatorContext, make: (context: OperatorContext) => SourceOperator) {
    this.of = of;
    this.context = context;
    this.readers = splitsOf(context.subtaskIndex, context.parallelism, of).map((split) => ({
      split,
      source: this.make(split, make),
      ended: false,
      paused: false,
      until: null,
    }));
  }

  /** Splits that have not ended. */
  get open(): SplitId[] {
    return this.readers.filter((reader) => !reader.ended).map(({ split }) => split);
  }

  onEnd(ended: (split: SplitId) => void): void {
    this.ended = ended;
  }

  /** It is not read until it is resumed. */
  setPaused(split: SplitId, paused: boolean): void {
    const reader = this.readers.find((candidate) => candidate.split === split);
    if (reader !== undefined) reader.paused = paused;
  }

  /** It has said that it has nothing for now. */
  isSilent(split: SplitId, now: ProcessingTimeMs): boolean {
    const until = this.readers.find((candidate) => candidate.split === split)?.until ?? null;
    return until !== null && now < until;
  }

  /** One split's turn; the next one's, when this has nothing. */
  poll(limit: number): Polled {
    const now = this.context.now();
    let until: ProcessingTimeMs = never;
    for (let tried = 0; tried < this.readers.length; tried++) {
      const reader = present(this.readers[this.turn], 'a reader');
      this.turn = (this.turn + 1) % this.readers.length;
      if (reader.ended || reader.paused) continue;
      if (reader.until === null || reader.until <= now) {
        this.pollOne(reader, limit);
        if (reader.until === null) return { kind: this.allEnded ? 'end' : 'more' };
      }
      if (reader.until < until) until = reader.until;
    }
    if (this.allEnded) return { kind: 'end' };
    return { kind: 'wait', until: until === never ? null : until };
  }

  onAnswer(request: number, answer: Answer): void {
    const owner = this.owners.get(request);
    this.owners.delete(request);
    const reader = this.readers.find(({ split }) => split === owner);
    if (reader === undefined) return;
    reader.until = null;
    reader.source.onAnswer?.(request, answer);
  }

  snapshot(): SplitStates {
    return { of: this.of, splits: Object.fromEntries(this.states()) };
  }

  /** Null: the split has ended. */
  states(): (readonly [SplitId, JsonValue])[] {
    return this.readers.map(({ split, source, ended }) => [split, ended ? null : source.snapshot()] as const);
  }

  offsets(): string {
    const places = this.readers.map(({ split, source }) => `split ${split}: ${source.offsets?.() ?? '…'}`);
    return places.length === 0 ? 'no splits' : places.slice(0, 8).join(', ');
  }

  restore(state: JsonValue): void {
    const { splits } = state as SplitStates;
    for (const reader of this.readers) {
      const own = splits[reader.split] ?? null;
      reader.until = null;
      if (own === null) this.end(reader);
      else reader.source.restore(own);
    }
  }

  /** After it, `until` is null if the reader emitted, has more, or has ended. */
  private pollOne(reader: Reader, limit: number): void {
    this.current = reader.split;
    const polled = reader.source.poll(limit);
    reader.until = polled.kind === 'wait' ? (polled.until ?? never) : null;
    if (polled.kind === 'end') this.end(reader);
  }

  private end(reader: Reader): void {
    reader.ended = true;
    this.ended(reader.split);
  }

  private get allEnded(): boolean {
    return this.readers.every((reader) => reader.ended);
  }

  private make(split: SplitId, make: (context: OperatorContext) => SourceOperator): SourceOperator {
    const { context } = this;
    // Made behind the context, since some of what it has is made when it is asked for.
    const own = Object.assign(Object.create(context) as OperatorContext, {
      subtaskIndex: split,
      parallelism: this.of,
      request: (body: Request): number => {
        const request = context.request(body);
        this.owners.set(request, split);
        return request;
      },
    });
    return make(own);
  }
}
