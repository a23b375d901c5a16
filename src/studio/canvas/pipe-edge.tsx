/**
 * The edge type of the canvas. What can be seen of a pipe is drawn by the overlay; this is what can be clicked, focused
 * and named. A chained edge is a short solid link from operator to operator, as it is a function call, not a channel.
 */
import { type Edge, EdgeLabelRenderer, type EdgeProps, useInternalNode } from '@xyflow/react';
import { memo } from 'react';
import { type Bezier, bezierBetween, bezierPath } from './overlay/curve.ts';
import type { CardNode } from './cards.tsx';
import { linkCourse } from './link.ts';
import { ProblemBadge } from './problem-badge.tsx';
import type { SceneEdge } from './scene-parts.ts';

export type PipeEdgeType = Edge<{ readonly scene: SceneEdge }>;

const PipeEdge = memo((props: EdgeProps<PipeEdgeType>) => {
  const { data, selected } = props;
  if (data === undefined) return null;
  return data.scene.chained ? (
    <Link scene={data.scene} selected={selected ?? false} />
  ) : (
    <Pipes scene={data.scene} selected={selected ?? false} />
  );
});

/** Declared once: React Flow remounts all edges when this changes. */
export const edgeTypes = { pipe: PipeEdge };

function Pipes({ scene, selected }: { readonly scene: SceneEdge; readonly selected: boolean }) {
  const from = useInternalNode(scene.from)?.internals.positionAbsolute;
  const to = useInternalNode(scene.to)?.internals.positionAbsolute;
  if (from === undefined || to === undefined) return null;
  const curves = scene.pipes.map((pipe) =>
    bezierBetween(
      { x: from.x + pipe.start.x, y: from.y + pipe.start.y },
      { x: to.x + pipe.end.x, y: to.y + pipe.end.y },
    ),
  );
  const width = Math.max(10, (scene.pipes[0]?.width ?? 0) + 4);
  const place = middleOf(curves);
  return (
    <>
      <path
        className="react-flow__edge-path wc-pipe-target"
        data-selected={selected || undefined}
        d={curves.map(bezierPath).join(' ')}
        style={{ strokeWidth: width }}
      />
      {place !== null && <Words scene={scene} x={place.x} y={place.y} at="middle" />}
    </>
  );
}

function Link({ scene, selected }: { readonly scene: SceneEdge; readonly selected: boolean }) {
  const from = useInternalNode<CardNode>(scene.from);
  const to = useInternalNode<CardNode>(scene.to);
  if (from === undefined || to === undefined) return null;
  const [source, target] = [from.data.scene, to.data.scene];
  const course = linkCourse(
    { ...from.internals.positionAbsolute, width: source.width, height: source.height },
    { ...to.internals.positionAbsolute, width: target.width, height: target.height },
    source.outputs.find((port) => port.name === scene.fromPort)?.y,
    target.inputs.find((port) => port.name === scene.toPort)?.y,
  );
  const path = bezierPath(course.bezier);
  return (
    <>
      <path className="react-flow__edge-path wc-link" data-selected={selected || undefined} d={path} />
      <path className="wc-pipe-target" d={path} style={{ strokeWidth: 16 }} />
      <Words scene={scene} x={course.middle.x} y={course.middle.y} at={course.vertical ? 'right' : 'middle'} />
    </>
  );
}

/** The tag with its reason, and problems, on the middle of the edge. */
interface WordsProps {
  readonly scene: SceneEdge;
  readonly x: number;
  readonly y: number;
  /** Where the words stand from that spot. */
  readonly at: 'middle' | 'right';
}

const shifts = {
  middle: '-50%, -50%',
  right: '7px, -50%',
} as const;

/** The middle of a bundle of pipes. */
function middleOf(curves: readonly Bezier[]): { x: number; y: number } | null {
  const first = curves[0];
  if (first === undefined) return null;
  const heights = curves.map(({ start, end }) => (start.y + end.y) / 2);
  return { x: (first.start.x + first.end.x) / 2, y: (Math.min(...heights) + Math.max(...heights)) / 2 };
}

function Words({ scene, x, y, at }: WordsProps) {
  if (scene.tag === '' && scene.problems.length === 0) return null;
  return (
    <EdgeLabelRenderer>
      <div
        className="wc-edge-words nodrag nopan"
        data-at={at}
        style={{ transform: `translate(${shifts[at]}) translate(${x}px, ${y}px)` }}
      >
        {scene.tag !== '' && (
          <span className="wc-tag" data-chained={scene.chained || undefined} data-tip="note" data-note={scene.note}>
            <b>{scene.tag}</b>
          </span>
        )}
        <ProblemBadge problems={scene.problems} of={scene.label.replace(/^Edge/, 'the edge')} />
      </div>
    </EdgeLabelRenderer>
  );
}
