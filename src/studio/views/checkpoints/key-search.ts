/** Where a key lives: its key group and the subtask that owns it, computed as the partitioner does. Pure. */
import type { ColumnType } from '../../../engine/graph/schema.ts';
import { isKeyless } from '../../../engine/graph/partitioning.ts';
import type { ExecutionGraph, JobVertex } from '../../../engine/graph/plan.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { keyGroupOf, subtaskOfGroup } from '../../../engine/state/key-groups.ts';
import type { Key } from '../../../engine/state/key.ts';
import type { CheckpointMetadata } from '../../../engine/wire/checkpoints.ts';
import { KeyReader } from '../../../engine/wire/keys.ts';
import { verticesInOrder } from '../watermarks/ladder.ts';

export interface KeyPlace {
  readonly vertex: string;
  readonly name: string;
  readonly key: Key;
  readonly group: number;
  /** Index of the subtask that owned it when the snapshot was taken. */
  readonly index: number;
}

/**
 * Every keyed vertex of the snapshot in which the text can be a key: `SFO`; for several columns `SFO, 12` or `["SFO",12]`.
 */
export function keyPlaces(text: string, graph: ExecutionGraph, metadata: CheckpointMetadata): readonly KeyPlace[] {
  return verticesInOrder(graph).flatMap((vertex) => {
    const parallelism = metadata.vertices.find((each) => each.vertex === vertex.id)?.parallelism;
    const reader = readerOf(vertex);
    const key = reader === null ? undefined : parseKey(text, reader.types);
    if (reader === null || key === undefined || parallelism === undefined) return [];
    const group = keyGroupOf(reader.hash(key), metadata.maxParallelism);
    const name = vertex.operators[0]?.name ?? vertex.id;
    return [
      { vertex: vertex.id, name, key, group, index: subtaskOfGroup(group, metadata.maxParallelism, parallelism) },
    ];
  });
}

/** Whether any vertex has a key. */
export const hasKeys = (graph: ExecutionGraph): boolean =>
  graph.jobGraph.vertices.some((vertex) => readerOf(vertex) !== null);

export function readerOf({ operators }: JobVertex): KeyReader | null {
  const keyed = operators[0]?.inputs.find((input) => input.key !== null);
  return keyed === undefined || keyed.key === null ? null : new KeyReader(keyed.schema, keyed.key);
}

/** By which key its head keeps state, as the engine does: of a stream without a key, windows have one key for all records. */
export function stateReaderOf(vertex: JobVertex): KeyReader | null {
  const [head] = vertex.operators;
  const [input] = head?.inputs ?? [];
  if (head === undefined || input === undefined) return null;
  return (
    readerOf(vertex) ?? (isKeyless(kindTable.get(head.kind), head.inputs) ? new KeyReader(input.schema, []) : null)
  );
}

/** Undefined: the text is no key of these types. */
export function parseKey(text: string, types: readonly ColumnType[]): Key | undefined {
  const [only] = types;
  if (types.length === 1 && only !== undefined) return parsePart(text.trim(), only);
  const parts = arrayOf(text) ?? text.split(',').map((part) => part.trim());
  if (parts.length !== types.length) return undefined;
  const values = types.map((type, i) => parsePart(parts[i] ?? '', type));
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

function arrayOf(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))) : null;
  } catch {
    return null;
  }
}

function parsePart(text: string, type: ColumnType): Key | undefined {
  if (text === 'null' || text === '—') return null;
  switch (type) {
    case 'string':
    case 'json':
    case 'rowkind':
      return text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'timestamp': {
      const time = /^-?\d+$/.test(text) ? Number(text) : Date.parse(`${text.replace(' ', 'T')}Z`);
      return Number.isNaN(time) ? undefined : time;
    }
    case 'int':
    case 'float': {
      const number = text === '' ? NaN : Number(text);
      return Number.isNaN(number) || (type === 'int' && !Number.isInteger(number))
        ? undefined
        : number === 0
          ? 0
          : number;
    }
  }
}
