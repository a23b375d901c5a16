/** Runs the examples that fail by a script of their own, and reads in the ledger what each guarantee kept. */
import { expect, it } from 'vitest';
import { atEnd } from '../engine/telemetry/ledger.ts';
import { OracleRun } from '../hosts/simulator/oracle-run.ts';
import { simulate } from '../hosts/simulator/simulate.ts';
import { requestOf } from './testing/run-example.ts';

/** What the ledger tells of a demo, under its own script of faults. */
async function ledgerOf(id: string) {
  const request = await requestOf(id, null);
  const account = new OracleRun(request);
  expect(await account.expect()).toMatchObject({ outcome: 'whole', orderDependent: false });
  const { view, results } = await simulate(request, { seed: 1 });
  expect(view.job.state).toBe('finished');
  expect([...view.faults.values()].map(({ strikes }) => strikes.length)).toEqual(request.faults.map(() => 1));
  expect(view.recoveries).toHaveLength(request.faults.length);
  for (const [sink, batches] of results) for (const batch of batches) account.commit(sink, batch);
  const { lost, duplicated, wrong, pending, correct } = account.ledger(
    new Map([...results.keys()].map((n) => [n, atEnd])),
  );
  expect(correct).toBeGreaterThan(100);
  expect(pending).toBe(0);
  return { lost, duplicated, wrong };
}

it.each(['exactly-once', 'unaligned', 'postgres'])('“%s” fails, recovers, and has every row once', async (id) => {
  expect(await ledgerOf(id)).toEqual({ lost: 0, duplicated: 0, wrong: 0 });
});

it('“at-least-once” loses nothing and has rows too much', async () => {
  const { lost, duplicated, wrong } = await ledgerOf('at-least-once');
  expect(lost).toBe(0);
  expect(duplicated + wrong).toBeGreaterThan(5);
});

it('“no-guarantee” loses rows', async () => {
  expect((await ledgerOf('no-guarantee')).lost).toBeGreaterThan(5);
});
