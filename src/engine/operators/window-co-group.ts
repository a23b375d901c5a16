/**
 * Window coGroup: a function of all records of one key and window in two streams, those of each side in a list of its own.
 * Flink's CoGroupedStreams; whatever join there is can be written with it.
 */
import * as z from 'zod/mini';
import { functionField, schemaField } from '../graph/params.ts';
import type { StreamType } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { declaredIssues, functionIssues } from './check.ts';
import { textColumns } from './join-result.ts';
import { cellsRow } from './row-cells.ts';
import {
  deriveJoined,
  joinPorts,
  joinTriggerFields,
  joinWindowFields,
  joinWindowText,
} from './windowing/join-fields.ts';
import { makeJoined } from './windowing/joined.ts';
import type { Sides } from './windowing/joined.ts';
import { retracts } from './windowing/trigger-fields.ts';
import { paneFunction } from './windowing/pane-function.ts';
import type { Fire } from './windowing/pane-function.ts';
import { PaneWriter } from './windowing/pane-writer.ts';

const signature = '(key, ctx, left, right, out) => { … }';

const params = z.object({
  process: functionField(
    '(key, ctx, left, right, out) => {\n  out.collect({ value: left.length + right.length });\n}',
    {
      label: 'Function',
      signature,
      help:
        'Called for each pane that has a record of either side. ctx has window.start, window.end, pane.index, pane.timing ' +
        'and currentWatermark(); left and right are the rows of each side, in order of arrival.',
    },
  ),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What out.collect emits, by name and type.',
  }),
  ...joinWindowFields,
  ...joinTriggerFields,
});
type WindowCoGroupParams = z.infer<typeof params>;

export const windowCoGroup: OperatorDefinition<WindowCoGroupParams> = {
  kind: 'windowCoGroup',
  family: 'join',
  title: 'Window coGroup',
  summary: 'Computes each key over the records of two streams that are in the same window, by a function of both.',
  icon: 'columns-4',
  params,
  ...joinPorts,
  derive: (given, inputs) =>
    deriveJoined(given, inputs, () => ({
      issues: [...functionIssues(given.process, 'process', signature), ...declaredIssues(given.columns, 'columns')],
      columns: () => given.columns,
    })),
  describe: (given) => joinWindowText(given).slice(0, 40),
  example: {
    params: {
      sizeMs: 10,
      process: `(key, ctx, left, right, out) => {
  out.collect({ ad: key, shown: left.length, clicked: right.length });
}`,
      columns: [
        { name: 'ad', type: 'string' },
        { name: 'shown', type: 'int' },
        { name: 'clicked', type: 'int' },
      ],
    },
    inputs: [
      { type: { schema: textColumns('ad', 'page'), key: ['ad'] }, timeline: 'a=home@5 b=shop@6 a=news@8 w9 |' },
      { type: { schema: textColumns('ad', 'user'), key: ['ad'] }, timeline: 'a=ann@3 w9 c=cem@12 |' },
    ],
    outputs: {
      out:
        '{"ad":"a","shown":2,"clicked":1}@9 {"ad":"b","shown":1,"clicked":0}@9 w9 ' +
        '{"ad":"c","shown":0,"clicked":1}@19 |',
    },
  },
};

export const windowCoGroupFactory: TransformFactory<WindowCoGroupParams> = {
  role: 'transform',
  united: true,
  create: makeCoGroup,
};

function makeCoGroup(given: WindowCoGroupParams, context: OperatorContext): Operator {
  const [left, right] = context.inputs as readonly [StreamType, StreamType];
  const writer = new PaneWriter(context, 0, retracts(given));
  const call = paneFunction(given.process, context, writer.builder);
  const fire: Fire<Sides> = (key, window, sides, pane) =>
    call(key, window, pane, [
      sides.left.map((cells) => cellsRow(left.schema, cells)),
      sides.right.map((cells) => cellsRow(right.schema, cells)),
    ]);
  return makeJoined(given, context, { numbered: true, writer, fire });
}
