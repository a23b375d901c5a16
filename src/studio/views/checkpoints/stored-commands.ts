/** What a person can do with stored checkpoints and savepoints: start from one, save it as a file, add a file, delete. */
import { readSavepoint, storeSavepoint, writeSavepoint } from '../../../connectors/checkpoints/savepoint-file.ts';
import type { CheckpointMetadata } from '../../../engine/wire/checkpoints.ts';
import { writeJobFile } from '../../../export/job-file.ts';
import { openJobText } from '../../document/library.ts';
import { documentStore } from '../../document/document-store.ts';
import { pickFiles, saveBlob } from '../../files/pick-files.ts';
import { startFromSavepoint } from '../../run/commands.ts';
import { currentHost } from '../../run/host.ts';
import { documentKey } from '../../run/stored-runs.ts';
import { toast } from '../../session/commands.ts';
import type { StoredRunRow } from './stored-runs.ts';

const extension = '.weirsave';

/** Whether it is of the job that is open: its state fits what is drawn, or did before the last edits. */
export function isOfOpenJob({ run }: StoredRunRow): boolean {
  const open = documentStore.getState();
  return run.document === documentKey(open) || run.job === writeJobFile(open.job);
}

/** Starts the job as drawn now from it; of another job, that job is opened first as a new document. */
export async function startFrom(row: StoredRunRow, { checkpoint }: CheckpointMetadata): Promise<void> {
  const { run } = row.run;
  if (!isOfOpenJob(row) && !(await openJobText(row.run.job, `${row.jobName}.weir.json`))) return;
  await startFromSavepoint({ run, checkpoint });
}

export async function saveAsFile(row: StoredRunRow, { checkpoint }: CheckpointMetadata): Promise<void> {
  const written = await writeSavepoint(currentHost().checkpoints, row.run.run, checkpoint, row.run.job).catch(
    (error: unknown) => ({ ok: false as const, error: reasonOf(error) }),
  );
  if (!written.ok) return toast(written.error, { tone: 'error' });
  const slug = row.jobName.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
  saveBlob(written.value, `${slug}-savepoint-${checkpoint}${extension}`);
}

/** Adds the savepoints of files that the person chooses; each becomes a run that has ended. */
export async function addFiles(): Promise<void> {
  for (const file of await pickFiles(extension)) {
    const read = await readSavepoint(file).catch((error: unknown) => ({ ok: false as const, error: reasonOf(error) }));
    if (!read.ok) {
      toast(`${file.name}: ${read.error}`, { tone: 'error' });
      continue;
    }
    const now = Date.now();
    const run = `file-${now.toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
    const stored = { run, document: '', job: read.value.job, startedAt: now, endedAt: now };
    try {
      await storeSavepoint(currentHost().checkpoints, stored, read.value);
      toast(`${file.name}: savepoint ${read.value.metadata.checkpoint} is added.`);
    } catch (error) {
      toast(`${file.name} could not be stored: ${reasonOf(error)}`, { tone: 'error' });
    }
  }
}

export async function deleteCheckpoint(row: StoredRunRow, { checkpoint }: CheckpointMetadata): Promise<void> {
  await currentHost()
    .checkpoints.remove(row.run.run, checkpoint)
    .catch((error: unknown) => toast(`It could not be deleted: ${reasonOf(error)}`, { tone: 'error' }));
}

/** With all its checkpoints and savepoints. */
export async function deleteRun(row: StoredRunRow): Promise<void> {
  await currentHost()
    .checkpoints.removeRun(row.run.run)
    .catch((error: unknown) => toast(`It could not be deleted: ${reasonOf(error)}`, { tone: 'error' }));
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
