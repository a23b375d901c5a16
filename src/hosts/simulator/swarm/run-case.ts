/**
 * Runs one schedule and has it checked. First the phase of safety: faults strike. Then the phase of liveness: they are
 * taken away, and the job must finish within a bounded time of its own clock.
 */
import { lineageOf } from '../../../connectors/checkpoints/store.ts';
import { checkFault } from '../../../engine/faults/check-fault.ts';
import { faultTable } from '../../../engine/faults/list.ts';
import type { Fault, FaultTarget } from '../../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import { duration } from '../../../base/units.ts';
import { failureMessage } from '../../../engine/wire/failures.ts';
import type { RunRequest } from '../../host.ts';
import type { ClusterObserver } from '../observer.ts';
import { memoryStores } from '../outside.ts';
import { simulate, sinkRecords } from '../simulate.ts';
import type { Simulation, SimulationOptions, SinkRecord } from '../simulate.ts';
import { buildJob, outSink, sideSink } from './build.ts';
import type { CheckedRun } from './checkers/checker.ts';
import { checkers } from './checkers/list.ts';
import { outputFindings } from './checkers/output.ts';
import type { CommittedRows } from './checkers/output.ts';
import { guaranteeOf } from './drawing.ts';
import type { Drawing } from './drawing.ts';
import { endOf } from './ends/list.ts';
import { calmMs } from './fault-script.ts';
import { planOf, rescaled } from './swarm-case.ts';
import type { SwarmCase } from './swarm-case.ts';

export interface Finding {
  readonly checker: string;
  readonly text: string;
}

export interface CaseOutcome {
  /** Null: the job has a problem and cannot run. */
  readonly findings: readonly Finding[] | null;
  readonly steps: number;
  readonly virtualMs: number;
  readonly completed: number;
  readonly recoveries: number;
  readonly strikes: number;
}

const runId = 'swarm';
/** After the faults: more than any expiry, back-off and heartbeat takes together. */
const patienceMs = 60_000;
/** Pairs of one key, multiplied, each in a buffer of its own, take almost 300,000. */
const stepsMax = 1_000_000;
/** Findings of one checker that are kept. */
const findingsMax = 3;

interface Phase {
  readonly plan: ExecutionGraph;
  readonly drawing: Drawing;
  readonly from: RunRequest['from'];
  /** The run is left then. */
  readonly untilMs: number | null;
}

export async function runCase(given: SwarmCase, more: Partial<SimulationOptions> = {}): Promise<CaseOutcome> {
  const phases = phasesOf(given);
  if (phases === null) return { findings: null, steps: 0, virtualMs: 0, completed: 0, recoveries: 0, strikes: 0 };
  const { drawing, seed } = given;
  const guarantee = guaranteeOf(drawing);
  const findings: Finding[] = [];
  const say = (checker: string, text: string): void => {
    const count = findings.filter((one) => one.checker === checker).length;
    if (count < findingsMax) findings.push({ checker, text });
  };
  const stores = memoryStores();
  const runs: Simulation[] = [];
  const lasting = new Map<string, ClusterObserver>();
  for (const phase of phases) {
    const observers = checkers.map(({ name, watch, acrossRuns }) => {
      const run: CheckedRun = {
        drawing: phase.drawing,
        guarantee,
        plan: phase.plan,
        stores,
        runId,
        finding: (text) => say(name, text),
      };
      const observer = lasting.get(name) ?? watch(run);
      if (acrossRuns === true) lasting.set(name, observer);
      return observer;
    });
    const request = requestOf(given, phase);
    // Elsewhere a clock that begins anew is a case of its own.
    const startAtMs = readsTheClock(drawing) ? (runs.at(-1)?.endedAt ?? 0) : 0;
    const observer = together(observers);
    const options = { ...more, seed, startAtMs, times: 'none' as const, stores, observer, stepsMax };
    const simulation = await guarded(request, options, phase, (text) => say('internal', text));
    if (simulation === null) break;
    runs.push(simulation);
    if (simulation.outcome !== 'time-limit' || phase.untilMs === null) {
      const text = unfinished(simulation);
      if (text !== null && !isExcused(given, simulation)) say('progress', text);
      break;
    }
  }
  const ended = runs.at(-1)?.view.job.state === 'finished';
  if (ended) {
    const committed = committedBy(runs, drawing);
    const judged = { drawing, guarantee, fellBack: damages(given), rescaled: given.rescale !== null };
    for (const text of outputFindings(judged, committed)) say('output', text);
    const left = given.rescale === null ? stores.transactions.preparedNow(lineageOf(runId)) : [];
    if (left.length > 0) say('commits', `the job has finished and left ${left.join(', ')} prepared`);
  }
  return { findings, ...figuresOf(runs) };
}

function phasesOf({ drawing, seed, rescale }: SwarmCase): Phase[] | null {
  const plan = planOf(drawing, seed);
  if (plan === null) return null;
  if (rescale === null) return [{ plan, drawing, from: 'anew', untilMs: null }];
  const after = rescaled(drawing, rescale.shift);
  const afterPlan = planOf(after, seed);
  if (afterPlan === null) return [{ plan, drawing, from: 'anew', untilMs: null }];
  return [
    { plan, drawing, from: 'anew', untilMs: rescale.atMs },
    { plan: afterPlan, drawing: after, from: 'latest', untilMs: null },
  ];
}

