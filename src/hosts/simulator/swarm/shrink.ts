/**
 * Makes a failing schedule small: takes away faults, steps, sources and parallelism, and plain settings, as long as it
 * still fails by the same checker. Greedy and bounded; other seeds are tried too, since with a smaller job chance falls
 * otherwise.
 */
import type { Drawing } from './drawing.ts';
import { runCase } from './run-case.ts';
import type { Finding } from './run-case.ts';
import type { SwarmCase } from './swarm-case.ts';

export interface Shrunk {
  readonly found: SwarmCase;
  readonly findings: readonly Finding[];
  readonly runs: number;
}

export async function shrink(failing: SwarmCase, findings: readonly Finding[], runsMax = 400): Promise<Shrunk> {
  const checker = findings[0]?.checker ?? '';
  let best: Shrunk = { found: failing, findings, runs: 0 };
  let runs = 0;
  const fails = async (candidate: SwarmCase): Promise<readonly Finding[] | null> => {
    runs++;
    const outcome = await runCase(candidate);
    return outcome.findings?.some((one) => one.checker === checker) === true ? outcome.findings : null;
  };
  let progress = true;
  while (progress && runs < runsMax) {
    progress = false;
    for (const smaller of smallerCases(best.found)) {
      for (const seed of [smaller.seed, smaller.seed + 1, smaller.seed + 2]) {
        if (runs >= runsMax) break;
        const candidate = { ...smaller, seed };
        const found = await fails(candidate);
        if (found === null) continue;
        best = { found: candidate, findings: found, runs };
        progress = true;
        break;
      }
      if (progress) break;
    }
  }
  return { ...best, runs };
}

/** Each a little smaller than the given one, the boldest first. */
function* smallerCases(given: SwarmCase): Generator<SwarmCase> {
  const { drawing, faults } = given;
  if (given.rescale !== null) yield { ...given, rescale: null };
  for (let i = 0; i < faults.length; i++) yield { ...given, faults: faults.filter((_, at) => at !== i) };
  for (const smaller of smallerDrawings(drawing)) yield { ...given, drawing: smaller };
  for (let i = 0; i < faults.length; i++) {
    const fault = faults[i];
    if (fault === undefined || fault.times === 1) continue;
    yield { ...given, faults: faults.map((one, at) => (at === i ? { ...one, times: 1 } : one)) };
  }
}

function* smallerDrawings(drawing: Drawing): Generator<Drawing> {
  const { sources, steps, tail, sink, end } = drawing;
  const { alignment, ...free } = drawing;
  if (alignment !== undefined) yield free;
  if (sources.length > 1) for (const source of sources) yield { ...drawing, sources: [source] };
  for (let i = 0; i < steps.length; i++) yield { ...drawing, steps: steps.filter((_, at) => at !== i) };
  if (end !== undefined && end.parallelism > 1) {
    const parallelism = end.parallelism - 1;
    yield { ...drawing, end: { ...end, parallelism }, sink: { ...sink, parallelism } };
  }
  if (tail.kind !== 'none' && sink.kind !== 'upsertTable') yield { ...drawing, tail: { ...tail, kind: 'none' } };
  if (tail.parallelism > 1) yield { ...drawing, tail: { ...tail, parallelism: tail.parallelism - 1 } };
  if (end === undefined && sink.parallelism > 1)
    yield { ...drawing, sink: { ...sink, parallelism: sink.parallelism - 1 } };
  if ((sink.costMs ?? 0) > 0) yield { ...drawing, sink: { ...sink, costMs: 0 } };
  if (sink.exchange !== 'auto') yield { ...drawing, sink: { ...sink, exchange: 'auto' } };
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) continue;
    const at = (changed: typeof step): Drawing => ({
      ...drawing,
      steps: steps.map((one, n) => (n === i ? changed : one)),
    });
    if (step.parallelism > 1) yield at({ ...step, parallelism: step.parallelism - 1 });
    if (step.kind === 'hold' && step.in !== 'value') yield at({ ...step, in: 'value' });
    if ((step.costMs ?? 0) > 0) yield at({ ...step, costMs: 0 });
    if (step.exchange !== 'auto') yield at({ ...step, exchange: 'auto' });
  }
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i];
    if (source === undefined) continue;
    const at = (changed: typeof source): Drawing => ({
      ...drawing,
      sources: sources.map((one, n) => (n === i ? changed : one)),
    });
    const { pauseMs, ...restless } = source;
    if (pauseMs !== undefined) yield at(restless);
    const { times, aheadMs = 0, ...plainly } = source;
    if (times !== undefined) yield at(aheadMs === 0 ? plainly : { ...plainly, aheadMs });
    if (aheadMs > 0) yield at(times === undefined ? plainly : { ...plainly, times });
    if (source.kind !== 'generator') yield at({ ...source, kind: 'generator', disorderMs: 0 });
    if (source.parallelism > 1) yield at({ ...source, parallelism: source.parallelism - 1 });
    if (source.records > 8) yield at({ ...source, records: Math.ceil(source.records / 2) });
    if (source.keys > 1) yield at({ ...source, keys: 1 });
  }
  yield* plainerSettings(drawing);
}

/** The values that are easiest to think about, one setting at a time. */
const plain = {
  bufferRecords: 1,
  bufferTimeoutMs: 0,
  buffersPerChannel: 2,
  incrementalCheckpoints: false,
  maxConcurrentCheckpoints: 1,
  checkpointMinPauseMs: 0,
  chaining: true,
  failover: 'full',
} as const;

function* plainerSettings(drawing: Drawing): Generator<Drawing> {
  for (const [name, value] of Object.entries(plain)) {
    if (drawing.settings[name as keyof typeof plain] === value) continue;
    yield { ...drawing, settings: { ...drawing.settings, [name]: value } };
  }
}
