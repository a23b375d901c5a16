/**
 * What becomes of operator state when the parallelism changes: Flink's three ways, for `OperatorFactory.redistribute`.
 * All take the states of the old subtasks in order of index (null: none) and give those of the new ones.
 */
import { assert } from '../../base/assert.ts';
import type { JsonValue } from '../graph/schema.ts';

type States = readonly (JsonValue | null)[];

/**
 * List state, split: all elements in order, dealt out in even runs, the first ones one longer (Flink:
 * RoundRobinOperatorStateRepartitioner). Subtasks keep their own as long as the parallelism stays.
 */
export function splitRedistribution(states: States, parallelism: number): States {
  if (states.length === parallelism) return states;
  const all = elements(states);
  const share = Math.floor(all.length / parallelism);
  const longer = all.length % parallelism;
  return Array.from({ length: parallelism }, (_, index) => {
    const start = index * share + Math.min(index, longer);
    const end = start + share + (index < longer ? 1 : 0);
    return start === end ? null : all.slice(start, end);
  });
}

/** List state, union: each subtask gets all elements and picks its own. */
export function unionRedistribution(states: States, parallelism: number): States {
  const all = elements(states);
  return Array.from({ length: parallelism }, () => (all.length === 0 ? null : all));
}

/** Broadcast state: all copies are the same, and each subtask gets one of them. */
export function broadcastRedistribution(states: States, parallelism: number): States {
  const copies = states.filter((state) => state !== null);
  return Array.from({ length: parallelism }, (_, index) => states[index] ?? copies[index % copies.length] ?? null);
}

function elements(states: States): JsonValue[] {
  return states.flatMap((state): readonly JsonValue[] => {
    if (state === null) return [];
    assert(Array.isArray(state), 'list state is an array');
    return state as readonly JsonValue[];
  });
}
