/** What the overlay keeps of each pipe from frame to frame: its course on the canvas and what it shows at the moment. */
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { Point } from '../metrics.ts';
import type { Pipe, SceneEdge } from '../scene-parts.ts';
import { bezierBetween, type Curve, curveOf } from './curve.ts';

export interface PipeState {
  readonly pipe: Pipe;
  readonly edge: SceneEdge;
  curve: Curve;
  /** Ends on the canvas that `curve` was made for. */
  startX: number;
  startY: number;
  endX: number;
  endY: number;
  /** Shown share of buffers that wait at the receiver, eased towards the true one. */
  fill: number;
  /** 0: single records are drawn; 1: aggregated flow. */
  flow: number;
  /** How far the flow has moved, canvas pixels. */
  phase: number;
  /** From the newest view. */
  gauges: PipeGauges;
}

export interface PipeGauges {
  readonly live: boolean;
  readonly fill: number;
  readonly recordsPerSecond: number;
  readonly queuedBuffers: number;
  readonly queuedRecords: number;
  readonly inFlightRecords: number;
  readonly credits: number;
  /** Buffers at the sender that wait for credit, and none left: the sender is held back here. */
  readonly blocked: boolean;
  readonly watermark: number | null;
  /** Channels that stand blocked behind a barrier. */
  readonly aligning: number;
}

export const restingGauges: PipeGauges = {
  live: false,
  fill: 0,
  recordsPerSecond: 0,
  queuedBuffers: 0,
  queuedRecords: 0,
  inFlightRecords: 0,
  credits: 0,
  blocked: false,
  watermark: null,
  aligning: 0,
};

const noCurve = curveOf(bezierBetween({ x: 0, y: 0 }, { x: 1, y: 0 }));

export function pipeState(pipe: Pipe, edge: SceneEdge, before: PipeState | undefined): PipeState {
  const kept = before ?? {
    curve: noCurve,
    startX: Number.NaN,
    startY: Number.NaN,
    endX: Number.NaN,
    endY: Number.NaN,
    fill: 0,
    flow: 0,
    phase: 0,
    gauges: restingGauges,
  };
  return { ...kept, pipe, edge };
}

/** Follows the nodes at both ends. True if the course has changed. */
export function follow(state: PipeState, from: Point, to: Point): boolean {
  const { start, end } = state.pipe;
  const startX = from.x + start.x;
  const startY = from.y + start.y;
  const endX = to.x + end.x;
  const endY = to.y + end.y;
  if (state.startX === startX && state.startY === startY && state.endX === endX && state.endY === endY) return false;
  state.startX = startX;
  state.startY = startY;
  state.endX = endX;
  state.endY = endY;
  state.curve = curveOf(bezierBetween({ x: startX, y: startY }, { x: endX, y: endY }));
  return true;
}

/** Sums over the pipe's channels; the fill is the fullest channel's. */
export function gaugesOf(pipe: Pipe, view: ClusterView | null): PipeGauges {
  if (view === null) return restingGauges;
  let found = false;
  let fill = 0;
  let recordsPerSecond = 0;
  let queuedBuffers = 0;
  let queuedRecords = 0;
  let inFlightRecords = 0;
  let credits = 0;
  let blocked = false;
  let watermark: number | null = null;
  let aligning = 0;
  for (const id of pipe.channels) {
    const channel = view.channels.get(id);
    if (channel === undefined) continue;
    found = true;
    fill = Math.max(fill, channel.fill);
    recordsPerSecond += channel.recordsPerSecond;
    inFlightRecords += channel.inFlightRecords;
    queuedBuffers += channel.input?.queuedBuffers ?? 0;
    queuedRecords += channel.input?.queuedRecords ?? 0;
    credits += channel.output?.credits ?? 0;
    blocked ||= channel.output !== null && channel.output.credits === 0 && channel.output.queuedBuffers > 0;
    if (channel.input?.blocked === true) aligning++;
    if (channel.input !== null) watermark = Math.min(watermark ?? Infinity, channel.input.watermark);
  }
  return {
    live: found,
    fill,
    recordsPerSecond,
    queuedBuffers,
    queuedRecords,
    inFlightRecords,
    credits,
    blocked,
    watermark,
    aligning,
  };
}
