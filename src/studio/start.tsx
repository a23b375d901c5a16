/**
 * Starts the studio: brings back what the last visit left, follows the stores, and puts the page on screen. The first
 * visit opens the gallery's first example and runs it.
 */
import { createRoot } from 'react-dom/client';
import { firstExample } from '../gallery/first.ts';
import { writeJobFile } from '../export/job-file.ts';
import type { Host } from '../hosts/host.ts';
import { derivedStore, followDocument, provideCompileCheck } from './derived/derived-store.ts';
import { startAutosave, type Autosave } from './document/autosave.ts';
import { documentStore } from './document/document-store.ts';
import { provideAutosave } from './document/keeper.ts';
import { openExample, openRecord, newJob } from './document/library.ts';
import { provideDatabase } from './run/database.ts';
import type { SqlDatabase } from './run/database.ts';
import { provideHost } from './run/host.ts';
import { runStore } from './run/run-store.ts';
import { restoreFiles, restorePanels } from './session/restore.ts';
import { followTheme } from './session/theme.ts';
import { App } from './shell/app.tsx';
import { getDocument, putDocument, type StoredDocument } from './storage/database.ts';
import {
  clearJournal,
  readJournal,
  readOpened,
  readPreferences,
  writeJournal,
  writeOpened,
} from './storage/preferences.ts';

/** A host that can get Workers ready before they are needed. */
export type StudioHost = Host & { prepare?(subtasks: number): void };

export async function startStudio(root: HTMLElement, host: StudioHost, database?: SqlDatabase): Promise<void> {
  if (database !== undefined) provideDatabase(database);
  provideHost(host, document.baseURI);
  followTheme();
  restorePanels();
  const rate = readPreferences().rate;
  if (rate !== undefined) runStore.setState({ rate });
  followDocument();
  keepDocument();
  const files = restoreFiles();
  await openLast(files);
  createRoot(root).render(<App />);
  whenIdle(() => {
    void import('../connectors/functions.ts').then(({ checkFunction }) => provideCompileCheck(checkFunction));
    const subtasks = derivedStore.getState().plan?.subtasks.length ?? 0;
    if (runStore.getState().run === null && subtasks > 0) host.prepare?.(subtasks);
  });
}

/** The document as the last visit left it; else the first example, running. */
async function openLast(files: Promise<void>): Promise<void> {
  const open = readOpened();
  const first = firstExample.id;
  if (open === null || 'example' in open) {
    const opened = open !== null && (await openExample(open.example));
    if (!opened && !(await openExample(first))) newJob();
    return;
  }
  await files;
  const stored = await lastStored(open.document);
  const opened = stored !== undefined && (await openRecord(stored));
  if (!opened) await openExample(first);
}

/** What the database has, unless the page that went away left something newer in the journal. */
async function lastStored(id: string): Promise<StoredDocument | undefined> {
  const stored = await getDocument(id).catch(() => undefined);
  const journal = readJournal();
  if (journal === null || journal.id !== id || journal.savedAt <= (stored?.savedAt ?? 0)) return stored;
  await putDocument(journal).catch(() => {});
  return journal;
}

/** Autosave, the journal of a page that goes away, and the note of which document is open. */
function keepDocument(): void {
  const autosave = startAutosave({ put: putDocument, text: writeJobFile, now: Date.now, later });
  provideAutosave(autosave);
  documentStore.subscribe((state, before) => {
    if (state.id === before.id && state.pristineExample === before.pristineExample) return;
    const { id, pristineExample } = state;
    writeOpened(pristineExample === null ? { document: id } : { example: pristineExample });
  });
  addEventListener('pagehide', () => journalUnsaved(autosave));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') journalUnsaved(autosave);
  });
}

/** IndexedDB may not finish on a page that goes away; localStorage does. */
function journalUnsaved(autosave: Autosave): void {
  const unsaved = autosave.unsaved();
  if (unsaved === null) return;
  writeJournal(unsaved);
  void autosave.flush().then(clearJournal, () => {});
}

function later(task: () => void, ms: number): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

/** After the first paint, and not while the first job starts. */
const whenIdle = (task: () => void): void => {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(task, { timeout: 4000 });
  else setTimeout(task, 1500);
};
