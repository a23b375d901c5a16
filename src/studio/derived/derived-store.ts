/**
 * What follows from the document: its analysis (problems, types) and, while it has no errors, its graphs. Computed in
 * one place, once per change that matters; moving a node on the canvas does not.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { analyse, isRunnable, type Analysis } from '../../engine/graph/analyse.ts';
import { chain } from '../../engine/graph/chaining.ts';
import type { CompileCheck } from '../../engine/graph/check-params.ts';
import { emptyJob, type Job } from '../../engine/graph/job.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { problemMessage, severityOf, type Problem } from '../../engine/graph/problems.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { expand } from '../../engine/graph/translate.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { resourceNames } from '../files/resources.ts';
import { documentStore } from '../document/document-store.ts';
import { runStore } from '../run/run-store.ts';
import { sessionStore } from '../session/session-store.ts';
import { foundProblems } from './found.ts';

export interface DerivedState {
  readonly analysis: Analysis;
  /** What would run if Run were pressed now; null while there are errors. */
  readonly plan: ExecutionGraph | null;
}

export const derivedStore = createStore<DerivedState>(() => ({ analysis: analyse(emptyJob, kindTable), plan: null }));
export const useDerived = <T>(selector: (state: DerivedState) => T): T => useStore(derivedStore, selector);

let compileCheck: CompileCheck | undefined;
let last: {
  readonly job: Job;
  readonly files: unknown;
  readonly check: unknown;
  /** What follows from these alone. */
  readonly drawn: DerivedState;
} | null = null;
/** What the last run had found when it was last looked at. */
let lastFound: ClusterView['found'] | null = null;

/** Computes now and whenever the document or the files change. Returns the way to stop. */
export function followDocument(): () => void {
  const stops = [documentStore.subscribe(refresh), sessionStore.subscribe(refresh), runStore.subscribe(refreshFound)];
  refresh();
  return () => {
    for (const stop of stops) stop();
    last = null;
    lastFound = null;
  };
}

/** From now on functions are compiled too (the compiler is loaded after the first paint). */
export function provideCompileCheck(check: CompileCheck): void {
  compileCheck = remembered(check);
  refresh();
}

function refresh(): void {
  const { job } = documentStore.getState();
  const { files, filesReady } = sessionStore.getState();
  const inputs = { job, files: filesReady ? files : null, check: compileCheck };
  if (last !== null && last.files === inputs.files && last.check === inputs.check && sameLogic(last.job, job)) return;
  const analysis = analyse(job, kindTable, {
    resources: filesReady ? resourceNames(files) : null,
    ...(compileCheck === undefined ? {} : { compileCheck }),
  });
  last = { ...inputs, drawn: planned(job, analysis) };
  tell(last.drawn, job);
}

/** Called with each frame of a run, of which hardly any brings something. */
function refreshFound(): void {
  const { view } = runStore.getState();
  if (last === null || (view?.found ?? null) === lastFound) return;
  tell(last.drawn, documentStore.getState().job);
}

/** What is drawn, with what the run has found in it. */
function tell(drawn: DerivedState, job: Job): void {
  const { view, ranJob } = runStore.getState();
  lastFound = view?.found ?? null;
  const { problems } = drawn.analysis;
  const found = view === null || ranJob === null ? [] : foundProblems(view.found, ranJob, job, problems);
  if (found.length === 0) return derivedStore.setState(drawn);
  derivedStore.setState({ ...drawn, analysis: { ...drawn.analysis, problems: [...problems, ...found] } });
}

/**
 * Subtasks that a page can hold: their Workers boot one after the other, some 15 to 45 ms each, and all must be up before
 * the first heartbeat is missed. The simulator has no such limit.
 */
const subtasksMost = 128;

function planned(job: Job, analysis: Analysis): DerivedState {
  if (!isRunnable(analysis)) return { analysis, plan: null };
  const jobGraph = chain(job, kindTable, analysis);
  const count = jobGraph.vertices.reduce((sum, { parallelism }) => sum + parallelism, 0);
  if (count <= subtasksMost) return { analysis, plan: expand(jobGraph) };
  const problem: Problem = { code: 'too-many-subtasks', details: { count, max: subtasksMost } };
  return { analysis: { ...analysis, problems: [...analysis.problems, problem] }, plan: null };
}

/** Whether two jobs differ only in where their nodes stand and in their own name. */
export function sameLogic(a: Job, b: Job): boolean {
  if (a === b) return true;
  if (a.edges !== b.edges || a.settings !== b.settings || a.nodes.length !== b.nodes.length) return false;
  return a.nodes.every((node, i) => {
    const other = b.nodes[i];
    if (node === other) return true;
    if (other === undefined) return false;
    const keys = Object.keys(node) as (keyof typeof node)[];
    return keys.every((key) => key === 'position' || node[key] === other[key]);
  });
}

const rememberedMost = 300;

/** A function's text is compiled once, not with each change elsewhere. */
function remembered(check: CompileCheck): CompileCheck {
  const answers = new Map<string, ReturnType<CompileCheck>>();
  return (source) => {
    const known = answers.get(source);
    if (known !== undefined) return known;
    const answer = check(source);
    if (answers.size >= rememberedMost) answers.clear();
    answers.set(source, answer);
    return answer;
  };
}

export const errorsOf = (analysis: Analysis): readonly Problem[] =>
  analysis.problems.filter((problem) => severityOf(problem) === 'error');

/** Why Run is refused, as a sentence; null if it is not. */
export function runBlockOf({ analysis, plan }: DerivedState): string | null {
  if (plan !== null) return null;
  const errors = errorsOf(analysis);
  const first = errors[0];
  if (first === undefined) return null;
  const more = errors.length === 1 ? '' : ` And ${errors.length - 1} more.`;
  return `Cannot run: ${problemMessage(first)}${more}`;
}
