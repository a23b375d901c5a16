/**
 * Restarts until `restartAttempts` failures lie within `restartWindowMs`: that many fail the job, as in Flink's
 * FailureRateRestartBackoffTimeStrategy.
 */
import type { RestartPolicyMaker } from './strategy.ts';

export const failureRate: RestartPolicyMaker = ({ restartAttempts, restartDelayMs, restartWindowMs }) => {
  let failures: number[] = [];
  return {
    failed(now) {
      failures = [...failures.filter((at) => now - at <= restartWindowMs), now];
      if (failures.length >= restartAttempts) return { kind: 'give-up' };
      const text = `failure rate, ${failures.length} within ${restartWindowMs / 1000} s, ${restartAttempts} end the job`;
      return { kind: 'restart', delayMs: restartDelayMs, text };
    },
  };
};
