/**
 * The overlay: the one canvas on which everything that moves is drawn, from the traces and gauges of the view. Without
 * React: the component hands in scene, theme and selection; each frame reads the viewport and the nodes' places, plays the
 * traces back by the job's clock (play-clock.ts) and draws. A frame in which nothing moved draws nothing, and where
 * nothing will move until something wakes it, it asks for no frames.
 */
import type { EventTimeMs } from '../../../base/units.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import type { Box, Point } from '../metrics.ts';
import { rateText } from '../number-text.ts';
import type { Scene, SceneNode } from '../scene-parts.ts';
import { chevronText, type TimeSpan, watermarkText } from '../watermark-text.ts';
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import { type BarrierFrame, BarrierLayer } from './barrier-layer.ts';
import { locate } from './curve.ts';
import { type Found, findAt } from './hit.ts';
import { type Inks, keyIndex } from './inks.ts';
import { dotsOf, dotStep, pack } from './packing.ts';
import { DotBatch, dotRadius, flowSpeed, flowWidth, paintChevron, paintFill, paintFlow, paintPipe } from './paint.ts';
import { follow, gaugesOf, type PipeState, pipeState } from './pipe-state.ts';
import { PlayClock } from './play-clock.ts';
import { clear, Sheet } from './sheet.ts';
import { exitMs, type Passage, Traffic } from './traffic.ts';
import { WordPlaces } from './word-places.ts';

/** What the overlay reads each frame. */
export interface Stage {
  /** Upper left corner of a scene node; undefined while it is not on the canvas. */
  readonly position: (node: string) => Point | undefined;
  /** Offset in pixels of the screen, and zoom. */
  readonly viewport: () => readonly [x: number, y: number, zoom: number];
  readonly span: () => TimeSpan | null;
  /** Where the coordinator's mark stands, in pixels of the page from the canvas's corner; null if there is none. */
  readonly coordinator: () => Point | null;
  /** The next frame should not be waited for. */
  readonly wake: () => void;
}

/** More dots than this are told as flow; fewer than the second number are dots again. */
const dotsMost = 400;
const dotsAgain = 280;
/** No trace for this long while records flow: they are too many for traces. */
const traceSilenceMs = 1500;
/** Under this latency of the links nothing can be seen to travel. */
const latencyMin = 100;
/** Time between frames that show only flow: half of them are those in which text changes, too. */
const flowFrameMs = 160;
/** A job that stands needs no frames; this is for whatever nobody told of. */
const idleFrameMs = 500;
const easeMs = 220;
/** Canvas pixels from the ends of a pipe in which no words stand. */
const labelMargin = 24;
/** Pixels of the page around the pipes for words and dots. */
const wordsAside = 110;
const wordsAbove = 34;
const wordsBelow = 16;
/** A frame that comes a little early is better than one that comes a frame late. */
const earlyMs = 10;

export class Overlay {
  private readonly sheet: Sheet;
  private readonly stage: Stage;
  private readonly clock = new PlayClock();
  private readonly traffic = new Traffic();
  private readonly barriers = new BarrierLayer(this.traffic);
  private lanes = new Map<string, { readonly node: SceneNode; readonly x: number; readonly y: number }>();
  private readonly dots = new DotBatch();
  private readonly words = new WordPlaces();
  private readonly spot = new Float64Array(3);
  private scene: Scene | null = null;
  private pipes: PipeState[] = [];
  private view: ClusterView | null = null;
  private inks: Inks;
  private emphasis: ReadonlySet<string> = new Set();
  private hovered: string | null = null;
  private reducedMotion = false;
  private crowded = false;
  private dirty = true;
  private touched = false;
  private drawnAt = 0;
  private baseKey = '';
  private shownKey = '';
  private lastFrame = 0;
  private lastTime = 0;
  /** What was drawn in the last frame, for the pointer. */
  private readonly drawn: { passage: Passage; x: number; y: number; index: number; pipe: PipeState }[] = [];

  constructor(canvas: HTMLCanvasElement, stage: Stage, inks: Inks) {
    this.sheet = new Sheet(canvas);
    this.stage = stage;
    this.inks = inks;
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    this.lanes.clear();
    const before = new Map(this.pipes.map((state) => [state.pipe.id, state]));
    this.pipes = scene.edges.flatMap((edge) => edge.pipes.map((pipe) => pipeState(pipe, edge, before.get(pipe.id))));
    this.measure();
    this.invalidate();
  }

