/** Makes the running operator of a window kind from its parameters. */
import { columnIndex, withoutRowKind } from '../../graph/schema.ts';
import type { JsonValue, Schema, StreamType } from '../../graph/schema.ts';
import type { Key } from '../../state/key.ts';
import type { Operator, OperatorContext } from '../../task/operator.ts';
import { parseTrigger } from '../../time/triggers/parse.ts';
import type { ParsedTrigger } from '../../time/triggers/parse.ts';
import type { WindowAssigner } from '../../time/window-assigners.ts';
import { lastTimeOf } from '../../time/windows.ts';
import type { TimeWindow } from '../../time/windows.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import { NO_TIMESTAMP } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import { KeyReader } from '../../wire/keys.ts';
import { cellsRow, putCell } from '../row-cells.ts';
import { FoldedContents, ListedContents } from './contents.ts';
import type { Eviction } from './contents.ts';
import { countEvictor, deltaEvictor, timeEvictor } from './evictors.ts';
import type { Element } from './evictors.ts';
import { AggregateFolding, ReduceFolding } from './folding.ts';
import type { Folding } from './folding.ts';
import { leadingColumns, retracts } from './kind.ts';
import type { TriggerParams, WindowFunctionParams, WindowShape } from './kind.ts';
import { GeneralWindowOperator } from './operator.ts';
import type { WindowParts } from './operator.ts';
import { paneFunction } from './pane-function.ts';
import type { Fire } from './pane-function.ts';
import type { Pane } from './panes.ts';
import { noRows, paneRows, writeChanges } from './retractions.ts';
import type { PaneRow } from './retractions.ts';

export interface WindowKindParts {
  readonly assigner: WindowAssigner;
  readonly latenessMs: number;
  /** Absent: windows do not merge. */
  readonly gap?: (batch: Batch, row: number) => number;
}

const noGap = (): number => 0;

export function makeWindow(
  given: WindowFunctionParams,
  shape: WindowShape,
  { assigner, latenessMs, gap = noGap }: WindowKindParts,
  context: OperatorContext,
): Operator {
  const { trigger, purging } = triggerOf(given, shape);
  const output = new PaneOutput(given, shape, context);
  const { schema, key } = context.inputs[0] as StreamType;
  const rest = {
    assigner,
    latenessMs,
    numbered: given.panes || given.function === 'process' || context.onPane !== undefined,
    gap,
    trigger,
    time: shape.time,
    purges: purging || given.accumulation === 'discarding',
    retracts: retracts(given),
    flush: (atLeast: number) => output.flush(atLeast),
    waiting: () => output.waiting,
  };
  if (given.function === 'process') {
    const contents = new ListedContents(evictionOf(given, schema), context);
    return new GeneralWindowOperator({ ...rest, contents, fire: output.firing(output.processing()) }, context);
  }
  const folding =
    given.function === 'reduce'
      ? new ReduceFolding(given.reduce, schema, key ?? [], context)
      : new AggregateFolding(given.aggregates, schema);
  if (given.evictor === 'none') {
    const parts: WindowParts<JsonValue> = {
      ...rest,
      contents: new FoldedContents(folding, context),
      fire: output.firing((of, window, value, pane) => output.folded(folding, of, window, value, pane)),
    };
    return new GeneralWindowOperator(parts, context);
  }
  const contents = new ListedContents(evictionOf(given, schema), context);
  const builder = new BatchBuilder(schema, 256);
  const fire = (of: Key, window: TimeWindow, elements: readonly Element[], pane: Pane): void => {
    if (elements.length > 0) output.folded(folding, of, window, folding.all(batchOf(elements, builder)), pane);
  };
  return new GeneralWindowOperator({ ...rest, contents, fire: output.firing(fire) }, context);
}

export function triggerOf({ trigger }: TriggerParams, shape: WindowShape): ParsedTrigger {
  const parsed = parseTrigger(trigger.trim() === '' ? shape.trigger : trigger);
  if (!parsed.ok) throw new Error(`The trigger was checked before: ${parsed.error}.`);
  return parsed.value;
}

function evictionOf(given: WindowFunctionParams, schema: Schema): Eviction | null {
  const after = given.evictAfter;
  switch (given.evictor) {
    case 'none':
      return null;
    case 'count':
      return { evictor: countEvictor(given.evictCount), after, timed: false };
    case 'time':
      return { evictor: timeEvictor(given.evictMs), after, timed: true };
    case 'delta':
      return {
        evictor: deltaEvictor(given.evictThreshold, columnIndex(schema, given.evictColumn)),
        after,
        timed: false,
      };
  }
}

function batchOf(elements: readonly Element[], builder: BatchBuilder): Batch {
  for (const [time, cells] of elements) {
    builder.startRow(time ?? NO_TIMESTAMP);
    builder.schema.forEach(({ type }, i) => putCell(builder, i, type, cells[i] ?? null));
  }
  return builder.take();
}

/** Panes become records: of a folded value, or by a process function. */
class PaneOutput {
  private readonly given: WindowFunctionParams;
  private readonly context: OperatorContext;
  /** What the window function makes. */
  private readonly builder: BatchBuilder;
  /** What goes out: the same, or the changes of it. */
  private readonly out: BatchBuilder;
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
    const output = (context.outputTypes[0] as { schema: Schema }).schema;
    this.out = new BatchBuilder(output, 256, context);
    this.builder = retracts(given) ? new BatchBuilder(withoutRowKind(output), 16, context) : this.out;
    this.leading = key.length + leadingColumns(given, shape).length;
    this.hasWindow = shape.time !== 'none';
  }

  folded(folding: Folding, key: Key, window: TimeWindow, value: JsonValue, pane: Pane): void {
    const { builder, reader } = this;
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
    const { context, builder } = this;
    const { schema } = context.inputs[0] as StreamType;
    const call = paneFunction(this.given.process, context, builder);
    return (key, window, elements, pane) =>
      call(key, window, pane, [elements.map(([, cells]) => cellsRow(schema, cells))]);
  }

  /** What the operator calls: retracts where that is wanted, and tells whoever wants to hear of panes. */
  firing<T>(fire: Fire<T>): WindowParts<T>['fire'] {
    const { context, builder, out } = this;
    const correct = out === builder ? () => noRows : (before: readonly PaneRow[]) => this.correct(before);
    return (key, window, contents, pane, before) => {
      const written = out.length;
      fire(key, window, contents, pane);
      const rows = correct(before);
      const { start, end } = window;
      context.onPane?.({ key, start, end, ...pane, records: out.length - written });
      return rows;
    };
  }

  get waiting(): number {
    return this.out.length;
  }

  flush(atLeast: number): void {
    if (this.out.length < atLeast) return;
    const batch = this.out.take();
    this.context.times?.emitted(batch, this.given.function === 'process' ? 0 : this.leading);
    this.context.outputs[0]?.emit(batch);
  }

  private correct(before: readonly PaneRow[]): readonly PaneRow[] {
    const rows = paneRows(this.builder.take());
    writeChanges(this.out, before, rows);
    return rows;
  }
}
