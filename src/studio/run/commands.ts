/**
 * What a person can do to a run: start, pause, resume, stop, cancel, change the speed. One run at a time; starting ends
 * the one before. The running job never changes: an edited job must be run again.
 */
import { lineageOf } from '../../connectors/checkpoints/store.ts';
import type { SavepointRef, StoredRun } from '../../connectors/checkpoints/store.ts';
import type { NewFault } from '../../engine/graph/fault-edits.ts';
import type { FaultId } from '../../engine/graph/faults.ts';
import type { Job } from '../../engine/graph/job.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { planJob } from '../../engine/graph/translate.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { readJobFile, writeJobFile } from '../../export/job-file.ts';
import type { Run, RunRequest } from '../../hosts/host.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import { type DerivedState, derivedStore, errorsOf, runBlockOf } from '../derived/derived-store.ts';
import { documentStore } from '../document/document-store.ts';
import { usedResources } from '../files/resources.ts';
import { sessionStore } from '../session/session-store.ts';
import { showPlace, toast } from '../session/commands.ts';
import { forgetArrivals } from '../session/time-pick.ts';
import { writePreferences } from '../storage/preferences.ts';
import { currentHost, siteBase } from './host.ts';
import { paceOf, type Rate } from './pace.ts';
import { isActive, runStore } from './run-store.ts';
import { faultsLeft, keepStrikes } from './kept-strikes.ts';
import { documentKey, goesOnElsewhere, holdRun, leftRun, newRecord, recordBegin, recordEnd } from './stored-runs.ts';

const set = runStore.setState;

/** Lets go of the lock on the run that goes on. */
let release: () => void = () => undefined;

/** Runs the job as drawn. Refused, with the reason as a toast, while it has errors. */
export function startRun(): void {
  launch({ kind: 'anew' });
}

/**
 * Runs the job as drawn from a savepoint, of this run or of an earlier one, perhaps with another parallelism. Refused
 * while a run of the same line goes on in another tab: the two would undo each other's transactions.
 */
export async function startFromSavepoint(savepoint: SavepointRef): Promise<void> {
  const here = runStore.getState().record?.run ?? null;
  if (await goesOnElsewhere(lineageOf(savepoint.run), here).catch(() => false)) {
    toast('The run of this savepoint goes on in another tab. Stop it there first.', { tone: 'error' });
    return;
  }
  launch({ kind: 'savepoint', savepoint });
}

type Beginning = { readonly kind: 'anew' } | { readonly kind: 'savepoint'; readonly savepoint: SavepointRef };

function launch(beginning: Beginning): void {
  const document = documentStore.getState();
  const derived = derivedStore.getState();
  if (derived.plan === null) return sayWhyNot(derived);
  const lineage = beginning.kind === 'anew' ? null : lineageOf(beginning.savepoint.run);
  const record = newRecord(documentKey(document), document.job, lineage);
  const from = beginning.kind === 'anew' ? 'anew' : { savepoint: beginning.savepoint };
  begin({ record, job: document.job, plan: derived.plan, from });
}

/**
 * Goes on with the run of this document that a closed or crashed page left, from its newest completed checkpoint. False
 * if there is none.
 */
export async function resumeLeftRun(): Promise<boolean> {
  const record = await leftRun(documentKey(documentStore.getState())).catch(() => null);
  if (record === null) return false;
  const read = readJobFile(record.job);
  const plan = read.ok ? planJob(read.value.job, kindTable) : null;
  if (!read.ok || plan === null || !plan.ok) {
    await recordEnd(record).catch(() => undefined);
    return false;
  }
  // Two tabs may come back at once: one of them goes on.
  const held = await holdRun(record.run).catch(() => () => undefined);
  if (held === null) return false;
  // The very object, where nothing was edited since: edits are told by identity.
  const drawn = documentStore.getState().job;
  const job = writeJobFile(drawn) === record.job ? drawn : read.value.job;
  begin({ record, job, plan: plan.value, from: 'latest', held });
  toast('The job goes on from its last completed checkpoint: this page was left while it ran.');
  return true;
}

interface Launch {
  readonly record: StoredRun;
  readonly job: Job;
  readonly plan: ExecutionGraph;
  readonly from: RunRequest['from'];
  /** Lets go of the lock on the run, if it is held already. */
  readonly held?: () => void;
}

