/** The oracle: what is expected of a job, and what guarantees make of it, by counting numbers. */
import { describe, expect, test } from 'vitest';
import type { CheckpointMode } from '../../engine/graph/job.ts';
import { atEnd } from '../../engine/telemetry/ledger.ts';
import { edge } from '../../engine/graph/testing/short-jobs.ts';
import { job, node, request } from '../acceptance-jobs.ts';
import { fullSpeed } from '../host.ts';
import { compare } from './compare.ts';
import { OracleRun } from './oracle-run.ts';
import { simulate } from './simulate.ts';

const count = 400;

const counting = (sink: string, settings: Partial<Parameters<typeof job>[2]> = {}, params = {}, sinkParams = {}) =>
  job(
    [
      node('source', 'generator', { rate: 0, count, keys: 7, ...params }, { parallelism: 1 }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('keep', 'filter', {}, { chaining: 'head' }),
      node('out', sink, sinkParams, { chaining: 'never' }),
    ],
    ['source -> by key', 'by key -> keep', edge('keep -> out', 'rebalance')],
    { bufferRecords: 8, restartStrategy: 'fixed-delay', restartAttempts: 5, checkpointIntervalMs: 1000, ...settings },
  );

const bounds = { rows: 100_000, virtualMs: 3_600_000, realMs: 20_000 };

describe('the failure-free run', () => {
  test('is whole when the input ends, and says what each sink is to get', async () => {
    const expectation = await new OracleRun(request(counting('table')), bounds).expect();
    expect(expectation.outcome).toBe('whole');
    expect(expectation.rows).toEqual(new Map([['out', count]]));
    expect(expectation.sources).toEqual(new Map([['source', count]]));
    expect(expectation.orderDependent).toBe(false);
  });

  test('is left at a bound when the input has no end', async () => {
    const endless = request(counting('table', {}, { count: 0, rate: 1000 }));
    const expectation = await new OracleRun(endless, { ...bounds, rows: 500 }).expect();
    expect(expectation.outcome).toBe('bounded');
    expect(expectation.reason).toContain('500 rows');
  });

  test('agrees with another run of the same job, and misses what that one has not committed', async () => {
    const oracle = new OracleRun(request(counting('table')), bounds);
    await oracle.expect();
    const run = await simulate(request(counting('table')), { seed: 77 });
    const batches = run.results.get('out') ?? [];
    for (const batch of batches.slice(1)) oracle.commit('out', batch);
    const missing = batches[0]?.length ?? 0;
    expect(oracle.ledger(new Map([['out', atEnd]]))).toMatchObject({ lost: missing, duplicated: 0, wrong: 0 });
    for (const batch of batches.slice(0, 2)) oracle.commit('out', batch);
    expect(oracle.ledger(new Map())).toMatchObject({ lost: 0, duplicated: batches[1]?.length, wrong: 0 });
  });

  test('notices that results depend on the order of arrival', async () => {
    const racing = job(
      [
        node('a', 'generator', { rate: 0, count, keys: 3 }, { parallelism: 1 }),
        node('b', 'generator', { rate: 0, count, keys: 3, startMs: 5 }, { parallelism: 1 }),
        node('both', 'union'),
        node('by key', 'keyBy', { columns: ['key'] }),
        node('sum', 'aggregate', { aggregates: [{ function: 'sum', column: 'value', as: 'sum' }] }),
        node('out', 'table'),
      ],
      ['a -> both', 'b -> both', 'both -> by key', 'by key -> sum', 'sum -> out'],
      { bufferRecords: 8 },
    );
    expect((await new OracleRun(request(racing), bounds).expect()).orderDependent).toBe(true);
  });
});

describe('two guarantees on the same input and faults', () => {
  const sides = (modes: readonly CheckpointMode[], sink: string, kill: 'by the oracle' | 'none' = 'by the oracle') => {
    const requests = modes.map((mode) => ({ mode, plan: request(counting(sink, { checkpointMode: mode })).plan }));
    return compare({ sides: requests, resources: [], pace: fullSpeed, faults: kill === 'none' ? [never] : [] });
  };
  const never = {
    id: 'never',
    kind: 'crash-worker',
    target: { kind: 'node', node: 'keep' },
    when: { kind: 'record', n: 1_000_000 },
    params: {},
    times: 1,
  } as const;

  test('exactly once loses and doubles nothing where “off” loses rows', async () => {
    const {
      sides: [exact, off],
      strikes,
    } = await sides(['aligned', 'off'], 'table');
    expect(strikes).toHaveLength(1);
    expect(exact).toMatchObject({ mode: 'aligned', outcome: 'finished', failures: 1 });
    expect(exact?.ledger).toMatchObject({ expected: count, lost: 0, wrong: 0 });
    expect(exact?.completedCheckpoints).toBeGreaterThan(2);
    expect(off).toMatchObject({ mode: 'off', outcome: 'finished', failures: 1, completedCheckpoints: 0 });
  });

  test('a two-phase sink has every row once; a plain one has what was replayed twice', async () => {
    const {
      sides: [twoPhase],
    } = await sides(['aligned'], 'transactionalTable');
    expect(twoPhase?.ledger).toMatchObject({ expected: count, committed: count, lost: 0, duplicated: 0, wrong: 0 });
    const {
      sides: [plain],
    } = await sides(['aligned'], 'table');
    expect(plain?.ledger.duplicated).toBeGreaterThan(0);
    expect(plain?.replayedRecords).toBeGreaterThan(0);
    expect(plain?.ledger.lost).toBe(0);
  });

  test('without a failure all are equal', async () => {
    const { sides: both } = await sides(['off', 'unaligned'], 'table', 'none');
    for (const { ledger, failures } of both) {
      expect(failures).toBe(0);
      expect(ledger).toMatchObject({ committed: count, lost: 0, duplicated: 0, wrong: 0 });
    }
  });

  test('a job without end cannot be compared, and says so', async () => {
    const endless = request(counting('table', {}, { count: 0, rate: 100_000 }));
    const given = {
      sides: [{ mode: 'aligned', plan: endless.plan }],
      resources: [],
      pace: fullSpeed,
      faults: [],
    } as const;
    await expect(compare(given)).rejects.toThrow('Only a job that ends can be compared');
  });
});
