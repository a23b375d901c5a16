/**
 * The brush of the plot as a pure value: what a drag or a key makes of it. It goes along event time, along processing
 * time, or along both, which is a rectangle.
 */
import type { Brush, Sides, Span } from '../../session/time-pick.ts';
import type { Extent } from './scene.ts';

export interface Place {
  /** Processing time. */
  readonly x: number;
  /** Event time. */
  readonly y: number;
}

/** From one corner to the other, whichever is which. Event times are whole milliseconds, and so are its ends. */
export function brushBetween(sides: Sides, a: Place, b: Place): Brush {
  const event: Span = [Math.round(Math.min(a.y, b.y)), Math.round(Math.max(a.y, b.y))];
  const arrival: Span = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  return { event: sides === 'arrival' ? null : event, arrival: sides === 'event' ? null : arrival };
}

/** The middle third of what is shown: where a brush begins that is made by keys. */
export function middleBrush(sides: Sides, { x, y }: Extent): Brush {
  const at = (share: number): Place => ({ x: x[0] + (x[1] - x[0]) * share, y: y[0] + (y[1] - y[0]) * share });
  return brushBetween(sides, at(1 / 3), at(2 / 3));
}

/** Shifted by so much processing and event time; `far`: its far ends alone, which never come before the near ones. */
export function movedBrush({ event, arrival }: Brush, by: Place, far: boolean): Brush {
  const shift = ([from, to]: Span, step: number): Span =>
    far ? [from, Math.max(from, to + step)] : [from + step, to + step];
  return {
    event: event === null ? null : shift(event, Math.round(by.y)),
    arrival: arrival === null ? null : shift(arrival, by.x),
  };
}

/** What it goes along; null: it is none. */
export function sidesOf({ event, arrival }: Brush): Sides | null {
  if (event !== null) return arrival === null ? 'event' : 'both';
  return arrival === null ? null : 'arrival';
}

/** The way of an arrow key, as steps across and up; null: it is another key. */
export const arrowOf = (key: string): Place | null => arrows[key] ?? null;

const arrows: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

/** Whether the brush can go this way. */
export const goesAlong = (sides: Sides, { x }: Place): boolean => sides === 'both' || (x === 0) === (sides === 'event');
