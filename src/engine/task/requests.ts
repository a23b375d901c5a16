/** Questions of a subtask to the outside world, each with whoever waits for its answer. */
import type { SubtaskEffect } from '../wire/messages.ts';
import type { Answer, Request } from '../wire/requests.ts';

interface Asked {
  readonly onAnswer: (answer: Answer, request: number) => void;
  readonly awaited: boolean;
}

export class Requests {
  private next = 0;
  private readonly asked = new Map<number, Asked>();
  private readonly emit: (effect: SubtaskEffect) => void;

  constructor(emit: (effect: SubtaskEffect) => void) {
    this.emit = emit;
  }

  /** `awaited`: the task does not finish before the answer has come. */
  ask(body: Request, awaited: boolean, onAnswer: (answer: Answer, request: number) => void): number {
    const request = this.next++;
    this.asked.set(request, { onAnswer, awaited });
    this.emit({ kind: 'request', request, body });
    return request;
  }

  /** An answer that comes again is not heard. */
  answered(request: number, answer: Answer): void {
    const asked = this.asked.get(request);
    if (asked === undefined) return;
    this.asked.delete(request);
    asked.onAnswer(answer, request);
  }

  /** Some answer is awaited. */
  get pending(): boolean {
    for (const { awaited } of this.asked.values()) if (awaited) return true;
    return false;
  }
}
