/**
 * Autosave: every change of the document is written to this browser's storage shortly after it was made, and at once
 * when the page is hidden. The store is handed in, so that tests need no browser.
 */
import type { Job } from '../../engine/graph/job.ts';
import type { StoredDocument } from '../storage/database.ts';
import { documentStore } from './document-store.ts';

export interface AutosavePorts {
  readonly put: (document: StoredDocument) => Promise<void>;
  readonly text: (job: Job) => string;
  readonly now: () => number;
  /** Runs `task` after `ms` and gives the way to call it off. */
  readonly later: (task: () => void, ms: number) => () => void;
}

export const autosaveDelayMs = 400;
/** After a refusal of the browser (full disk, blocked storage) it is tried again this much later. */
export const autosaveRetryMs = 5000;

export interface Autosave {
  /** Writes what is not yet written, now. Resolves when it is stored; rejects with the browser's reason. */
  flush(): Promise<void>;
  /** What is not yet stored, for the journal of a page that goes away; null if all is stored. */
  unsaved(): StoredDocument | null;
  stop(): void;
}

export function startAutosave(ports: AutosavePorts): Autosave {
  let callOff: (() => void) | null = null;
  /** Document id and job as last stored, or as they were when opened. */
  let stored = identity();

  const isDirty = () => {
    const now = identity();
    return now.id !== stored.id ? false : now.job !== stored.job;
  };

  const flush = async (): Promise<void> => {
    callOff?.();
    callOff = null;
    if (!isDirty()) return;
    const writing = identity();
    try {
      await ports.put(toStored(writing.id, writing.job, ports));
    } catch (reason) {
      documentStore.setState({ saved: 'failed' });
      callOff = ports.later(() => void flush().catch(() => {}), autosaveRetryMs);
      throw reason;
    }
    if (documentStore.getState().id !== writing.id) return;
    stored = writing;
    documentStore.setState({ saved: isDirty() ? 'saving' : 'saved' });
  };

  const unsubscribe = documentStore.subscribe((state, before) => {
    if (state.id !== before.id) {
      // Another document was opened; whoever opened it flushed this one before.
      callOff?.();
      callOff = null;
      stored = identity();
      return;
    }
    if (state.job === before.job) return;
    if (state.saved !== 'failed') documentStore.setState({ saved: 'saving' });
    callOff?.();
    callOff = ports.later(() => void flush().catch(() => {}), autosaveDelayMs);
  });

  return {
    flush,
    unsaved: () => (isDirty() ? toStored(identity().id, identity().job, ports) : null),
    stop: () => {
      callOff?.();
      unsubscribe();
    },
  };
}

function identity(): { readonly id: string; readonly job: Job } {
  const { id, job } = documentStore.getState();
  return { id, job };
}

const toStored = (id: string, job: Job, ports: AutosavePorts): StoredDocument => ({
  id,
  name: job.name,
  text: ports.text(job),
  operators: job.nodes.length,
  savedAt: ports.now(),
});
