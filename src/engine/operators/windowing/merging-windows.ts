/**
 * The windows of each key that merge, and the window under whose name the contents of each are kept, so that a merge moves
 * as little state as it can (Flink: MergingWindowSet).
 */
import type { Key } from '../../state/key.ts';
import { emptyNamespace } from '../../state/key.ts';
import type { ValueState } from '../../state/keyed-state.ts';
import type { OperatorContext } from '../../task/operator.ts';
import { mergeWindows } from '../../time/window-assigners.ts';
import type { TimeWindow } from '../../time/windows.ts';
import { nameOf, windowNamed } from './trigger-state.ts';

/** Names of a window and of its contents. */
type Entry = readonly [window: string, contents: string];

/** What has to be done beside: `windows` became `result`; the contents of `from` go into `into`. */
export interface Merged {
  readonly result: TimeWindow;
  readonly windows: readonly TimeWindow[];
  readonly into: string;
  readonly from: readonly string[];
}

export class MergingWindows {
  private readonly state: ValueState<readonly Entry[]>;

  constructor(context: OperatorContext) {
    this.state = context.keyedState.value<readonly Entry[]>('windows');
  }

  /** Adds a window of one record. Gives the window that it became, after `merge` was called if old ones were merged. */
  add(key: Key, added: TimeWindow, merge: (merged: Merged) => void): TimeWindow {
    const before = this.state.get(key, emptyNamespace) ?? [];
    const windows = before.map(([name]) => windowNamed(name));
    const known = windows.find((window) => nameOf(window) === nameOf(added));
    if (known !== undefined) return known;
    // Windows that are there do not meet; only the new one can join some.
    const group = mergeWindows([...windows, added])[0];
    if (group === undefined) {
      this.put(key, [...before, [nameOf(added), nameOf(added)]]);
      return added;
    }
    const { result } = group;
    const old = group.windows.filter((window) => window !== added);
    const names = old.map(nameOf);
    if (names.includes(nameOf(result))) return result;
    const contents = before.filter(([name]) => names.includes(name)).map(([, kept]) => kept);
    const [into, ...from] = contents as [string, ...string[]];
    this.put(key, [...before.filter(([name]) => !names.includes(name)), [nameOf(result), into]]);
    merge({ result, windows: old, into, from });
    return result;
  }

  /** Where its contents are; null: there is no such window any more. */
  contentsOf(key: Key, window: TimeWindow): string | null {
    const name = nameOf(window);
    return this.state.get(key, emptyNamespace)?.find(([known]) => known === name)?.[1] ?? null;
  }

  retire(key: Key, window: TimeWindow): void {
    const name = nameOf(window);
    this.put(
      key,
      (this.state.get(key, emptyNamespace) ?? []).filter(([known]) => known !== name),
    );
  }

  private put(key: Key, entries: readonly Entry[]): void {
    if (entries.length === 0) this.state.delete(key, emptyNamespace);
    else this.state.set(key, emptyNamespace, entries);
  }
}
