/**
 * Window join: pairs of records of one key that are in the same window, as Flink's JoinedStreams, and its outer forms, as
 * in SQL's window join. A result has the last time of its window.
 */
import * as z from 'zod/mini';
import type { ColumnSpec, StreamType } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { lastTimeOf } from '../time/windows.ts';
import type { TimeWindow } from '../time/windows.ts';
import type { BatchBuilder } from '../wire/batch-builder.ts';
import { joinColumns } from './join-columns.ts';
import { columnPairs, functionPairs } from './join-output.ts';
import { joinField, resultColumns, resultFields, resultIssues, textColumns } from './join-result.ts';
import type { Cells } from './row-cells.ts';
import {
  deriveJoined,
  joinPorts,
  joinShape,
  joinTriggerFields,
  joinWindowFields,
  joinWindowText,
  paneColumnsField,
  windowColumnsField,
} from './windowing/join-fields.ts';
import { makeJoined } from './windowing/joined.ts';
import type { Sides } from './windowing/joined.ts';
import { leadingColumns } from './windowing/kind.ts';
import { PaneWriter } from './windowing/pane-writer.ts';
import type { Pane } from './windowing/panes.ts';
import { retracts } from './windowing/trigger-fields.ts';

const params = z.object({
  join: joinField(
    'Outer: a record of that side whose pane has none of the other comes out with nulls. A later pane may have one after all.',
  ),
  ...joinWindowFields,
  ...resultFields,
  windowColumns: windowColumnsField,
  ...joinTriggerFields,
  panes: paneColumnsField,
});
type WindowJoinParams = z.infer<typeof params>;

export const windowJoin: OperatorDefinition<WindowJoinParams> = {
  kind: 'windowJoin',
  family: 'join',
  title: 'Window join',
  summary: 'Joins records of one key in two streams that are in the same window.',
  icon: 'columns-2',
  params,
  ...joinPorts,
  derive(given, inputs) {
    const leading = leadingOf(given);
    return deriveJoined(given, inputs, (left, right) => ({
      issues: resultIssues(given, left, right, leading),
      columns: () => resultColumns(given, left, right, leading),
    }));
  },
  describe: (given) => `${given.join}, ${joinWindowText(given)}`.slice(0, 40),
  example: {
    params: { sizeMs: 10, join: 'left' },
    inputs: [
      {
        type: { schema: textColumns('ad', 'page'), key: ['ad'] },
        timeline: 'a=home@5 b=shop@6 w9 a=news@12 w20 b=late@12 |',
      },
      {
        type: { schema: textColumns('ad', 'user'), key: ['ad'] },
        timeline: 'a=ann@3 a=bob@9 w9 b=cem@12 w20 |',
      },
    ],
    outputs: {
      out:
        '{"windowStart":0,"windowEnd":10,"ad":"a","page":"home","user":"ann"}@9 ' +
        '{"windowStart":0,"windowEnd":10,"ad":"a","page":"home","user":"bob"}@9 ' +
        '{"windowStart":0,"windowEnd":10,"ad":"b","page":"shop","user":null}@9 w9 ' +
        '{"windowStart":10,"windowEnd":20,"ad":"a","page":"news","user":null}@19 w20 |',
      lateLeft: 'w9 w20 b=late@12 |',
    },
  },
};

export const windowJoinFactory: TransformFactory<WindowJoinParams> = {
  role: 'transform',
  united: true,
  create: makeWindowJoin,
};

/** In front of the sides' columns. */
const leadingOf = (given: WindowJoinParams): ColumnSpec[] =>
  leadingColumns(given, joinShape(given)).slice(given.windowColumns ? 0 : 2);

function makeWindowJoin(given: WindowJoinParams, context: OperatorContext): Operator {
  const inHand: InHand = { window: { start: 0, end: 0 }, pane: { index: 0, timing: 'early' } };
  const [left, right] = context.inputs as readonly [StreamType, StreamType];
  const writer = new PaneWriter(context, given.result === 'columns' ? leadingOf(given).length : 0, retracts(given));
  const append =
    given.result === 'function'
      ? functionPairs(writer.builder, context, given.function)
      : columnPairs(writer.builder, joinColumns(left, right, given.prefix), (to) => lead(given, inHand, to));
  const padsLeft = given.join === 'left' || given.join === 'full';
  const padsRight = given.join === 'right' || given.join === 'full';
  const emit = (one: Cells | null, other: Cells | null): void => {
    append(one, other, lastTimeOf(inHand.window));
    writer.wrote();
  };
  const fire = (_key: unknown, window: TimeWindow, sides: Sides, pane: Pane): void => {
    inHand.window = window;
    inHand.pane = pane;
    for (const one of sides.left) for (const other of sides.right) emit(one, other);
    if (sides.right.length === 0 && padsLeft) for (const one of sides.left) emit(one, null);
    if (sides.left.length === 0 && padsRight) for (const other of sides.right) emit(null, other);
  };
  return makeJoined(given, context, { numbered: given.panes, writer, fire });
}

interface InHand {
  window: TimeWindow;
  pane: Pane;
}

/** Sets the leading columns; gives their number. */
function lead({ windowColumns, panes }: WindowJoinParams, { window, pane }: InHand, to: BatchBuilder): number {
  let at = 0;
  if (windowColumns) {
    to.number(at++, window.start);
    to.number(at++, window.end);
  }
  if (panes) {
    to.number(at++, pane.index);
    to.text(at++, pane.timing);
  }
  return at;
}
