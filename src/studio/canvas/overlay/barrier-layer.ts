/**
 * Barriers on the overlay: bars with numbers that travel in their channels, ends that stand blocked with what waits behind
 * them, barriers that overtake, the side of the cut behind them, and acknowledgements that fly to the coordinator.
 */
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { CheckpointId } from '../../../engine/wire/checkpoints.ts';
import type { Point } from '../metrics.ts';
import { counted } from '../number-text.ts';
import { BarrierBoard, flightMs } from './barrier-board.ts';
import { locate } from './curve.ts';
import type { DrawnBarrier } from './hit.ts';
import type { Inks } from './inks.ts';
import { dotsOf, dotStep, travel } from './packing.ts';
import { type Brush, dotRadius } from './paint.ts';
import { paintBarrier, paintBehind, paintBlocked, paintFlight, paintRings } from './paint-barriers.ts';
import type { PipeState } from './pipe-state.ts';
import type { LaneTraffic, Passage, Traffic } from './traffic.ts';
import type { WordPlaces } from './word-places.ts';

/** What one frame draws with. */
export interface BarrierFrame {
  readonly brush: Brush;
  readonly inks: Inks;
  readonly zoom: number;
  readonly time: number;
  readonly slots: number;
  /** Single buffers can be seen; else only what the gauges say is drawn. */
  readonly single: boolean;
}

/** Ends of an acknowledgement's way, in canvas coordinates. */
export interface FlightPlaces {
  readonly subtask: (id: SubtaskId) => Point | null;
  readonly coordinator: () => Point | null;
}

/** From the top of a bar to the middle of its flag, in pixels of the screen. */
const flagMiddle = 8;

export class BarrierLayer {
  readonly board = new BarrierBoard();
  /** The barriers that were drawn on their way in the last frame, for the pointer. */
  readonly drawn: DrawnBarrier[] = [];
  private readonly traffic: Traffic;
  /** Senders and receivers by channel. */
  private ends = new Map<string, { readonly from: SubtaskId; readonly to: SubtaskId }>();
  private graph: ClusterView['graph'] | null = null;
  private readonly again: number[] = [];
  private readonly overtaken: number[] = [];
  private readonly spot = new Float64Array(3);

  constructor(traffic: Traffic) {
    this.traffic = traffic;
  }

  read(view: ClusterView): void {
    this.board.read(view);
    if (view.graph === this.graph) return;
    this.graph = view.graph;
    this.ends = new Map(view.graph.channels.map(({ id, from, to }) => [id, { from, to }]));
  }

  clear(): void {
    this.board.clear();
    this.graph = null;
  }

  /** Under the dots: the cut, and what stands blocked. */
  paintUnder(frame: BarrierFrame, states: readonly PipeState[]): void {
    this.again.length = 0;
    this.overtaken.length = 0;
    this.drawn.length = 0;
    const newest = this.board.underWay.at(-1);
    for (const state of states) {
      this.moveOvertaking(state, frame);
      if (newest !== undefined && frame.single) this.paintCut(state, newest, frame);
      if (this.isBlocked(state, frame.single)) {
        paintBlocked(frame.brush, state.curve, state.pipe.width, Math.max(state.fill, state.gauges.fill), frame.inks);
      }
    }
  }

  /** A dot that was just placed. */
  mark(passage: Passage, x: number, y: number): void {
    if (passage.overtaken) this.overtaken.push(x, y);
    else if (passage.replayed) this.again.push(x, y);
  }

  /** Over the dots: bars, flags and rings. `moving`: what travels is drawn at all. */
  paintOver(frame: BarrierFrame, states: readonly PipeState[], words: WordPlaces, moving: boolean): void {
    const { brush, inks, zoom } = frame;
    const radius = Math.max(dotRadius, 1.7 / zoom) + 1.6;
    paintRings(brush, this.again, radius, inks.water, true);
    paintRings(brush, this.overtaken, radius, inks.amber, false);
    for (const state of states) {
      this.paintEnd(state, frame, words);
      if (moving && state.flow < 0.98) this.paintTravelling(state, frame, words);
    }
  }

  /** Acknowledgements on their way. */
  paintFlights({ brush, inks, zoom, time }: BarrierFrame, places: FlightPlaces): void {
    const to = this.board.flights.length === 0 ? null : places.coordinator();
    if (to === null) return;
    for (const { subtask, checkpoint, at } of this.board.flights) {
      const from = places.subtask(subtask);
      if (from === null || time < at) continue;
      const share = ease(Math.min(1, (time - at) / flightMs));
      // A low arc, so that those of one column do not fly over each other.
      const lift = 30 * Math.sin(Math.PI * share);
      const x = from.x + (to.x - from.x) * share;
      paintFlight(brush, x, from.y + (to.y - from.y) * share - lift, checkpoint, zoom, inks);
    }
  }

  private isBlocked({ pipe, gauges }: PipeState, single: boolean): boolean {
    return single ? pipe.channels.some((id) => this.board.blocked.has(id)) : gauges.aligning > 0;
  }

  private moveOvertaking({ pipe, curve }: PipeState, { time }: BarrierFrame): void {
    for (const id of pipe.channels) {
      const lane = this.traffic.lanes.get(id);
      for (const barrier of lane?.priority ?? []) {
        if (barrier.sentAt > time) continue;
        barrier.drawnAt = travel(barrier, time) * curve.length;
        for (const passage of lane?.passages ?? []) {
          const before = passage.sentAt <= barrier.sentAt && passage.consumedAt > time;
          if (before && passage.drawnAt >= 0 && passage.drawnAt < barrier.drawnAt) passage.overtaken = true;
        }
      }
    }
  }

