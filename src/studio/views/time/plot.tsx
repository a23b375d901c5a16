/**
 * The plot itself: one canvas, and what the pointer and the keyboard do to it. Wheel and + − zoom, dragging and arrows move, 0
 * shows all, dragging with Shift (or in the mode for it) picks a span of event time. Page Down and Page Up walk through
 * records and panes, with Shift through panes alone: each is pinned, told below the plot, and can be asked “Why?”.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useSession } from '../../session/session-store.ts';
import { pickSpan, useTimePick } from '../../session/time-pick.ts';
import type { Box } from './boxes.ts';
import { hitAt, type Drawn, type Hit } from './hit.ts';
import type { Inputs } from './inputs.ts';
import { lookOf } from './look.ts';
import { foundIn, showing, walked, type Mark, type Walk } from './marks.ts';
import { paint } from './paint.ts';
import { margin, moved, scalesOf, zoomed, type Scales } from './scales.ts';
import type { Extent, Scene } from './scene.ts';
import { dotLines, paneLines, regionLines } from './words.ts';

interface PlotProps {
  readonly scene: Scene;
  /** What is shown as long as the person has not zoomed. */
  readonly followed: Extent;
  /** Null: it follows. */
  readonly zoom: Extent | null;
  readonly onZoom: (zoom: Extent | null) => void;
  readonly inputs: Inputs;
  readonly origin: number;
  readonly picking: boolean;
  readonly label: string;
  readonly onPin?: (hit: Hit | null) => void;
  readonly pinned?: Hit | null;
  /** Drawn over the canvas: handles of the playground. */
  readonly over?: (scales: Scales) => ReactNode;
  /** Where those are: labels go out of their way. */
  readonly reserved?: (scales: Scales) => readonly Box[];
  /** A click on nothing, in times. */
  readonly onPlace?: (x: number, y: number) => void;
}

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly extent: Extent;
  readonly picks: boolean;
  moved: boolean;
}

