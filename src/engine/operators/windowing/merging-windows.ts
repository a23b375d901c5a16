/**
 * The windows of each key that merge, and the window under whose name the contents of each are kept, so that a merge moves
 * as little state as it can (Flink: MergingWindowSet).
 */
import type { Key } from '../../state/key.ts';
import { emptyNamespace } from '../../state/key.ts';
import type { ValueState } from '../../state/keyed-state.ts';
import type { OperatorContext } from '../../task/operator.ts';
import type { TimeWindow } from '../../time/windows.ts';
import { nameOf } from './trigger-state.ts';

/** A window, and the name of its contents. */
export type MergedWindow = readonly [start: number, end: number, contents: string];

/** What has to be done beside: `windows` became `result`; the contents of `from` go into `into`. */
export interface Merged {
  readonly result: TimeWindow;
  readonly windows: readonly TimeWindow[];
  readonly into: string;
  readonly from: readonly string[];
}

const none: readonly MergedWindow[] = [];

export class MergingWindows {
  private readonly state: ValueState<readonly MergedWindow[]>;

  constructor(context: OperatorContext) {
    this.state = context.keyedState.value<readonly MergedWindow[]>('windows');
  }

  /**
   * Adds a window of one record. Gives the window that it became, after `merge` was called if old ones were merged. Windows
   * that are there do not meet, so only those that meet the new one are merged; those that only touch it do (Flink:
   * TimeWindow.mergeWindows).
   */
  add(key: Key, added: TimeWindow, merge: (merged: Merged) => void): TimeWindow {
    const before = this.of(key);
    const old = before.filter(([start, end]) => start <= added.end && added.start <= end);
    const [first, ...others] = old;
    if (first === undefined) {
      this.put(key, [...before, [added.start, added.end, nameOf(added)]]);
      return added;
    }
    const result = {
      start: old.reduce((least, [start]) => Math.min(least, start), added.start),
      end: old.reduce((most, [, end]) => Math.max(most, end), added.end),
    };
    if (isEntry(first, result)) return result;
    this.put(key, [...before.filter((entry) => !old.includes(entry)), [result.start, result.end, first[2]]]);
    merge({ result, windows: old.map(windowOf), into: first[2], from: others.map(([, , contents]) => contents) });
    return result;
  }

  /** Where its contents are; null: there is no such window any more. */
  contentsOf(key: Key, window: TimeWindow): string | null {
    return this.of(key).find((entry) => isEntry(entry, window))?.[2] ?? null;
  }

  retire(key: Key, window: TimeWindow): void {
    const before = this.of(key);
    const after = before.filter((entry) => !isEntry(entry, window));
    if (after.length < before.length) this.put(key, after);
  }

  /** Of each window, by name: the keys that have it, if `counts` says so of where its contents are. */
  keysByWindow(counts: (key: Key, contents: string) => boolean): Map<string, number> {
    const keys = new Map<string, number>();
    for (const [key, entries] of this.state.entries(emptyNamespace))
      for (const entry of entries) {
        if (!counts(key, entry[2])) continue;
        const name = nameOf(windowOf(entry));
        keys.set(name, (keys.get(name) ?? 0) + 1);
      }
    return keys;
  }

  private of(key: Key): readonly MergedWindow[] {
    return this.state.get(key, emptyNamespace) ?? none;
  }

  private put(key: Key, entries: readonly MergedWindow[]): void {
    if (entries.length === 0) this.state.delete(key, emptyNamespace);
    else this.state.set(key, emptyNamespace, entries);
  }
}

const windowOf = ([start, end]: MergedWindow): TimeWindow => ({ start, end });

const isEntry = ([start, end]: MergedWindow, window: TimeWindow): boolean =>
  start === window.start && end === window.end;
