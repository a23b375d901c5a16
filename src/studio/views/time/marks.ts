/** The marks of the plot as a row that keys walk through: records and panes in the order in which they came. */
import type { Hit } from './hit.ts';
import { moved } from './scales.ts';
import type { Extent, Scene } from './scene.ts';

export type Mark = Exclude<Hit, { kind: 'region' }>;

function marksOf(scene: Scene, panesAlone: boolean): readonly Mark[] {
  const panes = scene.panes.map((thing): Mark => ({ kind: 'pane', thing }));
  if (panesAlone) return panes.sort((a, b) => numberOf(a) - numberOf(b));
  const dots = [...scene.dots, ...scene.timeless].map((thing): Mark => ({ kind: 'dot', thing }));
  // What came in one moment is in the order in which it was told.
  return [...dots, ...panes].sort((a, b) => a.thing.x - b.thing.x || numberOf(a) - numberOf(b));
}

/** Unique within an operator, whatever else has been told since. */
const numberOf = (mark: Mark): number => (mark.kind === 'dot' ? mark.thing.number : (mark.thing.panes[0]?.number ?? 0));

/** The same thing in a later scene: scenes are made anew as more is told. Null: it is not in it. */
export function foundIn(scene: Scene, hit: Hit): Hit | null {
  if (hit.kind === 'region') {
    const { key, window, from } = hit.thing;
    const thing = scene.regions.find(
      (each) => each.key === key && each.from === from && each.window[0] === window[0] && each.window[1] === window[1],
    );
    return thing === undefined ? null : { kind: 'region', thing };
  }
  return (
    marksOf(scene, hit.kind === 'pane').find((each) => each.kind === hit.kind && numberOf(each) === numberOf(hit)) ??
    null
  );
}

export type Walk = 'next' | 'previous' | 'first' | 'last';

/** From the mark `from`; null: from none, and then Next is the first and Previous the last. */
export function walked(scene: Scene, from: Hit | null, walk: Walk, panesAlone: boolean): Mark | null {
  const marks = marksOf(scene, panesAlone);
  if (walk === 'first') return marks[0] ?? null;
  if (walk === 'last') return marks.at(-1) ?? null;
  if (from === null || from.kind === 'region')
    return walked(scene, null, walk === 'next' ? 'first' : 'last', panesAlone);
  const [x, number] = [from.thing.x, numberOf(from)];
  const isAfter = (mark: Mark): boolean => mark.thing.x > x || (mark.thing.x === x && numberOf(mark) > number);
  const isBefore = (mark: Mark): boolean => mark.thing.x < x || (mark.thing.x === x && numberOf(mark) < number);
  return (walk === 'next' ? marks.find(isAfter) : marks.findLast(isBefore)) ?? null;
}

/** The extent, shifted so that the mark is in it; the same one if it is already. */
export function showing(extent: Extent, { thing: { x, y } }: Mark): Extent {
  const shift = ([from, to]: readonly [number, number], at: number): readonly [number, number] =>
    Number.isNaN(at) || (from <= at && at <= to) ? [from, to] : moved([from, to], at - (from + to) / 2);
  const next = { x: shift(extent.x, x), y: shift(extent.y, y) };
  return next.x[0] === extent.x[0] && next.y[0] === extent.y[0] ? extent : next;
}
