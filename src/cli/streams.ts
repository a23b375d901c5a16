/** Where a command says what it has to say. Each takes one line. */
export interface Streams {
  /** What was asked for. */
  readonly print: (line: string) => void;
  /** What is wrong. */
  readonly complain: (line: string) => void;
  /** Absent where nobody watches. */
  readonly signs?: SignsOfLife;
}

/** While functions of the job run, whoever watches hears that they come back. */
export interface SignsOfLife {
  /** From now on there are signs, at most `limitMs` of real time apart; null: no more. */
  readonly watch: (limitMs: number | null) => void;
  /** As often as is convenient. `step`: one of a script is about to be taken. */
  readonly sign: (step?: StepTaken) => void;
}

export interface StepTaken {
  /** Line of the script. */
  readonly cause: number;
  readonly parts: readonly string[];
}
