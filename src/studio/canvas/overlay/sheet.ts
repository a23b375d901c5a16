/**
 * The sheet that the overlay draws on: a canvas that covers the pipes, not all that is in sight, since each frame costs
 * the browser as much as the canvas is large. Grows at once, shrinks when all has been still for a while.
 */
import type { Box } from '../metrics.ts';
import type { Brush } from './paint.ts';

/** Steps of place and size, in pixels of the page. */
const step = 64;
const shrinkAfterMs = 1000;

const nothing: Box = { x: 0, y: 0, width: 0, height: 0 };

export class Sheet {
  readonly brush: Brush;
  /** A second sheet, for what changes seldom. */
  readonly base: Brush;
  private readonly canvas: HTMLCanvasElement;
  private sight = { width: 0, height: 0 };
  private ratio = 1;
  private box = nothing;
  private wanted = nothing;
  private wantedSince = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.brush = brushOf(canvas);
    this.base = brushOf(document.createElement('canvas'));
  }

  /** What is in sight, in pixels of the page; `ratio`: pixels of the screen for each. */
  resize(width: number, height: number, ratio: number): void {
    this.sight = { width, height };
    this.ratio = ratio;
    this.box = nothing;
  }

  get width(): number {
    return this.sight.width;
  }

  get height(): number {
    return this.sight.height;
  }

  /** Covers at least `area` (pixels of the page) as far as it is in sight. True if all must be drawn anew. */
  cover(area: Box, now: number): boolean {
    const wanted = this.inSight(area);
    if (!same(wanted, this.wanted)) [this.wanted, this.wantedSince] = [wanted, now];
    const fits = contains(this.box, wanted);
    if (fits && (same(wanted, this.box) || now - this.wantedSince < shrinkAfterMs)) return false;
    this.take(fits ? wanted : joined(this.box, wanted));
    return true;
  }

  /** Lets a brush draw in canvas coordinates. */
  place(brush: Brush, x: number, y: number, zoom: number): void {
    const { ratio, box } = this;
    brush.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * (x - box.x), ratio * (y - box.y));
  }

  /** Begins a frame with what is on the second sheet. */
  copyBase(): void {
    clear(this.brush);
    if (this.base.canvas.width > 0) this.brush.drawImage(this.base.canvas, 0, 0);
  }

  private inSight(area: Box): Box {
    const { width, height } = this.sight;
    const left = Math.max(0, Math.floor(area.x / step) * step);
    const top = Math.max(0, Math.floor(area.y / step) * step);
    const right = Math.min(width, Math.ceil((area.x + area.width) / step) * step);
    const bottom = Math.min(height, Math.ceil((area.y + area.height) / step) * step);
    return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : nothing;
  }

  private take(box: Box): void {
    this.box = box;
    const { style } = this.canvas;
    style.inset = 'auto';
    style.left = `${box.x}px`;
    style.top = `${box.y}px`;
    style.width = `${box.width}px`;
    style.height = `${box.height}px`;
    for (const { canvas } of [this.brush, this.base]) {
      canvas.width = Math.round(box.width * this.ratio);
      canvas.height = Math.round(box.height * this.ratio);
    }
  }
}

export function clear(brush: Brush): void {
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.clearRect(0, 0, brush.canvas.width, brush.canvas.height);
}

const same = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

const contains = (outer: Box, inner: Box): boolean =>
  inner.width === 0 ||
  (inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height);

function joined(a: Box, b: Box): Box {
  if (a.width === 0) return b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

function brushOf(canvas: HTMLCanvasElement): Brush {
  const brush = canvas.getContext('2d');
  if (brush === null) throw new Error('A canvas gives a 2D context.');
  return brush;
}
