/**
 * Chart: a sink that draws two columns of the records as lines or bars, one series per value of a third. Of a changelog it
 * draws the table as it is now.
 */
import * as z from 'zod/mini';
import { choiceField, columnField } from '../graph/params.ts';
import { isChangelog, plainStream, withoutRowKind } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { columnIssues, derived } from './check.ts';

const params = z.object({
  style: choiceField(
    'line',
    [
      { value: 'line', label: 'Lines' },
      { value: 'bar', label: 'Bars' },
    ],
    { label: 'Style' },
  ),
  x: columnField({ label: 'Across', help: 'Column of the horizontal axis: a time, a number or a name.' }),
  y: columnField({ label: 'Up', help: 'Column of the vertical axis: a number.' }),
  series: columnField({ optional: true, label: 'Series', help: 'One line or colour per value of this column.' }),
});
type ChartParams = z.infer<typeof params>;

export const chart: OperatorDefinition<ChartParams> = {
  kind: 'chart',
  family: 'sink',
  title: 'Chart',
  summary: 'Draws the records as a live chart.',
  icon: 'chart-line',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  derive({ style, x, y, series }, [input]) {
    const schema = withoutRowKind(input?.schema ?? []);
    const across = style === 'line' ? (['timestamp', 'int', 'float'] as const) : null;
    const issues = [...columnIssues(schema, x, 'x', across), ...columnIssues(schema, y, 'y', ['int', 'float'])];
    if (series !== '') issues.push(...columnIssues(schema, series, 'series'));
    return derived(issues, () => []);
  },
  shows: (_params, input) => (isChangelog(input) ? { kind: 'changes' } : null),
  describe: ({ x, y, series }) => `${y || '?'} over ${x || '?'}${series === '' ? '' : ` by ${series}`}`.slice(0, 40),
  example: {
    params: { x: 'at', y: 'n' },
    inputs: [
      {
        type: plainStream([
          { name: 'at', type: 'timestamp' },
          { name: 'n', type: 'int' },
        ]),
        timeline: '{"at":1,"n":10}@1 {"at":2,"n":20}@2 |',
      },
    ],
    outputs: { results: '{"at":1,"n":10}@1 {"at":2,"n":20}@2 |' },
  },
};

export const chartFactory: TransformFactory<ChartParams> = {
  role: 'transform',
  create: (_params, context) => ({ process: (batch) => context.result(batch) }),
};
