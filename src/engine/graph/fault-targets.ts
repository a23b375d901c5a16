/** Which subtasks have to know of a fault: those at which it may strike, also through their channels and writes. */
import type { Fault } from './faults.ts';
import type { SubtaskPlan } from './plan.ts';

/** Coordinator and page are nobody's; writes to the store are everybody's. A channel's fault strikes at its sender. */
export function concerns(fault: Fault, plan: SubtaskPlan): boolean {
  const { target } = fault;
  switch (target.kind) {
    case 'subtask':
      return target.subtask === plan.id;
    case 'node':
      return plan.vertex.operators.some(({ node }) => node === target.node);
    case 'machine':
      return target.subtasks.includes(plan.id);
    case 'channel':
      return plan.outputs.some(({ channels }) => channels.includes(target.channel));
    case 'store':
      return true;
    case 'coordinator':
    case 'page':
      return false;
  }
}
