/** Windows of other kinds in the place of tumbling ones. */
import type { Chance } from '../chance.ts';
import { guaranteeOf, isExactlyOnce, otherWindows, pairs } from './drawing.ts';
import type { Drawing, StepDrawing } from './drawing.ts';
import { endOf } from './ends/list.ts';
import { itemsFrom, sourceItems, touches } from './oracle.ts';

/** Gaps are made longer until no two sessions touch. */
const triesMost = 40;

/**
 * The drawing, or the same with its windows of another kind. It has a chance of its own, so that a seed that keeps its
 * tumbling windows is the schedule that it was before there were others.
 */
export function withWindowKind(chance: Chance, drawing: Drawing): Drawing {
  const at = drawing.steps.findIndex((step) => step.kind === 'window');
  const step = drawing.steps[at];
  if (step?.kind !== 'window' || chance.next() < 0.4) return drawing;
  const of = chance.pick(otherWindows);
  // Five rows of each window, and pairs of them all, are too many.
  if (of !== 'session' && pairsBehind(drawing, at)) return drawing;
  if (of !== 'session') return { ...drawing, steps: drawing.steps.with(at, { ...step, of }) };
  // Who repeats or loses records has other sessions.
  if (!isExactlyOnce(guaranteeOf(drawing))) return drawing;
  const before = { ...drawing, steps: drawing.steps.slice(0, at), tail: { kind: 'none', parallelism: 1 } as const };
  const { out } = itemsFrom(drawing.sources.flatMap(sourceItems), before);
  const first = chance.pick([3, 10, 40]);
  const gap = Array.from({ length: triesMost }, (_, i) => first + i).find((gapMs) => !touches(out, gapMs));
  if (gap === undefined) return drawing;
  const session: StepDrawing = { ...step, sizeMs: gap, of };
  return { ...drawing, steps: drawing.steps.with(at, session) };
}

const pairsBehind = ({ steps, end }: Drawing, at: number): boolean =>
  steps.slice(at).some(pairs) || (end !== undefined && endOf(end.of).pairs === true);
