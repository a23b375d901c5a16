/** Whether two jobs play alike: places on the canvas, descriptions and faults do not count. */
import type { Job, JobNode } from '../../../engine/graph/job.ts';

export function sameRun(a: Job, b: Job): boolean {
  if (a === b) return true;
  return (
    a.script === b.script &&
    a.settings === b.settings &&
    a.edges === b.edges &&
    a.nodes.length === b.nodes.length &&
    a.nodes.every((node, i) => sameNode(node, b.nodes[i] as JobNode))
  );
}

const sameNode = (a: JobNode, b: JobNode): boolean =>
  (Object.keys(a) as (keyof JobNode)[]).every((name) => name === 'position' || a[name] === b[name]);
