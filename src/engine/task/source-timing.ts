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

export function sourceTiming(params: object, plan: SubtaskPlan): SourceTiming {
  const { watermarks = 'none', outOfOrdernessMs = 0, idleTimeoutMs = 0 } = params as EventTimeParams;
  return {
    generator: makeGenerator(watermarks, outOfOrdernessMs),
    watermarkIntervalMs: plan.settings.watermarkIntervalMs,
    idleTimeoutMs,
    phase: plan.index / plan.vertex.parallelism,
    parallelism: plan.vertex.parallelism,
  };
}
