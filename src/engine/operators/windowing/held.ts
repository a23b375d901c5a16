/** The windows of one key, found in its state: what a look into a window operator begins with. */
import type { JsonValue } from '../../graph/schema.ts';
import { emptyNamespace } from '../../state/key.ts';
import type { KeyEntry } from '../../state/keyed-state.ts';
import type { TimeWindow } from '../../time/windows.ts';
import type { MergedWindow } from './merging-windows.ts';
import { nameOf, windowNamed } from './trigger-state.ts';

export interface HeldWindow {
  readonly window: TimeWindow;
  /** Undefined: nothing is in it, or what was in it is out. */
  readonly contents: JsonValue | undefined;
}

/** By end, then start. `merges`: the contents of a window may be under the name of another one. */
export function heldWindows(entries: readonly KeyEntry[], merges: boolean): HeldWindow[] {
  const contents = new Map(named(entries, 'contents'));
  const names = merges
    ? mergedNames(entries)
    : [...contents.keys(), ...new Map(named(entries, 'trigger')).keys()].map(same);
  const windows = [...new Map(names)].map(([name, kept]) => ({
    window: windowNamed(name),
    contents: contents.get(kept),
  }));
  return windows.sort((a, b) => a.window.end - b.window.end || a.window.start - b.window.start);
}

const same = (name: string) => [name, name] as const;

const named = (entries: readonly KeyEntry[], state: string) =>
  entries.flatMap(({ state: of, namespace, value }) => (of === state ? [[String(namespace), value] as const] : []));

/** Names of windows and of their contents (MergingWindows). */
function mergedNames(entries: readonly KeyEntry[]): readonly (readonly [string, string])[] {
  const found = entries.find(({ state, namespace }) => state === 'windows' && namespace === emptyNamespace);
  const merged = (found?.value ?? []) as unknown as readonly MergedWindow[];
  return merged.map(([start, end, contents]) => [nameOf({ start, end }), contents] as const);
}
