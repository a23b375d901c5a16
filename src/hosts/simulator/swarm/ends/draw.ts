/** An end in the place of a drawing's tail. */
import type { Chance } from '../../chance.ts';
import { drawParallelism, guaranteeOf, isExactlyOnce, workOffMs } from '../drawing.ts';
import type { Drawing } from '../drawing.ts';
import { endNames, endOf, waysOf } from './list.ts';

/**
 * The drawing, or the same with an end; with a chance of its own, so that a seed that is drawn without one is the schedule
 * that it was before there were ends. Who repeats or loses records has other results.
 */
export function withEnd(chance: Chance, drawing: Drawing): Drawing {
  if (!isExactlyOnce(guaranteeOf(drawing)) || chance.next() >= 0.12) return drawing;
  const of = chance.pick(endNames);
  const end = endOf(of);
  const shown = chance.pick(waysOf(end));
  const parallelism = drawParallelism(chance);
  const n = chance.pick(end.sizes);
  // Copies on both sides would be too many pairs.
  const bears = ({ kind, exchange }: Drawing['steps'][number]): boolean =>
    kind === 'flatMap' || exchange === 'broadcast';
  if (end.pairs === true && drawing.steps.some(bears)) return drawing;
  return {
    ...drawing,
    end: { of, n, shown, parallelism },
    tail: { kind: 'none', parallelism: 1 },
    sink: { kind: shown === 'upsert' ? 'upsertTable' : 'transactionalTable', exchange: 'auto', parallelism },
    settings: { ...drawing.settings, checkpointTimeoutMs: workOffMs },
  };
}
