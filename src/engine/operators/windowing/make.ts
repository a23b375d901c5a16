/** Makes the running operator of a window kind from its parameters. */
import { columnIndex } from '../../graph/schema.ts';
import type { JsonValue, StreamType } from '../../graph/schema.ts';
import type { Key } from '../../state/key.ts';
import type { Operator, OperatorContext } from '../../task/operator.ts';
import { makeTrigger } from '../../time/triggers/make.ts';
import type { WindowAssigner } from '../../time/window-assigners.ts';
import { lastTimeOf } from '../../time/windows.ts';
import type { TimeWindow } from '../../time/windows.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import { NO_TIMESTAMP } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import { KeyReader } from '../../wire/keys.ts';
import { cellsRow, putCell } from '../row-cells.ts';
import { FoldedContents, ListedContents, noElements } from './contents.ts';
import { evictionOf } from './evictors.ts';
import type { Element } from './evictors.ts';
import { AggregateFolding, ReduceFolding } from './folding.ts';
import type { Folding } from './folding.ts';
import type { GapOf } from './gap.ts';
import { leadingColumns } from './kind.ts';
import type { WindowFunctionParams } from './kind.ts';
import { GeneralWindowOperator } from './operator.ts';
import type { WindowParts } from './operator.ts';
import { paneFunction } from './pane-function.ts';
import type { Fire } from './pane-function.ts';
import { PaneWriter } from './pane-writer.ts';
import type { Pane } from './panes.ts';
import { retracts } from './trigger-fields.ts';
import type { TriggerParams, WindowShape } from './trigger-fields.ts';

export interface WindowKindParts {
  readonly assigner: WindowAssigner;
  readonly latenessMs: number;
  /** Absent: windows do not merge. */
  readonly gap?: GapOf;
}

const noGap: GapOf = () => 0;

export function makeWindow(
  given: WindowFunctionParams,
  shape: WindowShape,
  { assigner, latenessMs, gap = noGap }: WindowKindParts,
  context: OperatorContext,
): Operator {
  const { trigger, purging } = triggerOf(given, shape);
  const output = new PaneOutput(given, shape, context);
  const { schema, key } = context.inputs[0] as StreamType;
  const evictColumn = columnIndex(schema, given.evictColumn);
  const eviction = evictionOf(given, (cells) => cells[evictColumn]);
  const rest = {
    assigner,
    latenessMs,
    numbered: given.panes || given.function === 'process' || context.onPane !== undefined,
    gap,
    trigger,
    time: shape.time,
    purges: purging || given.accumulation === 'discarding',
    retracts: retracts(given),
    closing: given.closing,
    flush: (atLeast: number) => output.writer.flush(atLeast),
    waiting: () => output.writer.waiting,
  };
  if (given.function === 'process') {
    const contents = new ListedContents(eviction, context);
    return new GeneralWindowOperator({ ...rest, contents, fire: output.writer.firing(output.processing()) }, context);
  }
  const folding =
    given.function === 'reduce'
      ? new ReduceFolding(given.reduce, schema, key ?? [], context)
      : new AggregateFolding(given.aggregates, schema);
  if (given.evictor === 'none') {
    const parts: WindowParts<JsonValue> = {
      ...rest,
      contents: new FoldedContents(folding, context),
      fire: output.writer.firing((of, window, value, pane) => output.folded(folding, of, window, value, pane)),
    };
    return new GeneralWindowOperator(parts, context);
  }
  const contents = new ListedContents(eviction, context);
  const builder = new BatchBuilder(schema, 256);
  const fire = (of: Key, window: TimeWindow, elements: readonly Element[], pane: Pane): void => {
    const value = elements === noElements ? folding.nothing() : undefined;
    if (value !== undefined) output.folded(folding, of, window, value, pane);
    else if (elements.length > 0) output.folded(folding, of, window, folding.all(batchOf(elements, builder)), pane);
  };
  return new GeneralWindowOperator({ ...rest, contents, fire: output.writer.firing(fire) }, context);
}

export const triggerOf = ({ trigger }: TriggerParams, shape: WindowShape): ReturnType<typeof makeTrigger> =>
  makeTrigger(trigger.trim() === '' ? shape.trigger : trigger);

function batchOf(elements: readonly Element[], builder: BatchBuilder): Batch {
  for (const [time, cells] of elements) {
    builder.startRow(time ?? NO_TIMESTAMP);
    builder.schema.forEach(({ type }, i) => putCell(builder, i, type, cells[i] ?? null));
  }
  return builder.take();
}

/** Panes become records: of a folded value, or by a process function. */
class PaneOutput {
  readonly writer: PaneWriter;
  private readonly given: WindowFunctionParams;
  private readonly context: OperatorContext;
  private readonly reader: KeyReader;
  private readonly key: readonly string[];
  private readonly leading: number;
  private readonly hasWindow: boolean;

  constructor(given: WindowFunctionParams, shape: WindowShape, context: OperatorContext) {
    const { schema, key: columns } = context.inputs[0] as StreamType;
    const key = columns ?? [];
    this.given = given;
    this.context = context;
    this.key = key;
    this.reader = new KeyReader(schema, key);
    this.leading = key.length + leadingColumns(given, shape).length;
    this.hasWindow = shape.time !== 'none';
    this.writer = new PaneWriter(context, given.function === 'process' ? 0 : this.leading, retracts(given));
  }

  folded(folding: Folding, key: Key, window: TimeWindow, value: JsonValue, pane: Pane): void {
    const { reader } = this;
    const { builder } = this.writer;
    builder.startRow(lastTimeOf(window));
    reader.parts(key).forEach((part, i) => {
      if (reader.types[i] === 'json') builder.text(i, part as string | null);
      else builder.value(i, part);
    });
    let at = this.key.length;
    if (this.hasWindow) {
      builder.number(at++, window.start);
      builder.number(at++, window.end);
    }
    if (this.given.panes) {
      builder.number(at++, pane.index);
      builder.text(at, pane.timing);
    }
    folding.write(value, builder, this.leading);
  }

  processing(): Fire<readonly Element[]> {
    const { context } = this;
    const { builder } = this.writer;
    const { schema } = context.inputs[0] as StreamType;
    const call = paneFunction(this.given.process, context, builder);
    return (key, window, elements, pane) =>
      call(key, window, pane, [elements.map(([, cells]) => cellsRow(schema, cells))]);
  }
}
