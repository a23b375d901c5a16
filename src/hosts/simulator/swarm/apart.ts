/** Two sources that go to an input each of an operator with two, of which one alone makes pauses and is idle in them. */
import type { Chance } from '../chance.ts';
import { guaranteeOf, isExactlyOnce } from './drawing.ts';
import type { Drawing, SourceDrawing } from './drawing.ts';
import { withEnd } from './ends/draw.ts';
import { paused } from './times.ts';

/** Ends with two inputs that take what is late, with the sizes at which `crossing` says what goes to which. */
const ends = [
  { of: 'semiTables', sizes: [0, 1] },
  { of: 'versionsNow', sizes: [0, 5, 30, 150] },
  { of: 'setAside', sizes: [6, 7, 8] },
] as const;

/** The drawing, or such a one; with a chance of its own, so that other seeds are the schedules that they were before. */
export function withApart(chance: Chance, drawing: Drawing, share: number): Drawing {
  if (!isExactlyOnce(guaranteeOf(drawing)) || drawing.end !== undefined || chance.next() >= share) return drawing;
  const [first, second = first] = drawing.sources as readonly [SourceDrawing, SourceDrawing?];
  const idle = chance.integer(0, 1);
  const sources = [first, second].map((source, i): SourceDrawing => {
    const side = i === 0 ? 0 : 1;
    if (i !== idle) return { ...source, side };
    // A file says nothing for a while only if it is stalled.
    return paused(
      chance,
      source.kind === 'file' ? { ...source, side, kind: 'generator', disorderMs: 0 } : { ...source, side },
    );
  });
  const { of, sizes } = chance.pick(ends);
  const plain = { ...drawing, steps: [], sources, pace: Math.min(drawing.pace, chance.pick([150, 300])) };
  const { end, ...ended } = withEnd(chance, plain, { of: [of], share: 1 });
  return end === undefined ? drawing : { ...ended, end: { ...end, n: chance.pick<number>(sizes) } };
}
