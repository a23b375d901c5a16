/** The expected failure of a whole resource: it is not here, or it is not what its name and format say. */

export type UnreadableCode = 'resource-missing' | 'resource-unreadable';

/** Thrown while a resource is opened or read. The message completes the sentence “cannot read flights.csv: …”. */
export class UnreadableResource extends Error {
  override readonly name = 'UnreadableResource';
  readonly code: UnreadableCode;
  constructor(code: UnreadableCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

export const unreadable = (reason: string): UnreadableResource => new UnreadableResource('resource-unreadable', reason);
