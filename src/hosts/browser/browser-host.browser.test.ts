/** What is particular to the browser host; what all hosts must do is in `acceptance.browser.test.ts`. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IndexedDbTransactions } from '../../connectors/transactions/indexed-db.ts';
import { PostgresClient } from '../../connectors/transactions/postgres-client.ts';
import { Steps, word } from '../../connectors/transactions/testing/contract.ts';
import { edge } from '../../engine/graph/testing/short-jobs.ts';
import { job, node, planned, request, rowsAt } from '../acceptance-jobs.ts';
import { fullSpeed } from '../host.ts';
import type { Run } from '../host.ts';
import { BrowserHost } from './browser-host.ts';
import { READY } from './protocol.ts';
import { CountedWorkers, sleep } from './test-workers.ts';

const workers = new CountedWorkers();
let host = new BrowserHost({ spawn: workers.spawn, warmWhileRunning: 0 });

afterEach(() => {
  host.dispose();
  if (workers.alive.size > 0) throw new Error(`${workers.alive.size} Workers are left`);
  host = new BrowserHost({ spawn: workers.spawn, warmWhileRunning: 0 });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const generator = (params: object) => node('source', 'generator', { rate: 0, count: 0, ...params });
const mapped = (source: string, settings: object = {}) =>
  job(
    [
      generator({ rate: 100 }),
      node('map', 'map', { function: source, columns: [{ name: 'n', type: 'int' }] }, { chaining: 'never' }),
      node('sink', 'table'),
    ],
    [edge('source -> map'), edge('map -> sink')],
    { parallelism: 1, ...settings },
  );
const endless = (parallelism = 1) =>
  job([generator({}), node('sink', 'table', {}, { chaining: 'never' })], [edge('source -> sink')], { parallelism });

async function until(run: Run, condition: (run: Run) => boolean): Promise<void> {
  while (!condition(run)) {
    if (run.view().job.failure !== null) throw new Error(JSON.stringify(run.view().job.failure));
    await sleep(10);
  }
}

test('what the sinks of a run committed is deleted with the last run of its line', async () => {
  const results = new IndexedDbTransactions();
  const sink = new Steps(results, 'kept-runs');
  await sink.all('sink/0/1-1', [word('a', 1)]);
  const record = { document: 'd', job: '', startedAt: 0, endedAt: 0 };
  for (const run of ['kept-runs', 'kept-runs~a']) await host.checkpoints.putRun({ ...record, run });
  await host.checkpoints.removeRun('kept-runs');
  expect(await sink.rows()).toHaveLength(1);
  await host.checkpoints.removeRun('kept-runs~a');
  expect(await sink.rows()).toEqual([]);
  results.close();
});

test('a database that ends in the middle costs a restart, and no row', async () => {
  const postgres = new PostgresClient(`test-${crypto.randomUUID()}`);
  host = new BrowserHost({ spawn: workers.spawn, warmWhileRunning: 0, postgres });
  const counting = job(
    [generator({ rate: 400, count: 4000 }), node('sink', 'postgres', { table: 'numbers' }, { chaining: 'never' })],
    [edge('source -> sink')],
    { parallelism: 1, checkpointMode: 'aligned', checkpointIntervalMs: 200, restartStrategy: 'fixed-delay' },
  );
  const run = host.run(request(counting));
  await until(run, (each) => each.view().checkpoints.completed >= 1);
  postgres.stop();
  const view = await run.ended;
  expect(view.job).toMatchObject({ state: 'finished', failure: null });
  expect(view.recoveries).toMatchObject([{ failure: { code: 'database-lost' } }]);
  const count = 'SELECT count(*), count(DISTINCT sequence) FROM numbers';
  expect(await postgres.sql(count)).toMatchObject({ tables: [{ rows: [['4000', '4000']] }] });
  await postgres.reset();
}, 120_000);

const taken = (run: Run): number => run.view().results.get('sink')?.total ?? 0;

describe('Workers that misbehave', () => {
  test('a function that loops without end is found by the heartbeat, and its Worker is ended', async () => {
    const run = host.run(
      request(mapped('(row) => { while (row.sequence === 3); return row.sequence; }', { heartbeatTimeoutMs: 1500 })),
    );
    const view = await run.ended;
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'heartbeat-timeout' });
    const looping = [...view.nodes.get('map')!.subtasks];
    expect(view.job.failure?.subtask).toBe(looping[0]);
    expect([...workers.alive]).toEqual([]);
  });

  test('an error outside of the engine, in a timer of a function, fails the job and names the subtask', async () => {
    const run = host.run(
      request(
        mapped(
          '(row) => { if (row.sequence === 3) setTimeout(() => { throw new Error("from a timer"); }); return 1; }',
        ),
      ),
    );
    const view = await run.ended;
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'worker-crashed', subtask: view.nodes.get('map')?.subtasks[0] });
    expect(view.job.failure?.details['reason']).toContain('from a timer');
  });

  test('a Worker whose script cannot be loaded fails the job and says so', async () => {
    let count = 0;
    const spawn = () => {
      // The first becomes the coordinator.
      if (count++ === 0) return workers.spawn();
      return new Worker(URL.createObjectURL(new Blob(['import "/no-such-module.js";'], { type: 'text/javascript' })), {
        type: 'module',
      });
    };
    host = new BrowserHost({ spawn });
    const view = await host.run(request(endless())).ended;
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'worker-unavailable' });
  });

  test('a coordinator that cannot be started fails the job instead of leaving it hanging', async () => {
    const spawn = () => new Worker('data:text/javascript,throw new Error("no coordinator")', { type: 'module' });
    host = new BrowserHost({ spawn });
    const view = await host.run(request(endless())).ended;
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'worker-unavailable', details: { subtask: 'the coordinator' } });
  });
});

describe('the page', () => {
  test('is sent at most one message per frame or so, however many records flow', async () => {
    const messages = countPageMessages();
    const run = host.run(request(endless(2)));
    await until(run, () => taken(run) > 100_000);
    const before = { messages: messages(), records: taken(run), at: performance.now() };
    await until(run, () => performance.now() - before.at > 1500 && taken(run) > before.records + 1_000_000);
    const seconds = (performance.now() - before.at) / 1000;
    expect((messages() - before.messages) / seconds).toBeLessThanOrEqual(60);
    expect(run.view().results.get('sink')?.kept).toBeLessThanOrEqual(100_000);
    run.dispose();
  });

  test('gets every record of a sink that it can keep, at full speed', async () => {
    const count = 80_000;
    const counted = job(
      [generator({ count }), node('sink', 'table', {}, { chaining: 'never' })],
      [edge('source -> sink')],
      { parallelism: 2 },
    );
    const view = await host.run(request(counted)).ended;
    const sequences = rowsAt(view, 'sink').map((row) => row['sequence'] as number);
    expect(sequences.length).toBe(count);
    expect(new Set(sequences).size).toBe(count);
  });

  test('tells its listeners at most once a frame, and not after dispose', async () => {
    const run = host.run(request(endless()));
    let frames = 0;
    let told = 0;
    let frame = requestAnimationFrame(function count() {
      frames++;
      frame = requestAnimationFrame(count);
    });
    run.subscribe(() => told++);
    await until(run, () => taken(run) > 0);
    await sleep(500);
    cancelAnimationFrame(frame);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(frames + 2);
    run.dispose();
    const atEnd = told;
    await sleep(200);
    expect(told).toBe(atEnd);
  });

  test('that is hidden still follows the run', async () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    vi.spyOn(globalThis, 'requestAnimationFrame').mockReturnValue(0);
    const counted = job([generator({ count: 5000 }), node('sink', 'table')], [edge('source -> sink')]);
    const view = await host.run(request(counted)).ended;
    expect(view.job.state).toBe('finished');
    expect(view.results.get('sink')?.total).toBe(5000);
  });
});

describe('Workers', () => {
  test('one for each subtask and one for the coordinator; dispose ends them all at once', async () => {
    const before = workers.started;
    const plan = planned(endless(3));
    const run = host.run({ ...request(endless(3)), plan });
    await until(run, () => taken(run) > 0);
    expect(workers.started - before).toBe(plan.subtasks.length + 1);
    run.dispose();
    expect(workers.alive.size).toBe(0);
  });

  test('are ended when the job is over, and none of a run serves another', async () => {
    const counted = job([generator({ count: 100 }), node('sink', 'table')], [edge('source -> sink')]);
    const first = host.run(request(counted));
    const used = new Set(workers.alive);
    await first.ended;
    expect([...used].filter((worker) => workers.alive.has(worker))).toEqual([]);
    const second = host.run(request(counted));
    expect([...workers.alive].some((worker) => used.has(worker))).toBe(false);
    await second.ended;
  });

  test('are warm beforehand when asked for, and a run takes those', async () => {
    host.prepare(4);
    await vi.waitFor(() => expect(workers.alive.size).toBe(5), { timeout: 10_000 });
    const before = workers.started;
    const run = host.run(request(endless(2)));
    await until(run, () => run.view().job.state === 'running');
    expect(workers.started).toBe(before);
    run.dispose();
  });

  test('say that they are ready before anything is asked of them', async () => {
    const worker = workers.spawn();
    const first = await new Promise((resolve) => {
      worker.onmessage = (event) => resolve(event.data);
    });
    expect(first).toBe(READY);
    worker.terminate();
  });
});

test('links of a second let records be seen under way, and a change applies to those', async () => {
  const slow = { ...fullSpeed, linkLatencyMs: 60_000 as typeof fullSpeed.linkLatencyMs };
  const counted = job(
    [generator({ rate: 1000, count: 20 }), node('sink', 'table', {}, { chaining: 'never' })],
    [edge('source -> sink')],
    { parallelism: 1, bufferTimeoutMs: 0 },
  );
  const run = host.run(request(counted, { pace: slow }));
  await until(run, () => [...run.view().channels.values()].some((channel) => channel.inFlightRecords > 0));
  await sleep(300);
  expect(taken(run)).toBe(0);
  run.setPace(fullSpeed);
  const view = await run.ended;
  expect(view.results.get('sink')?.total).toBe(20);
});

test('a run that starts paused does nothing until it is resumed', async () => {
  const counted = job([generator({ count: 1000 }), node('sink', 'table')], [edge('source -> sink')]);
  const run = host.run(request(counted, { pace: { ...fullSpeed, paused: true } }));
  await sleep(1000);
  expect(taken(run)).toBe(0);
  expect(run.view().job.paused).toBe(true);
  run.setPace(fullSpeed);
  const view = await run.ended;
  expect(view.results.get('sink')?.total).toBe(1000);
});

/** Messages that the page gets from the coordinator's Worker from now on. */
function countPageMessages(): () => number {
  let count = 0;
  const Original = MessageChannel;
  vi.stubGlobal(
    'MessageChannel',
    class {
      constructor() {
        const channel = new Original();
        channel.port1.addEventListener('message', () => count++);
        return channel;
      }
    },
  );
  return () => count;
}
