/**
 * Documents as a whole: new, opened, stored, downloaded. Whatever opens another document first stores the one before,
 * which stays in the list of recent jobs and one click away.
 */
import { emptyJob, type Job } from '../../engine/graph/job.ts';
import { readJobFile, writeJobFile } from '../../export/job-file.ts';
import type { Example } from '../../gallery/example.ts';
import { firstExample } from '../../gallery/first.ts';
import { saveText } from '../files/pick-files.ts';
import { forgetRun, resumeLeftRun, startRun } from '../run/commands.ts';
import { clearSelection, closeDialog, collapseAll, showOpenIssues, toast } from '../session/commands.ts';
import { getDocument, putDocument, type StoredDocument } from '../storage/database.ts';
import { claimDocument } from './claim.ts';
import { replaceDocument } from './commands.ts';
import { documentStore, type DocumentState } from './document-store.ts';
import { flushDocument } from './keeper.ts';

/** Documents that were left in this visit, with their undo history. */
const left = new Map<string, Pick<DocumentState, 'job' | 'history'>>();
const leftMost = 20;

export function newJob(): void {
  void enter(freshId(), emptyJob, { store: true });
}

/** Opens an example of the gallery as a document of its own, and runs it, or goes on with the run that was left. */
export async function openExample(id: string): Promise<boolean> {
  const example = id === firstExample.id ? firstExample : await laterExample(id);
  if (example === undefined) return false;
  const entered = await enter(freshId(), example.job, { example: id });
  if (entered && !(await resumeLeftRun())) startRun();
  return entered;
}

/** Of those that are loaded when they are wanted. */
async function laterExample(id: string): Promise<Example | undefined> {
  const { gallery } = await import('../../gallery/list.ts');
  return gallery.find((each) => each.id === id);
}

/** Opens the text of a job file as a new document. A bad file changes nothing; its issues are shown with their places. */
export async function openJobText(text: string, fileName: string): Promise<boolean> {
  const read = readJobFile(text);
  if (!read.ok) {
    showOpenIssues({ file: fileName, text: null, issues: read.error });
    return false;
  }
  for (const note of read.value.notes) toast(note);
  return enter(freshId(), read.value.job, { store: true });
}

/** Opens a document that this browser keeps. One that cannot be read stays where it is, and its issues are shown. */
export async function openStored(id: string): Promise<boolean> {
  if (documentStore.getState().id === id) {
    closeDialog();
    return true;
  }
  const known = left.get(id);
  if (known !== undefined) return enter(id, known.job, { history: known.history });
  const stored = await getDocument(id).catch(() => undefined);
  if (stored === undefined) {
    toast('This job is no longer kept in this browser.', { tone: 'error' });
    return false;
  }
  return openRecord(stored);
}

export async function openRecord(stored: StoredDocument): Promise<boolean> {
  const read = readJobFile(stored.text);
  if (read.ok) {
    const entered = await enter(stored.id, read.value.job, {});
    if (entered) await resumeLeftRun();
    return entered;
  }
  showOpenIssues({ file: stored.name, text: stored.text, issues: read.error });
  return false;
}

export async function downloadJob(): Promise<void> {
  const { job } = documentStore.getState();
  saveText(writeJobFile(job), fileNameOf(job), 'application/json');
}

/** Text of a document that cannot be read, as it is, so that it can be mended by hand. */
export function downloadText(text: string, name: string): void {
  saveText(text, `${slug(name)}.weir.json`, 'application/json');
}

interface Entry {
  readonly example?: string;
  readonly history?: DocumentState['history'];
  /** Not yet stored: it is now, so that a reload finds it. */
  readonly store?: boolean;
}

async function enter(id: string, job: Job, { example, history, store = false }: Entry): Promise<boolean> {
  await flushDocument();
  if (!(await claimDocument(id))) {
    toast('This job is open in another tab. Edit it there, or close that tab.', { tone: 'error' });
    return false;
  }
  const before = documentStore.getState();
  remember(before);
  forgetRun();
  clearSelection();
  collapseAll();
  closeDialog();
  replaceDocument(id, job, example ?? null);
  if (history !== undefined) documentStore.setState({ history });
  if (store) await putDocument(storedOf(id, job)).catch(() => documentStore.setState({ saved: 'failed' }));
  offerWayBack(before);
  return true;
}

function remember({ id, job, history, pristineExample }: DocumentState): void {
  if (pristineExample !== null || job === emptyJob) return;
  left.delete(id);
  left.set(id, { job, history });
  const oldest = left.keys().next().value;
  if (left.size > leftMost && oldest !== undefined) left.delete(oldest);
}

function offerWayBack({ id, job, pristineExample }: DocumentState): void {
  if (pristineExample !== null || job.nodes.length === 0) return;
  toast(`“${job.name}” is kept in the recent jobs.`, { action: { label: 'Go back', run: () => void openStored(id) } });
}

export const storedOf = (id: string, job: Job): StoredDocument => ({
  id,
  name: job.name,
  text: writeJobFile(job),
  operators: job.nodes.length,
  savedAt: Date.now(),
});

/** Not guessable is not needed, different is. */
const freshId = (): string => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60) || 'job';

export const fileNameOf = (job: Job): string => `${slug(job.name)}.weir.json`;
