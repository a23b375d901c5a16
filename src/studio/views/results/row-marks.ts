/** Marking rows of the table, one or a range, and the cursor that goes from row to row by keys. */
import { marksMax, setMarks, toggleMark } from '../../session/time-pick.ts';
import type { RowIndex } from './row-index.ts';

/** Places are counted from the top of the table. */
export interface Cursor {
  readonly place: number;
  /** Where a range begins. */
  readonly anchor: number;
}

/** The rows as they stand in the table. */
export interface RowOrder {
  readonly index: RowIndex;
  readonly rowAt: (place: number) => number;
}

export function markRow({ index, rowAt }: RowOrder, place: number): void {
  if (place < index.size) toggleMark(index.mark(rowAt(place)));
}

/** These rows and no others; of more than can be marked, those at the end `to`. */
export function markRange({ index, rowAt }: RowOrder, from: number, to: number): void {
  const step = to < from ? -1 : 1;
  const count = Math.min(marksMax, Math.abs(to - from) + 1);
  const places = Array.from({ length: count }, (_, i) => to - step * (count - 1 - i));
  setMarks(places.filter((place) => place < index.size).map((place) => index.mark(rowAt(place))));
}

interface Stroke {
  readonly key: string;
  readonly shiftKey: boolean;
}

/** Null: the key goes nowhere. With Shift the range stays where it began. */
export function cursorAfter(
  cursor: Cursor | null,
  { key, shiftKey }: Stroke,
  size: number,
  page: number,
): Cursor | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  const step = steps[key];
  if (step === undefined || size === 0) return null;
  const from = cursor?.place ?? (step > 0 ? -1 : 0);
  const place = Math.max(0, Math.min(size - 1, from + step));
  return { place, anchor: shiftKey && cursor !== null ? cursor.anchor : place };
}
