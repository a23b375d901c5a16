/** What each partitioner does, in a sentence, and which stream flows along an edge. */
import type { Analysis } from '../../engine/graph/analyse.ts';
import type { Job, JobEdge, Partitioner } from '../../engine/graph/job.ts';
import { inputPort, typeAlong } from '../../engine/graph/partitioning.ts';
import { outputIndex } from '../../engine/graph/ports.ts';
import type { StreamType } from '../../engine/graph/schema.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { nodeOf } from '../document/document-store.ts';

export const partitionerMeanings: Readonly<Record<Partitioner, string>> = {
  forward: 'Each subtask sends to the one subtask of the same number.',
  hash: 'Records with equal keys go to the same subtask: the one that owns their key group.',
  rebalance: 'Records go round robin to all subtasks of the receiver.',
  rescale: 'Records go round robin to the subtasks that each sender is joined to: fewer channels than rebalance.',
  broadcast: 'Every record goes to every subtask of the receiver.',
  global: 'All records go to subtask 0 of the receiver.',
  shuffle: 'Each record goes to a subtask drawn at random.',
};

export function edgeTypeOf(analysis: Analysis, job: Job, edge: JobEdge): StreamType | null {
  const from = nodeOf(job, edge.from.node);
  const port = outputIndex(kindTable.get(from?.kind ?? ''), from?.params ?? {}, edge.from.port);
  const sent = analysis.types.get(edge.from.node)?.outputs?.[port];
  return sent === undefined
    ? null
    : typeAlong(edge, sent, inputPort(edge, kindTable.get(nodeOf(job, edge.to.node)?.kind ?? '')));
}
