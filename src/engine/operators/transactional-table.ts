/**
 * Transactional table: a sink whose records become visible when a checkpoint completes, all of it at once: exactly once,
 * whatever fails.
 */
import * as z from 'zod/mini';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { outputModeField, outputModeIssues, shownRows, tableIn } from './output-mode.ts';
import { spreadTransactions, TwoPhaseSink } from './two-phase.ts';

const params = z.object({ mode: outputModeField() });
type TransactionalTableParams = z.infer<typeof params>;

export const transactionalTable: OperatorDefinition<TransactionalTableParams> = {
  kind: 'transactionalTable',
  family: 'sink',
  title: 'Transactional table',
  summary: 'Shows the records once a checkpoint has committed them.',
  icon: 'table-2',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  committing: true,
  operatorState: true,
  derive: ({ mode }, [input]) => derived(outputModeIssues(mode, input), () => []),
  shows: ({ mode }, input) => tableIn(mode, input),
  describe: () => 'commits with checkpoints',
  example: {
    params: {},
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 #1 w2 a@3 #2 b@4 |' }],
    outputs: { results: 'a@1 b@2 a@3 b@4 |' },
  },
};

export const transactionalTableFactory: TransformFactory<TransactionalTableParams> = {
  role: 'transform',
  redistribute: spreadTransactions,
  create: ({ mode }, context) =>
    new TwoPhaseSink(context, {
      system: 'results',
      systemName: 'the table',
      table: context.node,
      key: [],
      shown: shownRows(mode, (context.inputs[0] as StreamType).schema),
    }),
};
