/** Acceptance: pause, resume, change of speed, stop and cancel. */
import type { Row } from '../engine/graph/schema.ts';
import { columns, job, multiset, node, request, rowsAt, rowsFile } from './acceptance-jobs.ts';
import { at, paused, sleep, totalAt, until, within } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';
import { fullSpeed } from './host.ts';

const rows: Row[] = Array.from({ length: 3000 }, (_, n) => ({ key: `k${n % 7}`, n }));

/** A bounded job over the rows, with a keyed exchange. */
const bounded = () =>
  job(
    [
      node('source', 'file', { resource: 'file:rows', columns: columns('key string, n int') }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('keep', 'filter', { function: '(row) => true' }),
      node('out', 'table'),
    ],
    ['source -> by key', 'by key -> keep', 'keep -> out'],
    { bufferRecords: 32, bufferTimeoutMs: 5 },
  );

const resources = () => [rowsFile('file:rows', rows)];

const endless = () =>
  job(
    [
      node('source', 'generator', { rate: 2000 }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('keep', 'filter', {}),
      node('out', 'table'),
    ],
    ['source -> by key', 'by key -> keep', 'keep -> out'],
    { bufferTimeoutMs: 5 },
  );

export function controlCases(to: Suite): void {
  const { it, expect } = to;

  it('loses nothing over a pause, and stands still meanwhile', async () => {
    await to.withRun(request(bounded(), { resources: resources(), pace: at(500) }), async (run) => {
      await until(run, (view) => totalAt(view, 'out') >= 50, 'fifty records');
      run.setPace(paused);
      await until(run, (view) => view.job.paused, 'the pause');
      await sleep(250);
      const before = run.view();
      await sleep(250);
      const after = run.view();
      expect(totalAt(after, 'out')).toBe(totalAt(before, 'out'));
      expect(totalAt(after, 'out')).toBeLessThan(rows.length);
      expect(after.nodes.get('source')?.recordsOut).toBe(before.nodes.get('source')?.recordsOut);
      expect(after.job.state).toBe('running');
      run.setPace(fullSpeed);
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job).toMatchObject({ state: 'finished', paused: false });
      expect(multiset(rowsAt(last, 'out'))).toEqual(multiset(rows));
    });
  });

  it('can be started paused', async () => {
    await to.withRun(request(bounded(), { resources: resources(), pace: paused }), async (run) => {
      const view = await until(run, (now) => now.job.state === 'running', 'the start');
      expect(view.job.paused).toBe(true);
      await sleep(100);
      expect(totalAt(run.view(), 'out')).toBe(0);
      run.setPace(fullSpeed);
      const last = await within(run.ended, 'the end', () => run.view());
      expect(totalAt(last, 'out')).toBe(rows.length);
    });
  });

  it('changes its speed while it runs', async () => {
    await to.withRun(request(bounded(), { resources: resources(), pace: at(50) }), async (run) => {
      const slow = await until(run, (view) => totalAt(view, 'out') >= 5, 'the first records');
      expect(slow.job.recordsPerSecond).toBe(50);
      // In the time that this took, full speed would have shown all records.
      expect(totalAt(slow, 'out')).toBeLessThan(200);
      run.setPace(at(null));
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job.recordsPerSecond).toBe(null);
      expect(totalAt(last, 'out')).toBe(rows.length);
    });
  });

  it('keeps to its speed', async () => {
    await to.withRun(request(bounded(), { resources: resources(), pace: at(400) }), async (run) => {
      const first = await until(run, (view) => totalAt(view, 'out') >= 1, 'the first record');
      const later = await until(run, (view) => totalAt(view, 'out') >= 300, 'three hundred records');
      const seconds = (later.at - first.at) / 1000;
      const rate = (totalAt(later, 'out') - totalAt(first, 'out')) / seconds;
      expect(rate).toBeGreaterThan(200);
      expect(rate).toBeLessThan(600);
    });
  });

  it('drains when it is stopped: all that its source emitted reaches the sink', async () => {
    await to.withRun(request(endless()), async (run) => {
      await until(run, (view) => totalAt(view, 'out') >= 100, 'a hundred records');
      run.stop();
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job.state).toBe('finished');
      expect(totalAt(last, 'out')).toBe(last.nodes.get('source')?.recordsOut);
      expect(rowsAt(last, 'out').length).toBe(totalAt(last, 'out'));
    });
  });

  it('drains when it is stopped while paused', async () => {
    await to.withRun(request(endless()), async (run) => {
      await until(run, (view) => totalAt(view, 'out') >= 50, 'fifty records');
      run.setPace(paused);
      await until(run, (view) => view.job.paused, 'the pause');
      run.stop();
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job.state).toBe('finished');
      expect(totalAt(last, 'out')).toBe(last.nodes.get('source')?.recordsOut);
    });
  });

  it('ends at once when it is cancelled', async () => {
    await to.withRun(request(endless()), async (run) => {
      await until(run, (view) => totalAt(view, 'out') >= 50, 'fifty records');
      run.cancel();
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job).toMatchObject({ state: 'cancelled', failure: null });
      for (const { id, state } of last.subtasks.values()) expect(state, id).toBe('cancelled');
    });
  });

  it('can be cancelled while paused, and before it is deployed', async () => {
    await to.withRun(request(endless(), { pace: paused }), async (run) => {
      await until(run, (view) => view.job.state === 'running', 'the start');
      run.cancel();
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job.state).toBe('cancelled');
    });
    await to.withRun(request(endless()), async (run) => {
      run.cancel();
      const last = await within(run.ended, 'the end', () => run.view());
      expect(last.job.state).toBe('cancelled');
    });
  });
}
