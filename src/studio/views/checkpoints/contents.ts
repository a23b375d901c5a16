/** What a subtask's snapshot holds, as the tables of the explorer. Pure. */
import type { ChunkContents, KeyedEntry, StoredTimer } from '../../../connectors/checkpoints/decode.ts';
import type { ExecutionGraph, PlannedOperator } from '../../../engine/graph/plan.ts';
import type { JsonValue, Schema } from '../../../engine/graph/schema.ts';
import type { Key } from '../../../engine/state/key.ts';
import type { StreamEvent } from '../../../engine/wire/buffer.ts';
import { timeText } from '../results/cell-text.ts';

/** One place in operator state: `offset` 1200. */
export interface FlatValue {
  readonly path: string;
  readonly value: string;
}

export interface OperatorSection {
  readonly node: string;
  readonly name: string;
  /** The head of a source: where it goes on. */
  readonly offsets: boolean;
  readonly values: readonly FlatValue[];
  readonly more: number;
}

export interface PendingRow {
  readonly node: string;
  readonly name: string;
  readonly transaction: string;
  readonly records: number;
}

export interface KeyedRow extends KeyedEntry {
  readonly group: number;
}

export interface TimerRow extends StoredTimer {
  readonly group: number;
}

export interface InFlightSection {
  readonly side: 'input' | 'output';
  readonly channel: string;
  /** `Flights 1 → Hourly 0`. */
  readonly name: string;
  /** Records and events in order, as text. */
  readonly elements: readonly string[];
  readonly more: number;
}

export interface Contents {
  readonly operators: readonly OperatorSection[];
  readonly pending: readonly PendingRow[];
  readonly keyed: readonly KeyedRow[];
  readonly keyedMore: number;
  readonly timers: readonly TimerRow[];
  readonly timersMore: number;
  readonly inFlight: readonly InFlightSection[];
  readonly unreadable: readonly string[];
}

const flatMost = 200;

export function contentsOf(chunks: readonly ChunkContents[], graph: ExecutionGraph | null): Contents {
  const operators: OperatorSection[] = [];
  const pending: PendingRow[] = [];
  const keyed: KeyedRow[] = [];
  const timers: TimerRow[] = [];
  const inFlight: InFlightSection[] = [];
  const unreadable: string[] = [];
  let [keyedMore, timersMore] = [0, 0];
  for (const chunk of chunks) {
    switch (chunk.kind) {
      case 'operator': {
        const operator = operatorOf(graph, chunk.node);
        const name = operator?.name ?? chunk.node;
        const transactions = pendingOf(chunk.state);
        pending.push(...transactions.map((each) => ({ node: chunk.node, name, ...each })));
        const rest = transactions.length === 0 ? chunk.state : without(chunk.state, 'pending');
        const values = flatValues(rest);
        const offsets = operator !== undefined && operator.inputs.length === 0;
        operators.push({
          node: chunk.node,
          name,
          offsets,
          values: values.slice(0, flatMost),
          more: Math.max(0, values.length - flatMost),
        });
        break;
      }
      case 'keyed':
        keyed.push(...chunk.entries.map((entry) => ({ group: chunk.group, ...entry })));
        keyedMore += chunk.more;
        break;
      case 'timers':
        timers.push(...chunk.timers.map((timer) => ({ group: chunk.group, ...timer })));
        timersMore += chunk.more;
        break;
      case 'in-flight':
        inFlight.push({
          side: chunk.side,
          channel: chunk.channel,
          name: channelName(graph, chunk.channel),
          elements: chunk.elements.map((element) =>
            element.kind === 'event' ? eventText(element.event) : recordText(element.row, element.time),
          ),
          more: chunk.more,
        });
        break;
      case 'unreadable':
        unreadable.push(chunk.reason);
    }
  }
  return { operators, pending, keyed, keyedMore, timers, timersMore, inFlight, unreadable };
}

function operatorOf(graph: ExecutionGraph | null, node: string): PlannedOperator | undefined {
  return graph?.jobGraph.vertices.flatMap((vertex) => vertex.operators).find((each) => each.node === node);
}

