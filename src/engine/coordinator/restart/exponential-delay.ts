/**
 * Restarts without end. The first comes after `restartDelayMs`, each further one after twice as long, at most
 * `restartWindowMs`. An hour without failure, beyond the present delay, starts anew: Flink's reset threshold. Flink adds
 * jitter of 10%, which is against many jobs that restart at once and has no use in one browser.
 */
import type { RestartPolicyMaker } from './strategy.ts';

const factor = 2;
export const quietMs = 3_600_000;

export const exponentialDelay: RestartPolicyMaker = ({ restartDelayMs, restartWindowMs }) => {
  const highest = Math.max(restartDelayMs, restartWindowMs);
  let delayMs = restartDelayMs;
  let failedAt: number | null = null;
  return {
    failed(now) {
      const anew = failedAt === null || now - failedAt >= quietMs + delayMs;
      delayMs = anew ? restartDelayMs : Math.min(delayMs * factor, highest);
      failedAt = now;
      return { kind: 'restart', delayMs, text: `exponential delay, ${delayMs / 1000} s` };
    },
  };
};
