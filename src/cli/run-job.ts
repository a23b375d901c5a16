/** `weir run`: one job through the simulator, records printed as they come out. */
import type { NodeId } from '../engine/graph/job.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { rowAt } from '../engine/wire/batch.ts';
import type { Report } from '../engine/wire/reports.ts';
import { fullSpeed } from '../hosts/host.ts';
import { simulate } from '../hosts/simulator/simulate.ts';
import type { Simulation } from '../hosts/simulator/simulate.ts';
import type { Command } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { LoadedJob } from './load-job.ts';
import type { Outlet, Printer } from './printer.ts';
import { withSideTaps } from './side-taps.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** Throws if the job has an error: check it first. */
export async function runJob(loaded: LoadedJob, command: RunCommand, printer: Printer): Promise<ExitCode> {
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
  const simulation = await simulate(
    { plan: plan.value, resources: loaded.resources, pace: fullSpeed },
    { seed, untilMs: command.untilMs, recordsMax: 0, onReport: printing(printer, outlets, command.limit) },
  );
  printer.end({ simulation, seed, untilMs: command.untilMs, names });
  return exitCodeOf(simulation);
}

/** Hands records and log lines on, of each sink at most `limit` records. */
function printing(printer: Printer, outlets: ReadonlyMap<NodeId, Outlet>, limit: number): (report: Report) => void {
  const printed = new Map<NodeId, number>();
  return (report) => {
    if (report.kind === 'log') printer.log(report);
    if (report.kind !== 'results') return;
    const { node, records } = report;
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