export function Plot(props: PlotProps) {
  const { scene, followed, zoom, onZoom, inputs, origin, picking, label, onPin, pinned, over, reserved, onPlace } =
    props;
  const theme = useSession((state) => state.theme);
  const band = useTimePick((state) => state.span);
  const marked = useTimePick((state) => state.marked);
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | null>(null);
  const drawn = useRef<Drawn | null>(null);
  const [size, setSize] = useState({ width: 600, height: 240 });
  const [hover, setHover] = useState<{ readonly hit: Hit; readonly x: number; readonly y: number } | null>(null);
  const [brush, setBrush] = useState<readonly [number, number] | null>(null);
  const extent = zoom ?? followed;
  const scales = useMemo(() => scalesOf(extent, size.width, size.height), [extent, size]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const request = requestAnimationFrame(() => {
      const element = canvas.current;
      const pen = element?.getContext('2d');
      if (!element || !pen) return;
      fit(element, size.width, size.height);
      pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      const held = pinned == null ? null : foundIn(scene, pinned);
      const lit = [hover?.hit.thing, held?.thing].filter((each) => each !== undefined);
      const look = lookOf(element);
      const kept = reserved?.(scales) ?? [];
      const panes = paint(pen, { scene, scales, look, inputs, origin, lit, band, marked, brush, reserved: kept });
      drawn.current = { scene, scales, panes };
    });
    return () => cancelAnimationFrame(request);
  }, [scene, scales, size, hover, pinned, band, marked, brush, inputs, origin, reserved, theme]);

  const zoomBy = useCallback(
    (factor: number, x: number, y: number, sides: 'both' | 'x' | 'y' = 'both') =>
      onZoom({
        x: sides === 'y' ? extent.x : zoomed(extent.x, x, factor),
        y: sides === 'x' ? extent.y : zoomed(extent.y, y, factor),
      }),
    [extent, onZoom],
  );

  // React listens to wheels passively, and then the page would scroll.
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const sides = x < margin.left ? 'y' : y > box.height - margin.bottom ? 'x' : 'both';
      zoomBy(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), scales.timeX(x), scales.timeY(y), sides);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scales, zoomBy]);

  const place = (event: PointerEvent<HTMLDivElement>): { readonly x: number; readonly y: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || (event.target as Element).closest('button') !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { ...place(event), extent, picks: picking || event.shiftKey, moved: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const { x, y } = place(event);
    const { current } = drag;
    if (current === null) {
      const hit = drawn.current === null ? null : hitAt(drawn.current, x, y);
      setHover(hit === null ? null : { hit, x, y });
      return;
    }
    if (!current.moved && Math.hypot(x - current.x, y - current.y) < 4) return;
    current.moved = true;
    setHover(null);
    if (current.picks) return setBrush([current.y, y]);
    const before = scalesOf(current.extent, size.width, size.height);
    onZoom({
      x: moved(current.extent.x, before.timeX(current.x) - before.timeX(x)),
      y: moved(current.extent.y, before.timeY(current.y) - before.timeY(y)),
    });
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const { x, y } = place(event);
    const { current } = drag;
    drag.current = null;
    if (current === null) return;
    if (current.picks && current.moved) {
      setBrush(null);
      const [a, b] = [scales.timeY(current.y), scales.timeY(y)];
      return pickSpan([Math.round(Math.min(a, b)), Math.round(Math.max(a, b))]);
    }
    if (current.moved) return;
    const hit = drawn.current === null ? null : hitAt(drawn.current, x, y);
    if ((hit === null || hit.kind === 'region') && onPlace !== undefined && x > margin.left)
      onPlace(scales.timeX(x), scales.timeY(y));
    else onPin?.(hit);
  };
  const walkTo = (mark: Mark | null): void => {
    if (mark === null) return;
    onPin?.(mark);
    const shifted = showing(extent, mark);
    if (shifted !== extent) onZoom(shifted);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const middle = (extent.x[0] + extent.x[1]) / 2;
    const centre = (extent.y[0] + extent.y[1]) / 2;
    const wide = (extent.x[1] - extent.x[0]) * 0.15;
    const high = (extent.y[1] - extent.y[0]) * 0.15;
    const act: Record<string, () => void> = {
      '+': () => zoomBy(0.7, middle, centre),
      '=': () => zoomBy(0.7, middle, centre),
      '-': () => zoomBy(1 / 0.7, middle, centre),
      '0': () => onZoom(null),
      ArrowLeft: () => onZoom({ ...extent, x: moved(extent.x, -wide) }),
      ArrowRight: () => onZoom({ ...extent, x: moved(extent.x, wide) }),
      ArrowUp: () => onZoom({ ...extent, y: moved(extent.y, high) }),
      ArrowDown: () => onZoom({ ...extent, y: moved(extent.y, -high) }),
      Escape: () => {
        pickSpan(null);
        onPin?.(null);
      },
    };
    const walk = walks[event.key];
    if (walk !== undefined && onPin !== undefined) {
      event.preventDefault();
      return walkTo(walked(scene, pinned ?? null, walk, event.shiftKey));
    }
    const run = act[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  };
  return (
    <div
      ref={frame}
      className="time-plot"
      data-picking={picking || undefined}
      data-placing={onPlace === undefined ? undefined : true}
      tabIndex={0}
      role="group"
      aria-label={label}
      aria-keyshortcuts={onPin === undefined ? undefined : 'PageDown PageUp Home End Shift+PageDown Shift+PageUp'}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => setHover(null)}
      onDoubleClick={() => onPlace === undefined && onZoom(null)}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} aria-hidden />
      {over?.(scales)}
      {hover !== null && (
        <Tip lines={linesOf(hover.hit)} x={hover.x} y={hover.y} width={size.width} height={size.height} />
      )}
    </div>
  );
}

/** With Shift: panes alone. */
const walks: Readonly<Record<string, Walk>> = { PageDown: 'next', PageUp: 'previous', Home: 'first', End: 'last' };

export function linesOf(hit: Hit): readonly string[] {
  switch (hit.kind) {
    case 'dot':
      return dotLines(hit.thing);
    case 'pane':
      return paneLines(hit.thing);
    case 'region':
      return regionLines(hit.thing);
  }
}

interface TipProps {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function Tip({ lines, x, y, width, height }: TipProps) {
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  const edge = y > height / 2 ? { bottom: height - y + 8 } : { top: y + 8 };
  return (
    <div className="time-tip" style={{ ...side, ...edge }} aria-hidden>
      {lines.map((line, i) => (
        <p key={i} className={i === 0 ? 'font-medium' : 'number text-muted'}>
          {line}
        </p>
      ))}
    </div>
  );
}

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
}
