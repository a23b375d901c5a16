/** The event-time part of a source's parameters, which all sources call by the same names. */
import type { SubtaskPlan } from '../wire/messages.ts';
import { makeGenerator } from '../time/watermark-strategy.ts';
import type { WatermarkStrategy } from '../time/watermark-strategy.ts';
import type { SourceTiming } from './source-driver.ts';

interface EventTimeParams {
  readonly watermarks?: WatermarkStrategy;
  readonly outOfOrdernessMs?: number;
  readonly idleTimeoutMs?: number;
}

/** `own`: the source emits watermarks itself. */
export function sourceTiming(params: object, plan: SubtaskPlan, own: boolean): SourceTiming {
  const { watermarks = 'none', outOfOrdernessMs = 0, idleTimeoutMs = 0 } = own ? {} : (params as EventTimeParams);
  return {
    generator: makeGenerator(watermarks, outOfOrdernessMs),
    strategy: own ? 'own' : watermarks,
    outOfOrdernessMs,
    watermarkIntervalMs: plan.settings.watermarkIntervalMs,
    idleTimeoutMs,
    phase: plan.index / plan.vertex.parallelism,
    parallelism: plan.vertex.parallelism,
  };
}
