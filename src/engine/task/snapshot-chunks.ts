/**
 * What a subtask's snapshot consists of. Captured at once in the synchronous part; encoded chunk by chunk, while records
 * are processed, in the asynchronous part.
 */
import { encodeJson } from '../../base/canonical-json.ts';
import type { Schema } from '../graph/schema.ts';
import type { SubtaskPlan } from '../graph/plan.ts';
import { rangeOfSubtask } from '../state/key-groups.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import { entriesIn } from '../state/snapshot.ts';
import type { TimerQueue } from '../time/timers.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId, ChunkPlace } from '../wire/checkpoints.ts';
import { encodeInFlight } from '../wire/in-flight.ts';
import type { Chain } from './chain.ts';
import type { SourceDriver } from './source-driver.ts';

export interface EncodedChunk {
  readonly place: ChunkPlace;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entries: number;
}

/** In-flight data of one channel. */
export interface InFlightPart {
  readonly place: Extract<ChunkPlace, { kind: 'input' | 'output' }>;
  readonly schema: Schema;
  readonly buffers: readonly WireBuffer[];
}

/** What holds state in a subtask. */
export interface Stateful {
  readonly plan: SubtaskPlan;
  readonly chain: Chain;
  readonly driver: SourceDriver | null;
  readonly keyedState: KeyedState | null;
  readonly timers: TimerQueue;
}

/** The state as it is now. Iterating encodes it, any time later; an Error there means state that is no JSON. */
export function captureState({ plan, chain, driver, keyedState, timers }: Stateful, checkpoint: CheckpointId) {
  const operators = chain.nodes.flatMap((node) => {
    const isSource = node === chain.head && driver !== null;
    const state = isSource ? driver.snapshot() : (node.operator?.snapshot?.(checkpoint) ?? null);
    return state === null ? [] : [{ node: node.planned.node, state }];
  });
  const keyed = keyedState === null || keyedState.size === 0 ? null : keyedState.snapshot();
  const { start } = rangeOfSubtask(plan.index, plan.settings.maxParallelism, plan.vertex.parallelism);
  const groupOf = keyedState === null ? () => start : keyedState.groupOf.bind(keyedState);
  const captured = timers.size === 0 ? null : timers.snapshotGroups(groupOf);
  return encode(operators, keyed, captured);
}

function* encode(
  operators: readonly { readonly node: string; readonly state: unknown }[],
  keyed: ReturnType<KeyedState['snapshot']> | null,
  timers: ReturnType<TimerQueue['snapshotGroups']> | null,
): Generator<EncodedChunk, void> {
  for (const { node, state } of operators) {
    const entries = Array.isArray(state) ? state.length : 1;
    yield { place: { kind: 'operator', node }, bytes: encodeJson(state), entries };
  }
  for (const [group, snapshot] of keyed ?? []) {
    yield { place: { kind: 'keyed', group }, bytes: encodeJson(snapshot), entries: entriesIn(snapshot) };
  }
  for (const [group, list] of timers ?? []) {
    yield { place: { kind: 'timers', group }, bytes: encodeJson(list), entries: list.length };
  }
}

export function* encodeParts(parts: readonly InFlightPart[]): Generator<EncodedChunk, void> {
  for (const { place, schema, buffers } of parts) {
    if (buffers.length === 0) continue;
    const entries = buffers.reduce((sum, { rows }) => sum + rows, 0);
    yield { place, bytes: encodeInFlight(schema, buffers), entries };
  }
}
