/** Union: several streams of one schema become one. */
import * as z from 'zod/mini';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream, sameSchema, schemaText } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';

const params = z.object({});
type UnionParams = z.infer<typeof params>;

export const union: OperatorDefinition<UnionParams> = {
  kind: 'union',
  family: 'join',
  title: 'Union',
  summary: 'Merges streams of the same schema into one.',
  icon: 'merge',
  params,
  inputs: [{ name: 'in', many: true, changelog: true }],
  outputs: [{ name: 'out' }],
  derive(_params, inputs) {
    const schema = inputs[0]?.schema ?? [];
    return derived(differences(inputs), () => [plainStream(schema)]);
  },
  describe: () => 'all inputs',
  example: {
    params: {},
    inputs: [
      { type: plainStream([{ name: 'n', type: 'int' }]), timeline: '1@1 w5 3@7 |' },
      { type: plainStream([{ name: 'n', type: 'int' }]), timeline: '2@2 w3 4@8 |' },
    ],
    outputs: { out: '1@1 2@2 w3 3@7 4@8 |' },
  },
};

export const unionFactory: TransformFactory<UnionParams> = {
  role: 'transform',
  create: (_params, context) => ({ process: (batch) => context.outputs[0]?.emit(batch) }),
};

function differences(inputs: readonly StreamType[]): ParamIssue[] {
  const first = inputs[0];
  if (first === undefined) return [];
  const other = inputs.find((input) => !sameSchema(input.schema, first.schema));
  if (other === undefined) return [];
  return [{ code: 'type-mismatch', details: { left: schemaText(first.schema), right: schemaText(other.schema) } }];
}
