/** What the store holds of all runs, as the list of stored runs shows it. The derivation is pure. */
import type { DamagedCheckpoint, RunId, StoredRun } from '../../../connectors/checkpoints/store.ts';
import type { CheckpointMetadata } from '../../../engine/wire/checkpoints.ts';
import { readJobFile } from '../../../export/job-file.ts';
import { currentHost } from '../../run/host.ts';
import { heldRuns } from '../../run/stored-runs.ts';

export interface StoredRunRow {
  readonly run: StoredRun;
  readonly jobName: string;
  /** `here`: it goes on in this page; `elsewhere`: in another tab; `left`: its page was closed or crashed. */
  readonly state: 'here' | 'elsewhere' | 'left' | 'ended';
  /** Newest first. */
  readonly checkpoints: readonly CheckpointMetadata[];
  readonly damaged: readonly DamagedCheckpoint[];
  /** Of all chunks that its checkpoints name, each counted once. */
  readonly bytes: number;
}

export interface StoredTotals {
  readonly runs: number;
  readonly checkpoints: number;
  readonly savepoints: number;
  readonly bytes: number;
}

interface StoredParts {
  readonly run: StoredRun;
  readonly checkpoints: readonly CheckpointMetadata[];
  readonly damaged: readonly DamagedCheckpoint[];
}

/** Runs that left nothing are left out, but for the one that goes on here. */
export function storedRows(
  parts: readonly StoredParts[],
  here: RunId | null,
  held: ReadonlySet<RunId>,
): readonly StoredRunRow[] {
  return parts
    .filter(({ run, checkpoints, damaged }) => checkpoints.length + damaged.length > 0 || run.run === here)
    .map(({ run, checkpoints, damaged }) => ({
      run,
      jobName: jobNameOf(run),
      state: stateOf(run, here, held),
      checkpoints,
      damaged,
      bytes: bytesOf(checkpoints),
    }));
}

function stateOf({ run, endedAt }: StoredRun, here: RunId | null, held: ReadonlySet<RunId>): StoredRunRow['state'] {
  if (run === here) return 'here';
  if (held.has(run)) return 'elsewhere';
  return endedAt === null ? 'left' : 'ended';
}

function jobNameOf({ job }: StoredRun): string {
  const read = readJobFile(job);
  if (!read.ok) return 'A job that cannot be read any more';
  return read.value.job.name === '' ? 'Untitled job' : read.value.job.name;
}

/** Incremental checkpoints share chunks: each key counts once. */
function bytesOf(checkpoints: readonly CheckpointMetadata[]): number {
  const sizes = new Map<string, number>();
  for (const { subtasks } of checkpoints)
    for (const { handles } of subtasks) for (const { key, bytes } of handles) sizes.set(key, bytes);
  let sum = 0;
  for (const bytes of sizes.values()) sum += bytes;
  return sum;
}

export function storedTotals(rows: readonly StoredRunRow[]): StoredTotals {
  const all = rows.flatMap((row) => row.checkpoints);
  const savepoints = all.filter((each) => each.savepoint).length;
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  return { runs: rows.length, checkpoints: all.length - savepoints, savepoints, bytes };
}

/** Reads the whole store. Rejects with a StoreError. */
export async function readStored(here: RunId | null): Promise<readonly StoredRunRow[]> {
  const { checkpoints: store } = currentHost();
  const parts = await Promise.all(
    (await store.runs()).map(async (run) => {
      const [checkpoints, damaged] = await Promise.all([store.list(run.run), store.damaged(run.run)]);
      return { run, checkpoints, damaged };
    }),
  );
  return storedRows(parts, here, await heldRuns());
}

/** What this site uses and may use of the disk, in bytes; null where the browser does not tell. */
export async function readQuota(): Promise<{ readonly usage: number; readonly quota: number } | null> {
  const estimate = await navigator.storage?.estimate().catch(() => null);
  if (estimate?.usage === undefined || estimate.quota === undefined) return null;
  return { usage: estimate.usage, quota: estimate.quota };
}
