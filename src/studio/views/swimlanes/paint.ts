/** Paints the lanes in sight: the rate as a line, the shares as a strip below it, the values under the pointer. */
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import { percent, rateText } from '../../canvas/number-text.ts';
import type { LaneHistory, Sample } from './lane-history.ts';

export const rowHeight = 46;
/** Widths left and right of the lanes: names, and figures. */
export const nameWidth = 196;
export const figureWidth = 118;
export const axisHeight = 20;

const lineTop = 7;
const lineHeight = 20;
const stripTop = 31;
const stripHeight = 9;

export interface LaneRow {
  readonly subtask: SubtaskId;
  /** Lanes of one vertex share the scale of their rates, so that skew is seen. */
  readonly vertex: string;
}

export interface SwimInks {
  readonly muted: string;
  readonly faint: string;
  readonly hairline: string;
  readonly sunk: string;
  readonly water: string;
  readonly idle: string;
  readonly busy: string;
  readonly backpressured: string;
  readonly numbers: string;
}

export function readSwimInks(element: Element): SwimInks {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    muted: value('--muted'),
    faint: value('--faint'),
    hairline: value('--hairline'),
    sunk: value('--sunk-strong'),
    water: value('--water'),
    idle: value('--idle'),
    busy: value('--busy'),
    backpressured: value('--backpressured'),
    numbers: value('--font-number') || 'monospace',
  };
}

export interface SwimPicture {
  readonly history: LaneHistory;
  readonly rows: readonly LaneRow[];
  readonly inks: SwimInks;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly spanMs: number;
  /** Pointer in pixels from the left; null if it is not over the lanes. */
  readonly pointer: number | null;
}

type Pen = CanvasRenderingContext2D;

interface Frame extends SwimPicture {
  readonly from: number;
  readonly x: (time: number) => number;
  /** The sample under the pointer, else the newest; -1 if there is none. */
  readonly shown: number;
}

export function paintLanes(pen: Pen, picture: SwimPicture): void {
  const { history, rows, width, height, scrollTop, spanMs, pointer } = picture;
  pen.clearRect(0, 0, width, height);
  if (history.size === 0) return;
  const end = history.newest;
  const left = nameWidth;
  const right = Math.max(left + 20, width - figureWidth);
  const x = (time: number): number => right - ((end - time) / spanMs) * (right - left);
  const under = pointer === null ? null : end - ((right - pointer) / (right - left)) * spanMs;
  const shown = under === null ? history.size - 1 : Math.min(history.size - 1, history.firstFrom(under));
  const frame: Frame = { ...picture, from: history.firstFrom(end - spanMs), x, shown };
  const scales = scalesOf(frame);
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, width, height - axisHeight);
  pen.clip();
  const first = Math.max(0, Math.floor(scrollTop / rowHeight));
  const last = Math.min(rows.length, Math.ceil((scrollTop + height - axisHeight) / rowHeight));
  for (let i = first; i < last; i++)
    paintRow(pen, frame, i, { left, right, scale: scales.get(rows[i]?.vertex ?? '') ?? 1 });
  pen.restore();
  paintAxis(pen, frame, left, right);
  if (pointer !== null) paintPointer(pen, frame, height - axisHeight);
}

/** Highest rate per vertex in the time shown. */
function scalesOf({ history, rows, from }: Frame): ReadonlyMap<string, number> {
  const scales = new Map<string, number>();
  for (const { vertex, subtask } of rows)
    scales.set(vertex, Math.max(scales.get(vertex) ?? 0, history.highestRate(subtask, from)));
  return scales;
}

interface RowPlace {
  readonly left: number;
  readonly right: number;
  readonly scale: number;
}

function paintRow(pen: Pen, frame: Frame, i: number, { left, right, scale }: RowPlace): void {
  const { inks, rows, scrollTop, history, shown } = frame;
  const row = rows[i] as LaneRow;
  const top = i * rowHeight - scrollTop;
  pen.fillStyle = inks.hairline;
  pen.fillRect(0, Math.round(top + rowHeight) - 1, frame.width, 1);
  pen.fillStyle = inks.sunk;
  pen.fillRect(left, top + stripTop, right - left, stripHeight);
  pen.fillRect(left, top + lineTop + lineHeight, right - left, 1);
  paintStrip(pen, frame, row.subtask, top + stripTop);
  paintLine(pen, frame, row.subtask, top + lineTop, scale);
  const sample = shown < 0 ? null : history.sampleAt(row.subtask, shown);
  paintFigures(pen, frame, sample, top, right + 10);
}

