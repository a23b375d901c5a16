/** No restarts: the first failure is the job's. */
import type { RestartPolicyMaker } from './strategy.ts';

export const none: RestartPolicyMaker = () => ({ failed: () => ({ kind: 'give-up' }) });
