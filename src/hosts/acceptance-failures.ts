/** Acceptance: what fails says what, where, with which record, and the job ends. */
import { failureMessage } from '../engine/wire/failures.ts';
import type { Failure } from '../engine/wire/failures.ts';
import { columns, job, node, request, rowsFile } from './acceptance-jobs.ts';
import { toEnd } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';

const rows = Array.from({ length: 100 }, (_, n) => ({ n }));

const withFunction = (text: string, settings = {}) =>
  request(
    job(
      [
        node('source', 'file', { resource: 'file:n', columns: columns('n int') }),
        node('change', 'map', { function: text, columns: columns('m int') }, { chaining: 'never' }),
        node('out', 'table'),
      ],
      ['source -> change', 'change -> out'],
      settings,
    ),
    { resources: [rowsFile('file:n', rows)] },
  );

export function failureCases(to: Suite): void {
  const { it, expect } = to;

  it('fails the job when a function throws, and names operator, subtask, record and stack', async () => {
    const text = '(row) => {\n  if (row.n === 42) throw new Error("no such answer");\n  return row.n;\n}';
    const view = await toEnd(to, withFunction(text));
    expect(view.job.state).toBe('failed');
    const failure = view.job.failure as Failure;
    expect(failure).toMatchObject({ code: 'user-function', node: 'change' });
    expect(failureMessage(failure)).toContain('no such answer');
    expect(JSON.parse(failure.record ?? 'null')).toEqual({ n: 42 });
    expect(failure.stack).toContain('no such answer');
    const guilty = view.subtasks.get(failure.subtask ?? '');
    expect(guilty).toMatchObject({ state: 'failed', failure: { code: 'user-function' } });
    for (const { id, state } of view.subtasks.values()) {
      if (id !== guilty?.id) expect(['cancelled', 'finished', 'failed'], id).toContain(state);
    }
    expect(view.log.some((entry) => entry.level === 'error' && entry.text.includes('no such answer'))).toBe(true);
  });

  it('fails the job when a function does not compile', async () => {
    const view = await toEnd(to, withFunction('(row) => {\n  return row..n;\n}'));
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'function-compile', node: 'change' });
    expect(failureMessage(view.job.failure as Failure)).toContain('line 2');
  });

  it('fails the job when a function returns what its columns cannot hold', async () => {
    const view = await toEnd(to, withFunction('(row) => ({ m: "many" })'));
    expect(view.job.failure).toMatchObject({ code: 'function-result', node: 'change' });
  });

  it('fails the job when its file is not there', async () => {
    const without = { ...withFunction('(row) => row.n'), resources: [] };
    const view = await toEnd(to, without);
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'resource-missing', node: 'source' });
    expect(failureMessage(view.job.failure as Failure)).toContain('file:n');
  });

  if (!to.capabilities.threads) return;

  it('ends a subtask whose function loops without end', async () => {
    const text = '(row) => { while (row.n >= 0); return 1; }';
    const view = await toEnd(to, withFunction(text, { heartbeatTimeoutMs: 500 }));
    expect(view.job.state).toBe('failed');
    expect(view.job.failure).toMatchObject({ code: 'heartbeat-timeout' });
    expect(view.subtasks.get(view.job.failure?.subtask ?? '')?.operators.has('change')).toBe(true);
  });
}
