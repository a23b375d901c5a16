/** What earlier lives of a run have committed, as the results that its view begins with. */
import { lineageOf } from '../connectors/checkpoints/store.ts';
import type { RunId } from '../connectors/checkpoints/store.ts';
import type { TransactionalStore } from '../connectors/transactions/system.ts';
import { processingTime } from '../base/units.ts';
import { tableOf } from '../engine/graph/kind.ts';
import { kindTable } from '../engine/operators/list.ts';
import type { ExecutionGraph, JobVertex, PlannedOperator } from '../engine/graph/plan.ts';
import { concat } from '../engine/telemetry/merge-chunks.ts';
import { arrivedAt, UNKNOWN_ARRIVAL } from '../engine/wire/arrivals.ts';
import type { Batch } from '../engine/wire/batch.ts';
import type { Report } from '../engine/wire/reports.ts';
import type { TransactionalSystem } from '../engine/wire/requests.ts';

/** Sinks that commit, by kind, and where; see `engine/operators/`. */
const systemOf: Readonly<Record<string, TransactionalSystem>> = {
  transactionalTable: 'results',
  postgres: 'postgres',
};

export async function committedReports(
  run: RunId,
  graph: ExecutionGraph,
  systems: Readonly<Record<TransactionalSystem, TransactionalStore>>,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const vertex of graph.jobGraph.vertices) {
    for (const operator of vertex.operators) {
      const system = systemOf[operator.kind];
      if (system !== undefined) reports.push(...(await committedBy(systems[system], run, operator, vertex)));
    }
  }
  return reports;
}

/** The subtask is the second part of a transaction's name. */
async function committedBy(
  system: TransactionalStore,
  run: RunId,
  operator: PlannedOperator,
  { id }: JobVertex,
): Promise<Report[]> {
  const { node } = operator;
  const table = tableOf(kindTable, operator);
  const at = processingTime(0);
  return (await system.committed(lineageOf(run), node)).flatMap(({ transaction, records, count }) =>
    joined(records).map((batch): Report => {
      const subtask = `${id}/${transaction.split('/').at(-2) ?? '0'}`;
      const common = { kind: 'results', at, node, subtask, attempt: 0, total: count, records: batch } as const;
      return {
        ...common,
        arrivals: arrivedAt(UNKNOWN_ARRIVAL, batch.length),
        transaction,
        ...(table === null ? {} : { table }),
      };
    }),
  );
}

/** One batch: a transaction is told once. Halves are joined, so that a record is not copied once per batch. */
function joined(batches: readonly Batch[]): readonly Batch[] {
  if (batches.length < 2) return batches;
  const half = Math.ceil(batches.length / 2);
  const [left, right] = [batches.slice(0, half), batches.slice(half)].flatMap(joined);
  return left === undefined || right === undefined ? [] : [concat(left, right)];
}
