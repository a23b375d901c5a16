/**
 * The plot itself: one canvas, and what the pointer and the keyboard do to it. Wheel and + − zoom, dragging and arrows move, 0
 * shows all. Dragging along an axis brushes a span of it, dragging with Shift a rectangle; E, P and B take up a brush along
 * event time, processing time or both, which dragging draws and arrows then move. Page Down and Page Up walk through
 * records and panes, with Shift through panes alone: each is pinned, told below the plot, and can be asked “Why?”.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useSession } from '../../session/session-store.ts';
import {
  isBrushed,
  noBrush,
  pickBrush,
  useTimePick,
  type Brush,
  type Mark,
  type Sides,
} from '../../session/time-pick.ts';
import type { Box } from './boxes.ts';
import { arrowOf, brushBetween, goesAlong, middleBrush, movedBrush, sidesOf } from './brush.ts';
import { hitAt, type Drawn, type Hit } from './hit.ts';
import type { Inputs } from './inputs.ts';
import { lookOf } from './look.ts';
import { foundIn, showing, walked, type Mark as PlotMark, type Walk } from './marks.ts';
import { paint } from './paint.ts';
import { margin, moved, scalesOf, zoomed, type Scales } from './scales.ts';
import type { Extent, Scene } from './scene.ts';
import { linesOf, Tip } from './tip.tsx';

interface PlotProps {
  readonly scene: Scene;
  /** What is shown as long as the person has not zoomed. */
  readonly followed: Extent;
  /** Null: it follows. */
  readonly zoom: Extent | null;
  readonly onZoom: (zoom: Extent | null) => void;
  readonly inputs: Inputs;
  readonly origin: number;
  /** What dragging, and arrow keys, brush; null: they move the plot. */
  readonly picking?: Sides | null;
  /** Takes up another brush, or lays it down. Absent: nothing is brushed here, and no results are marked. */
  readonly onPicking?: (picking: Sides | null) => void;
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
  readonly picks: Sides | null;
  moved: boolean;
}

export function Plot(props: PlotProps) {
  const { scene, followed, zoom, onZoom, inputs, origin, picking = null, onPicking, label } = props;
  const { onPin, pinned, over, reserved, onPlace } = props;
  const theme = useSession((state) => state.theme);
  const picked = useTimePick((state) => (onPicking === undefined ? noBrush : state.brush));
  const marks = useTimePick((state) => (onPicking === undefined ? noMarks : state.marks));
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | null>(null);
  const drawn = useRef<Drawn | null>(null);
  const [size, setSize] = useState({ width: 600, height: 240 });
  const [hover, setHover] = useState<{ readonly hit: Hit; readonly x: number; readonly y: number } | null>(null);
  /** While it is dragged. */
  const [dragged, setDragged] = useState<Brush | null>(null);
  const brush = dragged ?? picked;
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
      const panes = paint(pen, { scene, scales, look, inputs, origin, lit, marks, brush, reserved: kept });
      drawn.current = { scene, scales, panes };
    });
    return () => cancelAnimationFrame(request);
  }, [scene, scales, size, hover, pinned, marks, brush, inputs, origin, reserved, theme]);

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
  const picksAt = (x: number, y: number, withShift: boolean): Sides | null => {
    if (onPicking === undefined) return null;
    if (x < margin.left) return 'event';
    if (y > size.height - margin.bottom) return 'arrival';
    return picking ?? (withShift ? 'both' : null);
  };
  const timesOf = ({ x, y }: { readonly x: number; readonly y: number }) => ({
    x: scales.timeX(x),
    y: scales.timeY(y),
  });
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || (event.target as Element).closest('button') !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = place(event);
    drag.current = { ...at, extent, picks: picksAt(at.x, at.y, event.shiftKey), moved: false };
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
    if (current.picks !== null) return setDragged(brushBetween(current.picks, timesOf(current), timesOf({ x, y })));
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
    if (current.picks !== null && current.moved) {
      setDragged(null);
      return pickBrush(brushBetween(current.picks, timesOf(current), timesOf({ x, y })));
    }
    if (current.moved) return;
    const hit = drawn.current === null ? null : hitAt(drawn.current, x, y);
    if ((hit === null || hit.kind === 'region') && onPlace !== undefined && x > margin.left)
      onPlace(scales.timeX(x), scales.timeY(y));
    else onPin?.(hit);
  };
  const walkTo = (mark: PlotMark | null): void => {
    if (mark === null) return;
    onPin?.(mark);
    const shifted = showing(extent, mark);
    if (shifted !== extent) onZoom(shifted);
  };
  /** Whether the key was one of the brush. */
  const brushByKey = ({ key, shiftKey }: KeyboardEvent): boolean => {
    if (onPicking === undefined) return false;
    const taken = brushKeys[key.toLowerCase()];
    if (taken !== undefined) {
      const isHeld = picking === taken;
      onPicking(isHeld ? null : taken);
      if (!isHeld && sidesOf(picked) !== taken) pickBrush(middleBrush(taken, extent));
      return true;
    }
    const way = arrowOf(key);
    if (picking === null || way === null || !goesAlong(picking, way)) return false;
    const step = { x: way.x * (extent.x[1] - extent.x[0]) * 0.03, y: way.y * (extent.y[1] - extent.y[0]) * 0.03 };
    pickBrush(sidesOf(picked) === picking ? movedBrush(picked, step, shiftKey) : middleBrush(picking, extent));
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (brushByKey(event)) return event.preventDefault();
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
        if (isBrushed(picked)) pickBrush(noBrush);
        onPicking?.(null);
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
      data-picking={picking ?? undefined}
      data-placing={onPlace === undefined ? undefined : true}
      tabIndex={0}
      role="group"
      aria-label={label}
      aria-keyshortcuts={onPin === undefined ? undefined : 'PageDown PageUp Home End Shift+PageDown Shift+PageUp E P B'}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => setHover(null)}
      onDoubleClick={() => onPlace === undefined && onZoom(null)}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} aria-hidden />
      {onPicking !== undefined && <i className="time-gutter-y" aria-hidden />}
      {onPicking !== undefined && <i className="time-gutter-x" aria-hidden />}
      {over?.(scales)}
      {hover !== null && (
        <Tip lines={linesOf(hover.hit)} x={hover.x} y={hover.y} width={size.width} height={size.height} />
      )}
    </div>
  );
}

const noMarks: readonly Mark[] = [];
const brushKeys: Readonly<Record<string, Sides>> = { e: 'event', p: 'arrival', b: 'both' };

/** With Shift: panes alone. */
const walks: Readonly<Record<string, Walk>> = { PageDown: 'next', PageUp: 'previous', Home: 'first', End: 'last' };

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
}
