/**
 * Live numbers of the lanes, written straight into their elements: no React state changes while a job runs. Each lane
 * registers its element; each commit of the run store is written in the next frame, and only where a text has changed.
 */
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { documentStore } from '../document/document-store.ts';
import { runStore } from '../run/run-store.ts';
import { type LaneKey, type LaneText, laneText, restingLane, watermarksOf } from './lane-text.ts';
import { type TimeSpan, widened } from './watermark-text.ts';

interface Registered {
  readonly key: LaneKey;
  readonly parts: LaneParts;
  shown: LaneText;
}

interface LaneParts {
  readonly lane: HTMLElement;
  readonly idle: HTMLElement;
  readonly busy: HTMLElement;
  readonly backpressured: HTMLElement;
  readonly rate: HTMLElement;
  readonly watermark: HTMLElement;
  readonly state: HTMLElement;
}

const lanes = new Set<Registered>();
let span: TimeSpan | null = null;
let spanOfRun = -1;
let frame = 0;
let unsubscribe: (() => void) | null = null;

/** The view of the document on screen; null if the last run was of another. */
export function liveView(): ClusterView | null {
  const { view, documentId } = runStore.getState();
  return documentId === documentStore.getState().id ? view : null;
}

/** Event time that the run has shown so far. */
export const liveSpan = (): TimeSpan | null => span;

/** Keeps the lane up to date until the returned function is called. */
export function registerLane(lane: HTMLElement, key: LaneKey): () => void {
  const registered: Registered = { key, parts: partsOf(lane), shown: restingLane };
  lanes.add(registered);
  write(registered, laneText(liveView(), key, span));
  unsubscribe ??= runStore.subscribe(schedule);
  return () => {
    lanes.delete(registered);
    if (lanes.size > 0) return;
    unsubscribe?.();
    unsubscribe = null;
  };
}

function partsOf(lane: HTMLElement): LaneParts {
  const part = (name: string) =>
    lane.querySelector<HTMLElement>(`[data-part="${name}"]`) ?? document.createElement('i');
  return {
    lane,
    idle: part('idle'),
    busy: part('busy'),
    backpressured: part('backpressured'),
    rate: part('rate'),
    watermark: part('watermark'),
    state: part('state'),
  };
}

function schedule(): void {
  if (frame === 0) frame = requestAnimationFrame(writeAll);
}

function writeAll(): void {
  frame = 0;
  const view = liveView();
  widenSpan(view);
  for (const registered of lanes) write(registered, laneText(view, registered.key, span));
}

function widenSpan(view: ClusterView | null): void {
  const { runNumber } = runStore.getState();
  if (runNumber !== spanOfRun) [spanOfRun, span] = [runNumber, null];
  if (view !== null) for (const watermark of watermarksOf(view)) span = widened(span, watermark);
}

function write(registered: Registered, text: LaneText): void {
  const { parts, shown } = registered;
  if (text.shares !== shown.shares) {
    setWidth(parts.idle, text.shares?.idle ?? 0);
    setWidth(parts.busy, text.shares?.busy ?? 0);
    setWidth(parts.backpressured, text.shares?.backpressured ?? 0);
  }
  if (text.rate !== shown.rate) parts.rate.textContent = text.rate;
  if (text.watermark !== shown.watermark) parts.watermark.textContent = text.watermark;
  const state = text.state === '' ? text.worst : text.state;
  if (state !== (shown.state === '' ? shown.worst : shown.state)) parts.state.textContent = state;
  if (text.tone !== shown.tone) parts.lane.dataset['tone'] = text.tone;
  registered.shown = text;
}

function setWidth(element: HTMLElement, share: number): void {
  element.style.width = `${(share * 100).toFixed(1)}%`;
}
