/**
 * Faults by chance, from a seed: the same seed gives the same faults for the same job. Each fault depends on seed and
 * number alone, so that a schedule can be drawn as a whole, or one by one while a job runs.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Fault, FaultTrigger } from '../graph/faults.ts';
import { jobLimits } from '../graph/job.ts';
import type { ExecutionGraph } from '../graph/plan.ts';
import type { FaultDefinition } from './fault.ts';
import { faultTable } from './list.ts';
import { targetsOf } from './targets.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly plan: ExecutionGraph;
  /** One fault in each interval of so many ms of job time, at a moment by chance. */
  readonly everyMs: number;
  /** Names of kinds; those that the job has no target for are passed over. */
  readonly kinds: readonly string[];
  /** No fault strikes later, in ms of job time. */
  readonly untilMs: number;
  /** `time` (default): at times alone. `any`: also at records and points of the protocol, if the kind can. */
  readonly triggers?: 'time' | 'any';
}

/** At most as many as a job may have. */
export function chaos(options: ChaosOptions): Fault[] {
  const { everyMs, untilMs } = options;
  const count = Math.min(jobLimits.faults, Math.ceil(untilMs / Math.max(1, everyMs)));
  return Array.from({ length: count }, (_, number) => chaosFault(options, number)).filter(
    (fault): fault is Fault => fault !== null && (fault.when.kind !== 'at' || fault.when.ms <= untilMs),
  );
}

type One = Omit<ChaosOptions, 'untilMs'>;

/** Fault `number` of the schedule, from 0; null if none of the kinds can strike this job. */
export function chaosFault({ seed, plan, everyMs, kinds, triggers = 'time' }: One, number: number): Fault | null {
  const random = drawer(seed, number);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const choices = kinds.flatMap((kind) => {
    const definition = faultTable.get(kind);
    const targets = definition === undefined ? [] : targetsOf(definition, plan);
    return definition === undefined || targets.length === 0 ? [] : [{ definition, targets }];
  });
  const choice = pick(choices);
  const ms = Math.floor((number + random()) * everyMs);
  if (choice === undefined) return null;
  const { definition, targets } = choice;
  const target = pick(targets);
  if (target === undefined) return null;
  const when = triggers === 'time' ? timely(definition, ms, random) : pick(triggersOf(definition, ms, random));
  if (when === undefined) return null;
  return { id: `chaos-${seed}-${number}`, kind: definition.kind, target, when, params: {}, times: 1 };
}

const timely = (definition: FaultDefinition, ms: number, random: () => number): FaultTrigger | undefined =>
  definition.triggers.includes('at') ? { kind: 'at', ms } : triggersOf(definition, ms, random)[0];

/** One of each sort, with numbers by chance; records are few more often than many. */
function triggersOf({ triggers, points = [] }: FaultDefinition, ms: number, random: () => number): FaultTrigger[] {
  const all: FaultTrigger[] = [];
  if (triggers.includes('at')) all.push({ kind: 'at', ms });
  if (triggers.includes('record')) all.push({ kind: 'record', n: 1 + Math.floor(10 ** (3 * random())) });
  for (const point of points) all.push({ kind: 'point', point, n: 1 + Math.floor(4 * random()) });
  return all;
}

/** Seeds and numbers that lie close together give like numbers at first: mixed, and warmed up. */
function drawer(seed: number, number: number): () => number {
  const generator = xoroshiro128plus(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35));
  for (let i = 0; i < 64; i++) generator.next();
  return () => uniformFloat64(generator);
}
