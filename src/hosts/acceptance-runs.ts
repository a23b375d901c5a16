/** Runs of the acceptance suite: what a case needs of its host and its test runner, and how it waits for a run. */
import type { ExpectStatic } from 'vitest';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import type { Pace } from '../engine/wire/messages.ts';
import type { Host, Run, RunRequest } from './host.ts';
import { fullSpeed } from './host.ts';

/** The part of the test runner that the suite uses; both hosts hand in vitest's. */
export interface TestApi {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
  readonly expect: ExpectStatic;
}

/** What a host can do that another cannot. */
export interface Capabilities {
  /** Each subtask has a thread of its own, so one that never returns can be ended. */
  readonly threads: boolean;
}

export interface Suite extends Pick<TestApi, 'it' | 'expect'> {
  readonly capabilities: Capabilities;
  /** A host of its own for a case that runs more than once; it outlives none of its runs. */
  readonly makeHost: () => Host;
  /** Runs, hands the run to the case, and frees it whatever happens. */
  withRun<T>(request: RunRequest, body: (run: Run) => Promise<T>): Promise<T>;
}

/** Longer than any case takes on a slow machine; a case that waits for longer has failed. */
const patienceMs = 10_000;

export function suite(api: TestApi, makeHost: () => Host, capabilities: Capabilities): Suite {
  const withRun = async <T>(request: RunRequest, body: (run: Run) => Promise<T>): Promise<T> => {
    const run = makeHost().run(request);
    try {
      return await body(run);
    } finally {
      run.dispose();
    }
  };
  return { it: api.it, expect: api.expect, capabilities, makeHost, withRun };
}

/** The last view of a run that ends by itself. */
export const toEnd = (to: Suite, request: RunRequest): Promise<ClusterView> =>
  to.withRun(request, (run) => within(run.ended, 'the job to end', () => run.view()));

/** The first view for which it holds. */
export async function until(run: Run, holds: (view: ClusterView) => boolean, what: string): Promise<ClusterView> {
  let unsubscribe = (): void => undefined;
  const seen = new Promise<ClusterView>((resolve, reject) => {
    const look = (view: ClusterView): void => {
      if (holds(view)) resolve(view);
    };
    unsubscribe = run.subscribe(look);
    look(run.view());
    void run.ended.then((view) => {
      look(view);
      reject(new Error(`The job ended (${view.job.state}) before ${what}.`));
    });
  });
  try {
    return await within(seen, what, () => run.view());
  } finally {
    unsubscribe();
  }
}

/** What comes of it, or an error that says what the run looked like when patience ended. */
export async function within<T>(promise: Promise<T>, what: string, view: () => ClusterView): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}. ${picture(view())}`)), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function picture({ job, nodes, log }: ClusterView): string {
  const records = [...nodes.values()].map((node) => `${node.id} ${node.recordsIn}/${node.recordsOut}`).join(', ');
  const last = log.slice(-3).map((entry) => entry.text);
  return `The job is ${job.state}; records in/out: ${records}. Log: ${last.join(' ')}`;
}

export const at = (recordsPerSecond: number | null): Pace => ({ ...fullSpeed, recordsPerSecond });
export const paused: Pace = { ...fullSpeed, paused: true };

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Records that reached a sink so far. */
export const totalAt = (view: ClusterView, sink: string): number => view.results.get(sink)?.total ?? 0;
