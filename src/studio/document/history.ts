/**
 * Undo history as immer patches: a pure value with record, undo and redo. One entry is one intention of the person; a
 * drag or a run of typing under one key becomes one entry.
 */
import { applyPatches, enablePatches, type Patch } from 'immer';
import type { Job } from '../../engine/graph/job.ts';

enablePatches();

export interface HistoryEntry {
  /** What it did, for the tooltip of Undo: `Move Flights`. */
  readonly label: string;
  readonly patches: readonly Patch[];
  /** Patches that take the change back. */
  readonly inverse: readonly Patch[];
  /** Entries in a row with the same key are one; null never joins. */
  readonly key: string | null;
  /** When the entry last grew, in milliseconds of the page's clock. */
  readonly at: number;
}

export interface History {
  /** Oldest first, at most `historyLimit`. */
  readonly past: readonly HistoryEntry[];
  /** Next to redo last. */
  readonly future: readonly HistoryEntry[];
}

export const historyLimit = 500;
/** Typing rests this long before the next stroke begins an entry of its own. */
export const coalesceMs = 1500;

export const emptyHistory: History = { past: [], future: [] };

/** Adds a change, joining it to the newest entry if key and time allow. What could be redone is forgotten. */
export function recordChange(history: History, entry: HistoryEntry): History {
  const last = history.past.at(-1);
  const joins =
    last !== undefined &&
    history.future.length === 0 &&
    entry.key !== null &&
    last.key === entry.key &&
    entry.at - last.at <= coalesceMs;
  const past = joins ? [...history.past.slice(0, -1), joined(last, entry)] : [...history.past, entry];
  return { past: past.slice(-historyLimit), future: [] };
}

/** Adds a change to the newest entry, whatever its key: what follows from an intention is undone with it. */
export function amendChange(history: History, entry: HistoryEntry): History {
  const last = history.past.at(-1);
  if (last === undefined) return recordChange(history, entry);
  return { past: [...history.past.slice(0, -1), { ...joined(last, entry), label: last.label, key: null }], future: [] };
}

/** Ends coalescing: the next change begins an entry of its own whatever its key. */
export function sealHistory(history: History): History {
  const last = history.past.at(-1);
  if (last === undefined || last.key === null) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, key: null }] };
}

export interface Step {
  readonly job: Job;
  readonly history: History;
  readonly label: string;
}

/** The job before the newest change, or null if there is none. */
export function undoStep(job: Job, history: History): Step | null {
  const entry = history.past.at(-1);
  if (entry === undefined) return null;
  return {
    job: applyPatches(job, entry.inverse as Patch[]),
    history: { past: history.past.slice(0, -1), future: [...history.future, { ...entry, key: null }] },
    label: entry.label,
  };
}

/** The job after the change that was last undone, or null if there is none. */
export function redoStep(job: Job, history: History): Step | null {
  const entry = history.future.at(-1);
  if (entry === undefined) return null;
  return {
    job: applyPatches(job, entry.patches as Patch[]),
    history: { past: [...history.past, entry], future: history.future.slice(0, -1) },
    label: entry.label,
  };
}

/**
 * One entry for two: per path the newest value forward and the oldest value back, so that a long drag stays as small as
 * a short one. Patches are whole fields of the job (see `fieldPatches`), never nested in each other.
 */
function joined(older: HistoryEntry, newer: HistoryEntry): HistoryEntry {
  return {
    label: newer.label,
    patches: overlaid(older.patches, newer.patches),
    inverse: overlaid(newer.inverse, older.inverse),
    key: newer.key,
    at: newer.at,
  };
}

function overlaid(under: readonly Patch[], over: readonly Patch[]): Patch[] {
  const byPath = new Map<string, Patch>();
  for (const patch of [...under, ...over]) byPath.set(patch.path.join('/'), patch);
  return [...byPath.values()];
}

const fields = ['name', 'description', 'nodes', 'edges', 'settings'] as const satisfies readonly (keyof Job)[];

/**
 * Patches from one job to another and back, one per changed field of the job. Values are shared, not copied, so an entry
 * costs what changed, as the edits share what did not.
 */
export function fieldPatches(from: Job, to: Job): { patches: Patch[]; inverse: Patch[] } {
  const changed = fields.filter((field) => from[field] !== to[field]);
  const replace = (job: Job) => changed.map((field): Patch => ({ op: 'replace', path: [field], value: job[field] }));
  return { patches: replace(to), inverse: replace(from) };
}
