/** Records of a key in order of their event time, kept in list state until the watermark has passed them. */
import type { JsonValue } from '../graph/schema.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { ListState } from '../state/list-state.ts';

/** An event time, and what is kept with it. Never changed after it was added: a snapshot may hold it. */
export type Timed = readonly [time: number, ...kept: JsonValue[]];

export class TimeBuffer<E extends Timed> {
  private readonly state: ListState<E>;

  constructor(keyed: KeyedState, name: string) {
    this.state = keyed.list<E>(name);
  }

  /** By time, those of equal time in order of arrival. Valid until the next change of this key. */
  of(key: Key): readonly E[] {
    return this.state.get(key, emptyNamespace);
  }

  add(key: Key, entry: E): void {
    const entries = this.of(key);
    const last = entries.at(-1);
    if (last === undefined || last[0] <= entry[0]) return this.state.add(key, emptyNamespace, entry);
    const at = firstAfter(entries, entry[0]);
    this.replace(key, [...entries.slice(0, at), entry, ...entries.slice(at)]);
  }

  /** `entries` in order of time. */
  replace(key: Key, entries: readonly E[]): void {
    this.state.update(key, emptyNamespace, entries);
  }

  /** Forgets the first `count`. */
  drop(key: Key, count: number): void {
    if (count > 0) this.replace(key, this.of(key).slice(count));
  }

  clear(): void {
    this.state.deleteNamespace(emptyNamespace);
  }
}

/** Index of the first entry whose time is after `time`; their number if there is none. */
export function firstAfter(entries: readonly Timed[], time: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Timed)[0] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
