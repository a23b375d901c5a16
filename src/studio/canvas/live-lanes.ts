/**
 * Live numbers of the lanes, written straight into their elements: no React state changes while a job runs. Each lane
 * registers its element; it is written at the beat of the page, and only where a text has changed.
 */
import type { ClusterView, Shares } from '../../engine/telemetry/cluster-view.ts';
import { documentStore } from '../document/document-store.ts';
import { onBeat } from '../run/beat.ts';
import { runStore } from '../run/run-store.ts';
import { type LaneKey, type LaneText, laneText, restingLane, watermarksOf } from './lane-text.ts';
import { showsDates, type TimeSpan, widened } from './watermark-text.ts';

interface Registered {
  readonly key: LaneKey;
  readonly parts: LaneParts;
  shown: LaneText;
}

interface LaneParts {
  readonly lane: HTMLElement;
  readonly bar: HTMLElement;
  readonly rate: HTMLElement;
  readonly watermark: HTMLElement;
  readonly state: HTMLElement;
}

const lanes = new Set<Registered>();
let span: TimeSpan | null = null;
let spanOfRun = -1;
let datesShown = false;
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
  unsubscribe ??= onBeat(writeAll);
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
    bar: part('bar'),
    rate: part('rate'),
    watermark: part('watermark'),
    state: part('state'),
  };
}

function writeAll(): void {
  const view = liveView();
  widenSpan(view);
  for (const registered of lanes) write(registered, laneText(view, registered.key, span));
  showDates();
}

/** Bars are of one width in all lanes, so that they can be compared. */
function showDates(): void {
  const [first] = lanes;
  const dated = showsDates(span);
  if (dated === datesShown || first === undefined) return;
  datesShown = dated;
  first.parts.lane.closest('.wc')?.toggleAttribute('data-dates', dated);
}

function widenSpan(view: ClusterView | null): void {
  const { runNumber } = runStore.getState();
  if (runNumber !== spanOfRun) [spanOfRun, span] = [runNumber, null];
  if (view !== null) for (const watermark of watermarksOf(view)) span = widened(span, watermark);
}

function write(registered: Registered, text: LaneText): void {
  const { parts, shown } = registered;
  if (text.shares !== shown.shares) parts.bar.style.backgroundSize = barSizes(text.shares);
  if (text.rate !== shown.rate) parts.rate.textContent = text.rate;
  if (text.watermark !== shown.watermark) parts.watermark.textContent = text.watermark;
  const state = text.state === '' ? text.worst : text.state;
  if (state !== (shown.state === '' ? shown.worst : shown.state)) parts.state.textContent = state;
  if (text.tone !== shown.tone) parts.lane.dataset['tone'] = text.tone;
  registered.shown = text;
}

/** Three layers from the left, each over the next: idle, idle and busy, all. Painted anew, but nothing is laid out. */
function barSizes(shares: Shares | null): string {
  if (shares === null) return '';
  const idle = Math.round(shares.idle * 100);
  const busy = Math.round((shares.idle + shares.busy) * 100);
  // What is left bare let other sources catch up.
  const all = Math.round((1 - (shares.aligning ?? 0)) * 100);
  return `${idle}% 100%, ${busy}% 100%, ${all}% 100%`;
}
