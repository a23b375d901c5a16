/**
 * Brings a subtask's state back: checks the chunks that were read, and puts operators, keyed state, timers and in-flight
 * data in place. With another parallelism the coordinator gives keyed chunks by key group, and all others of the old
 * subtasks; what of them is this subtask's is decided here.
 */
import { decodeJson } from '../../base/canonical-json.ts';
import { fingerprintOf } from '../../base/fingerprint.ts';
import type { ChannelId, InputPlan } from '../graph/plan.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import type { GroupSnapshot } from '../state/snapshot.ts';
import { StateMismatch } from '../state/tables.ts';
import type { TimerQueue } from '../time/timers.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { ChunkPlace, Restore } from '../wire/checkpoints.ts';
import { TaskFailure } from '../wire/failures.ts';
import { decodeBuffers } from '../wire/in-flight.ts';
import type { SubtaskPlan } from '../wire/messages.ts';
import type { Answer } from '../wire/requests.ts';
import { operatorOf } from './assemble.ts';
import type { Chain, ChainNode } from './chain.ts';
import type { InputGate } from './input-gate.ts';
import type { OperatorTable } from './operator.ts';
import type { Outputs } from './outputs.ts';
import { redistributed } from './redistribute.ts';
import type { InFlightChunk } from './redistribute.ts';
import type { DriverState, SourceDriver } from './source-driver.ts';
import { redistributeSplits, splitsIn } from './split-reader.ts';
import type { SplitStates } from './split-reader.ts';

