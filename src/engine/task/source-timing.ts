/** The event-time part of a source's parameters, which all sources call by the same names. */
import { alignmentOf } from '../time/watermarks/alignment.ts';
import type { AlignmentParams } from '../time/watermarks/alignment.ts';
import { strategyOf } from '../time/watermarks/list.ts';
import type { StrategyParams } from '../time/watermarks/strategy.ts';
import type { SubtaskPlan } from '../wire/messages.ts';
import type { OperatorContext } from './operator.ts';
import type { SourceTimeOptions } from './source-time.ts';
import { strategyContext } from './strategy-context.ts';

export interface SourceTiming extends SourceTimeOptions {
  /** In words; `own`: the source makes its own watermarks. */
  readonly strategy: string;
  readonly outOfOrdernessMs: number;
  readonly alignment: AlignmentParams | null;
  /** Phase of the pace, 0 … 1, so that subtasks take turns. */
  readonly phase: number;
  /** Subtasks that share the pace. */
  readonly parallelism: number;
}

/** `own`: the source makes its own watermarks. */
export function sourceTiming(
  given: StrategyParams,
  context: OperatorContext,
  plan: SubtaskPlan,
  own: boolean,
): SourceTiming {
  const params = own ? {} : given;
  const strategy = strategyOf(params['watermarks']);
  const schema = context.outputTypes[0]?.schema ?? [];
  return {
    strategy: own ? 'own' : strategy.name,
    outOfOrdernessMs: Number(params['outOfOrdernessMs'] ?? 0),
    makeGenerator: () => strategy.make(params, strategyContext(context, schema)),
    watermarkIntervalMs: plan.settings.watermarkIntervalMs,
    idleTimeoutMs: Number(params['idleTimeoutMs'] ?? 0),
    alignment: alignmentOf(params),
    phase: plan.index / plan.vertex.parallelism,
    parallelism: plan.vertex.parallelism,
  };
}
