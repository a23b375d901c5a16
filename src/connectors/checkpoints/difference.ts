/**
 * The difference of two snapshots of a job: state, timers and in-flight data that were added, removed or changed. Keyed
 * state is compared by key, wherever its subtask was, so snapshots of different parallelism can be compared.
 */
import { canonicalText } from '../../base/canonical-json.ts';
import type { JsonValue } from '../../engine/graph/schema.ts';
import type { VertexId } from '../../engine/graph/plan.ts';
import type { CheckpointMetadata, StateHandle } from '../../engine/wire/checkpoints.ts';
import type { ChunkContents, KeyedEntry, StoredTimer } from './decode.ts';

export type Change<T> =
  | { readonly change: 'added'; readonly after: T }
  | { readonly change: 'removed'; readonly before: T }
  | { readonly change: 'changed'; readonly before: T; readonly after: T };

/** One chunk of a snapshot with what is in it. */
export interface SnapshotChunk {
  readonly vertex: VertexId;
  /** Index of the subtask. */
  readonly index: number;
  readonly contents: ChunkContents;
}

export interface OperatorStateAt {
  readonly vertex: VertexId;
  readonly index: number;
  readonly node: string;
  /** Of a source: its offsets. */
  readonly state: JsonValue;
}

export interface KeyedEntryAt extends KeyedEntry {
  readonly vertex: VertexId;
}

export interface TimerAt extends StoredTimer {
  readonly vertex: VertexId;
}

export interface InFlightAt {
  readonly vertex: VertexId;
  readonly side: 'input' | 'output';
  readonly channel: string;
  readonly records: number;
}

export interface SnapshotDifference {
  readonly operators: readonly Change<OperatorStateAt>[];
  readonly keyed: readonly Change<KeyedEntryAt>[];
  /** Added and removed alone: a timer that was moved is both. */
  readonly timers: readonly Change<TimerAt>[];
  readonly inFlight: readonly Change<InFlightAt>[];
  /** Chunks that could not be read, so that the difference is not whole. */
  readonly unreadable: readonly string[];
}

/**
 * What of each snapshot has to be read to compare them: chunks that both have alike, in the same place with the same
 * fingerprint, are left out on both sides.
 */
export function differentHandles(
  before: CheckpointMetadata,
  after: CheckpointMetadata,
): { readonly before: readonly LocatedHandle[]; readonly after: readonly LocatedHandle[] } {
  const [old, young] = [located(before), located(after)];
  const unlike = (these: readonly LocatedHandle[], those: readonly LocatedHandle[]): LocatedHandle[] => {
    const known = new Set(those.map(likeness));
    return these.filter((each) => !known.has(likeness(each)));
  };
  return { before: unlike(old, young), after: unlike(young, old) };
}

export interface LocatedHandle {
  readonly vertex: VertexId;
  readonly index: number;
  readonly handle: StateHandle;
}

export function located(metadata: CheckpointMetadata): LocatedHandle[] {
  return metadata.subtasks.flatMap(({ vertex, index, handles }) =>
    handles.map((handle) => ({ vertex, index, handle })),
  );
}

/** Keyed chunks may move between subtasks, the others belong to theirs. */
function likeness({ vertex, index, handle: { place, bytes, fingerprint } }: LocatedHandle): string {
  const moves = place.kind === 'keyed' || place.kind === 'timers';
  return canonicalText([vertex, moves ? null : index, place, bytes, fingerprint]);
}

export function diffSnapshots(before: readonly SnapshotChunk[], after: readonly SnapshotChunk[]): SnapshotDifference {
  return {
    operators: compared(
      before,
      after,
      operatorStates,
      (at) => [at.vertex, at.index, at.node],
      (at) => at.state,
    ),
    keyed: compared(
      before,
      after,
      keyedEntries,
      (at) => [at.vertex, at.state, at.namespace, at.key],
      (at) => at.value,
    ),
    timers: compared(
      before,
      after,
      timers,
      (at) => [at.vertex, at.domain, at.time, at.namespace, at.key],
      () => null,
    ),
    inFlight: compared(
      before,
      after,
      inFlight,
      (at) => [at.vertex, at.side, at.channel],
      (at) => at.records,
    ),
    unreadable: [...before, ...after].flatMap(({ contents }) =>
      contents.kind === 'unreadable' ? [contents.reason] : [],
    ),
  };
}

/** In order of the new snapshot, then what is gone in order of the old one. */
function compared<T>(
  before: readonly SnapshotChunk[],
  after: readonly SnapshotChunk[],
  itemsOf: (chunk: SnapshotChunk) => readonly T[],
  identity: (item: T) => JsonValue,
  content: (item: T) => JsonValue,
): Change<T>[] {
  const old = new Map(before.flatMap(itemsOf).map((item) => [canonicalText(identity(item)), item]));
  const changes: Change<T>[] = [];
  for (const item of after.flatMap(itemsOf)) {
    const id = canonicalText(identity(item));
    const was = old.get(id);
    old.delete(id);
    if (was === undefined) changes.push({ change: 'added', after: item });
    else if (canonicalText(content(was)) !== canonicalText(content(item)))
      changes.push({ change: 'changed', before: was, after: item });
  }
  for (const gone of old.values()) changes.push({ change: 'removed', before: gone });
  return changes;
}

function operatorStates({ vertex, index, contents }: SnapshotChunk): OperatorStateAt[] {
  return contents.kind === 'operator' ? [{ vertex, index, node: contents.node, state: contents.state }] : [];
}

function keyedEntries({ vertex, contents }: SnapshotChunk): KeyedEntryAt[] {
  return contents.kind === 'keyed' ? contents.entries.map((entry) => ({ vertex, ...entry })) : [];
}

function timers({ vertex, contents }: SnapshotChunk): TimerAt[] {
  return contents.kind === 'timers' ? contents.timers.map((timer) => ({ vertex, ...timer })) : [];
}

function inFlight({ vertex, contents }: SnapshotChunk): InFlightAt[] {
  if (contents.kind !== 'in-flight') return [];
  const { side, channel, elements, more } = contents;
  return [{ vertex, side, channel, records: more + elements.filter((each) => each.kind === 'record').length }];
}

/** One place in a JSON value; undefined: it is not there. */
export interface ValueChange {
  /** `source.offset`; empty: the value itself. */
  readonly path: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Where two JSON values differ, innermost places in order, at most `limit`. */
export function valueChanges(before: JsonValue, after: JsonValue, limit = 100): ValueChange[] {
  const found: ValueChange[] = [];
  collect(before, after, '', found, limit);
  return found;
}

function collect(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  found: ValueChange[],
  limit: number,
): void {
  if (found.length >= limit || Object.is(before, after)) return;
  if (!isParted(before) || !isParted(after) || Array.isArray(before) !== Array.isArray(after)) {
    found.push({ path, before, after });
    return;
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    const step = Array.isArray(before) ? `[${name}]` : `${path === '' ? '' : '.'}${name}`;
    collect(part(before, name), part(after, name), path + step, found, limit);
  }
}

type Parted = Readonly<Record<string, JsonValue>>;

const isParted = (value: JsonValue | undefined): value is Parted => typeof value === 'object' && value !== null;

const part = (value: Parted, name: string): JsonValue | undefined =>
  Object.hasOwn(value, name) ? value[name] : undefined;
