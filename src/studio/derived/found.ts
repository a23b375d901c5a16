/** Problems of the drawn job that its last run has found: those of operators that are still as they ran. */
import type { Job } from '../../engine/graph/job.ts';
import type { Problem } from '../../engine/graph/problems.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';

/** `known`: problems that are told already, which are not told again. */
export function foundProblems(
  found: ClusterView['found'],
  ran: Job,
  job: Job,
  known: readonly Problem[],
): readonly Problem[] {
  return [...found].flatMap(([id, issues]) => {
    const now = job.nodes.find((node) => node.id === id);
    const then = ran.nodes.find((node) => node.id === id);
    if (now === undefined || then === undefined || now.kind !== then.kind || !same(now.params, then.params)) return [];
    return issues
      .filter(({ code }) => !known.some((problem) => problem.node === id && problem.code === code))
      .map((issue) => ({ ...issue, node: id }));
  });
}

const same = (a: object, b: object): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
