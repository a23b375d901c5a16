/** Which subtasks a fault concerns, over a source of two subtasks that feeds one sink. */
import { expect, test } from 'vitest';
import { concerns } from './fault-targets.ts';
import type { FaultTarget } from './faults.ts';
import { defaultSettings } from './job.ts';
import type { JobVertex } from './plan.ts';
import { plainStream } from './schema.ts';
import { expand, subtaskPlans } from './translate.ts';

const vertex = (id: string, node: string, parallelism: number): JobVertex => {
  const operators = [{ node, kind: 'any', name: node, params: {}, costMs: 0, inputs: [], outputs: [] }];
  return { id, name: node, parallelism, operators, chained: [] };
};

const edge = { from: 'v1', fromNode: 'numbers', fromPort: 0, to: 'v2', toNode: 'out', toPort: 0 };
const graph = expand({
  vertices: [vertex('v1', 'numbers', 2), vertex('v2', 'out', 1)],
  edges: [{ ...edge, edge: 'e', partitioner: 'rebalance', type: plainStream([{ name: 'n', type: 'int' }]) }],
  decisions: new Map(),
  settings: defaultSettings,
});

test.each<[FaultTarget, readonly string[]]>([
  [{ kind: 'subtask', subtask: 'v1/1' }, ['v1/1']],
  [{ kind: 'subtask', subtask: 'v9/0' }, []],
  [{ kind: 'node', node: 'numbers' }, ['v1/0', 'v1/1']],
  [{ kind: 'node', node: 'gone' }, []],
  [{ kind: 'machine', subtasks: ['v1/0', 'v2/0'] }, ['v1/0', 'v2/0']],
  [{ kind: 'channel', channel: 'e:1-0' }, ['v1/1']],
  [{ kind: 'store' }, ['v1/0', 'v1/1', 'v2/0']],
  [{ kind: 'coordinator' }, []],
  [{ kind: 'page' }, []],
])('a fault at %o concerns %o', (target, subtasks) => {
  const fault = { id: 'f', kind: 'any', target, when: { kind: 'now' }, params: {}, times: 1 } as const;
  const concerned = subtaskPlans(graph).filter((plan) => concerns(fault, plan));
  expect(concerned.map(({ id }) => id)).toEqual(subtasks);
});
