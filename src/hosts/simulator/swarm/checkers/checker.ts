/**
 * A checker watches one run of the swarm, or looks at its end, and says in sentences what is not as it must be. Each
 * knows one property of the protocol and nothing of how the engine keeps it.
 */
import type { ExecutionGraph } from '../../../../engine/graph/plan.ts';
import type { ClusterObserver } from '../../observer.ts';
import type { RunId } from '../../../../connectors/checkpoints/store.ts';
import type { MemoryStores } from '../../outside.ts';
import type { Drawing, Guarantee } from '../drawing.ts';

export interface CheckedRun {
  readonly drawing: Drawing;
  readonly guarantee: Guarantee;
  readonly plan: ExecutionGraph;
  readonly stores: MemoryStores;
  readonly runId: RunId;
  /** Something is wrong: one sentence. */
  finding(text: string): void;
}

export interface Checker {
  readonly name: string;
  /** The run that goes on with what another has left is watched by the same. */
  readonly acrossRuns?: true;
  /** Made for one run; looks on while it goes. */
  watch(run: CheckedRun): ClusterObserver;
}

/** The key of one attempt. */
export const attemptKey = ({ id, attempt }: { readonly id: string; readonly attempt: number }): string =>
  `${id}#${attempt}`;

/** The value of a key, made when it is first asked for. */
export function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