  /** As far as the barrier has come in the slowest of the pipe's channels. */
  private paintCut(state: PipeState, checkpoint: CheckpointId, frame: BarrierFrame): void {
    let least = Infinity;
    for (const id of state.pipe.channels) {
      const from = this.ends.get(id)?.from;
      const passed = from !== undefined && this.board.hasPassed(checkpoint, from);
      least = Math.min(least, passed ? this.frontier(state, id, checkpoint, frame) : 0);
    }
    if (least < Infinity) paintBehind(frame.brush, state.curve, state.pipe.width, least, frame.inks);
  }

  private frontier({ curve }: PipeState, channel: string, checkpoint: CheckpointId, frame: BarrierFrame): number {
    const lane = this.traffic.lanes.get(channel);
    const priority = lane?.priority.find((passage) => passage.barrier === checkpoint);
    if (priority !== undefined) return priority.drawnAt;
    const passage = lane?.passages.find((each) => each.barrier === checkpoint);
    if (passage !== undefined) return Math.max(0, barrierAt(passage, curve.length, frame.slots));
    return this.board.hasArrived(checkpoint, channel) ? curve.length : 0;
  }

  /** The bar across a blocked end, the number of records that wait, and what was told of this channel. */
  private paintEnd(state: PipeState, frame: BarrierFrame, words: WordPlaces): void {
    const { inks, single } = frame;
    const { pipe, curve, gauges } = state;
    const blocked = single
      ? pipe.channels.flatMap((id) => this.board.blocked.get(id)?.checkpoint ?? [])
      : gauges.aligning > 0
        ? [this.board.underWay.at(-1) ?? 0]
        : [];
    const number = blocked[0];
    const at = curve.length - 4;
    if (number !== undefined) {
      this.paintFlagged(frame, state, at, pipe.width + 9, number, words);
      const waiting = gauges.queuedRecords;
      if (waiting > 0) {
        this.sayAt(
          words,
          state,
          curve.length * 0.72,
          `${counted(waiting, 'record')} ${waiting === 1 ? 'waits' : 'wait'}`,
          `wait|${pipe.id}`,
          inks,
        );
      }
    }
    for (const note of this.board.notes) {
      if (note.at <= frame.time && pipe.channels.includes(note.channel)) {
        this.sayAt(words, state, curve.length * 0.6, note.text, `note|${pipe.id}|${note.text}`, inks);
      }
    }
  }

  private paintFlagged(
    { brush, inks, zoom }: BarrierFrame,
    { curve }: PipeState,
    distance: number,
    height: number,
    checkpoint: CheckpointId,
    words: WordPlaces,
  ): void {
    paintBarrier(brush, curve, distance, height, checkpoint, zoom, inks);
    locate(curve, Math.max(0, Math.min(curve.length, distance)), this.spot);
    words.keepClear(this.spot[0] as number, (this.spot[1] as number) - height / 2 - flagMiddle / Math.min(1, zoom));
  }

  /** `above`: canvas pixels that are left for a flag. */
  private sayAt(
    words: WordPlaces,
    state: PipeState,
    distance: number,
    text: string,
    key: string,
    inks: Inks,
    above = 0,
  ): void {
    const margin = Math.min(state.curve.length / 2, words.halfWidth(text));
    locate(state.curve, Math.max(margin, Math.min(state.curve.length - margin, distance)), this.spot);
    words.offer(
      text,
      this.spot[0] as number,
      (this.spot[1] as number) - state.pipe.width / 2 - 9 - above,
      inks.amberInk,
      key,
    );
  }

  private paintTravelling(state: PipeState, frame: BarrierFrame, words: WordPlaces): void {
    for (const id of state.pipe.channels) {
      const lane = this.traffic.lanes.get(id);
      if (lane !== undefined) this.paintLane(state, lane, frame, words);
    }
  }

  private paintLane(state: PipeState, lane: LaneTraffic, frame: BarrierFrame, words: WordPlaces): void {
    const { inks, zoom, time } = frame;
    const { curve, pipe } = state;
    for (const passage of lane.passages) {
      if (passage.barrier === null || passage.drawnAt < 0 || passage.sentAt > time) continue;
      const distance = barrierAt(passage, curve.length, frame.slots);
      if (distance < 0 || distance > curve.length) continue;
      this.paintFlagged(frame, state, distance, pipe.width + 9, passage.barrier, words);
      this.note(passage, state, lane, distance);
    }
    for (const passage of lane.priority) {
      const { barrier, sentAt, consumedAt, drawnAt, overtook, sequence } = passage;
      if (barrier === null || sentAt > time || consumedAt <= time) continue;
      this.paintFlagged(frame, state, drawnAt, pipe.width + 13, barrier, words);
      this.note(passage, state, lane, drawnAt);
      if (overtook > 0) {
        const text = `overtook ${counted(overtook, 'record')}`;
        this.sayAt(
          words,
          state,
          drawnAt,
          text,
          `over|${pipe.id}|${sequence}`,
          inks,
          (2 * flagMiddle) / Math.min(1, zoom),
        );
      }
    }
  }

  private note(passage: Passage, pipe: PipeState, lane: LaneTraffic, distance: number): void {
    locate(pipe.curve, distance, this.spot);
    this.drawn.push({ passage, x: this.spot[0] as number, y: this.spot[1] as number, pipe, lane });
  }
}

/** A barrier is the last element of its buffer. */
const barrierAt = ({ drawnAt, records, hues }: Passage, length: number, slots: number): number =>
  drawnAt - dotsOf(records, hues.length, length, slots) * dotStep;

const ease = (share: number): number => share * share * (3 - 2 * share);
