/** A job played in virtual time for the playground: how it stands when nothing moves any more, with all that was told of time. */
import { duration } from '../../base/units.ts';
import { allTimes } from '../../engine/task/time-recorder.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { TryOutRequest } from '../oracle.ts';
import { cleanRequest } from './oracle-run.ts';
import { simulate } from './simulate.ts';

const untilMs = 3_600_000;
/** A script without an end leaves the job open: it is looked at when nothing has moved for so long. */
const standstillMs = 15_000;
const stepsMax = 400_000;

export async function tryOut({ plan, resources, recordsPerSecond }: TryOutRequest): Promise<ClusterView> {
  const { seed } = plan.jobGraph.settings;
  const pace = { paused: false, recordsPerSecond, linkLatencyMs: duration(0) };
  const request = { ...cleanRequest({ plan, resources }), pace };
  const { view } = await simulate(request, { seed, untilMs, standstillMs, stepsMax, times: allTimes });
  return view;
}
