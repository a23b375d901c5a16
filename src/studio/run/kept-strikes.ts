/**
 * How often each fault of a run has struck, kept over a reload of the page: a fault of the script that is used up must
 * not strike again when the run goes on.
 */
import type { RunId } from '../../connectors/checkpoints/store.ts';
import type { Fault } from '../../engine/graph/faults.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';

const key = (run: RunId): string => `weir:strikes:${run}`;

let last: { readonly run: RunId; readonly faults: unknown } | null = null;

/** Cheap when nothing has struck since the last call. */
export function keepStrikes(run: RunId, view: ClusterView): void {
  const { faults } = view;
  if (last?.run === run && last.faults === faults) return;
  last = { run, faults };
  const strikes = Object.fromEntries(
    [...faults].flatMap(([id, { strikes: all }]) => (all.length === 0 ? [] : [[id, all.length] as const])),
  );
  try {
    if (Object.keys(strikes).length > 0) sessionStorage.setItem(key(run), JSON.stringify(strikes));
  } catch {
    // Without room for it, a fault may strike once too often.
  }
}

/**
 * What is left of a script when a run goes on. A fault that reloads the page was there to the end: the reload is its
 * strike, of which no page could be told.
 */
export function faultsLeft(run: RunId, faults: readonly Fault[]): readonly Fault[] {
  const strikes = readStrikes(run);
  return faults.flatMap((fault) => {
    const struck = Math.max(strikes.get(fault.id) ?? 0, fault.kind === 'reload-page' ? 1 : 0);
    return struck >= fault.times ? [] : [{ ...fault, times: fault.times - struck }];
  });
}

function readStrikes(run: RunId): ReadonlyMap<string, number> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key(run)) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return new Map();
    return new Map(Object.entries(kept).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  } catch {
    return new Map();
  }
}
