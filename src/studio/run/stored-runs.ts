/**
 * Runs as the checkpoint store knows them: what a run leaves behind so that it can be gone on with when its page was
 * closed or crashed. A page that runs a job holds a lock of the run's name, so that another tab does not take it for left.
 */
import type { Job } from '../../engine/graph/job.ts';
import { writeJobFile } from '../../export/job-file.ts';
import { lineageOf } from '../../connectors/checkpoints/store.ts';
import type { RunId, StoredRun } from '../../connectors/checkpoints/store.ts';
import type { DocumentState } from '../document/document-store.ts';
import { currentHost } from './host.ts';

/** Runs whose checkpoints are kept; of older ones only those with savepoints, and those that go on in another tab. */
const runsKept = 8;

/** Documents by id; an example that was not edited is the same document on each visit. */
export const documentKey = ({ id, pristineExample }: Pick<DocumentState, 'id' | 'pristineExample'>): string =>
  pristineExample === null ? id : `example:${pristineExample}`;

/** `lineage`: of the savepoint that the run begins from. */
export function newRecord(document: string, job: Job, lineage: RunId | null): StoredRun {
  const name = `${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
  const run = lineage === null ? name : `${lineage}~${name}`;
  return { run, document, job: writeJobFile(job), startedAt: Date.now(), endedAt: null };
}

/**
 * Holds the run until the returned function is called; null if another tab holds it already. Where there are no locks,
 * nothing is held.
 */
export async function holdRun(run: string): Promise<(() => void) | null> {
  if (!('locks' in navigator)) return () => undefined;
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(run), { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

/** Whether a run of the same line as this one, which shares its transactions, goes on in another tab. */
export async function goesOnElsewhere(lineage: RunId, here: RunId | null): Promise<boolean> {
  return [...(await heldRuns())].some((run) => run !== here && lineageOf(run) === lineage);
}

/** Runs that go on now, in this tab or in another. */
export async function heldRuns(): Promise<ReadonlySet<string>> {
  const held = (await navigator.locks?.query())?.held ?? [];
  const names = held.flatMap(({ name }) => (name?.startsWith(lockPrefix) === true ? [name] : []));
  return new Set(names.map((name) => name.slice(lockPrefix.length)));
}

/** The newest run of this document that no page runs any more and that did not end; null if there is none. */
export async function leftRun(document: string): Promise<StoredRun | null> {
  const runs = await currentHost().checkpoints.runs();
  const newest = runs.find((run) => run.document === document);
  if (newest === undefined || newest.endedAt !== null) return null;
  if ((await heldRuns()).has(newest.run)) return null;
  const checkpoints = await currentHost().checkpoints.list(newest.run);
  // Recovery uses no savepoint but the one that the run began from: with others alone, it would begin anew.
  const beganFromOne = lineageOf(newest.run) !== newest.run;
  return checkpoints.some(({ savepoint }) => beganFromOne || !savepoint) ? newest : null;
}

export async function recordBegin(record: StoredRun): Promise<void> {
  const { checkpoints } = currentHost();
  await checkpoints.putRun(record);
  const others = (await checkpoints.runs()).filter(({ run }) => run !== record.run).slice(runsKept - 1);
  const held = await heldRuns();
  for (const { run } of others) {
    if (held.has(run)) continue;
    const savepoint = (await checkpoints.list(run)).some((one) => one.savepoint);
    if (!savepoint) await checkpoints.removeRun(run);
  }
}

export async function recordEnd(record: StoredRun): Promise<void> {
  await currentHost().checkpoints.putRun({ ...record, endedAt: Date.now() });
}

const lockPrefix = 'weir-run-';
const lockName = (run: string): string => lockPrefix + run;
