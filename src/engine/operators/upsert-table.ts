/**
 * Upsert table: a sink that is idempotent. Each record replaces the one of its key before, so that records which come
 * again after a failure leave the table as it was: exactly-once results without transactions, if the job is
 * deterministic.
 */
import * as z from 'zod/mini';
import { plainStream } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { keyField, keyIssues } from './upsert-key.ts';

const params = z.object({ keys: keyField() });
type UpsertTableParams = z.infer<typeof params>;

export const upsertTable: OperatorDefinition<UpsertTableParams> = {
  kind: 'upsertTable',
  family: 'sink',
  title: 'Upsert table',
  summary: 'Keeps the newest record of each key.',
  icon: 'repeat',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  derive({ keys }, [input]) {
    const issues = keyIssues(keys, input);
    if (keys.length === 0) issues.push({ code: 'missing-key', param: 'keys' });
    return derived(issues, () => []);
  },
  shows: ({ keys }) => ({ kind: 'upserts', keys }),
  describe: ({ keys }) => (keys.length === 0 ? 'no key' : `newest by ${keys.join(', ')}`.slice(0, 40)),
  example: {
    params: { keys: ['word'] },
    inputs: [
      {
        type: plainStream([
          { name: 'word', type: 'string' },
          { name: 'count', type: 'int' },
        ]),
        timeline: '{"word":"a","count":1}@1 w2 {"word":"a","count":2}@3 |',
      },
    ],
    outputs: { results: '{"word":"a","count":1}@1 {"word":"a","count":2}@3 |' },
  },
};

export const upsertTableFactory: TransformFactory<UpsertTableParams> = {
  role: 'transform',
  create: (_params, context) => ({ process: (batch) => context.result(batch) }),
};