/** One column per sample: bare where the source let others catch up, idle, busy, backpressured at the bottom. */
function paintStrip(pen: Pen, { history, from, x, inks }: Frame, subtask: SubtaskId, top: number): void {
  for (let i = Math.max(1, from); i < history.size; i++) {
    const sample = history.sampleAt(subtask, i);
    if (sample === null) continue;
    const begin = Math.max(nameWidth, x(history.timeAt(i - 1)));
    const wide = Math.max(0.5, x(history.timeAt(i)) - begin + 0.3);
    const busy = sample.busy * stripHeight;
    const blocked = sample.backpressured * stripHeight;
    pen.fillStyle = inks.sunk;
    pen.fillRect(begin, top, wide, stripHeight);
    pen.fillStyle = inks.idle;
    pen.fillRect(begin, top + (sample.aligning ?? 0) * stripHeight, wide, (1 - (sample.aligning ?? 0)) * stripHeight);
    pen.fillStyle = inks.busy;
    pen.fillRect(begin, top + stripHeight - blocked - busy, wide, busy);
    pen.fillStyle = inks.backpressured;
    pen.fillRect(begin, top + stripHeight - blocked, wide, blocked);
  }
}

function paintLine(pen: Pen, { history, from, x, inks }: Frame, subtask: SubtaskId, top: number, scale: number): void {
  pen.strokeStyle = inks.water;
  pen.lineWidth = 1.5;
  pen.lineJoin = 'round';
  pen.beginPath();
  let drawing = false;
  for (let i = from; i < history.size; i++) {
    const sample = history.sampleAt(subtask, i);
    if (sample === null) {
      drawing = false;
      continue;
    }
    const y = top + lineHeight * (1 - (scale === 0 ? 0 : sample.rate / scale));
    if (drawing) pen.lineTo(x(history.timeAt(i)), y);
    else pen.moveTo(x(history.timeAt(i)), y);
    drawing = true;
  }
  pen.stroke();
}

function paintFigures(pen: Pen, { inks }: Frame, sample: Sample | null, top: number, left: number): void {
  pen.font = `11px ${inks.numbers}`;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const edge = left + figureWidth - 26;
  if (sample === null) {
    pen.fillStyle = inks.faint;
    pen.fillText('not running', edge, top + rowHeight / 2);
    return;
  }
  pen.fillStyle = inks.water;
  pen.fillText(rateText(sample.rate), edge, top + lineTop + lineHeight / 2 + 1);
  pen.fillStyle = inks.muted;
  const { busy, backpressured, aligning = 0 } = sample;
  const share = backpressured > busy ? ['blocked', backpressured] : ['busy', busy];
  if (aligning > (share[1] as number)) share.splice(0, 2, 'aligning', aligning);
  pen.fillText(`${percent(share[1] as number)} ${share[0]}`, edge, top + stripTop + stripHeight / 2);
}

const niceSteps = [1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000];

/** Time before the newest sample, in the job's clock. */
function paintAxis(pen: Pen, { inks, height, spanMs, history, x }: Frame, left: number, right: number): void {
  const room = Math.max(1, Math.floor((right - left) / 90));
  const step = niceSteps.find((each) => spanMs / each <= room) ?? 300_000;
  pen.font = `11px ${inks.numbers}`;
  pen.textBaseline = 'middle';
  for (let ago = 0; ago <= spanMs; ago += step) {
    const at = x(history.newest - ago);
    pen.fillStyle = inks.hairline;
    pen.fillRect(Math.round(at), height - axisHeight, 1, 4);
    pen.fillStyle = inks.faint;
    pen.textAlign = ago === 0 ? 'right' : 'center';
    pen.fillText(ago === 0 ? 'now' : agoText(ago), at, height - axisHeight / 2 + 2);
  }
}

const agoText = (ms: number): string => (ms % 60_000 === 0 ? `−${ms / 60_000} min` : `−${ms / 1000} s`);

function paintPointer(pen: Pen, { inks, history, shown, x }: Frame, height: number): void {
  pen.fillStyle = inks.muted;
  pen.fillRect(Math.max(nameWidth, Math.round(x(history.timeAt(shown)))), 0, 1, height);
}
