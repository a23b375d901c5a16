/** Side output: routes the records for which a function says true to a second port. */
import * as z from 'zod/mini';
import { functionField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { selectRows } from '../wire/batch.ts';
import { derived, functionIssues } from './check.ts';
import { shortSource } from './short-text.ts';
import { RowTest } from './row-test.ts';

const signature = '(row) => true or false';

const params = z.object({
  function: functionField('(row) => false', {
    label: 'Function',
    signature,
    help: 'Records for which it returns true go to the side port; the others to the main port.',
  }),
});
type SideOutputParams = z.infer<typeof params>;

export const sideOutput: OperatorDefinition<SideOutputParams> = {
  kind: 'sideOutput',
  family: 'transform',
  title: 'Side output',
  summary: 'Sends the records for which a function returns true to a second port.',
  icon: 'corner-down-right',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [{ name: 'main' }, { name: 'side', side: true }],
  derive: ({ function: source }, [input]) =>
    derived(functionIssues(source, 'function', signature), () => {
      const output = plainStream((input as StreamType).schema);
      return [output, output];
    }),
  describe: ({ function: source }) => `side: ${shortSource(source)}`.slice(0, 40),
  example: {
    params: { function: '(row) => row.n < 0' },
    inputs: [{ type: plainStream([{ name: 'n', type: 'int' }]), timeline: '1@1 -2@2 w2 3@3 |' }],
    outputs: { main: '1@1 w2 3@3 |', side: '-2@2 w2 |' },
  },
};

export const sideOutputFactory: TransformFactory<SideOutputParams> = {
  role: 'transform',
  create({ function: source }, context) {
    const test = new RowTest(context, context.compile('function', source));
    return {
      process(batch) {
        const yes = test.run(batch);
        const no = batch.length - yes;
        if (no > 0) context.outputs[0]?.emit(yes === 0 ? batch : selectRows(batch, test.no, no));
        if (yes > 0) context.outputs[1]?.emit(no === 0 ? batch : selectRows(batch, test.yes, yes));
      },
    };
  },
};
