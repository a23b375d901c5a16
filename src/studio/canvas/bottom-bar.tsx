/** Along the lower edge of the canvas: what the marks mean, layout and zoom, and the choice of level. */
import { useReactFlow, useStore } from '@xyflow/react';
import { Maximize, MessageSquare, MessageSquareOff, Minus, Network, Plus } from 'lucide-react';
import { useState } from 'react';
import { layOut } from '../document/commands.ts';
import { useDerived } from '../derived/derived-store.ts';
import { setCallouts, setLevel, toast } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import { IconButton } from '../ui/button.tsx';
import { Segments } from '../ui/toggle.tsx';
import { arrange } from './layout/arrange.ts';
import type { Scene, SceneLevel } from './scene-parts.ts';
import type { Fit } from './use-fitting.ts';

const levels = [
  { value: 'logical', label: 'Logical', hint: 'Operators as drawn' },
  { value: 'job', label: 'Job', hint: 'Vertices: what was chained into one task, and why' },
  { value: 'execution', label: 'Execution', hint: 'Every subtask and every channel' },
] as const satisfies readonly { value: SceneLevel; label: string; hint: string }[];

interface BottomBarProps {
  readonly scene: Scene;
  readonly fit: Fit;
}

export function BottomBar({ scene, fit }: BottomBarProps) {
  const chosen = useSession((state) => state.level);
  const planned = useDerived((state) => state.plan !== null);
  return (
    <div className="wc-bottom">
      {scene.nodes.length > 0 ? <Legend /> : <span />}
      <div className="wc-controls">
        {chosen !== 'logical' && scene.level === 'logical' && !planned && (
          <span className="wc-note">shown as drawn until the problems are solved</span>
        )}
        <Tools scene={scene} fit={fit} />
        <Segments<SceneLevel> label="Level of the graph" value={chosen} options={levels} onValue={setLevel} />
      </div>
    </div>
  );
}

function Tools({ scene, fit }: BottomBarProps) {
  const { zoomIn, zoomOut } = useReactFlow();
  const callouts = useSession((state) => state.callouts);
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const [busy, setBusy] = useState(false);
  const layOutNow = async () => {
    setBusy(true);
    try {
      layOut(await arrange(scene));
      requestAnimationFrame(() => fit(250));
    } catch {
      toast('The layout could not be computed. Nothing was moved.', { tone: 'error' });
    }
    setBusy(false);
  };
  return (
    <div role="toolbar" aria-label="Canvas tools" className="wc-tools">
      <IconButton
        label={callouts ? 'Hide callouts' : 'Show callouts'}
        side="top"
        pressed={callouts}
        icon={callouts ? <MessageSquare size={14} aria-hidden /> : <MessageSquareOff size={14} aria-hidden />}
        onClick={() => setCallouts(!callouts)}
      />
      <IconButton
        label="Auto-layout"
        side="top"
        hint={scene.level === 'logical' ? 'Lay out automatically' : 'This level is always laid out automatically'}
        disabled={busy || scene.level !== 'logical' || scene.nodes.length === 0}
        icon={<Network size={14} aria-hidden />}
        onClick={() => void layOutNow()}
      />
      <span className="wc-tools-gap" />
      <IconButton
        label="Zoom out"
        side="top"
        icon={<Minus size={14} aria-hidden />}
        onClick={() => void zoomOut({ duration: 120 })}
      />
      <span className="wc-zoom">{zoom} %</span>
      <IconButton
        label="Zoom in"
        side="top"
        icon={<Plus size={14} aria-hidden />}
        onClick={() => void zoomIn({ duration: 120 })}
      />
      <IconButton label="Fit view" side="top" icon={<Maximize size={14} aria-hidden />} onClick={() => fit(200)} />
    </div>
  );
}

const Legend = () => (
  <ul className="wc-legend" aria-label="Legend">
    <li>
      <i className="wc-swatch" data-part="idle" /> idle
    </li>
    <li>
      <i className="wc-swatch" data-part="busy" /> busy
    </li>
    <li>
      <i className="wc-swatch" data-part="backpressured" /> backpressured
    </li>
    <li>
      <svg width="9" height="12" viewBox="0 0 9 12" aria-hidden>
        <path d="M2 1.5 7 6 2 10.5" className="wc-chevron" />
      </svg>{' '}
      watermark
    </li>
    <li>
      <i className="wc-swatch wc-swatch-barrier" /> barrier
    </li>
    <li>
      <i className="wc-swatch wc-swatch-pipe" /> buffers queued
    </li>
  </ul>
);
