/** `weir run`: one job through the simulator, records printed as they come out. */
import type { Fault } from '../engine/graph/faults.ts';
import type { NodeId } from '../engine/graph/job.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { isExact } from '../engine/telemetry/ledger.ts';
import type { SinkMoment } from '../engine/telemetry/ledger.ts';
import { rowAt } from '../engine/wire/batch.ts';
import { isTerminal } from '../engine/wire/reports.ts';
import type { Report } from '../engine/wire/reports.ts';
import { FoundOnce } from '../hosts/found-once.ts';
import { fullSpeed } from '../hosts/host.ts';
import { oracleBounds } from '../hosts/oracle.ts';
import { OracleRun } from '../hosts/simulator/oracle-run.ts';
import { simulate } from '../hosts/simulator/simulate.ts';
import type { Simulation } from '../hosts/simulator/simulate.ts';
import type { Command } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { LoadedJob } from './load-job.ts';
import type { Outlet, Printer } from './printer.ts';
import type { Streams } from './streams.ts';
import { withSideTaps } from './side-taps.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** Throws if the job has an error: check it first. */
export async function runJob(
  loaded: LoadedJob,
  faults: readonly Fault[],
  command: RunCommand,
  printer: Printer,
  signs: Streams['signs'],
): Promise<ExitCode> {
  const seed = command.seed ?? loaded.job.settings.seed;
  const tapped = withSideTaps({ ...loaded.job, settings: { ...loaded.job.settings, seed } });
  const plan = planJob(tapped.job, kindTable);
  if (!plan.ok) throw new Error('a job that was checked has no errors');
  const names = new Map(loaded.job.nodes.map((node) => [node.id, node.name]));
  const operators = plan.value.jobGraph.vertices.flatMap((vertex) => vertex.operators);
  const outlets = new Map(
    operators.map(({ node, name, inputs }): [NodeId, Outlet] => {
      return [node, { node, name, schema: inputs[0]?.schema ?? [], tap: tapped.taps.get(node) ?? null }];
    }),
  );
  const { resources } = loaded;
  const account = command.ledger ? new OracleRun({ plan: plan.value, resources }) : null;
  const print = printing(printer, outlets, command.limit);
  signs?.watch(command.timeoutMs);
  const expectation = (await account?.expect(() => signs?.sign())) ?? null;
  const simulation = await simulate(
    { plan: plan.value, resources, pace: fullSpeed, runId: 'run', from: 'anew', faults },
    {
      seed,
      untilMs: command.untilMs,
      recordsMax: account === null ? 0 : oracleBounds.rows,
      onReport: (report) => {
        signs?.sign();
        print(report);
      },
    },
  );
  signs?.watch(null);
  let wrong = false;
  if (account !== null && expectation !== null) {
    for (const [sink, batches] of simulation.results) for (const batch of batches) account.commit(sink, batch);
    const ledger = account.ledger(momentsOf(simulation));
    printer.ledger({ ledger, expectation, names: new Map([...outlets].map(([id, { name }]) => [id, name])) });
    wrong = expectation.outcome === 'whole' && !expectation.orderDependent && !isExact(ledger);
  }
  printer.end({ simulation, seed, untilMs: command.untilMs, names });
  const code = exitCodeOf(simulation);
  return code === exitCodes.ok && wrong ? exitCodes.wrongAnswer : code;
}

/** What is not there will not come once the job has ended. */
function momentsOf({ view, results }: Simulation): Map<NodeId, SinkMoment> {
  const over = isTerminal(view.job.state);
  const moments = new Map<NodeId, SinkMoment>();
  for (const node of results.keys()) {
    const { watermark = Number.NEGATIVE_INFINITY, openRecords = 0, preparedRecords = 0 } = view.nodes.get(node) ?? {};
    moments.set(node, { over, watermark, uncommitted: openRecords + preparedRecords });
  }
  return moments;
}

/** Hands records and log lines on, of each sink at most `limit` records. */
function printing(printer: Printer, outlets: ReadonlyMap<NodeId, Outlet>, limit: number): (report: Report) => void {
  const found = new FoundOnce(new Map([...outlets].map(([id, { name }]) => [id, name])));
  const printed = new Map<NodeId, number>();
  const transactions = new Set<string>();
  return (report) => {
    if (report.kind === 'log') {
      const text = found.textOf(report);
      if (text !== null) printer.log({ ...report, text });
    }
    if (report.kind !== 'results') return;
    const { node, records, transaction } = report;
    // A transaction is told again when its commit is repeated after a restore.
    if (transaction !== undefined && transactions.has(transaction)) return;
    if (transaction !== undefined) transactions.add(transaction);
    const outlet = outlets.get(node);
    const before = printed.get(node) ?? 0;
    const count = Math.min(records.length, limit - before);
    if (outlet === undefined || count <= 0) return;
    printed.set(node, before + count);
    for (let row = 0; row < count; row++) {
      const time = records.timestamps[row] as number;
      printer.record(outlet, rowAt(records, row), Number.isNaN(time) ? null : time);
    }
  };
}

function exitCodeOf({ outcome, view }: Simulation): ExitCode {
  if (outcome !== 'ended') return exitCodes.noProgress;
  return view.job.state === 'finished' ? exitCodes.ok : exitCodes.jobFailed;
}
