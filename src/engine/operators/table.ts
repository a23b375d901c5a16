/** Table: a sink that shows the records as they come. */
import * as z from 'zod/mini';
import { ok } from '../../base/result.ts';
import { plainStream } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';

const params = z.object({});
type TableParams = z.infer<typeof params>;

export const table: OperatorDefinition<TableParams> = {
  kind: 'table',
  family: 'sink',
  title: 'Table',
  summary: 'Shows the records in a table.',
  icon: 'table',
  params,
  inputs: [{ name: 'in' }],
  outputs: [],
  derive: () => ok([]),
  describe: () => 'all columns',
  example: {
    params: {},
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 w2 a@3 |' }],
    outputs: { results: 'a@1 b@2 a@3 |' },
  },
};

export const tableFactory: TransformFactory<TableParams> = {
  role: 'transform',
  create: (_params, context) => ({ process: (batch) => context.result(batch) }),
};
