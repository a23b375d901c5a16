/** Which operator a plot is about when the person has chosen none. */
import type { NodeId } from '../../../engine/graph/job.ts';
import type { ClusterView, TimeView as Told } from '../../../engine/telemetry/cluster-view.ts';

/** The operator whose plot says most: windows first, then late records, then any event time. */
export function goodNode(view: ClusterView): NodeId | undefined {
  const score = ({ windows, records, watermarks }: Told): number =>
    (windows.some(({ trace }) => trace.kind === 'pane') ? 8 : 0) +
    (records.some(({ trace }) => trace.windows !== undefined) ? 4 : 0) +
    (records.some(({ trace }) => trace.verdict === 'dropped') ? 3 : 0) +
    (watermarks.some(({ trace }) => trace.channel !== null) ? 1 : 0) +
    (records.some(({ trace }) => trace.time !== null) ? 1 : 0);
  return [...view.times.values()].sort((a, b) => score(b) - score(a))[0]?.node;
}

export const nameOf = (view: ClusterView | null, node: NodeId | undefined): string =>
  view?.graph.jobGraph.vertices.flatMap(({ operators }) => operators).find((each) => each.node === node)?.name ?? 'It';
