/** Edits of the side outputs that a node declares, as far as they touch more than the parameter: the edges that leave by them. */
import { setParam } from './edits.ts';
import type { Job, NodeId } from './job.ts';

/** A side output as a job has it, sound or not. */
export type SideOutputRow = Readonly<Record<string, unknown>>;

/**
 * Gives the side output at `index` of the list in parameter `param` another tag. Its edges go with it, unless another one
 * has the old or the new tag, so that they cannot be told apart.
 */
export function renameSideOutput(
  job: Job,
  id: NodeId,
  param: string,
  rows: readonly SideOutputRow[],
  index: number,
  tag: string,
): Job {
  const old = rows[index]?.['tag'];
  const renamed = rows.map((row, i) => (i === index ? { ...row, tag } : row));
  const changed = setParam(job, id, param, renamed);
  const ambiguous = rows.some((row, i) => i !== index && (row['tag'] === old || row['tag'] === tag));
  if (ambiguous || old === tag || !job.edges.some(({ from }) => from.node === id && from.port === old)) return changed;
  const edges = job.edges.map((edge) =>
    edge.from.node === id && edge.from.port === old ? { ...edge, from: { node: id, port: tag } } : edge,
  );
  return { ...changed, edges };
}
