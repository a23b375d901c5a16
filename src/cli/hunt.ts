/** `weir sim`: hunts for a schedule under which a guarantee does not hold, of a job of one's own or of the swarm's. */
import { readFile } from 'node:fs/promises';
import type { Job } from '../engine/graph/job.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { isExact } from '../engine/telemetry/ledger.ts';
import type { Ledger, SinkLedger } from '../engine/telemetry/ledger.ts';
import { failureMessage } from '../engine/wire/failures.ts';
import { fullSpeed } from '../hosts/host.ts';
import { oracleBounds } from '../hosts/oracle.ts';
import { OracleRun } from '../hosts/simulator/oracle-run.ts';
import { simulate } from '../hosts/simulator/simulate.ts';
import type { Simulation } from '../hosts/simulator/simulate.ts';
import type { Guarantee } from '../hosts/simulator/swarm/drawing.ts';
import { runCase } from '../hosts/simulator/swarm/run-case.ts';
import { shrink } from '../hosts/simulator/swarm/shrink.ts';
import { swarm } from '../hosts/simulator/swarm/swarm.ts';
import type { SwarmFigures } from '../hosts/simulator/swarm/swarm.ts';
import type { SwarmCase } from '../hosts/simulator/swarm/swarm-case.ts';
import type { Command } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { chaosFaults } from './load-faults.ts';
import { loadJob } from './load-job.ts';
import { findingLine } from './printer.ts';
import type { Streams } from './streams.ts';

type SimCommand = Extract<Command, { kind: 'sim' }>;

/** Between two lines about how far it is. */
const saySchedules = 500;
const jobUntilMs = 10 * 60_000;

export async function swarmHunt({ schedules, from, mode, json }: SimCommand, to: Streams): Promise<ExitCode> {
  const started = performance.now();
  const pace = (so: SwarmFigures): string => `${(so.schedules / ((performance.now() - started) / 1000)).toFixed(1)}/s`;
  const so = await swarm({
    from,
    schedules,
    only: mode,
    onProgress: (figures) => {
      if (figures.schedules % saySchedules === 0) to.print(progressLine(figures, schedules, pace(figures), json));
    },
  });
  for (const { given, findings } of so.failures) {
    to.complain(`Seed ${given.seed} fails: ${findings.map(({ checker, text }) => `${checker}: ${text}`).join(' · ')}`);
    to.complain('Shrinking it …');
    const small = await shrink(given, findings);
    to.complain(
      `After ${small.runs} runs: ${small.findings.map(({ checker, text }) => `${checker}: ${text}`).join(' · ')}`,
    );
    to.print(JSON.stringify({ kind: 'failing', findings: small.findings, case: small.found }));
  }
  to.print(endLine(so, pace(so), json));
  return so.failures.length === 0 ? exitCodes.ok : exitCodes.wrongAnswer;
}

function progressLine(so: SwarmFigures, of: number, pace: string, json: boolean): string {
  const { schedules, checkpoints, recoveries, strikes } = so;
  if (json) return JSON.stringify({ kind: 'progress', schedules, of, checkpoints, recoveries, strikes });
  return `${schedules} of ${of} schedules (${pace}): ${strikes} strikes, ${recoveries} recoveries, ${checkpoints} checkpoints completed`;
}

function endLine(so: SwarmFigures, pace: string, json: boolean): string {
  const { failures, ...figures } = so;
  if (json) return JSON.stringify({ kind: 'end', failures: failures.length, ...figures });
  const modes = Object.entries(so.byGuarantee).map(([mode, count]) => `${count} ${mode}`);
  const hours = (so.virtualMs / 3_600_000).toFixed(1);
  const what = `${so.schedules} schedules (${modes.join(', ')}), ${so.steps} events, ${hours} h of virtual time, ${so.strikes} strikes, ${so.recoveries} recoveries, ${so.checkpoints} checkpoints, ${pace}`;
  return failures.length === 0 ? `All is well: ${what}.` : `Something is wrong: ${what}.`;
}

