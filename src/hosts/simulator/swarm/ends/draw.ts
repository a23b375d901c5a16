/** An end in the place of a drawing's tail. */
import type { Chance } from '../../chance.ts';
import { drawParallelism, guaranteeOf, isExactlyOnce, multiplies, workOffMs } from '../drawing.ts';
import type { Drawing } from '../drawing.ts';
import { endOf, waysOf } from './list.ts';
import type { EndName } from './list.ts';

interface EndChoice {
  readonly of: readonly EndName[];
  readonly share: number;
}

/**
 * The drawing, or the same with an end; with a chance of its own, so that a seed that is drawn without one is the schedule
 * that it was before there were ends. Who repeats or loses records has other results.
 */
export function withEnd(chance: Chance, drawing: Drawing, { of: names, share }: EndChoice): Drawing {
  if (!isExactlyOnce(guaranteeOf(drawing)) || drawing.end !== undefined || chance.next() >= share) return drawing;
  const of = chance.pick(names);
  const end = endOf(of);
  const shown = chance.pick(waysOf(end));
  const parallelism = drawParallelism(chance);
  const n = chance.pick(end.sizes);
  if (end.pairs === true && drawing.steps.some(multiplies)) return drawing;
  return {
    ...drawing,
    end: { of, n, shown, parallelism },
    tail: { kind: 'none', parallelism: 1 },
    sink: { kind: shown === 'upsert' ? 'upsertTable' : 'transactionalTable', exchange: 'auto', parallelism },
    settings: {
      ...drawing.settings,
      checkpointTimeoutMs: workOffMs,
      ...(end.chained === true ? { chaining: true } : {}),
    },
  };
}
