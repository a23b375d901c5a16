/** The callout on the canvas: one at a time, at its place, going by itself; can be closed, or switched off for good. */
import { useReactFlow, useStore, useStoreApi, ViewportPortal } from '@xyflow/react';
import { X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { runStore, useRun } from '../run/run-store.ts';
import { setCallouts } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import { type CalloutMemory, calloutsOf, nextCallout, noCallout } from './callouts.ts';
import { placeCallout } from './callout-place.ts';
import { liveSpan, liveView } from './live-lanes.ts';
import type { Box } from './metrics.ts';
import type { Scene, SceneNode } from './scene-parts.ts';

const everyMs = 400;
const width = 318;
/** Until it has been measured. */
const usualHeight = 84;

export function Callout({ scene }: { readonly scene: Scene }) {
  const enabled = useSession((state) => state.callouts);
  const run = useRun((state) => state.runNumber);
  return enabled ? <CalloutsOfRun key={run} scene={scene} /> : null;
}

function CalloutsOfRun({ scene }: { readonly scene: Scene }) {
  const [memory, setMemory] = useState<CalloutMemory>(noCallout);
  useEffect(() => {
    const timer = setInterval(() => {
      const view = liveView();
      if (view?.job.paused === true && !runStore.getState().paused) return;
      const notable = view === null ? [] : calloutsOf(view, liveSpan());
      setMemory((before) => nextCallout(before, notable, performance.now()));
    }, everyMs);
    return () => clearInterval(timer);
  }, []);
  const { shown } = memory;
  const node = shown === null ? undefined : nodeOfCallout(scene, shown.node, shown.subtask);
  if (shown === null || node === undefined) return null;
  const close = () => setMemory((before) => ({ ...before, since: -Infinity }));
  return <Card scene={scene} node={node} title={shown.title} lines={shown.lines} tone={shown.tone} onClose={close} />;
}

/** The node of this level at which to point. */
function nodeOfCallout(scene: Scene, node: string, subtask: string): SceneNode | undefined {
  return scene.nodes.find((each) =>
    each.shape === 'subtask'
      ? each.subtask === subtask
      : each.node === node || each.rows.some((row) => row.node === node),
  );
}

interface CardProps {
  readonly scene: Scene;
  readonly node: SceneNode;
  readonly title: string;
  readonly lines: readonly string[];
  readonly tone: string;
  readonly onClose: () => void;
}

function Card({ scene, node, title, lines, tone, onClose }: CardProps) {
  const { getViewport } = useReactFlow();
  const { element, height: tall } = useHeight(`${title}\n${lines.join('\n')}`);
  const store = useStoreApi();
  // Follows zoom and dragging.
  const zoom = useStore((state) => state.transform[2]);
  const at = useStore((state) => state.nodeLookup.get(node.id)?.internals.positionAbsolute ?? node.position);
  const scale = 1 / Math.min(1.2, Math.max(0.4, zoom));
  const others = scene.nodes.filter((each) => each !== node).map(boxOf);
  const { x, y } = getViewport();
  const area = store.getState();
  const sight: Box = { x: -x / zoom, y: -y / zoom, width: area.width / zoom, height: (area.height - 56) / zoom };
  const scaled = { width: width * scale, height: tall * scale };
  const place = placeCallout({ ...boxOf(node), ...at }, scaled, others, sight);
  const style = {
    transform: `translate(${place.x}px, ${place.y}px) scale(${scale})`,
    width,
    '--tip': `${place.tip / scale}px`,
  } as React.CSSProperties;
  return (
    <ViewportPortal>
      <div
        ref={element}
        className="wc-callout nodrag nopan"
        data-tone={tone}
        data-side={place.side}
        style={style}
        role="status"
      >
        <p className="wc-callout-title">{title}</p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        <button type="button" className="wc-callout-close" aria-label="Close callout" onClick={onClose}>
          <X size={12} aria-hidden />
        </button>
        <button type="button" className="wc-callout-off" onClick={() => setCallouts(false)}>
          Switch callouts off
        </button>
      </div>
    </ViewportPortal>
  );
}

/** How tall the words came out, without zoom: a callout of four lines must not lie on the node that it speaks of. */
function useHeight(words: string) {
  const element = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(usualHeight);
  useLayoutEffect(() => setHeight(element.current?.offsetHeight ?? usualHeight), [words]);
  return { element, height };
}

const boxOf = ({ position, width, height }: SceneNode): Box => ({ ...position, width, height });
