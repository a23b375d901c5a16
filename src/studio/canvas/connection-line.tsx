/** The edge being drawn, and the note near the pointer that says why it cannot end where it is. */
import { type ConnectionLineComponentProps, useConnection } from '@xyflow/react';
import { useContext } from 'react';
import { createPortal } from 'react-dom';
import { problemMessage } from '../../engine/graph/problems.ts';
import { ConnectingContext, portKey } from './connecting.ts';
import { bezierBetween, bezierPath } from './overlay/curve.ts';
import type { Refusal } from './use-connecting.ts';

export function ConnectionLine({ fromX, fromY, toX, toY, fromHandle, connectionStatus }: ConnectionLineComponentProps) {
  const [start, end] = [
    { x: fromX, y: fromY },
    { x: toX, y: toY },
  ];
  const path = bezierPath(fromHandle.type === 'source' ? bezierBetween(start, end) : bezierBetween(end, start));
  return <path className="wc-drawing" data-status={connectionStatus ?? undefined} d={path} />;
}

const gap = 14;

/** While an edge is held over a port that does not fit, and for a moment after it was let go there. */
export function RefusalNote({ refusal }: { readonly refusal: Refusal | null }) {
  const connecting = useContext(ConnectingContext);
  const held = useConnection((connection) => {
    if (!connection.inProgress || connection.toHandle === null) return null;
    const { nodeId, id, type } = connection.toHandle;
    return portKey(nodeId, type === 'target' ? 'input' : 'output', id ?? '');
  });
  const problem = held === null ? undefined : connecting?.targets.get(held);
  const text = problem === undefined || problem === null ? refusal?.text : problemMessage(problem);
  if (text === undefined) return null;
  return createPortal(<Note text={text} at={refusal} />, document.body);
}

function Note({ text, at }: { readonly text: string; readonly at: Refusal | null }) {
  const style = at === null ? pointerStyle() : { left: at.x + gap, top: at.y + gap };
  return (
    <p role="alert" className="wc-refusal" style={style}>
      {text}
    </p>
  );
}

/** Where the pointer is now: kept without rendering. */
const pointer = { x: 0, y: 0 };
addEventListener(
  'pointermove',
  (event) => {
    pointer.x = event.clientX;
    pointer.y = event.clientY;
  },
  { passive: true },
);

const pointerStyle = () => ({ left: pointer.x + gap, top: pointer.y + gap });
