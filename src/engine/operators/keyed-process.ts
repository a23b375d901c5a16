/** The operator of the process functions: a function for the records of each input, and one for timers. */
import type { Operator, Progress } from '../task/operator.ts';
import type { Timer } from '../time/timers.ts';
import type { Batch } from '../wire/batch.ts';
import type { KeyedFunctions } from './keyed-functions.ts';

export class KeyedProcess implements Operator {
  private readonly functions: KeyedFunctions;
  private readonly elements: readonly ((batch: Batch) => void)[];

  /** `elements`: what takes the records of each input, made by `functions`. */
  constructor(functions: KeyedFunctions, elements: readonly ((batch: Batch) => void)[]) {
    this.functions = functions;
    this.elements = elements;
  }

  process(batch: Batch, input: number): void {
    this.elements[input]?.(batch);
  }

  onTimer(timer: Timer): void {
    this.functions.onTimer(timer);
  }

  onWatermark(): Progress {
    this.functions.flush();
    return 'done';
  }
}
