/** Looks into subtasks change nothing: a run that is looked into all the time goes event by event as one that is not. */
import { describe, expect, it } from 'vitest';
import { columns, job, node, request, rowsFile } from '../acceptance-jobs.ts';
import type { Inspected } from '../../engine/wire/inspect.ts';
import { simulate, sinkRecords } from './simulate.ts';
import type { ScriptStep } from './simulate.ts';

const rows = Array.from({ length: 1200 }, (_, n) => ({ key: `k${n % 50}`, n, at: n * 10 }));

/** Windows that fire, a state that expires, timers of a process function: whatever a careless look could touch. */
const drawn = job(
  [
    node('source', 'file', {
      resource: 'file:rows',
      columns: columns('key string, n int, at timestamp'),
      timestampColumn: 'at',
      watermarks: 'bounded',
      outOfOrdernessMs: 50,
    }),
    node('by key', 'keyBy', { columns: ['key'] }),
    node(
      'sliding',
      'slidingWindow',
      { sizeMs: 1000, slideMs: 500, trigger: 'repeatedly(count(3))' },
      { parallelism: 2 },
    ),
    node('sessions', 'sessionWindow', { gapMs: 400 }, { parallelism: 2 }),
    node('first', 'deduplicate', { first: 'arrival', ttlMs: 20 }, { parallelism: 2 }),
    node('a', 'table'),
    node('b', 'table'),
    node('c', 'table'),
  ],
  [
    'source -> by key',
    'by key -> sliding',
    'by key -> sessions',
    'by key -> first',
    'sliding -> a',
    'sessions -> b',
    'first -> c',
  ],
  { parallelism: 1, bufferRecords: 16, bufferTimeoutMs: 2 },
);

async function run(script: readonly ScriptStep[]) {
  const given = request(drawn, { resources: [rowsFile('file:rows', rows)], runId: 'looks' });
  const pace = { ...given.pace, recordsPerSecond: 4000 };
  const simulation = await simulate({ ...given, pace }, { seed: 7, script });
  expect(simulation.view.job.state).toBe('finished');
  return simulation;
}

describe('a run that is looked into', () => {
  it('goes event by event as one that is not', async () => {
    const answers: Inspected[] = [];
    const look: ScriptStep['act'] = (cluster, view) => {
      for (const subtask of view.subtasks.keys()) {
        const answer = cluster.inspect(subtask, { limit: 100, operators: true });
        if (answer.kind === 'inspected') answers.push(answer);
      }
    };
    const alone = await run([]);
    const seen = await run(Array.from({ length: 60 }, (_, i) => ({ atMs: 20 + i * 10, act: look })));
    expect(seen.steps).toBe(alone.steps);
    expect(seen.fingerprint).toBe(alone.fingerprint);
    for (const sink of ['a', 'b', 'c']) expect(sinkRecords(seen, sink)).toEqual(sinkRecords(alone, sink));
    const keyed = answers.flatMap((answer) => answer.keyed ?? []);
    for (const of of ['sliding', 'sessions', 'first'])
      expect(keyed.some((each) => each.node === of && each.keys.length > 10)).toBe(true);
  });
});
