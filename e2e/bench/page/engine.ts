/** Measures the engine in the browser host: throughput in records per second of real time, and the first row's delay. */
import { BrowserHost } from '../../../src/hosts/browser/browser-host.ts';
import { fullSpeed } from '../../../src/hosts/host.ts';
import type { Run, RunRequest } from '../../../src/hosts/host.ts';
import type { ExecutionGraph } from '../../../src/engine/graph/plan.ts';
import type { Measured } from './jobs.ts';

export const host = new BrowserHost();

let runs = 0;
/** At full speed, under a name of its own. */
export const requestOf = (plan: ExecutionGraph): RunRequest => ({
  plan,
  resources: [],
  pace: fullSpeed,
  runId: `bench-${Date.now()}-${++runs}`,
  from: 'anew',
  faults: [],
});

/** Records per second that the counted node takes in, once the job has run for `warmUpMs`, over `lengthMs`. */
export async function throughput({ plan, counted }: Measured, warmUpMs: number, lengthMs: number): Promise<number> {
  const run = host.run(requestOf(plan));
  try {
    return await measureThroughput(run, counted, warmUpMs, lengthMs);
  } finally {
    run.dispose();
  }
}

/** The same of a run that somebody else started. */
export async function measureThroughput(
  run: Run,
  counted: string,
  warmUpMs: number,
  lengthMs: number,
): Promise<number> {
  await running(run);
  await sleep(warmUpMs);
  const from = taken(run, counted);
  await sleep(lengthMs);
  return rate(from, taken(run, counted));
}

/** Milliseconds from Run to the first record that the page can show of a sink. */
export async function firstRow({ plan, counted }: Measured): Promise<number> {
  host.prepare(plan.subtasks.length);
  await sleep(2000);
  const startedAt = performance.now();
  const run = host.run(requestOf(plan));
  try {
    await new Promise<void>((resolve, reject) => {
      run.subscribe((view) => {
        if ((view.results.get(counted)?.total ?? 0) > 0) resolve();
        if (view.job.failure !== null) reject(new Error(JSON.stringify(view.job.failure)));
      });
    });
    return performance.now() - startedAt;
  } finally {
    run.dispose();
  }
}

export interface MemorySample {
  readonly seconds: number;
  readonly recordsIn: number;
  readonly recordsTaken: number;
  readonly queuedRecords: number;
  readonly queuedBuffers: number;
}

let memoryRun: { readonly run: Run; readonly counted: string; readonly startedAt: number } | null = null;

/** A run that stays until `endMemoryRun`, looked at by `memorySample`. */
export async function startMemoryRun({ plan, counted }: Measured): Promise<void> {
  const run = host.run(requestOf(plan));
  memoryRun = { run, counted, startedAt: performance.now() };
  await running(run);
}

export function memorySample(): MemorySample {
  if (memoryRun === null) throw new Error('no memory run');
  const view = memoryRun.run.view();
  const channels = [...view.channels.values()];
  const sum = (of: (channel: (typeof channels)[number]) => number): number =>
    channels.reduce((all, each) => all + of(each), 0);
  return {
    seconds: (performance.now() - memoryRun.startedAt) / 1000,
    recordsIn: view.nodes.get('source')?.recordsOut ?? 0,
    recordsTaken: view.nodes.get(memoryRun.counted)?.recordsIn ?? 0,
    queuedRecords: sum(
      (each) => (each.input?.queuedRecords ?? 0) + (each.output?.queuedRecords ?? 0) + each.inFlightRecords,
    ),
    queuedBuffers: sum(
      (each) => (each.input?.queuedBuffers ?? 0) + (each.output?.queuedBuffers ?? 0) + each.inFlightBuffers,
    ),
  };
}

export function endMemoryRun(): void {
  memoryRun?.run.dispose();
  memoryRun = null;
}

function running(run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    run.subscribe((view) => {
      if (view.job.state === 'running') resolve();
      if (view.job.failure !== null) reject(new Error(JSON.stringify(view.job.failure)));
    });
  });
}

interface Taken {
  readonly records: number;
  readonly at: number;
}

/** Per subtask of the node: records taken in, and when that was so. */
function taken(run: Run, node: string): readonly Taken[] {
  const view = run.view();
  return (view.nodes.get(node)?.subtasks ?? []).map((id) => {
    const subtask = view.subtasks.get(id);
    return { records: subtask?.operators.get(node)?.recordsIn ?? 0, at: subtask?.gaugesAt ?? 0 };
  });
}

function rate(from: readonly Taken[], to: readonly Taken[]): number {
  return to.reduce((sum, each, i) => {
    const before = from[i] as Taken;
    return sum + ((each.records - before.records) / (each.at - before.at)) * 1000;
  }, 0);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
