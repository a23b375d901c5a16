/** A short way to write the edges of a job, and the job around them, for tests. */
import { defaultSettings } from '../job.ts';
import type { Job, JobEdge, JobNode, JobSettings, PartitionerChoice } from '../job.ts';

/** `a -> b`, `a.late -> b.right`: ports default to `out` and `in`. The text is the edge's id too. */
export function edge(text: string, partitioner: PartitionerChoice = 'auto'): JobEdge {
  const [from = '', to = ''] = text.split(' -> ');
  const end = (side: string, port: string) => {
    const [name = '', given = port] = side.split('.');
    return { node: name, port: given };
  };
  return { id: text, from: end(from, 'out'), to: end(to, 'in'), partitioner };
}

export function job(
  nodes: readonly JobNode[],
  edges: readonly (JobEdge | string)[],
  settings: Partial<JobSettings> = {},
): Job {
  return {
    name: 'Test',
    description: '',
    nodes,
    edges: edges.map((given) => (typeof given === 'string' ? edge(given) : given)),
    settings: { ...defaultSettings, ...settings },
    faults: [],
    script: '',
  };
}
