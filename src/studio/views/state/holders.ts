/** The operators of a job that keep state, and which kinds of it: of keys, in the head of a chain, or beside them. Pure. */
import type { ExecutionGraph, JobVertex, PlannedOperator } from '../../../engine/graph/plan.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { KeyReader } from '../../../engine/wire/keys.ts';
import { stateReaderOf } from '../checkpoints/key-search.ts';
import { verticesInOrder } from '../watermarks/ladder.ts';

export interface Holder {
  readonly vertex: JobVertex;
  readonly node: string;
  readonly name: string;
  /** Null: it keeps no keyed state. Without types: of a stream without a key, one state for all records. */
  readonly reader: KeyReader | null;
  /** It keeps state beside its keys: offsets, broadcast state, transactions. */
  readonly operatorState: boolean;
}

/** Along the stream; those with keys first, since they are what is mostly looked for. */
export function holdersOf(graph: ExecutionGraph): readonly Holder[] {
  const all = verticesInOrder(graph).flatMap((vertex) =>
    vertex.operators.map((operator, place): Holder => {
      const { node, name } = operator;
      // Only heads keep keyed state: what a key leads to is never chained.
      const reader = place === 0 ? stateReaderOf(vertex) : null;
      return { vertex, node, name, reader, operatorState: hasOperatorState(operator) };
    }),
  );
  const isKeyed = (holder: Holder): boolean => holder.reader !== null;
  const others = all.filter((holder) => !isKeyed(holder) && holder.operatorState);
  return [...all.filter(isKeyed), ...others];
}

const hasOperatorState = ({ kind, inputs }: PlannedOperator): boolean =>
  inputs.length === 0 || kindTable.get(kind)?.operatorState === true;

/** Its records have a key, so that a key can be looked for. */
export const hasKey = ({ reader }: Holder): boolean => reader !== null && reader.types.length > 0;
