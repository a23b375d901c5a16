import { test } from 'vitest';
import { columns, job, node, request } from '../acceptance-jobs.ts';
import { simulate, sinkRecords } from './simulate.ts';

test('smoke', async () => {
  const j = job(
    [
      node('g', 'generator', { count: 10000, rate: 0 }),
      node('f', 'filter', { function: '(r) => r.value > 50' }),
      node('k', 'keyBy', { columns: ['key'] }),
      node('m', 'map', { function: '(r) => r.value', columns: columns('v float') }),
      node('t', 'table'),
    ],
    ['g -> f', 'f -> k', 'k -> m', 'm -> t'],
  );
  const t0 = performance.now();
  const s = await simulate(request(j), { seed: 3 });
  console.log(
    performance.now() - t0,
    s.outcome,
    s.steps,
    s.endedAt,
    s.fingerprint,
    sinkRecords(s, 't').length,
    s.view.log.map((l) => l.at.toFixed(1) + ' ' + l.text),
    [...s.view.nodes.values()],
    s.view.job,
  );
});
