/**
 * The document: the job being edited, its undo history and whether it is saved. Written only by the commands beside it;
 * components read it by selector.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { emptyJob, type Job, type JobNode } from '../../engine/graph/job.ts';
import { amendChange, changeBetween, emptyHistory, recordChange, type History } from './history.ts';

/** `failed`: the browser refused to store it; the top bar says so and offers the download. */
export type SavedState = 'saved' | 'saving' | 'failed';

export interface DocumentState {
  /** Identity in the list of recent jobs; a job file has none. */
  readonly id: string;
  readonly job: Job;
  readonly history: History;
  readonly saved: SavedState;
  /** Id of the gallery example that this was opened from, as long as nothing was changed. */
  readonly pristineExample: string | null;
}

export const documentStore = createStore<DocumentState>(() => ({
  id: 'untitled',
  job: emptyJob,
  history: emptyHistory,
  saved: 'saved',
  pristineExample: null,
}));

export const useDocument = <T>(selector: (state: DocumentState) => T): T => useStore(documentStore, selector);
export const useJob = <T>(selector: (job: Job) => T): T => useStore(documentStore, (state) => selector(state.job));

export const currentJob = (): Job => documentStore.getState().job;
export const nodeOf = (job: Job, id: string): JobNode | undefined => job.nodes.find((node) => node.id === id);

/**
 * Makes `next` the job as one undoable change. Nothing happens if it is the same job. Changes in a row with one `key`
 * become one entry of the history (a drag, typing in a field).
 */
export function commitJob(label: string, next: Job, key: string | null = null): void {
  change(recordChange, label, next, key);
}

/** Makes `next` the job as a part of the newest change: both are undone together. */
export function amendJob(next: Job): void {
  change(amendChange, '', next, null);
}

function change(record: typeof recordChange, label: string, next: Job, key: string | null): void {
  documentStore.setState((state) => {
    if (next === state.job) return state;
    const changed = changeBetween(state.job, next);
    if (changed === null) return state;
    const entry = { label, ...changed, key, at: Date.now() };
    return { job: next, history: record(state.history, entry), pristineExample: null };
  });
}
