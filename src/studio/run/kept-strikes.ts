/**
 * How often each fault of a run has struck, kept over a reload of the page: a fault of the script that is used up must
 * not strike again when the run goes on.
 */
import type { RunId } from '../../connectors/checkpoints/store.ts';
import type { Fault } from '../../engine/graph/faults.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';

const key = (run: RunId): string => `weir:strikes:${run}`;

/** By fault: in lives of the page before this one, and in this one. */
interface Kept {
  readonly before: Counts;
  readonly now: Counts;
}
type Counts = Readonly<Record<string, number>>;

let last: { readonly run: RunId; readonly faults: unknown } | null = null;

/** Cheap when nothing has struck since the last call. */
export function keepStrikes(run: RunId, view: ClusterView): void {
  const { faults } = view;
  if (last?.run === run && last.faults === faults) return;
  last = { run, faults };
  const now = Object.fromEntries(
    [...faults].flatMap(([id, { struck }]) => (struck === 0 ? [] : [[id, struck] as const])),
  );
  if (Object.keys(now).length > 0) write(run, { before: read(run).before, now });
}

/**
 * What is left of a script when a run goes on; call it once then. A fault that reloads the page was there to the end: the
 * reload is its strike, of which the page may not have been told.
 */
export function faultsLeft(run: RunId, faults: readonly Fault[]): readonly Fault[] {
  const { before, now } = read(run);
  const struck = faults.map(({ id, kind }) => {
    return [id, (before[id] ?? 0) + Math.max(now[id] ?? 0, kind === 'reload-page' ? 1 : 0)] as const;
  });
  write(run, { before: Object.fromEntries(struck.filter(([, count]) => count > 0)), now: {} });
  return faults.flatMap((fault, i) => {
    const times = fault.times - (struck[i]?.[1] ?? 0);
    return times > 0 ? [{ ...fault, times }] : [];
  });
}

function write(run: RunId, kept: Kept): void {
  try {
    sessionStorage.setItem(key(run), JSON.stringify(kept));
  } catch {
    // Without room for it, a fault may strike once too often.
  }
}

function read(run: RunId): Kept {
  try {
    const { before, now } = JSON.parse(sessionStorage.getItem(key(run)) ?? '{}') as Record<keyof Kept, unknown>;
    return { before: counts(before), now: counts(now) };
  } catch {
    return { before: {}, now: {} };
  }
}

function counts(kept: unknown): Counts {
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter((entry): entry is [string, number] => Number.isInteger(entry[1])),
  );
}