interface Transaction {
  readonly transaction: string;
  readonly records: number;
}

/** What two-phase sinks keep: transactions that are prepared and wait for the completion notice. */
function pendingOf(state: JsonValue): readonly Transaction[] {
  const pending = isRecord(state) ? state['pending'] : undefined;
  if (!Array.isArray(pending)) return [];
  return pending.filter(
    (each): each is JsonValue & Transaction =>
      isRecord(each) && typeof each['transaction'] === 'string' && typeof each['records'] === 'number',
  );
}

function without(state: JsonValue, name: string): JsonValue {
  if (!isRecord(state)) return state;
  return Object.fromEntries(Object.entries(state).filter(([each]) => each !== name));
}

type Json = Readonly<Record<string, JsonValue>>;
const isRecord = (value: JsonValue): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{a: {b: 1}}` → `a.b` 1. Short lists stay in one line. */
export function flatValues(value: JsonValue, path = ''): readonly FlatValue[] {
  if (isRecord(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, part]) => flatValues(part, path === '' ? name : `${path}.${name}`));
  if (Array.isArray(value) && value.some((part: JsonValue) => typeof part === 'object' && part !== null))
    return value.flatMap((part: JsonValue, i) => flatValues(part, `${path}[${i}]`));
  return [{ path, value: jsonText(value) }];
}

const textMost = 400;

/** JSON as a person reads it in one line, cut where it is long. Numbers that JSON does not have keep their names. */
export function jsonText(value: JsonValue | undefined): string {
  if (value === undefined) return '—';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return shortened(JSON.stringify(value));
}

const shortened = (text: string): string => (text.length > textMost ? `${text.slice(0, textMost)}…` : text);

/** The value of a keyed state; of a map, what lies under its keys. */
export function stateText({ kind, value }: Pick<KeyedEntry, 'kind' | 'value'>): string {
  if (kind !== 'map') return jsonText(value);
  const text = (value as readonly (readonly [Key, JsonValue])[]).map(([key, of]) => `${keyText(key)}: ${jsonText(of)}`);
  return shortened(`{${text.join(', ')}}`);
}

/** Keys stand without quotes, as everywhere on screen. */
export const keyText = (key: Key): string => (key === null ? 'null' : String(key));

/** Namespaces of windows are times; below three hours into 1970 they are plain numbers of a timeline. */
export const namespaceText = (namespace: number | string): string =>
  typeof namespace === 'string' ? namespace : momentText(namespace);

export const momentText = (time: number): string => (Math.abs(time) < 10_800_000 ? String(time) : timeText(time));

export const recordText = (row: Readonly<Record<string, JsonValue>>, time: number | null): string =>
  JSON.stringify(row) + (time === null ? '' : ` @ ${momentText(time)}`);

function eventText(event: StreamEvent): string {
  if (event.kind === 'watermark') return `watermark ${momentText(event.time)}`;
  return event.kind;
}

export function channelName(graph: ExecutionGraph | null, id: string): string {
  const channel = graph?.channels.find((each) => each.id === id);
  const edge = graph?.jobGraph.edges.find((each) => each.edge === channel?.edge);
  if (graph === null || channel === undefined || edge === undefined) return id;
  const indexOf = (subtask: string) => graph.subtasks.find((each) => each.id === subtask)?.index ?? '';
  const nameOf = (node: string) => operatorOf(graph, node)?.name ?? node;
  return `${nameOf(edge.fromNode)} ${indexOf(channel.from)} → ${nameOf(edge.toNode)} ${indexOf(channel.to)}`;
}

/** Schema of what flows through a channel of this graph. */
export const schemasOf =
  (graph: ExecutionGraph | null) =>
  (id: string): Schema | null => {
    const channel = graph?.channels.find((each) => each.id === id);
    return graph?.jobGraph.edges.find((each) => each.edge === channel?.edge)?.type.schema ?? null;
  };
