/** An end in the place of a drawing's tail. */
import type { Chance } from '../../chance.ts';
import { drawParallelism, guaranteeOf, isExactlyOnce, workOffMs } from '../drawing.ts';
import type { Drawing, StepDrawing } from '../drawing.ts';
import { pieceOf } from '../pieces/list.ts';
import { endNames, endOf, waysOf } from './list.ts';

/** Pairs of copies, or of pairs, would be too many. */
function multiplies(step: StepDrawing): boolean {
  if (step.kind === 'piece') return pieceOf(step.of).pairs === true;
  return step.kind === 'flatMap' || step.kind === 'join' || step.exchange === 'broadcast';
}

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
  if (end.pairs === true && drawing.steps.some(multiplies)) return drawing;
  return {
    ...drawing,
    end: { of, n, shown, parallelism },
    tail: { kind: 'none', parallelism: 1 },
    sink: { kind: shown === 'upsert' ? 'upsertTable' : 'transactionalTable', exchange: 'auto', parallelism },
    settings: { ...drawing.settings, checkpointTimeoutMs: workOffMs },
  };
}
