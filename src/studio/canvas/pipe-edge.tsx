/**
 * The edge type of the canvas. What can be seen of a pipe is drawn by the overlay; this is what can be clicked, focused
 * and named. A chained edge is a short solid link from operator to operator, as it is a function call, not a channel.
 */
import { type Edge, EdgeLabelRenderer, type EdgeProps, useInternalNode } from '@xyflow/react';
import { memo } from 'react';
import { bezierBetween, bezierPath } from './overlay/curve.ts';
import { ProblemBadge } from './problem-badge.tsx';
import type { SceneEdge } from './scene-parts.ts';

export type PipeEdgeType = Edge<{ readonly scene: SceneEdge }>;

const PipeEdge = memo((props: EdgeProps<PipeEdgeType>) => {
  const { data, selected } = props;
  if (data === undefined) return null;
  return data.scene.chained ? (
    <Link {...props} data={data} />
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
  const middle = curves[Math.floor(curves.length / 2)];
  return (
    <>
      <path
        className="react-flow__edge-path wc-pipe-target"
        data-selected={selected || undefined}
        d={curves.map(bezierPath).join(' ')}
        style={{ strokeWidth: width }}
      />
      {middle !== undefined && (
        <Words scene={scene} x={(middle.start.x + middle.end.x) / 2} y={(middle.start.y + middle.end.y) / 2} />
      )}
    </>
  );
}

function Link(props: EdgeProps<PipeEdgeType> & { readonly data: { readonly scene: SceneEdge } }) {
  const { sourceX, sourceY, targetX, targetY, selected, data } = props;
  const path = bezierPath(bezierBetween({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }));
  return (
    <>
      <path className="react-flow__edge-path wc-link" data-selected={selected || undefined} d={path} />
      <path className="wc-pipe-target" d={path} style={{ strokeWidth: 16 }} />
      <Words scene={data.scene} x={(sourceX + targetX) / 2} y={(sourceY + targetY) / 2} />
    </>
  );
}

/** The tag with its reason, and problems, on the middle of the edge. */
function Words({ scene, x, y }: { readonly scene: SceneEdge; readonly x: number; readonly y: number }) {
  if (scene.tag === '' && scene.problems.length === 0) return null;
  return (
    <EdgeLabelRenderer>
      <div
        className="wc-edge-words nodrag nopan"
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      >
        {scene.tag !== '' && (
          <span className="wc-tag" data-chained={scene.chained || undefined} data-tip="note" data-note={scene.note}>
            <b>{scene.tag}</b>
            {!scene.chained && scene.note !== '' && <span className="wc-tag-note">{scene.note}</span>}
          </span>
        )}
        <ProblemBadge problems={scene.problems} of={scene.label.replace(/^Edge/, 'the edge')} />
      </div>
    </EdgeLabelRenderer>
  );
}
