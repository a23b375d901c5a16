/** Looks into subtasks that have been asked for and not answered. Whoever is asked may die: then the answer is `gone`. */
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { InspectAnswer } from '../../engine/wire/inspect.ts';

interface Pending {
  readonly subtask: SubtaskId;
  readonly resolve: (answer: InspectAnswer) => void;
}

const lost: InspectAnswer = { kind: 'gone', state: 'lost' };

export class PendingLooks {
  private readonly pending = new Map<number, Pending>();
  private last = 0;

  /** `send` gets the number that the answer will carry. */
  ask(subtask: SubtaskId, send: (request: number) => void): Promise<InspectAnswer> {
    const request = ++this.last;
    return new Promise((resolve) => {
      this.pending.set(request, { subtask, resolve });
      send(request);
    });
  }

  answered(request: number, answer: InspectAnswer): void {
    this.pending.get(request)?.resolve(answer);
    this.pending.delete(request);
  }

  /** Its Worker is no more. */
  lose(subtask: SubtaskId): void {
    for (const [request, one] of this.pending) if (one.subtask === subtask) this.answered(request, lost);
  }

  loseAll(): void {
    for (const request of this.pending.keys()) this.answered(request, lost);
  }
}
