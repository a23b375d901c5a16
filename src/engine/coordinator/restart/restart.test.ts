/** Restart strategies; cases after Flink's *RestartBackoffTimeStrategyTest. */
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../graph/job.ts';
import type { JobSettings } from '../../graph/job.ts';
import { quietMs } from './exponential-delay.ts';
import { restartPolicies } from './list.ts';

/** The delays at these failures; `end` where the job is given up. */
function delays(settings: Partial<JobSettings>, failures: readonly number[]): (number | 'end')[] {
  const all = { ...defaultSettings, ...settings };
  const policy = restartPolicies[all.restartStrategy](all);
  return failures.map((now) => {
    const decision = policy.failed(now);
    return decision.kind === 'restart' ? decision.delayMs : 'end';
  });
}

test('none gives up at once', () => {
  expect(delays({ restartStrategy: 'none' }, [0])).toEqual(['end']);
});

describe('fixed delay', () => {
  test('restarts so many times and no more, however long ago', () => {
    const settings = { restartStrategy: 'fixed-delay', restartAttempts: 2, restartDelayMs: 30 } as const;
    expect(delays(settings, [0, 10 * quietMs, 20 * quietMs])).toEqual([30, 30, 'end']);
  });

  test('with no attempts does not restart', () => {
    expect(delays({ restartStrategy: 'fixed-delay', restartAttempts: 0 }, [0])).toEqual(['end']);
  });

  test('says which attempt it is', () => {
    const policy = restartPolicies['fixed-delay']({ ...defaultSettings, restartAttempts: 3 });
    policy.failed(0);
    expect(policy.failed(1)).toMatchObject({ text: 'fixed delay, attempt 2 of 3' });
  });
});

describe('exponential delay', () => {
  const settings = { restartStrategy: 'exponential-delay', restartDelayMs: 100, restartWindowMs: 500 } as const;

  test('doubles up to the greatest delay and never gives up', () => {
    expect(delays(settings, [0, 1, 2, 3, 4])).toEqual([100, 200, 400, 500, 500]);
  });

  test('begins anew after an hour beyond the delay without a failure', () => {
    expect(delays(settings, [0, 10, 10 + quietMs + 199])).toEqual([100, 200, 400]);
    expect(delays(settings, [0, 10, 10 + quietMs + 200])).toEqual([100, 200, 100]);
  });

  test('a greatest delay below the first leaves the first', () => {
    expect(delays({ ...settings, restartWindowMs: 1 }, [0, 1])).toEqual([100, 100]);
  });
});

describe('failure rate', () => {
  const settings = {
    restartStrategy: 'failure-rate',
    restartAttempts: 3,
    restartDelayMs: 5,
    restartWindowMs: 100,
  } as const;

  test('so many failures within the interval end the job', () => {
    expect(delays(settings, [0, 50, 100])).toEqual([5, 5, 'end']);
  });

  test('failures that lie farther apart do not', () => {
    expect(delays(settings, [0, 50, 101, 151, 202])).toEqual([5, 5, 5, 5, 5]);
  });
});