  setInks(inks: Inks): void {
    this.inks = inks;
    this.invalidate();
  }

  /** Edges to draw in the accent: selected ones. */
  setEmphasis(edges: ReadonlySet<string>): void {
    this.emphasis = edges;
    this.invalidate();
  }

  setReducedMotion(reduced: boolean): void {
    this.reducedMotion = reduced;
    this.invalidate();
  }

  /** Size in pixels of the page. */
  resize(width: number, height: number, ratio: number): void {
    this.sheet.resize(width, height, ratio);
    this.invalidate();
  }

  /** A commit of the run store; null when there is nothing to show. `now` is the page's clock. */
  commit(view: ClusterView | null, now: number): void {
    if (view === null || view.graph !== this.view?.graph) {
      this.traffic.clear();
      this.barriers.clear();
      this.lanes.clear();
      this.clock.reset();
      this.crowded = false;
    }
    this.view = view;
    if (view !== null) {
      const ended = isTerminal(view.job.state);
      // What was consumed last still goes into its node.
      this.clock.commit(ended ? view.at + exitMs + 1 : view.at, ended || view.job.paused, now);
      this.traffic.read(view, (at) => this.clock.arrived(at, now));
      this.barriers.read(view);
    }
    this.measure();
    this.dirty = true;
    if (!this.onlyFlow) this.stage.wake();
  }

  /** The viewport or the nodes may have moved. */
  touch(): void {
    this.touched = true;
    this.stage.wake();
  }

  /** What is at a spot of the canvas (canvas coordinates), for the pointer; null if there is nothing. */
  at(x: number, y: number): Found | null {
    return findAt(this.pipes, this.drawn, this.barriers.drawn, x, y, this.stage.viewport()[2]);
  }

  /** Emphasises the pipe under the pointer. */
  hover(pipe: string | null): void {
    if (this.hovered === pipe) return;
    this.hovered = pipe;
    this.invalidate();
  }

  invalidate(): void {
    this.dirty = true;
    this.baseKey = '';
    this.stage.wake();
  }

  /** Draws what has changed. Gives the milliseconds until the next frame should come; 0 is as soon as there is one. */
  frame(now: number): number {
    const [x, y, zoom] = this.stage.viewport();
    const key = `${x}|${y}|${zoom}`;
    if (this.onlyFlow && !this.touched && key === this.baseKey) {
      // The time of a frame may lie before the time at which it was asked for.
      const wait = flowFrameMs - (performance.now() - this.drawnAt);
      if (wait > earlyMs) return wait;
    }
    this.touched = false;
    this.drawnAt = performance.now();
    const pageElapsed = Math.min(100, Math.max(0, now - this.lastFrame));
    this.lastFrame = now;
    const moved = this.followNodes();
    const time = this.clock.advance(now);
    const elapsed = Math.min(200, Math.max(0, time - this.lastTime));
    const easing = this.ease(time, elapsed, pageElapsed);
    if (this.barriers.board.advance(time, this.view)) this.dirty = true;
    if (!this.dirty && !moved && !easing && elapsed === 0 && time === this.lastTime && key === this.shownKey)
      return idleFrameMs;
    this.lastTime = time;
    this.shownKey = key;
    this.dirty = false;
    const resized = this.sheet.cover(this.area(x, y, zoom), now);
    if (resized || moved || this.baseKey !== key) this.paintBase(x, y, zoom, key);
    this.paint(time, x, y, zoom, now);
    return this.onlyFlow ? flowFrameMs : 0;
  }

  /** Where only flow is drawn, single records cannot be seen: fewer frames leave the processor to the job. */
  private get onlyFlow(): boolean {
    return (this.view?.job.linkLatencyMs ?? latencyMin) < latencyMin;
  }

