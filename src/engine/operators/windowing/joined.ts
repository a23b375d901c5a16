/**
 * Windows over two keyed streams: their records go into the same windows, each with its side, as in Flink, where a window
 * join is the union of tagged streams with a window operator behind it (CoGroupedStreams).
 */
import { columnIndex } from '../../graph/schema.ts';
import type { JsonValue, StreamType } from '../../graph/schema.ts';
import type { Operator, OperatorContext } from '../../task/operator.ts';
import { sessions, sliding, tumbling } from '../../time/window-assigners.ts';
import type { WindowAssigner } from '../../time/window-assigners.ts';
import type { Batch } from '../../wire/batch.ts';
import { cellsAt, cellsRow } from '../row-cells.ts';
import type { Cells } from '../row-cells.ts';
import { ElementContents } from './contents.ts';
import { evictionOf } from './evictors.ts';
import type { Element } from './evictors.ts';
import { gapOf } from './gap.ts';
import { joinShape } from './join-fields.ts';
import type { JoinWindowParams } from './join-fields.ts';
import { retracts } from './trigger-fields.ts';
import { triggerOf } from './make.ts';
import { GeneralWindowOperator } from './operator.ts';
import type { Fire } from './pane-function.ts';
import type { PaneWriter } from './pane-writer.ts';

/** Records of a pane by side, each in order of arrival. */
export interface Sides {
  readonly left: readonly Cells[];
  readonly right: readonly Cells[];
}

interface JoinedParts {
  /** A function or a column shows index and timing of panes. */
  readonly numbered: boolean;
  readonly writer: PaneWriter;
  /** Writes what becomes of a pane. */
  readonly fire: Fire<Sides>;
}

export function makeJoined(
  given: JoinWindowParams,
  context: OperatorContext,
  { numbered, writer, fire }: JoinedParts,
): Operator {
  const shape = joinShape(given);
  const { trigger, purging } = triggerOf(given, shape);
  return new GeneralWindowOperator<Sides>(
    {
      numbered: numbered || context.onPane !== undefined,
      retracts: retracts(given),
      closing: given.closing,
      fire: writer.firing(fire),
      flush: (atLeast) => writer.flush(atLeast),
      waiting: () => writer.waiting,
      assigner: assignerOf(given),
      time: shape.time,
      gap: gapOf(given, context),
      trigger,
      purges: purging || given.accumulation === 'discarding',
      latenessMs: given.allowedLatenessMs,
      contents: new JoinedContents(evictionOf(given, valueOf(given, context)), context),
    },
    context,
  );
}

function assignerOf({ window, sizeMs, slideMs, offsetMs }: JoinWindowParams): WindowAssigner {
  if (window === 'session') return sessions;
  return window === 'sliding' ? sliding(sizeMs, slideMs, offsetMs) : tumbling(sizeMs, offsetMs);
}

/** The cells of a record behind the input that it came in by. Flink: TaggedUnion. */
type Tagged = readonly [input: number, ...cells: Cells];

/** The column of its side, for the delta evictor. */
function valueOf({ evictColumn, evictRight }: JoinWindowParams, { inputs }: OperatorContext) {
  const columns = [evictColumn, evictRight].map((name, side) => columnIndex((inputs[side] as StreamType).schema, name));
  return (cells: Cells) => {
    const [input, ...own] = cells as Tagged;
    return own[columns[input] as number];
  };
}

/** The records of both sides in one list, as they came: evictors see the union of both. */
class JoinedContents extends ElementContents<Sides> {
  shown(value: JsonValue): JsonValue {
    const { left, right } = this.paneOf(value as unknown as readonly Element[]);
    const rows = (side: readonly Cells[], { schema }: StreamType): JsonValue =>
      side.map((cells) => cellsRow(schema, cells) as JsonValue);
    const [leftType, rightType] = this.context.inputs as readonly [StreamType, StreamType];
    return { left: rows(left, leftType), right: rows(right, rightType) };
  }

  protected cellsOf(batch: Batch, row: number, input: number): Cells {
    return [input, ...cellsAt(batch, row)];
  }

  protected paneOf(elements: readonly Element[]): Sides {
    const of = (side: number): Cells[] =>
      elements.flatMap(([, cells]) => {
        const [input, ...own] = cells as Tagged;
        return input === side ? [own] : [];
      });
    return { left: of(0), right: of(1) };
  }
}
