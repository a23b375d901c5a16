/** Table: a sink that shows the records as they come; of a changelog, what its output mode says. */
import * as z from 'zod/mini';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { outputModeField, outputModeIssues, shownRows, tableIn } from './output-mode.ts';

const params = z.object({ mode: outputModeField() });
type TableParams = z.infer<typeof params>;

export const table: OperatorDefinition<TableParams> = {
  kind: 'table',
  family: 'sink',
  title: 'Table',
  summary: 'Shows the records in a table.',
  icon: 'table',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  derive: ({ mode }, [input]) => derived(outputModeIssues(mode, input), () => []),
  shows: ({ mode }, input) => tableIn(mode, input),
  describe: ({ mode }) => (mode === 'append' ? 'all columns' : `${mode} mode`),
  example: {
    params: {},
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 w2 a@3 |' }],
    outputs: { results: 'a@1 b@2 a@3 |' },
  },
};

export const tableFactory: TransformFactory<TableParams> = {
  role: 'transform',
  create({ mode }, context) {
    const shown = shownRows(mode, (context.inputs[0] as StreamType).schema);
    return {
      process(batch) {
        const rows = shown(batch);
        if (rows.length > 0) context.result(rows);
      },
    };
  },
};
