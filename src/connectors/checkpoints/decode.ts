/** What is in the chunks of a snapshot, for people: operator state, keyed entries, timers and in-flight data. */
import { decodeJson } from '../../base/canonical-json.ts';
import { fingerprintOf } from '../../base/fingerprint.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { ChannelId } from '../../engine/graph/plan.ts';
import type { JsonValue, Schema } from '../../engine/graph/schema.ts';
import type { Key, Namespace } from '../../engine/state/key.ts';
import type { GroupSnapshot, StateKind, StateSnapshot } from '../../engine/state/snapshot.ts';
import type { TimeDomain, TimerGroup } from '../../engine/time/timers.ts';
import type { StateHandle } from '../../engine/wire/checkpoints.ts';
import { decodeInFlight } from '../../engine/wire/in-flight.ts';
import type { InFlightElement } from '../../engine/wire/in-flight.ts';

export interface KeyedEntry {
  readonly state: string;
  readonly kind: StateKind;
  readonly namespace: Namespace;
  readonly key: Key;
  /** Lists are arrays, maps arrays of [map key, value], accumulators arrays of numbers. */
  readonly value: JsonValue;
  /** With a time to live: when it, or the part of it that was touched last, was touched; else null. */
  readonly touchedAt: number | null;
}

export interface StoredTimer {
  readonly domain: TimeDomain;
  readonly time: number;
  readonly key: Key;
  readonly namespace: Namespace;
}

/** `more`: entries beyond the limit. */
export type ChunkContents =
  | { readonly kind: 'operator'; readonly node: NodeId; readonly state: JsonValue }
  | { readonly kind: 'keyed'; readonly group: number; readonly entries: readonly KeyedEntry[]; readonly more: number }
  | { readonly kind: 'timers'; readonly group: number; readonly timers: readonly StoredTimer[]; readonly more: number }
  | {
      readonly kind: 'in-flight';
      readonly side: 'input' | 'output';
      readonly channel: ChannelId;
      readonly elements: readonly InFlightElement[];
      readonly more: number;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Schema of what flows through a channel; null if the graph does not have it. */
export type SchemaOf = (channel: ChannelId) => Schema | null;

/** `bytes`: null when the store does not have them. Never throws: what cannot be read says why. */
export function describeChunk(
  handle: StateHandle,
  bytes: Uint8Array | null,
  schemaOf: SchemaOf,
  limit = Number.POSITIVE_INFINITY,
): ChunkContents {
  if (bytes === null) return unreadable('The chunk is missing from the store.');
  if (bytes.byteLength !== handle.bytes || fingerprintOf(bytes) !== handle.fingerprint)
    return unreadable('The chunk is damaged: its bytes are not those that were written.');
  try {
    return decoded(handle, bytes, schemaOf, limit);
  } catch (error) {
    return unreadable(`The chunk cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const unreadable = (reason: string): ChunkContents => ({ kind: 'unreadable', reason });

function decoded({ place, entries }: StateHandle, bytes: Uint8Array, schemaOf: SchemaOf, limit: number): ChunkContents {
  switch (place.kind) {
    case 'operator':
      return { kind: 'operator', node: place.node, state: decodeJson(bytes) as JsonValue };
    case 'keyed': {
      const all = (decodeJson(bytes) as GroupSnapshot).flatMap(entriesOf);
      return { kind: 'keyed', group: place.group, entries: all.slice(0, limit), more: Math.max(0, all.length - limit) };
    }
    case 'timers': {
      const all = decodeJson(bytes) as TimerGroup;
      const timers = all.slice(0, limit).map(([domain, time, key, namespace]) => ({ domain, time, key, namespace }));
      return { kind: 'timers', group: place.group, timers, more: all.length - timers.length };
    }
    case 'input':
    case 'output': {
      const schema = schemaOf(place.channel);
      if (schema === null) return unreadable(`The job has no channel ${place.channel} any more.`);
      const elements = decodeInFlight(schema, bytes, limit);
      const records = elements.filter((element) => element.kind === 'record').length;
      return { kind: 'in-flight', side: place.kind, channel: place.channel, elements, more: entries - records };
    }
  }
}

function entriesOf({ state, kind, ttl, entries }: StateSnapshot): KeyedEntry[] {
  return entries.map(([namespace, key, stored]) => ({
    state,
    kind,
    namespace,
    key,
    ...(ttl ? untimed(kind, stored) : { value: stored, touchedAt: null }),
  }));
}

/** Takes the times out of a value (see state/snapshot.ts). */
function untimed(kind: StateKind, stored: JsonValue): { value: JsonValue; touchedAt: number } {
  if (kind === 'list') {
    const parts = stored as readonly [JsonValue, number][];
    return { value: parts.map(([value]) => value), touchedAt: Math.max(...parts.map(([, at]) => at)) };
  }
  if (kind === 'map') {
    const parts = stored as readonly [Key, JsonValue, number][];
    return { value: parts.map(([key, value]) => [key, value]), touchedAt: Math.max(...parts.map(([, , at]) => at)) };
  }
  const [value, touchedAt] = stored as readonly [JsonValue, number];
  return { value, touchedAt };
}
