/**
 * The same job with the same faults under several guarantees, in virtual time: what each of them keeps or loses. One seed
 * for all, so what differs comes of the guarantee.
 */
import { duration } from '../../base/units.ts';
import type { Fault } from '../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { replayedRecords } from '../../engine/telemetry/replayed.ts';
import { ledgerOf } from '../../engine/telemetry/ledger.ts';
import type { Pace } from '../../engine/wire/messages.ts';
import type { ComparedSide, Comparison, ComparisonRequest } from '../oracle.ts';
import { oracleBounds } from '../oracle.ts';
import { accountsOf, cleanRequest, endOf, follow, sourcePositions } from './oracle-run.ts';
import type { Followed } from './oracle-run.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const stepsMax = 3_000_000;
const strikesMax = 5;
/** Checkpoints that a job of unbounded speed is to last for, and job time of them where there are none. */
const checkpointsLong = 8;
const fallbackMs = 4000;

/** Throws a sentence if the job cannot be compared: without end, or failing by itself. */
export async function compare(request: ComparisonRequest): Promise<Comparison> {
  const [first] = request.sides;
  if (first === undefined) return { sides: [], recordsPerSecond: null, strikes: [] };
  const { seed } = first.plan.jobGraph.settings;
  const clean = cleanRequest({ plan: first.plan, resources: request.resources });
  const quick = whole(await follow(clean, seed, oracleBounds));
  const pace = request.pace.recordsPerSecond === null ? lastingPace(quick, first.plan) : request.pace;
  const expected = whole(await follow({ ...clean, pace }, seed, oracleBounds));
  const faults = request.faults.length > 0 ? request.faults : [killInTheMiddle(first.plan, expected.endedAt)];
  const sides: ComparedSide[] = [];
  const strikes: string[] = [];
  for (const { mode, plan } of request.sides) {
    const options = {
      seed,
      times: 'none' as const,
      untilMs: oracleBounds.virtualMs,
      stepsMax,
      recordsMax: 2 * oracleBounds.rows,
    };
    const run = await simulate({ ...clean, plan, pace, faults, runId: mode }, options);
    sides.push({ mode, ...sideOf(run, expected, plan) });
    if (strikes.length === 0) strikes.push(...strikesOf(run));
  }
  return { sides, recordsPerSecond: pace.recordsPerSecond, strikes };
}

function whole(run: Followed): Followed {
  if (run.outcome === 'bounded') throw new Error(`Only a job that ends can be compared: ${run.reason ?? ''}.`);
  if (run.outcome === 'failed') throw new Error(`The job fails by itself, without any fault: ${run.reason ?? ''}`);
  return run;
}

function sideOf(run: Simulation, expected: Followed, plan: ExecutionGraph): Omit<ComparedSide, 'mode'> {
  const accounts = [...accountsOf(plan)];
  for (const [sink, account] of accounts) {
    for (const batch of expected.rows.get(sink) ?? []) account.expect(batch);
    for (const batch of run.results.get(sink) ?? []) account.commit(batch);
  }
  const { outcome, reason } = endOf(run, oracleBounds);
  const ledgers = accounts.map(([, account]) => account.ledger());
  return {
    outcome: outcome === 'whole' ? 'finished' : outcome,
    reason,
    ledger: ledgerOf(ledgers, false),
    failures: run.view.recoveries.length,
    completedCheckpoints: run.view.checkpoints.completed,
    replayedRecords: run.view.recoveries.reduce((sum, one) => sum + replayedRecords(one), 0),
    lastedMs: run.endedAt,
  };
}

const strikesOf = (run: Simulation): string[] =>
  [...run.view.faults.values()].flatMap(({ strikes }) => strikes.map(({ text }) => text)).slice(0, strikesMax);

/** Slow enough that some checkpoints complete before the end: at full speed a small input is through before the first. */
function lastingPace({ view }: Followed, plan: ExecutionGraph): Pace {
  const { checkpointIntervalMs } = plan.jobGraph.settings;
  const lasting = Math.max(fallbackMs, checkpointsLong * checkpointIntervalMs);
  const most = Math.max(0, ...sourcePositions(view).values());
  const recordsPerSecond = Math.max(1, Math.ceil((most * 1000) / lasting));
  return { paused: false, recordsPerSecond, linkLatencyMs: duration(0) };
}

/** Late between two checkpoints: then there is much to do again. */
const beforeCheckpoint = (ms: number, intervalMs: number): number =>
  Math.round(intervalMs === 0 ? ms : (Math.floor(ms / intervalMs) + 0.8) * intervalMs);

/** A Worker that holds something: one behind an exchange if there is one. */
function killInTheMiddle({ jobGraph, subtasks }: ExecutionGraph, endedAt: number): Fault {
  const fed = new Set(jobGraph.edges.map(({ to }) => to));
  const inside = jobGraph.vertices.find(({ id }) => fed.has(id) && jobGraph.edges.some(({ from }) => from === id));
  const vertex = inside ?? jobGraph.vertices.find(({ id }) => fed.has(id)) ?? jobGraph.vertices[0];
  const subtask = subtasks.find((each) => each.vertex === vertex?.id)?.id ?? '';
  return {
    id: 'middle',
    kind: 'crash-worker',
    target: { kind: 'subtask', subtask },
    when: { kind: 'at', ms: beforeCheckpoint(endedAt / 2, jobGraph.settings.checkpointIntervalMs) },
    params: {},
    times: 1,
  };
}
