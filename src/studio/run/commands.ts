/**
 * What a person can do to a run: start, pause, resume, stop, cancel, change the speed. One run at a time; starting ends
 * the one before. The running job never changes: an edited job must be run again.
 */
import type { Run } from '../../hosts/host.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import { type DerivedState, derivedStore, errorsOf, runBlockOf } from '../derived/derived-store.ts';
import { documentStore } from '../document/document-store.ts';
import { usedResources } from '../files/resources.ts';
import { sessionStore } from '../session/session-store.ts';
import { showPlace, toast } from '../session/commands.ts';
import { writePreferences } from '../storage/preferences.ts';
import { currentHost, siteBase } from './host.ts';
import { paceOf, type Rate } from './pace.ts';
import { isActive, runStore } from './run-store.ts';

const set = runStore.setState;

/** Runs the job as drawn. Refused, with the reason as a toast, while it has errors. */
export function startRun(): void {
  const { job, id } = documentStore.getState();
  const { files } = sessionStore.getState();
  const derived = derivedStore.getState();
  if (derived.plan === null) return sayWhyNot(derived);
  const { plan } = derived;
  endRun();
  const { rate, runNumber } = runStore.getState();
  const run = currentHost().run({
    plan,
    resources: usedResources(job, files, siteBase()),
    pace: paceOf(rate, false),
  });
  set({
    run,
    view: run.view(),
    ranJob: job,
    documentId: id,
    runNumber: runNumber + 1,
    paused: false,
    failureDismissed: false,
  });
  mirror(run);
}

/** Follows a run until it has ended, then frees its Workers; the last view stays. */
function mirror(run: Run): void {
  const isCurrent = () => runStore.getState().run === run;
  const unsubscribe = run.subscribe((view) => {
    if (isCurrent()) set({ view });
  });
  void run.ended.then((view) => {
    unsubscribe();
    if (!isCurrent()) return;
    set({ view, run: null, paused: false });
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

export function dismissFailure(): void {
  set({ failureDismissed: true });
}

/** Ends the run that goes on, if any, and frees it. Its last view stays on screen. */
export function endRun(): void {
  const { run, view } = runStore.getState();
  if (run === null) return;
  set({ run: null, paused: false });
  run.dispose();
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