function begin({ record, job, plan, from, held }: Launch): void {
  const { files } = sessionStore.getState();
  endRun();
  forgetArrivals();
  const { rate, runNumber } = runStore.getState();
  const run = currentHost().run({
    plan,
    resources: usedResources(job, files, siteBase()),
    pace: paceOf(rate, false),
    runId: record.run,
    from,
    faults: from === 'latest' ? faultsLeft(record.run, job.faults) : job.faults,
  });
  set({
    run,
    record,
    view: run.view(),
    ranJob: job,
    documentId: documentStore.getState().id,
    continued: from !== 'anew',
    runNumber: runNumber + 1,
    paused: false,
    failureDismissed: false,
  });
  mirror(run, record, held ?? heldSoon(record));
  void recordBegin(record).catch(sayNotKept);
}

/** The job runs all the same; it could not be gone on with after a reload. */
function sayNotKept(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  toast(`This browser cannot keep the checkpoints of this run: ${reason}`, { tone: 'error' });
}

/** Of a new run, whose name nobody else has. */
function heldSoon({ run }: StoredRun): () => void {
  const held = holdRun(run).catch(() => null);
  return () => void held.then((letGo) => letGo?.());
}

/** Follows a run until it has ended, then frees its Workers; the last view stays. */
function mirror(run: Run, record: StoredRun, held: () => void): void {
  release();
  release = held;
  const isCurrent = () => runStore.getState().run === run;
  const unsubscribe = run.subscribe((view) => {
    if (!isCurrent()) return;
    keepStrikes(record.run, view);
    set({ view });
  });
  void run.ended.then((view) => {
    unsubscribe();
    void recordEnd(record).catch(() => undefined);
    if (!isCurrent()) return;
    set({ view, run: null, paused: false });
    release();
    run.dispose();
  });
}

export function pauseRun(): void {
  setPaused(true);
}

export function resumeRun(): void {
  setPaused(false);
}

function setPaused(paused: boolean): void {
  const state = runStore.getState();
  if (!isActive(state) || state.run === null || state.paused === paused) return;
  state.run.setPace(paceOf(state.rate, paused));
  set({ paused });
}

/** Space and Ctrl+Enter: whichever of run, pause and resume fits now. */
export function toggleRun(): void {
  const state = runStore.getState();
  if (!isActive(state)) startRun();
  else if (state.paused) resumeRun();
  else pauseRun();
}

/** Ends the sources; everything drains. A paused run goes on, or it could not drain. */
export function stopRun(): void {
  const { run, rate, paused } = runStore.getState();
  if (run === null) return;
  if (paused) {
    run.setPace(paceOf(rate, false));
    set({ paused: false });
  }
  run.stop();
}

export function cancelRun(): void {
  runStore.getState().run?.cancel();
}

/** Takes effect at once, also on a run that goes on; kept for the next. */
export function setRate(rate: Rate): void {
  const { run, paused } = runStore.getState();
  set({ rate });
  run?.setPace(paceOf(rate, paused));
  writePreferences({ rate });
}

/** By hand. A savepoint is kept until it is deleted, and can be downloaded. */
export function takeCheckpoint(kind: 'checkpoint' | 'savepoint'): void {
  runStore.getState().run?.checkpoint(kind);
}

let injected = 0;

/** Breaks something in the run that goes on; what comes of it is in the view. Null: nothing runs. */
export function injectFault(fault: NewFault): FaultId | null {
  const { run } = runStore.getState();
  if (run === null) return null;
  const id = `by-hand-${++injected}`;
  run.inject({ ...fault, id });
  return id;
}

/** Takes a fault away from the run that goes on; one of the script is there again in the next run. */
export function withdrawFault(fault: FaultId): void {
  runStore.getState().run?.removeFault(fault);
}

export function dismissFailure(): void {
  set({ failureDismissed: true });
}

/** Ends the run that goes on, if any, and frees it. Its last view stays on screen. */
export function endRun(): void {
  const { run, view, record } = runStore.getState();
  if (run === null) return;
  set({ run: null, paused: false });
  run.dispose();
  release();
  // Left by choice: nobody is to go on with it.
  if (record !== null) void recordEnd(record).catch(() => undefined);
  if (view !== null && !isTerminal(view.job.state)) set({ view: null });
}

/** Forgets the last run, when another document is opened. */
export function forgetRun(): void {
  endRun();
  set({ view: null, ranJob: null, documentId: null, failureDismissed: false });
}

/** The first reason, with a way to its place. */
function sayWhyNot(derived: DerivedState): void {
  const place = errorsOf(derived.analysis).find((problem) => problem.node !== undefined || problem.edge !== undefined);
  toast(runBlockOf(derived) ?? 'There is nothing to run.', {
    tone: 'error',
    action: place === undefined ? null : { label: 'Show', run: () => showPlace(place) },
  });
}
