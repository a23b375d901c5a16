/** Where a command says what it has to say. Each takes one line. */
export interface Streams {
  /** What was asked for. */
  readonly print: (line: string) => void;
  /** What is wrong. */
  readonly complain: (line: string) => void;
}