  /** What the pipes and the words beside them take, in pixels of the page. */
  private area(x: number, y: number, zoom: number): Box {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const state of this.pipes) {
      if (!this.isVisible(state, x, y, zoom)) continue;
      const { bounds } = state.curve;
      const half = state.pipe.width / 2;
      left = Math.min(left, bounds.x - half);
      top = Math.min(top, bounds.y - half);
      right = Math.max(right, bounds.x + bounds.width + half);
      bottom = Math.max(bottom, bounds.y + bounds.height + half);
    }
    if (right < left) return { x: 0, y: 0, width: 0, height: 0 };
    // Acknowledgements fly to the top from every node.
    if (this.barriers.board.flights.length > 0 && !this.reducedMotion && !this.onlyFlow)
      return { x: 0, y: 0, width: this.sheet.width, height: bottom * zoom + y + wordsBelow };
    return {
      x: left * zoom + x - wordsAside,
      y: top * zoom + y - wordsAbove,
      width: (right - left) * zoom + 2 * wordsAside,
      height: (bottom - top) * zoom + wordsAbove + wordsBelow,
    };
  }

  private measure(): void {
    const running = new Map(this.view?.graph.jobGraph.edges.map((edge) => [edge.edge, edge]) ?? []);
    for (const state of this.pipes) {
      const { edge } = state;
      const run = running.get(edge.edge);
      // An edge that was edited while the job runs is no longer the one that records take.
      const same = run !== undefined && run.fromNode === edge.fromNode && run.toNode === edge.toNode;
      state.gauges = gaugesOf(state.pipe, same ? this.view : null);
    }
  }

  private followNodes(): boolean {
    let moved = false;
    for (const state of this.pipes) {
      const from = this.stage.position(state.pipe.from);
      const to = this.stage.position(state.pipe.to);
      if (from !== undefined && to !== undefined && follow(state, from, to)) moved = true;
    }
    return moved;
  }

  /** Moves shown values towards true ones; true while some are under way. */
  private ease(time: number, elapsed: number, pageElapsed: number): boolean {
    const dots = this.traffic.sweep(time);
    this.crowded = this.crowded ? dots > dotsAgain : dots > dotsMost;
    const share = 1 - Math.exp(-pageElapsed / easeMs);
    let moving = false;
    for (const state of this.pipes) {
      const { gauges } = state;
      const flow = this.isFlow(state, time) ? 1 : 0;
      const queued = flow === 1 || this.reducedMotion ? gauges.fill : this.queuedShare(state, time, elapsed);
      moving = approach(state, 'flow', flow, share) || moving;
      moving = approach(state, 'fill', queued, share) || moving;
      state.phase += (flowSpeed(gauges.recordsPerSecond) * elapsed) / 1000;
    }
    return moving;
  }

  private isFlow({ pipe, gauges, flow }: PipeState, time: number): boolean {
    if (this.crowded) return true;
    const latency = this.view?.job.linkLatencyMs ?? 0;
    if (gauges.recordsPerSecond < 0.05) return flow > 0.5 && latency < latencyMin;
    if (latency < latencyMin) return true;
    return (
      pipe.channels.every((id) => (this.traffic.lanes.get(id)?.lastSentAt ?? -Infinity) < time - traceSilenceMs) &&
      gauges.recordsPerSecond > 2
    );
  }

  /** Packs the buffers of the pipe's channels; gives the share of the pipe that stands full. */
  private queuedShare({ pipe, curve, gauges }: PipeState, time: number, elapsed: number): number {
    if (!gauges.live) return 0;
    let most = 0;
    const { slots } = this;
    for (const id of pipe.channels) {
      const lane = this.traffic.lanes.get(id);
      if (lane === undefined) continue;
      const queued = pack(lane.passages, { length: curve.length, slots, time, elapsed });
      most = Math.max(most, queued / slots);
    }
    return Math.min(1, most);
  }

  private get slots(): number {
    return Math.max(1, this.view?.graph.jobGraph.settings.buffersPerChannel ?? 4);
  }

  /** Empty pipes change only with the viewport and the nodes: they are kept as a picture. */
  private paintBase(x: number, y: number, zoom: number, key: string): void {
    const { inks, sheet } = this;
    const { base } = sheet;
    this.baseKey = key;
    clear(base);
    sheet.place(base, x, y, zoom);
    const hairline = 1 / zoom;
    const raised: PipeState[] = [];
    for (const state of this.pipes) {
      if (!this.isVisible(state, x, y, zoom)) continue;
      if (this.isRaised(state)) raised.push(state);
      else paintPipe(base, state.curve, state.pipe.width, hairline, inks, inks.pipeEdge);
    }
    for (const state of raised) paintPipe(base, state.curve, state.pipe.width, 1.5 * hairline, inks, inks.water);
  }

  private isRaised({ edge, pipe }: PipeState): boolean {
    return this.emphasis.has(edge.edge) || this.hovered === pipe.id;
  }

  private paint(time: number, x: number, y: number, zoom: number, now: number): void {
    const { sheet } = this;
    const { brush } = sheet;
    const frame = this.barrierFrame(time, zoom);
    sheet.copyBase();
    sheet.place(brush, x, y, zoom);
    const visible = this.pipes.filter((state) => this.isVisible(state, x, y, zoom));
    for (const state of visible) this.paintWater(state, zoom);
    this.barriers.paintUnder(frame, visible);
    this.dots.clear();
    this.drawn.length = 0;
    this.words.begin(zoom);
    if (!this.reducedMotion) {
      for (const state of visible) if (state.flow < 0.98 && state.gauges.live) this.paintPassages(state, time);
      this.dots.paint(brush, this.inks, Math.max(dotRadius, 1.7 / zoom), 1 / zoom);
      brush.globalAlpha = 1;
    }
    this.barriers.paintOver(frame, visible, this.words, !this.reducedMotion);
    if (!this.reducedMotion && frame.single) this.paintFlights(frame, x, y);
    if (zoom >= 0.45) this.paintRates(visible, zoom, now);
    this.words.paint(brush, this.inks, zoom);
  }

  private barrierFrame(time: number, zoom: number): BarrierFrame {
    return { brush: this.sheet.brush, inks: this.inks, zoom, time, slots: this.slots, single: !this.onlyFlow };
  }

  private paintFlights(frame: BarrierFrame, x: number, y: number): void {
    this.barriers.paintFlights(frame, {
      subtask: (id) => this.placeOf(id),
      coordinator: () => {
        const at = this.stage.coordinator();
        return at === null ? null : { x: (at.x - x) / frame.zoom, y: (at.y - y) / frame.zoom };
      },
    });
  }

  /** The middle of the subtask's first lane on the canvas. */
  private placeOf(id: SubtaskId): Point | null {
    const known = this.lanes.get(id) ?? this.findLane(id);
    const corner = known === null ? undefined : this.stage.position(known.node.id);
    return known === null || corner === undefined ? null : { x: corner.x + known.x, y: corner.y + known.y };
  }

  private findLane(id: SubtaskId): { readonly node: SceneNode; readonly x: number; readonly y: number } | null {
    for (const node of this.scene?.nodes ?? []) {
      const index = this.view?.nodes.get(node.node)?.subtasks.indexOf(id) ?? -1;
      if (node.subtask === null ? index < 0 : node.subtask !== id) continue;
      const lane = node.lanes.find((each) => each.index === index) ?? node.lanes[0];
      const found = { node, x: node.width / 2, y: lane?.y ?? node.height / 2 };
      this.lanes.set(id, found);
      return found;
    }
    return null;
  }

  private paintWater(state: PipeState, zoom: number): void {
    const { inks } = this;
    const { brush } = this.sheet;
    const { curve, pipe, gauges, fill, flow } = state;
    paintFill(brush, curve, Math.max(1, pipe.width - 0.5), fill, gauges.blocked ? inks.fillBlocked : inks.fill, zoom);
    if (flow <= 0.02 || gauges.recordsPerSecond < 0.05 || this.reducedMotion) return;
    const width = flowWidth(gauges.recordsPerSecond, pipe.width);
    paintFlow(brush, curve, width, state.phase, 0.85 * flow, inks.flow, zoom);
  }

  private paintPassages(state: PipeState, time: number): void {
    const { pipe, curve } = state;
    const lanes = pipe.channels.flatMap((id) => this.traffic.lanes.get(id) ?? []);
    const aside = lanes.length > 1 ? Math.max(0, pipe.width - 2 * dotRadius) / (lanes.length - 1) : 0;
    lanes.forEach(({ passages }, i) => {
      const offset = (i - (lanes.length - 1) / 2) * aside;
      for (const passage of passages) {
        if (passage.drawnAt < 0 || passage.sentAt > time) continue;
        this.paintPassage(state, passage, offset, curve.length);
      }
    });
  }

  private paintPassage(state: PipeState, passage: Passage, offset: number, length: number): void {
    const { spot, inks } = this;
    const count = dotsOf(passage.records, passage.hues.length, length, this.slots);
    for (let i = 0; i < count; i++) {
      const distance = passage.drawnAt - i * dotStep;
      if (distance < 0) break;
      locate(state.curve, distance, spot);
      const angle = spot[2] as number;
      const x = (spot[0] as number) - offset * Math.sin(angle);
      const y = (spot[1] as number) + offset * Math.cos(angle);
      const index = Math.floor((i * passage.hues.length) / count);
      this.dots.add(keyIndex(passage.hues[index] ?? 0, inks.keys.length), x, y);
      this.drawn.push({ passage, x, y, index, pipe: state });
      this.barriers.mark(passage, x, y);
    }
    if (passage.watermark !== null)
      this.paintWatermark(state, passage, passage.drawnAt - count * dotStep, passage.watermark);
  }

  private paintWatermark(state: PipeState, passage: Passage, distance: number, watermark: EventTimeMs): void {
    if (distance < 0 || distance > state.curve.length) return;
    const { spot } = this;
    locate(state.curve, distance, spot);
    const x = spot[0] as number;
    const y = spot[1] as number;
    paintChevron(this.sheet.brush, x, y, spot[2] as number, this.inks);
    this.drawn.push({ passage, x, y, index: -1, pipe: state });
    // At the ends the words would be cut by a card.
    const text = chevronText(watermark, this.stage.span());
    const margin = Math.max(labelMargin, this.words.halfWidth(text));
    if (distance < margin || distance > state.curve.length - margin) return;
    this.words.offer(text, x, y - state.pipe.width / 2 - 8, this.inks.water, `${state.pipe.from}|${text}`);
  }

  /** The rate of flowing edges, once each; all that there is to see with reduced motion. */
  private paintRates(visible: readonly PipeState[], zoom: number, now: number): void {
    const perEdge = new Map<string, { middle: PipeState[]; rate: number; queued: number; watermark: number | null }>();
    for (const state of visible) {
      if (!state.gauges.live || (state.flow < 0.5 && !this.reducedMotion)) continue;
      const sum = perEdge.get(state.edge.edge) ?? { middle: [], rate: 0, queued: 0, watermark: null };
      sum.middle.push(state);
      sum.rate += state.gauges.recordsPerSecond;
      sum.queued += state.gauges.queuedBuffers;
      if (state.gauges.watermark !== null) sum.watermark = Math.min(sum.watermark ?? Infinity, state.gauges.watermark);
      perEdge.set(state.edge.edge, sum);
    }
    const second = Math.floor(now / 1000);
    for (const [edge, sum] of perEdge) {
      const state = sum.middle[Math.floor(sum.middle.length / 2)] as PipeState;
      if (sum.rate < 0.05 && !this.reducedMotion) continue;
      locate(state.curve, state.curve.length / 2, this.spot);
      let text = this.reducedMotion ? this.calm(edge, second, sum) : rateText(sum.rate);
      // Cards lie over what is wider than the pipe.
      while (text.includes(' · ') && 2 * this.words.halfWidth(text) > state.curve.length)
        text = text.slice(0, text.lastIndexOf(' · '));
      const [px, py] = [this.spot[0] as number, this.spot[1] as number];
      this.words.offer(text, px, py - state.pipe.width / 2 - 9 / zoom, this.inks.muted, edge);
    }
  }

  private readonly calmTexts = new Map<string, { second: number; text: string }>();

  /** With reduced motion: rate, queue and watermark in words, changing at most once a second. */
  private calm(edge: string, second: number, sum: { rate: number; queued: number; watermark: number | null }): string {
    const known = this.calmTexts.get(edge);
    if (known !== undefined && known.second === second) return known.text;
    const watermark =
      sum.watermark === null ? '' : ` · ◂${watermarkText(sum.watermark as EventTimeMs, this.stage.span())}`;
    const text = `${rateText(sum.rate)} · ${sum.queued} queued${watermark}`;
    this.calmTexts.set(edge, { second, text });
    return text;
  }

  private isVisible({ curve: { bounds } }: PipeState, x: number, y: number, zoom: number): boolean {
    const margin = 20;
    const left = bounds.x * zoom + x;
    const top = bounds.y * zoom + y;
    const { width, height } = this.sheet;
    return (
      left < width + margin &&
      top < height + margin &&
      left + bounds.width * zoom > -margin &&
      top + bounds.height * zoom > -margin
    );
  }
}

function approach(state: PipeState, field: 'flow' | 'fill', goal: number, share: number): boolean {
  const gap = goal - state[field];
  if (gap === 0) return false;
  state[field] = Math.abs(gap) < 0.004 ? goal : state[field] + gap * share;
  return true;
}
