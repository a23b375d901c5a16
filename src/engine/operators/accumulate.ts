/**
 * The inner loops of aggregates: each takes records of a batch into one accumulator by slot. Where a trace is asked for,
 * each also notes the accumulator's value as of each record.
 */

/**
 * Which records of a batch to take in, and into which slots: record `order[i]`, or i itself without an order, for i from
 * `from` to before `to`. `slots` is by record.
 */
export interface Rows {
  slots: Int32Array;
  order: Int32Array | null;
  from: number;
  to: number;
}

/** By record; null: not wanted. */
type Trace = Float64Array | null;

/** Counts the records. */
export function countRows(into: Float64Array, { slots, order, from, to }: Rows, trace: Trace): void {
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    const count = (into[slot] as number) + 1;
    into[slot] = count;
    if (trace !== null) trace[row] = count;
  }
}

/** Counts the numbers that are not null. */
export function countNumbers(into: Float64Array, values: Float64Array, rows: Rows, trace: Trace): void {
  const { slots, order, from, to } = rows;
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    if (!Number.isNaN(values[row])) (into[slot] as number) += 1;
    if (trace !== null) trace[row] = into[slot] as number;
  }
}

/** Counts the codes or booleans that are not `none`. */
export function countCells(
  into: Float64Array,
  cells: Int32Array | Uint8Array,
  none: number,
  rows: Rows,
  trace: Trace,
): void {
  const { slots, order, from, to } = rows;
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    if (cells[row] !== none) (into[slot] as number) += 1;
    if (trace !== null) trace[row] = into[slot] as number;
  }
}

export function addNumbers(into: Float64Array, values: Float64Array, rows: Rows, trace: Trace): void {
  const { slots, order, from, to } = rows;
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    const value = values[row] as number;
    if (!Number.isNaN(value)) (into[slot] as number) += value;
    if (trace !== null) trace[row] = into[slot] as number;
  }
}

/** A comparison with NaN, a null, is false. */
export function leastNumbers(into: Float64Array, values: Float64Array, rows: Rows, trace: Trace): void {
  const { slots, order, from, to } = rows;
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    if ((values[row] as number) < (into[slot] as number)) into[slot] = values[row] as number;
    if (trace !== null) trace[row] = into[slot] as number;
  }
}

export function greatestNumbers(into: Float64Array, values: Float64Array, rows: Rows, trace: Trace): void {
  const { slots, order, from, to } = rows;
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    if ((values[row] as number) > (into[slot] as number)) into[slot] = values[row] as number;
    if (trace !== null) trace[row] = into[slot] as number;
  }
}
