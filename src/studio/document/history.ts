/**
 * Undo history: a pure value with record, undo and redo. One entry is one intention of the person; a drag or a run of
 * typing under one key becomes one entry. An entry keeps the changed fields of the job before and after by reference:
 * the graph's edits share whatever they do not touch, so it costs what changed, and undoing brings back the very objects
 * that views compare by. (Immer's patches would copy them when applied, and lose a parameter called `__proto__`.)
 */
import type { Job } from '../../engine/graph/job.ts';

/** The fields of a job that a change touched, with their values on one side of it. */
export type Fields = Partial<Job>;

export interface HistoryEntry {
  /** What it did, for the tooltip of Undo: `Move Flights`. */
  readonly label: string;
  readonly before: Fields;
  readonly after: Fields;
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
    job: { ...job, ...entry.before },
    history: { past: history.past.slice(0, -1), future: [...history.future, { ...entry, key: null }] },
    label: entry.label,
  };
}

/** The job after the change that was last undone, or null if there is none. */
export function redoStep(job: Job, history: History): Step | null {
  const entry = history.future.at(-1);
  if (entry === undefined) return null;
  return {
    job: { ...job, ...entry.after },
    history: { past: [...history.past, entry], future: history.future.slice(0, -1) },
    label: entry.label,
  };
}

/** One entry for two: the oldest value of each field before, the newest after; a long drag stays as small as a short. */
const joined = (older: HistoryEntry, newer: HistoryEntry): HistoryEntry => ({
  ...newer,
  before: { ...newer.before, ...older.before },
  after: { ...older.after, ...newer.after },
});

const fields = [
  'name',
  'description',
  'nodes',
  'edges',
  'settings',
  'faults',
  'script',
] as const satisfies readonly (keyof Job)[];

/** The fields in which two jobs differ, on both sides; null if in none. */
export function changeBetween(from: Job, to: Job): { readonly before: Fields; readonly after: Fields } | null {
  const changed = fields.filter((field) => from[field] !== to[field]);
  const side = (job: Job): Fields => Object.fromEntries(changed.map((field) => [field, job[field]]));
  return changed.length === 0 ? null : { before: side(from), after: side(to) };
}
