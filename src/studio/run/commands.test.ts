/** Runs as a person drives them, against a host that only writes down what it is asked. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MemoryCheckpointStore } from '../../connectors/checkpoints/memory.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { Job } from '../../engine/graph/job.ts';
import type { ClusterView, JobView } from '../../engine/telemetry/cluster-view.ts';
import type { JobState } from '../../engine/wire/reports.ts';
import type { Pace } from '../../engine/wire/messages.ts';
import { gallery } from '../../gallery/list.ts';
import type { Run, RunRequest } from '../../hosts/host.ts';
import { followDocument } from '../derived/derived-store.ts';
import { renameNode, replaceDocument, setParam } from '../document/commands.ts';
import { initialSession, sessionStore } from '../session/session-store.ts';
import {
  cancelRun,
  forgetRun,
  injectFault,
  pauseRun,
  resumeRun,
  setRate,
  startRun,
  stopRun,
  toggleRun,
  withdrawFault,
} from './commands.ts';
import { provideHost } from './host.ts';
import { initialRun, isActive, runStore } from './run-store.ts';

class WrittenRun implements Run {
  readonly done: string[] = [];
  readonly paces: Pace[];
  readonly request: RunRequest;
  readonly ended: Promise<ClusterView>;
  private end: (view: ClusterView) => void = () => {};
  private listener: (view: ClusterView) => void = () => {};

  constructor(request: RunRequest) {
    this.request = request;
    this.paces = [request.pace];
    this.ended = new Promise((resolve) => (this.end = resolve));
  }
  view(): ClusterView {
    return this.viewIn('created');
  }
  subscribe(listener: (view: ClusterView) => void): () => void {
    this.listener = listener;
    return () => (this.listener = () => {});
  }
  setPace(pace: Pace): void {
    this.paces.push(pace);
  }
  stop(): void {
    this.done.push('stop');
  }
  cancel(): void {
    this.done.push('cancel');
  }
  checkpoint(kind: string): void {
    this.done.push(kind);
  }
  inject(fault: Fault): void {
    this.done.push(`inject ${fault.id}`);
  }
  removeFault(fault: FaultId): void {
    this.done.push(`remove ${fault}`);
  }
  async readState(): Promise<readonly null[]> {
    return [];
  }
  async inspect(): Promise<{ readonly kind: 'gone'; readonly state: 'lost' }> {
    return { kind: 'gone', state: 'lost' };
  }
  dispose(): void {
    this.done.push('dispose');
  }
  tell(state: JobState): ClusterView {
    const view = this.viewIn(state);
    this.listener(view);
    return view;
  }
  async finish(state: JobState): Promise<void> {
    this.end(this.tell(state));
    await this.ended;
    await Promise.resolve();
  }
  private viewIn(state: JobState): ClusterView {
    return {
      graph: this.request.plan,
      job: { state } as JobView,
      traces: [],
      faults: new Map(),
      found: new Map(),
    } as unknown as ClusterView;
  }
}

const runs: WrittenRun[] = [];
const host = {
  name: 'browser' as const,
  checkpoints: new MemoryCheckpointStore(),
  run: (request: RunRequest) => {
    const run = new WrittenRun(request);
    runs.push(run);
    return run;
  },
};
const newest = () => runs.at(-1) as WrittenRun;

const flights = gallery.find((example) => example.id === 'flights')?.job as Job;
let stop = () => {};

beforeEach(() => {
  // A browser without locks; Node 20 has no navigator at all.
  vi.stubGlobal('navigator', {});
  runs.length = 0;
  runStore.setState(initialRun, true);
  sessionStore.setState(initialSession, true);
  provideHost(host, 'https://example.org/weir/');
  replaceDocument('test', flights);
  stop = followDocument();
});
afterEach(() => stop());

describe('Run', () => {
  test('gives the host the plan, only the data that the job names, and the speed', () => {
    startRun();
    const { plan, resources, pace } = newest().request;
    expect(plan.jobGraph.vertices.flatMap((vertex) => vertex.operators.map(({ node }) => node)).toSorted()).toEqual(
      flights.nodes.map(({ id }) => id).toSorted(),
    );
    expect(resources.map(({ name, content }) => [name, String(content)])).toEqual([
      ['dataset:flights', 'https://example.org/weir/data/flights.csv'],
    ]);
    expect(pace).toEqual({ paused: false, recordsPerSecond: 40, linkLatencyMs: 700 });
  });

  test('is refused with the first error while the job has one', () => {
    const source = flights.nodes.find(({ kind }) => kind === 'file');
    setParam(source?.id ?? '', 'resource', '');
    startRun();
    expect(runs).toHaveLength(0);
    expect(sessionStore.getState().toasts.at(-1)).toMatchObject({
      tone: 'error',
      text: expect.stringContaining('No file or data set is chosen.'),
    });
  });

  test('ends the run before, of which nothing is heard any more', () => {
    startRun();
    const first = newest();
    first.tell('running');
    startRun();
    expect(first.done).toEqual(['dispose']);
    newest().tell('deploying');
    first.tell('failed');
    expect(runStore.getState().view?.job.state).toBe('deploying');
    expect(runStore.getState().runNumber).toBe(2);
  });

  test('keeps running what it was given while the job is edited', () => {
    startRun();
    renameNode(flights.nodes[0]?.id ?? '', 'Another name');
    expect(runStore.getState().ranJob).toBe(flights);
    expect(newest().done).toEqual([]);
  });

  test('that has ended is freed, and its last view stays', async () => {
    startRun();
    newest().tell('running');
    await newest().finish('finished');
    expect(newest().done).toEqual(['dispose']);
    expect(isActive(runStore.getState())).toBe(false);
    expect(runStore.getState().view?.job.state).toBe('finished');
  });
});

describe('while it runs', () => {
  beforeEach(() => {
    startRun();
    newest().tell('running');
  });

  test('pause and resume keep the speed', () => {
    setRate(500);
    pauseRun();
    pauseRun();
    resumeRun();
    expect(
      newest()
        .paces.slice(1)
        .map(({ paused, recordsPerSecond }) => [paused, recordsPerSecond]),
    ).toEqual([
      [false, 500],
      [true, 500],
      [false, 500],
    ]);
  });

  test('a change of speed while paused does not resume', () => {
    pauseRun();
    setRate(null);
    expect(newest().paces.at(-1)).toEqual({ paused: true, recordsPerSecond: null, linkLatencyMs: 0 });
    expect(runStore.getState().paused).toBe(true);
  });

  test('stop resumes a paused run first, or it could not drain', () => {
    pauseRun();
    stopRun();
    expect(newest().paces.at(-1)?.paused).toBe(false);
    expect(newest().done).toEqual(['stop']);
  });

  test('a fault is injected under an id of its own, and taken away by it; without a run there is none', () => {
    const fault = { kind: 'hang', target: { kind: 'page' }, when: { kind: 'now' }, params: {}, times: 1 } as const;
    const ids = [injectFault(fault), injectFault(fault)];
    expect(new Set(ids).size).toBe(2);
    withdrawFault(ids[0] ?? '');
    expect(newest().done).toEqual([`inject ${ids[0]}`, `inject ${ids[1]}`, `remove ${ids[0]}`]);
    forgetRun();
    expect(injectFault(fault)).toBeNull();
  });

  test('cancel is passed on, and the run counts as going on until the engine says otherwise', async () => {
    cancelRun();
    expect(newest().done).toEqual(['cancel']);
    expect(isActive(runStore.getState())).toBe(true);
    await newest().finish('cancelled');
    expect(isActive(runStore.getState())).toBe(false);
  });

  test('one key runs, pauses and resumes', async () => {
    toggleRun();
    expect(runStore.getState().paused).toBe(true);
    toggleRun();
    expect(runStore.getState().paused).toBe(false);
    await newest().finish('failed');
    toggleRun();
    expect(runs).toHaveLength(2);
  });

  test('opening another document ends the run and forgets its view', () => {
    forgetRun();
    expect(newest().done).toEqual(['dispose']);
    expect(runStore.getState().view).toBeNull();
  });
});

test('the speed is kept for the next run', () => {
  setRate(1000);
  startRun();
  expect(newest().request.pace).toEqual({ paused: false, recordsPerSecond: 1000, linkLatencyMs: 0 });
});
