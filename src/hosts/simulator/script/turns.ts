/** Whose turn it is: which sources wait for which elements, and where those stand in the script. */
import type { NodeId } from '../../../engine/graph/job.ts';
import type { ElementRequest } from '../../../engine/wire/requests.ts';
import type { ElementFeed, WaitingForElement } from '../element-feed.ts';
import type { Script } from './script.ts';

interface Waiting {
  readonly position: number;
  readonly by: WaitingForElement;
}

export class Turns implements ElementFeed {
  private readonly script: Script;
  /** By source and split: indices of its elements in the script. */
  private readonly places = new Map<string, number[]>();
  private readonly waiting = new Map<string, Waiting>();

  constructor(script: Script) {
    this.script = script;
    for (const [index, step] of script.steps.entries()) {
      if (step.kind !== 'element') continue;
      const key = keyOf(step.node, step.split);
      const places = this.places.get(key);
      if (places === undefined) this.places.set(key, [index]);
      else places.push(index);
    }
  }

  ask({ node, split, position }: ElementRequest, by: WaitingForElement): boolean {
    this.waiting.set(keyOf(node, split), { position, by });
    return true;
  }

  /** The run is over: who waited does not any more. */
  forget(): void {
    this.waiting.clear();
  }

  /** The first element before this place of the script that a source waits for: it was there before, and is again. */
  replayBefore(index: number): number | null {
    let first: number | null = null;
    for (const [key, { position, by }] of this.waiting) {
      const place = this.places.get(key)?.[position];
      if (place === undefined || place >= index || !by.alive()) continue;
      first = Math.min(first ?? place, place);
    }
    return first;
  }

  /** Gives the element at this place to its source; false if that does not wait for it. */
  give(index: number): boolean {
    const step = this.script.steps[index];
    if (step?.kind !== 'element') return false;
    const key = keyOf(step.node, step.split);
    const waiting = this.waiting.get(key);
    if (waiting === undefined || waiting.position !== step.position || !waiting.by.alive()) return false;
    this.waiting.delete(key);
    waiting.by.respond({ kind: 'element', element: step.element });
    return true;
  }
}

const keyOf = (node: NodeId, split: number): string => `${split} ${node}`;
