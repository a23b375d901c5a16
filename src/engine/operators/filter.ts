/** Filter: lets through the records for which a function says true. */
import * as z from 'zod/mini';
import { functionField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived, functionIssues } from './check.ts';
import { RowTest } from './row-test.ts';
import { shortSource } from './short-text.ts';
import { selectRows } from '../wire/batch.ts';

const signature = '(row) => true or false';

const params = z.object({
  function: functionField('(row) => true', {
    label: 'Function',
    signature,
    help: 'Records for which it returns true go on; the others are dropped.',
  }),
});
type FilterParams = z.infer<typeof params>;

export const filter: OperatorDefinition<FilterParams> = {
  kind: 'filter',
  family: 'transform',
  title: 'Filter',
  summary: 'Lets through only the records for which a function returns true.',
  icon: 'filter',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [{ name: 'out' }],
  derive: ({ function: source }, [input]) =>
    derived(functionIssues(source, 'function', signature), () => [plainStream((input as StreamType).schema)]),
  describe: ({ function: source }) => shortSource(source),
  example: {
    params: { function: '(row) => row.n % 2 === 0' },
    inputs: [{ type: plainStream([{ name: 'n', type: 'int' }]), timeline: '1@1 2@2 w2 3@3 4@4 |' }],
    outputs: { out: '2@2 w2 4@4 |' },
  },
};

export const filterFactory: TransformFactory<FilterParams> = {
  role: 'transform',
  create({ function: source }, context) {
    const test = new RowTest(context, context.compile('function', source));
    return {
      process(batch) {
        const count = test.run(batch);
        if (count > 0) context.outputs[0]?.emit(count === batch.length ? batch : selectRows(batch, test.yes, count));
      },
    };
  },
};
