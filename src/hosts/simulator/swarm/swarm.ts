/** The swarm: schedule after schedule, each of its own seed, until one is found in which something is not as it must be. */
import type { Guarantee } from './drawing.ts';
import { guaranteeOf } from './drawing.ts';
import { runCase } from './run-case.ts';
import type { Finding } from './run-case.ts';
import { drawCase } from './swarm-case.ts';
import type { SwarmCase } from './swarm-case.ts';

export interface SwarmOptions {
  readonly from: number;
  readonly schedules: number;
  /** Only jobs with this guarantee. */
  readonly only?: Guarantee | null;
  /** Failures after which it stops. */
  readonly failuresMax?: number;
  readonly onProgress?: (so: SwarmFigures) => void;
}

export interface SwarmFailure {
  readonly given: SwarmCase;
  readonly findings: readonly Finding[];
}

export interface SwarmFigures {
  /** Schedules run; jobs that cannot be planned are drawn again and not counted. */
  readonly schedules: number;
  readonly byGuarantee: Readonly<Record<string, number>>;
  readonly steps: number;
  readonly virtualMs: number;
  readonly checkpoints: number;
  readonly recoveries: number;
  readonly strikes: number;
  readonly failures: readonly SwarmFailure[];
}

export async function swarm(options: SwarmOptions): Promise<SwarmFigures> {
  const { from, schedules, only = null, failuresMax = 1, onProgress } = options;
  const totals = { schedules: 0, steps: 0, virtualMs: 0, checkpoints: 0, recoveries: 0, strikes: 0 };
  const byGuarantee: Record<string, number> = {};
  const failures: SwarmFailure[] = [];
  for (let seed = from; totals.schedules < schedules && failures.length < failuresMax; seed++) {
    const given = drawCase(seed, only);
    const outcome = await runCase(given);
    if (outcome.findings === null) continue;
    totals.schedules++;
    totals.steps += outcome.steps;
    totals.virtualMs += outcome.virtualMs;
    totals.checkpoints += outcome.completed;
    totals.recoveries += outcome.recoveries;
    totals.strikes += outcome.strikes;
    const guarantee = guaranteeOf(given.drawing);
    byGuarantee[guarantee] = (byGuarantee[guarantee] ?? 0) + 1;
    if (outcome.findings.length > 0) failures.push({ given, findings: outcome.findings });
    onProgress?.({ ...totals, byGuarantee, failures });
  }
  return { ...totals, byGuarantee, failures };
}
