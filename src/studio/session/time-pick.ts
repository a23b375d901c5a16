/**
 * What the person brushed in the plot of event time, so that other views show what lies in it, and the result rows that
 * they marked, so that the plot shows where they are. Neither saved nor undone.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Milliseconds, both ends included. */
export type Span = readonly [from: number, to: number];

/** Null: all. With both it is a rectangle of the plot. */
export interface Brush {
  readonly event: Span | null;
  /** Processing time, by the clock of this run. */
  readonly arrival: Span | null;
}

/** Where a result row is in the plot: its event time, and when it reached its sink. Null: it has none, or nobody knows. */
export interface Mark {
  readonly time: number | null;
  readonly arrival: number | null;
}

/** What a brush goes along: up the plot, across it, or both. */
export type Sides = 'event' | 'arrival' | 'both';

interface TimePick {
  readonly brush: Brush;
  /** What dragging over the plot brushes; null: it moves the plot. */
  readonly picking: Sides | null;
  /** At most `marksMax`, those marked last. */
  readonly marks: readonly Mark[];
  /** The same, to look a row up. */
  readonly marked: ReadonlySet<string>;
}

export const noBrush: Brush = { event: null, arrival: null };
export const marksMax = 1000;

const store = createStore<TimePick>(() => ({ brush: noBrush, picking: null, marks: [], marked: new Set() }));

export const useTimePick = <T>(selector: (state: TimePick) => T): T => useStore(store, selector);
export const pickedNow = (): TimePick => store.getState();

export const isBrushed = ({ event, arrival }: Brush): boolean => event !== null || arrival !== null;
export const markName = ({ time, arrival }: Mark): string => `${time}/${arrival}`;

export function pickBrush(brush: Brush): void {
  store.setState({ brush: isBrushed(brush) ? brush : noBrush });
}

export function takeUpBrush(picking: Sides | null): void {
  store.setState({ picking });
}

export function setMarks(marks: readonly Mark[]): void {
  const distinct = new Map(marks.map((mark) => [markName(mark), mark]));
  const kept = [...distinct].slice(-marksMax);
  store.setState({ marks: kept.map(([, mark]) => mark), marked: new Set(kept.map(([name]) => name)) });
}

/** Marks one more, or lets it go. */
export function toggleMark(mark: Mark): void {
  const { marks, marked } = store.getState();
  const name = markName(mark);
  setMarks(marked.has(name) ? marks.filter((each) => markName(each) !== name) : [...marks, mark]);
}

/** Another run has another clock: only event time means the same there. */
export function forgetArrivals(): void {
  store.setState(({ brush }) => ({ brush: { ...brush, arrival: null } }));
  setMarks([]);
}
