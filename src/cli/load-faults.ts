/** What is to break in a run, from what the command line says. */
import { readFile } from 'node:fs/promises';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { chaos } from '../engine/faults/chaos.ts';
import { checkFaults } from '../engine/faults/check-fault.ts';
import { faultTable } from '../engine/faults/list.ts';
import type { Fault } from '../engine/graph/faults.ts';
import type { Job } from '../engine/graph/job.ts';
import type { ExecutionGraph } from '../engine/graph/plan.ts';
import { problemAdvice, problemMessage } from '../engine/graph/problems.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { readJobValue, writeJobFile } from '../export/job-file.ts';
import type { Finding } from './load-job.ts';

/** Chaos: one fault in each of these intervals of job time, all kinds that a job can come back from by itself. */
export const chaosEveryMs = 1000;
const chaosUntilMs = 10 * 60_000;
export const chaosKinds = ['crash-worker', 'crash-machine', 'exception', 'crash-coordinator', 'duplicate-buffer'];

/** `given`: null for the job's own, `none`, `chaos:SEED`, or a file with a list of faults. */
export async function loadFaults(
  given: string | null,
  job: Job,
): Promise<Result<readonly Fault[], readonly Finding[]>> {
  if (given === null) return ok(job.faults);
  if (given === 'none') return ok([]);
  const plan = planJob(job, kindTable);
  const graph = plan.ok ? plan.value : null;
  if (given.startsWith('chaos:')) return ok(graph === null ? [] : chaosFaults(Number(given.slice(6)), graph));
  let list: unknown;
  try {
    list = JSON.parse(await readFile(given, 'utf8'));
  } catch (thrown) {
    return failed([error(given, `The fault script cannot be read: ${(thrown as Error).message}`, 'Check the file.')]);
  }
  // As a part of the job file, so that the same words tell what is wrong with it.
  const read = readJobValue({ ...(JSON.parse(writeJobFile(job)) as object), faults: list });
  if (!read.ok) return failed(read.error.map(({ path, message, advice }) => error(path, message, advice)));
  const { faults } = read.value.job;
  const problems = checkFaults(faults, faultTable, graph, job.nodes);
  if (problems.length === 0) return ok(faults);
  return failed(problems.map((problem) => error(problem.fault ?? '', problemMessage(problem), problemAdvice(problem))));
}

export const chaosFaults = (seed: number, plan: ExecutionGraph): Fault[] =>
  chaos({ seed, plan, everyMs: chaosEveryMs, kinds: chaosKinds, untilMs: chaosUntilMs });

const error = (place: string, message: string, advice: string): Finding => ({
  severity: 'error',
  place,
  message,
  advice,
});
