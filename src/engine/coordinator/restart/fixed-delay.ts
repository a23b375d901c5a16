/** `restartAttempts` restarts in all, each after `restartDelayMs`. They are never forgotten, as in Flink. */
import type { RestartPolicyMaker } from './strategy.ts';

export const fixedDelay: RestartPolicyMaker = ({ restartAttempts, restartDelayMs }) => {
  let restarts = 0;
  return {
    failed() {
      if (restarts >= restartAttempts) return { kind: 'give-up' };
      restarts += 1;
      const text = `fixed delay, attempt ${restarts} of ${restartAttempts}`;
      return { kind: 'restart', delayMs: restartDelayMs, text };
    },
  };
};
