/** An exception in an operator, as user code throws one. */
import * as z from 'zod/mini';
import { rowAt } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import type { FaultDefinition, FaultSite } from './fault.ts';

const recordTextMax = 2_000;

export const exception: FaultDefinition<object> = {
  kind: 'exception',
  title: 'Throw an exception',
  summary: 'Throws in the middle of the work, at the n-th record; the task fails as with an error in a function.',
  icon: 'octagon-alert',
  targets: ['node', 'subtask'],
  triggers: ['record', 'now', 'at'],
  params: z.object({}),
  arm: (site) => ({
    task: {
      beforeRecords(batch, recordsBefore) {
        const record = site.metNow() ? recordsBefore + 1 : site.metAtRecord(recordsBefore, batch.length);
        if (record === null || batch.length === 0) return;
        if (!site.strike(`An exception was thrown in ${site.name} at record ${record}.`)) return;
        const node = struckOperator(site);
        throw new TaskFailure({
          code: 'injected-exception',
          details: { node: node.name, count: record },
          node: node.node,
          record: JSON.stringify(rowAt(batch, record - recordsBefore - 1)).slice(0, recordTextMax),
        });
      },
    },
  }),
};

/** The operator aimed at, or the head of the chain. */
export function struckOperator(site: FaultSite): { readonly name: string; readonly node: string } {
  const { operators } = site.plan.vertex;
  const { target } = site.fault;
  const aimed = target.kind === 'node' ? operators.find(({ node }) => node === target.node) : undefined;
  return aimed ?? operators[0] ?? { name: site.name, node: '' };
}
