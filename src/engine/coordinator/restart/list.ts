/** All restart strategies. */
import type { RestartStrategy } from '../../graph/job.ts';
import { exponentialDelay } from './exponential-delay.ts';
import { failureRate } from './failure-rate.ts';
import { fixedDelay } from './fixed-delay.ts';
import { none } from './none.ts';
import type { RestartPolicyMaker } from './strategy.ts';

export const restartPolicies: Readonly<Record<RestartStrategy, RestartPolicyMaker>> = {
  none,
  'fixed-delay': fixedDelay,
  'exponential-delay': exponentialDelay,
  'failure-rate': failureRate,
};
