/**
 * A span of event time that the person picked in the plot, so that other views show what lies in it, and the event time of
 * a result that they picked there, so that the plot marks its panes. Neither saved nor undone.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

interface TimePick {
  /** Milliseconds of event time, both ends included; null: all. */
  readonly span: readonly [from: number, to: number] | null;
  readonly marked: readonly number[];
}

const store = createStore<TimePick>(() => ({ span: null, marked: [] }));

export const useTimePick = <T>(selector: (state: TimePick) => T): T => useStore(store, selector);

export function pickSpan(span: TimePick['span']): void {
  store.setState({ span });
}

/** Picks one more, or lets it go. */
export function toggleMarked(time: number): void {
  store.setState(({ marked }) => ({
    marked: marked.includes(time) ? marked.filter((each) => each !== time) : [...marked, time].slice(-20),
  }));
}
