/**
 * Windows over two keyed streams: their records go into the same windows, each with its side, as in Flink, where a window
 * join is the union of tagged streams with a window operator behind it (CoGroupedStreams).
 */
import type { JsonValue, Schema } from '../../graph/schema.ts';
import type { Key, Namespace } from '../../state/key.ts';
import type { ListState } from '../../state/list-state.ts';
import type { Operator, OperatorContext } from '../../task/operator.ts';
import { sessions, sliding, tumbling } from '../../time/window-assigners.ts';
import type { WindowAssigner } from '../../time/window-assigners.ts';
import type { Batch } from '../../wire/batch.ts';
import { cellsAt, cellsRow } from '../row-cells.ts';
import type { Cells } from '../row-cells.ts';
import type { Contents } from './contents.ts';
import { mergeLists } from './contents.ts';
import { joinShape } from './join-fields.ts';
import type { JoinWindowParams } from './join-fields.ts';
import { triggerOf } from './make.ts';
import { GeneralWindowOperator } from './operator.ts';
import type { Fire } from './pane-function.ts';
import { noRows } from './retractions.ts';

/** Records of a pane by side, each in order of arrival. */
export interface Sides {
  readonly left: readonly Cells[];
  readonly right: readonly Cells[];
}

interface JoinedParts {
  /** A function or a column shows index and timing of panes. */
  readonly numbered: boolean;
  /** Records that `fire` has made so far. */
  readonly made: () => number;
  readonly fire: Fire<Sides>;
  readonly flush: (atLeast: number) => void;
  readonly waiting: () => number;
}

export function makeJoined(given: JoinWindowParams, context: OperatorContext, parts: JoinedParts): Operator {
  const shape = joinShape(given);
  const { trigger, purging } = triggerOf(given, shape);
  return new GeneralWindowOperator<Sides>(
    {
      ...parts,
      numbered: parts.numbered || context.onPane !== undefined,
      retracts: false,
      fire(key, window, sides, pane) {
        const before = parts.made();
        parts.fire(key, window, sides, pane);
        const { start, end } = window;
        context.onPane?.({ key, start, end, ...pane, records: parts.made() - before });
        return noRows;
      },
      assigner: assignerOf(given),
      time: shape.time,
      gap: () => given.gapMs,
      trigger,
      purges: purging || given.accumulation === 'discarding',
      latenessMs: given.allowedLatenessMs,
      contents: new JoinedContents(context),
    },
    context,
  );
}

function assignerOf({ window, sizeMs, slideMs, offsetMs }: JoinWindowParams): WindowAssigner {
  if (window === 'session') return sessions;
  return window === 'sliding' ? sliding(sizeMs, slideMs, offsetMs) : tumbling(sizeMs, offsetMs);
}

/** A record and the input that it came in by. */
type Tagged = [input: number, ...cells: Cells];

class JoinedContents implements Contents<Sides> {
  private readonly state: ListState<Tagged>;
  private readonly schemas: readonly [Schema, Schema];

  constructor(context: OperatorContext) {
    this.schemas = context.inputs.map(({ schema }) => schema) as unknown as readonly [Schema, Schema];
    this.state = context.keyedState.list<Tagged>('contents');
  }

  add(key: Key, namespace: Namespace, batch: Batch, row: number, input: number): void {
    this.state.add(key, namespace, [input, ...cellsAt(batch, row)]);
  }

  holds(key: Key, namespace: Namespace): boolean {
    return this.state.get(key, namespace).length > 0;
  }

  take(key: Key, namespace: Namespace): Sides | undefined {
    const tagged = this.state.get(key, namespace);
    if (tagged.length === 0) return undefined;
    const of = (side: number): Cells[] => tagged.flatMap(([input, ...cells]) => (input === side ? [cells] : []));
    return { left: of(0), right: of(1) };
  }

  clear(key: Key, namespace: Namespace): void {
    this.state.delete(key, namespace);
  }

  merge(key: Key, into: Namespace, from: readonly Namespace[]): void {
    mergeLists(this.state, key, into, from);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.state.namespaces();
  }

  keysIn(namespace: Namespace): number {
    return [...this.state.keys(namespace)].length;
  }

  shown(value: JsonValue): JsonValue {
    const tagged = value as unknown as readonly Tagged[];
    const rows = (side: 0 | 1): JsonValue =>
      tagged.flatMap(([input, ...cells]) => (input === side ? [cellsRow(this.schemas[side], cells) as JsonValue] : []));
    return { left: rows(0), right: rows(1) };
  }
}
