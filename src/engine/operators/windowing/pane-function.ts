/** A person's function of a whole pane, (key, ctx, rows, out) or, of two inputs, (key, ctx, left, right, out). */
import type { Row, StreamType } from '../../graph/schema.ts';
import type { Key } from '../../state/key.ts';
import type { OperatorContext } from '../../task/operator.ts';
import { lastTimeOf } from '../../time/windows.ts';
import type { TimeWindow } from '../../time/windows.ts';
import type { BatchBuilder } from '../../wire/batch-builder.ts';
import { KeyReader } from '../../wire/keys.ts';
import { declaredResult } from '../declared.ts';
import { userKey } from '../process-context.ts';
import type { Pane } from './panes.ts';

/** The records of a pane go into a builder. */
export type Fire<T> = (key: Key, window: TimeWindow, contents: T, pane: Pane) => void;

/** What calls it: what it collects goes into the builder. */
export function paneFunction(
  source: string,
  context: OperatorContext,
  builder: BatchBuilder,
): (key: Key, window: TimeWindow, pane: Pane, rows: readonly (readonly Row[])[]) => void {
  const { schema, key } = context.inputs[0] as StreamType;
  const names = key ?? [];
  const call = context.compile('process', source);
  const append = declaredResult(builder, context);
  // Windows of all records have none.
  const keyOf = names.length === 0 ? () => null : userKey(new KeyReader(schema, names), names);
  let time = 0;
  const out = Object.freeze({ collect: (result: unknown) => append(result, time) });
  const currentWatermark = (): number => context.watermark();
  return (of, window, pane, rows) => {
    time = lastTimeOf(window);
    const { start, end } = window;
    call(keyOf(of), { window: { start, end }, pane: { ...pane }, currentWatermark }, ...rows, out);
  };
}
