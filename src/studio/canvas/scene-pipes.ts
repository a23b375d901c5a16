/**
 * Where pipes meet lanes: each pipe gets a slot of its own at both ends, sorted by where it leads, so that neighbours do
 * not cross at the node.
 */
import { groupBy } from '../../base/group.ts';
import type { EdgeId } from '../../engine/graph/job.ts';
import type { ChannelId } from '../../engine/graph/plan.ts';
import { slotOf } from './metrics.ts';
import type { Pipe, SceneNode } from './scene-parts.ts';

/** A pipe before it has a place: which lanes it joins. Null: all lanes, so the middle of them. */
export interface PipeEnds {
  readonly id: string;
  readonly edge: EdgeId;
  readonly channels: readonly ChannelId[];
  readonly from: SceneNode;
  readonly to: SceneNode;
  readonly fromLane: number | null;
  readonly toLane: number | null;
}

export function joinPipes(ends: readonly PipeEnds[]): Pipe[] {
  const starts = slots(
    ends,
    (pipe) => [pipe.from, pipe.fromLane],
    (pipe) => laneTop(pipe.to, pipe.toLane),
  );
  const finishes = slots(
    ends,
    (pipe) => [pipe.to, pipe.toLane],
    (pipe) => laneTop(pipe.from, pipe.fromLane),
  );
  return ends.map((pipe) => {
    const start = starts.get(pipe) ?? slotOf(0, 1);
    const end = finishes.get(pipe) ?? slotOf(0, 1);
    return {
      id: pipe.id,
      edge: pipe.edge,
      channels: pipe.channels,
      from: pipe.from.id,
      to: pipe.to.id,
      start: { x: pipe.from.width, y: laneY(pipe.from, pipe.fromLane) + start.offset },
      end: { x: 0, y: laneY(pipe.to, pipe.toLane) + end.offset },
      width: Math.min(start.width, end.width),
    };
  });
}

type Slot = ReturnType<typeof slotOf>;

/** Groups pipes by the lane at one end and numbers each group by the height of the other end. */
function slots(
  ends: readonly PipeEnds[],
  laneOf: (pipe: PipeEnds) => readonly [SceneNode, number | null],
  heightOfOther: (pipe: PipeEnds) => number,
): Map<PipeEnds, Slot> {
  const groups = groupBy(ends, (pipe) => {
    const [node, lane] = laneOf(pipe);
    return `${node.id}|${lane ?? 'all'}`;
  });
  const found = new Map<PipeEnds, Slot>();
  for (const group of groups.values()) {
    const sorted = group.toSorted((a, b) => heightOfOther(a) - heightOfOther(b));
    sorted.forEach((pipe, index) => found.set(pipe, slotOf(index, sorted.length)));
  }
  return found;
}

const laneTop = (node: SceneNode, lane: number | null): number => node.position.y + laneY(node, lane);

/** From the node's top to the middle of a lane, or to the middle of all lanes. */
function laneY(node: SceneNode, lane: number | null): number {
  const one = lane === null ? undefined : node.lanes.find((each) => each.index === lane);
  if (one !== undefined) return one.y;
  const first = node.lanes[0]?.y ?? node.height / 2;
  const last = node.lanes.at(-1)?.y ?? first;
  return (first + last) / 2;
}