export async function replay(file: string, to: Streams): Promise<ExitCode> {
  let given: SwarmCase;
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as { case?: SwarmCase } & SwarmCase;
    given = value.case ?? value;
  } catch (thrown) {
    to.complain(`The case cannot be read: ${(thrown as Error).message}`);
    return exitCodes.badInput;
  }
  const { findings, ...figures } = await runCase(given);
  for (const { checker, text } of findings ?? []) to.print(`${checker}: ${text}`);
  to.print(JSON.stringify({ kind: 'end', findings: findings?.length ?? null, ...figures }));
  return findings?.length === 0 ? exitCodes.ok : exitCodes.wrongAnswer;
}

/** Each seed: faults by chance and another order; what the sinks committed must keep the promise of the mode. */
export async function jobHunt(
  { job: name, schedules, from, mode, json, timeoutMs }: SimCommand,
  to: Streams,
): Promise<ExitCode> {
  const loaded = await loadJob(name ?? '', 'none');
  if (!loaded.ok) {
    for (const finding of loaded.error) to.complain(findingLine(name ?? '', finding));
    return exitCodes.badInput;
  }
  const job = mode === null ? loaded.value.job : withGuarantee(loaded.value.job, mode);
  const plan = planJob(job, kindTable);
  if (!plan.ok) throw new Error('a job that was checked has no errors');
  const { resources } = loaded.value;
  for (let seed = from; seed < from + schedules; seed++) {
    const account = new OracleRun({ plan: plan.value, resources });
    const sign = (): void => to.signs?.sign();
    to.signs?.watch(timeoutMs);
    const expectation = await account.expect(sign);
    if (expectation.outcome !== 'whole') {
      to.complain(`Without failures the job does not come to its end: ${expectation.reason ?? ''}.`);
      return exitCodes.badInput;
    }
    const faults = chaosFaults(seed, plan.value);
    const run = await simulate(
      { plan: plan.value, resources, pace: fullSpeed, runId: 'sim', from: 'anew', faults },
      { seed, untilMs: jobUntilMs, recordsMax: oracleBounds.rows, onReport: sign },
    );
    to.signs?.watch(null);
    for (const [sink, batches] of run.results) for (const batch of batches) account.commit(sink, batch);
    const ledger = account.ledger(new Map());
    const wrong = unfinished(run) ?? (expectation.orderDependent ? null : brokenPromise(job, ledger));
    if (json) to.print(JSON.stringify({ kind: 'schedule', seed, broken: wrong, ...ledger, sinks: undefined }));
    if (wrong === null) continue;
    to.complain(`Seed ${seed} fails: ${wrong}. See weir run ${name} --seed ${seed} --faults chaos:${seed} --ledger`);
    return exitCodes.wrongAnswer;
  }
  to.print(`All is well: ${schedules} schedules of ${name}, from seed ${from}.`);
  return exitCodes.ok;
}

function withGuarantee(job: Job, guarantee: Guarantee): Job {
  const timeout = guarantee === 'aligned-timeout';
  const checkpointMode = timeout ? 'aligned' : guarantee;
  const alignmentTimeoutMs = timeout ? Math.max(1, job.settings.alignmentTimeoutMs) : 0;
  return { ...job, settings: { ...job.settings, checkpointMode, alignmentTimeoutMs } };
}

function unfinished({ outcome, view }: Simulation): string | null {
  const { state, failure } = view.job;
  if (outcome === 'ended' && state === 'finished') return null;
  return `the job is ${state}${failure === null ? '' : `: ${failureMessage(failure)}`}`;
}

function brokenPromise({ nodes, settings }: Job, ledger: Ledger): string | null {
  if (settings.checkpointMode === 'off') return null;
  const exactly = settings.checkpointMode !== 'at-least-once';
  const committing = (sink: SinkLedger): boolean =>
    kindTable.get(nodes.find(({ id }) => id === sink.node)?.kind ?? '')?.committing === true;
  for (const sink of ledger.sinks) {
    const { node, lost, wrong, duplicated } = sink;
    // At least once: a sum that is too high is a wrong row in the place of a right one.
    if (lost > (exactly ? 0 : wrong)) return `${node} lost ${lost} rows`;
    if (exactly && wrong > 0) return `${node} has ${wrong} wrong rows`;
    if (exactly && committing(sink) && !isExact(sink)) return `${node} doubled ${duplicated} rows`;
  }
  return null;
}