function requestOf({ drawing, seed, faults }: SwarmCase, { plan, from }: Phase): RunRequest {
  const pace = { paused: false, recordsPerSecond: drawing.pace, linkLatencyMs: duration(0) };
  const fitting = faults.filter((fault) => checkFault(fault, faultTable, plan) === null);
  return { plan, resources: buildJob(drawing, seed).resources, pace, runId, from, faults: fitting };
}

/** All checkpoints are damaged, or the state cannot be spread over another number of subtasks: said, and refused. */
function isExcused(given: SwarmCase, { view }: Simulation): boolean {
  const code = view.job.failure?.code;
  return (damages(given) && code === 'no-checkpoint') || (given.rescale !== null && code === 'restore-mismatch');
}

/** What it puts out depends on the processing time at which records come. */
const readsTheClock = ({ end }: Drawing): boolean => end !== undefined && 'judge' in endOf(end.of);

const damages = ({ faults }: SwarmCase): boolean => faults.some(({ kind }) => kind === 'corrupt-checkpoint');

/** Null: a step threw, which is a bug and is said. */
async function guarded(
  request: RunRequest,
  options: SimulationOptions,
  { untilMs }: Phase,
  say: (text: string) => void,
): Promise<Simulation | null> {
  const calmAt = (options.startAtMs ?? 0) + calmMs;
  const calm: SimulationOptions['script'] = [
    {
      atMs: calmAt,
      act: (cluster) => {
        for (const { id } of request.faults) cluster.removeFault(id);
        for (const fault of restarts(request)) cluster.inject(fault);
      },
    },
  ];
  try {
    return await simulate(request, { ...options, script: calm, untilMs: untilMs ?? calmAt + patienceMs });
  } catch (error) {
    say(
      error instanceof Error
        ? `${error.message} ${error.stack?.split('\n').slice(1, 4).join(' ') ?? ''}`
        : String(error),
    );
    return null;
  }
}

/**
 * A lost credit never comes back, and with barriers that need none nothing tells of it: somebody restarts what hangs.
 * With it each region fails once.
 */
function restarts({ faults, plan }: RunRequest): Fault[] {
  return faults.flatMap(({ id, kind, target }): Fault[] => {
    if (kind !== 'lose-credit' || target.kind !== 'channel') return [];
    const from = plan.channels.find((channel) => channel.id === target.channel)?.from ?? '';
    const sender: FaultTarget = { kind: 'subtask', subtask: from };
    return [{ id: `restart-${id}`, kind: 'crash-worker', target: sender, when: { kind: 'now' }, params: {}, times: 1 }];
  });
}

function unfinished({ outcome, view, endedAt }: Simulation): string | null {
  const { state, failure } = view.job;
  if (outcome === 'ended' && state === 'finished') {
    return null;
  }
  const why = failure === null ? '' : `: ${failureMessage(failure)}`;
  return `the job is ${state} after ${Math.round(endedAt)} ms (${outcome})${why}`;
}

function committedBy(runs: readonly Simulation[], { sink }: Drawing): CommittedRows {
  // What a transactional sink has committed is in the store, and so in the last run's results as a whole.
  const of = sink.kind === 'transactionalTable' ? runs.slice(-1) : runs;
  const rows = (node: string): SinkRecord[] => of.flatMap((run) => sinkRecords(run, node));
  const batches = of.flatMap((run) => run.results.get(outSink) ?? []);
  return { out: rows(outSink), batches, side: rows(sideSink) };
}

function figuresOf(runs: readonly Simulation[]): Omit<CaseOutcome, 'findings'> {
  const sum = (of: (run: Simulation) => number): number => runs.reduce((total, run) => total + of(run), 0);
  return {
    steps: sum(({ steps }) => steps),
    virtualMs: sum(({ endedAt }) => endedAt),
    completed: sum(({ view }) => view.checkpoints.completed),
    recoveries: sum(({ view }) => view.recoveries.length),
    strikes: sum(({ view }) => [...view.faults.values()].reduce((total, { strikes }) => total + strikes.length, 0)),
  };
}

function together(observers: readonly ClusterObserver[]): ClusterObserver {
  return {
    onDeploy: (deployment) => observers.forEach((one) => one.onDeploy?.(deployment)),
    onMessage: (to, message) => observers.forEach((one) => one.onMessage?.(to, message)),
    onEffects: (from, effects) => observers.forEach((one) => one.onEffects?.(from, effects)),
    onArrival: (from, to, channel, buffer) => observers.forEach((one) => one.onArrival?.(from, to, channel, buffer)),
    onCoordinator: (message) => observers.forEach((one) => one.onCoordinator?.(message)),
    onReport: (report) => observers.forEach((one) => one.onReport?.(report)),
    onCompleted: (metadata) => observers.forEach((one) => one.onCompleted?.(metadata)),
    onDropped: (keys) => observers.forEach((one) => one.onDropped?.(keys)),
    onDamaged: (key) => observers.forEach((one) => one.onDamaged?.(key)),
  };
}