type Handle = Restore['handles'][number];
export interface ReadChunk {
  readonly handle: Handle;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface RestoreTarget {
  readonly plan: SubtaskPlan;
  readonly operators: OperatorTable;
  readonly chain: Chain;
  readonly driver: SourceDriver | null;
  readonly keyedState: KeyedState | null;
  readonly timers: TimerQueue;
  readonly gate: InputGate;
  readonly outputs: Outputs;
}

/** The chunks, whole; throws a TaskFailure `state-missing` else. */
export function checkChunks(plan: SubtaskPlan, restore: Restore, answer: Answer): ReadChunk[] {
  const missing = (reason: string): TaskFailure => {
    const details = { subtask: plan.id, checkpoint: restore.checkpoint, reason };
    return new TaskFailure({ code: 'state-missing', subtask: plan.id, details });
  };
  if (answer.kind === 'failed') throw missing(answer.reason);
  if (answer.kind !== 'state') throw missing('the store gave no answer to that');
  return restore.handles.map((handle, i) => {
    const bytes = answer.data[i] ?? null;
    if (bytes === null) throw missing(`the chunk ${handle.key} is not there`);
    if (bytes.byteLength !== handle.bytes || fingerprintOf(bytes) !== handle.fingerprint)
      throw missing(`the chunk ${handle.key} is damaged`);
    return { handle, bytes };
  });
}

/** Puts everything in place; returns the number of records in flight. */
export function restoreChunks(target: RestoreTarget, restore: Restore, chunks: readonly ReadChunk[]): number {
  const { keyedState, timers } = target;
  for (const { handle, bytes } of chunks) {
    const { place } = handle;
    if (place.kind === 'keyed' && keyedState !== null) {
      restoreGroup(target, restore, keyedState, [place.group, decodeJson(bytes) as GroupSnapshot]);
    }
    if (place.kind === 'timers') {
      timers.restoreGroup(decodeJson(bytes) as Parameters<TimerQueue['restoreGroup']>[0]);
    }
  }
  for (const node of target.chain.nodes) restoreOperator(target, restore, node, chunks);
  return restoreInFlight(target, restore, chunks);
}

function restoreGroup(
  { chain }: RestoreTarget,
  { checkpoint }: Restore,
  keyedState: KeyedState,
  group: readonly [number, GroupSnapshot],
): void {
  try {
    keyedState.restore([group]);
  } catch (error) {
    if (!(error instanceof StateMismatch)) throw error;
    const { node, name } = chain.head.planned;
    const reason = `“${name}” has changed. ${error.message.replace(/\.$/, '')}`;
    throw new TaskFailure({ code: 'restore-mismatch', node, details: { checkpoint, reason } });
  }
}

/** A subtask that goes on at offsets alone, without a checkpoint. */
export function restoreOffsets(driver: SourceDriver, offsets: JsonValue): void {
  driver.restore(offsets as unknown as DriverState);
}

function restoreOperator(target: RestoreTarget, restore: Restore, node: ChainNode, chunks: readonly ReadChunk[]): void {
  const mine = chunks.filter(({ handle: { place } }) => place.kind === 'operator' && place.node === node.planned.node);
  if (mine.length === 0) return;
  const { index, vertex } = target.plan;
  const before = mine[0]?.handle.of ?? vertex.parallelism;
  const states = new Map(mine.map(({ handle, bytes }) => [handle.from, decodeJson(bytes) as JsonValue]));
  const isSource = target.driver !== null && node === target.chain.head;
  if (isSource) checkSplits(target, restore, node, [...states.values()]);
  if (before === vertex.parallelism) {
    const state = states.get(index);
    if (state !== undefined) put(target, node, isSource, state);
    return;
  }
  const all = Array.from({ length: before }, (_, from) => states.get(from) ?? null);
  const state = isSource ? redistributeSource(target, restore, node, all) : redistribute(target, restore, node, all);
  if (state !== null) put(target, node, isSource, state);
}

function put({ driver }: RestoreTarget, node: ChainNode, isSource: boolean, state: JsonValue): void {
  if (isSource) driver?.restore(state as unknown as DriverState);
  else node.operator?.restore?.(state);
}

function redistribute(
  { plan, operators }: RestoreTarget,
  { checkpoint }: Restore,
  node: ChainNode,
  states: readonly (JsonValue | null)[],
): JsonValue | null {
  const kind = operatorOf(operators, node.planned.kind);
  const { parallelism } = plan.vertex;
  if (kind.redistribute !== undefined) return kind.redistribute(states, parallelism)[plan.index] ?? null;
  const reason = `“${node.planned.name}” cannot change its parallelism from ${states.length} to ${parallelism}`;
  throw new TaskFailure({ code: 'restore-mismatch', node: node.planned.node, details: { checkpoint, reason } });
}

/** A split is what it is only among as many as there were. */
function checkSplits(
  { driver }: RestoreTarget,
  { checkpoint }: Restore,
  { planned: { node, name } }: ChainNode,
  states: readonly JsonValue[],
): void {
  const now = driver?.splitCount ?? 0;
  const before = states.map((state) => splitsIn((state as unknown as DriverState).source)).find((of) => of !== now);
  if (before === undefined) return;
  const text = (of: number): string => (of === 0 ? 'none' : String(of));
  const reason = `“${name}” cannot change its splits from ${text(before)} to ${text(now)}`;
  throw new TaskFailure({ code: 'restore-mismatch', node, details: { checkpoint, reason } });
}

/** The source's own state by its rule; the count of emitted records stays with the first, so that the sum is right. */
function redistributeSource(
  target: RestoreTarget,
  restore: Restore,
  node: ChainNode,
  states: readonly (JsonValue | null)[],
): JsonValue | null {
  const drivers = states.map((state) => state as unknown as DriverState | null);
  const sources = drivers.map((state) => state?.source ?? null);
  const { index, vertex } = target.plan;
  const splits = target.driver?.splitCount ?? 0;
  const source: JsonValue | null =
    splits > 0
      ? redistributeSplits(sources as readonly (SplitStates | null)[], index, vertex.parallelism, splits)
      : redistribute(target, restore, node, sources);
  if (source === null) return null;
  const emitted = target.plan.index === 0 ? drivers.reduce((sum, state) => sum + (state?.emitted ?? 0), 0) : 0;
  return { source, emitted };
}

/** By edge, since an edge whose channels are others now is redistributed as a whole. */
function restoreInFlight(target: RestoreTarget, restore: Restore, chunks: readonly ReadChunk[]): number {
  const { plan, outputs } = target;
  const inputs = new Map<string, InFlightChunk[]>();
  let records = 0;
  for (const chunk of chunks) {
    const { place } = chunk.handle;
    if (place.kind !== 'input' && place.kind !== 'output') continue;
    if (place.kind === 'output' && outputs.has(place.channel)) {
      const channel = outputs.channel(place.channel);
      records += countOf(channel.restore(decodeBuffers(channel.schema, chunk.bytes)));
      continue;
    }
    const { edge, sender, receiver } = partsOf(place.channel);
    const list = inputs.get(edge) ?? [];
    list.push({ ...chunk, side: place.kind, sender, receiver });
    inputs.set(edge, list);
  }
  for (const input of plan.inputs) {
    const list = inputs.get(input.edge.edge);
    if (list !== undefined) records += restoreInput(target, restore, input, list);
  }
  return records;
}

function restoreInput(
  { plan, gate }: RestoreTarget,
  restore: Restore,
  input: InputPlan,
  chunks: readonly InFlightChunk[],
): number {
  const isOurs = ({ handle: { place, from } }: InFlightChunk): boolean =>
    from === plan.index && place.kind === 'input' && input.channels.includes(place.channel);
  if (restore.parallelism === plan.vertex.parallelism && chunks.every(isOurs)) {
    return chunks.reduce((sum, { handle, bytes }) => {
      const { channel } = handle.place as Extract<ChunkPlace, { kind: 'input' }>;
      return sum + countOf(gate.restore(channel, decodeBuffers(input.edge.type.schema, bytes)));
    }, 0);
  }
  const byChannel = redistributed(plan, input, restore.parallelism, chunks);
  return input.channels.reduce((sum, channel, i) => sum + countOf(gate.restore(channel, byChannel[i] ?? [])), 0);
}

const countOf = (buffers: readonly WireBuffer[]): number => buffers.reduce((sum, { rows }) => sum + rows, 0);

/** `e3:0-1`; see ChannelId. */
function partsOf(channel: ChannelId): { edge: string; sender: number; receiver: number } {
  const colon = channel.lastIndexOf(':');
  const [sender, receiver] = channel.slice(colon + 1).split('-');
  return { edge: channel.slice(0, colon), sender: Number(sender), receiver: Number(receiver) };
}
