/**
 * Assertions: statements that hold unless Weir itself has a bug. A failed one is never a user's mistake; those are
 * rows of the problem and failure tables (engine/graph/problems.ts, engine/wire/failures.ts).
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws an AssertionError that says the broken `sentence`. The sentence states what should have been true. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new AssertionError(`Bug in Weir: it does not hold that ${sentence}`);
}

/** The value, which the caller knows to be there. `what` names it in the assertion. */
export function present<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} is present`);
  return value;
}
