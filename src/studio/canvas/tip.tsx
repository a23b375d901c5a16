/**
 * The tip of the canvas: what is under the pointer, in words, kept up to date while it shows. One element for lanes,
 * pipes, dots and chevrons; written directly, since its numbers change with every commit.
 */
import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import { laneSentences } from './lane-text.ts';
import { liveSpan, liveView } from './live-lanes.ts';
import type { Point } from './metrics.ts';
import { currentOverlay } from './overlay/overlay-place.ts';
import { foundSentences } from './overlay/found-text.ts';
import { pipeOf } from './overlay/hit.ts';

const everyMs = 120;
const gap = 14;

export function Tip({ frame }: { readonly frame: RefObject<HTMLElement | null> }) {
  const element = useRef<HTMLDivElement>(null);
  const { screenToFlowPosition } = useReactFlow();
  useEffect(() => {
    const area = frame.current;
    const tip = element.current;
    if (area === null || tip === null) return;
    let at: Point | null = null;
    let target: Element | null = null;
    const show = () => {
      const lines = at === null ? [] : linesAt(at, target, screenToFlowPosition);
      write(tip, lines);
      if (at !== null && lines.length > 0) place(tip, at);
    };
    const move = (event: PointerEvent) => {
      at = event.buttons === 0 && event.pointerType !== 'touch' ? { x: event.clientX, y: event.clientY } : null;
      target = event.target instanceof Element ? event.target : null;
      show();
    };
    const leave = () => {
      at = null;
      currentOverlay()?.hover(null);
      show();
    };
    const timer = setInterval(() => at !== null && show(), everyMs);
    area.addEventListener('pointermove', move);
    area.addEventListener('pointerdown', leave);
    area.addEventListener('pointerleave', leave);
    return () => {
      clearInterval(timer);
      area.removeEventListener('pointermove', move);
      area.removeEventListener('pointerdown', leave);
      area.removeEventListener('pointerleave', leave);
    };
  }, [frame, screenToFlowPosition]);
  return <div ref={element} className="wc-tip" aria-hidden hidden />;
}

function linesAt(at: Point, target: Element | null, toCanvas: (at: Point) => Point): readonly string[] {
  const tipped = target?.closest<HTMLElement>('[data-tip]');
  const overlay = currentOverlay();
  if (tipped?.dataset['tip'] === 'lane') {
    overlay?.hover(null);
    const { node = '', index = '', name = '' } = tipped.dataset;
    const key = { node, index: index === '' ? null : Number(index), rate: 'out' } as const;
    return laneSentences(liveView(), key, name);
  }
  if (tipped?.dataset['tip'] === 'note') return [tipped.dataset['note'] ?? ''];
  const onCanvas = target?.closest('.react-flow__pane, .react-flow__edge') != null;
  const spot = toCanvas(at);
  const found = onCanvas ? (overlay?.at(spot.x, spot.y) ?? null) : null;
  overlay?.hover(found === null ? null : pipeOf(found).pipe.id);
  return found === null ? [] : foundSentences(found, liveSpan());
}

function write(tip: HTMLElement, lines: readonly string[]): void {
  tip.hidden = lines.length === 0;
  const text = lines.join('\n');
  if (tip.dataset['text'] === text) return;
  tip.dataset['text'] = text;
  tip.replaceChildren(
    ...lines.map((line, i) => {
      const row = document.createElement(i === 0 ? 'b' : 'span');
      row.textContent = line;
      return row;
    }),
  );
}

/** Beside the pointer, on the side where there is room. */
function place(tip: HTMLElement, { x, y }: Point): void {
  const { offsetWidth, offsetHeight } = tip;
  const left = x + gap + offsetWidth > innerWidth ? x - gap - offsetWidth : x + gap;
  const top = y + gap + offsetHeight > innerHeight ? y - gap - offsetHeight : y + gap;
  tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
}
