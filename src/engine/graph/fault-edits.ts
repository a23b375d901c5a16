/** Edits of a job's fault script: pure, like those of its graph (`edits.ts`). What a fault aims at need not exist. */
import { failed, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { freshIds } from './edits.ts';
import type { Fault, FaultId } from './faults.ts';
import { jobLimits } from './job.ts';
import type { Job } from './job.ts';
import type { Problem } from './problems.ts';

/** What a person chooses of a fault. */
export type NewFault = Omit<Fault, 'id'>;

/** At the end of the script, under a fresh id. */
export function addFault(job: Job, given: NewFault): Result<{ job: Job; fault: FaultId }, Problem> {
  const count = job.faults.length + 1;
  if (count > jobLimits.faults) {
    return failed({ code: 'job-full', details: { what: 'faults', count, max: jobLimits.faults } });
  }
  const id = freshIds('f', job.faults)();
  const { kind, target, when, params, times } = given;
  return ok({ job: { ...job, faults: [...job.faults, { id, kind, target, when, params, times }] }, fault: id });
}

export function removeFault(job: Job, id: FaultId): Job {
  return job.faults.some((fault) => fault.id === id)
    ? { ...job, faults: job.faults.filter((fault) => fault.id !== id) }
    : job;
}

/** An unknown id changes nothing. */
export function changeFault(job: Job, id: FaultId, changes: Partial<NewFault>): Job {
  if (!job.faults.some((fault) => fault.id === id)) return job;
  return { ...job, faults: job.faults.map((fault) => (fault.id === id ? { ...fault, ...changes, id } : fault)) };
}
