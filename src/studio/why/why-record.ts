/** Why a record was late, dropped, or on time: its windows or its buffer, the watermark it met, and by how much. Pure. */
import type { JsonValue } from '../../engine/graph/schema.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { cumulating, sliding, tumbling } from '../../engine/time/window-assigners.ts';
import { cleanupTime, windowText } from '../../engine/time/windows.ts';
import type { TimeWindow } from '../../engine/time/windows.ts';
import { durationText } from '../ui/duration.ts';
import { blamePath } from './blame.ts';
import type { BlameLink } from './blame.ts';
import { latenessOf } from './why-held.ts';
import { eventText, keyText, operatorName, placeOf } from './why.ts';
import type { RecordQuestion, Why, WhyStep } from './why.ts';

type Params = Readonly<Record<string, unknown>>;

/** The windows that a record belongs to; null: the kind has none, or they depend on more than the record's time. */
function windowsOf(kind: string, params: Params, time: number): readonly TimeWindow[] | null {
  const ms = (name: string): number => Number(params[name] as JsonValue);
  if (params['time'] === 'processing') return null;
  switch (kind) {
    case 'tumblingWindow':
      return tumbling(ms('sizeMs'), ms('offsetMs')).assign(time, 0);
    case 'slidingWindow':
      return sliding(ms('sizeMs'), ms('slideMs'), ms('offsetMs')).assign(time, 0);
    case 'cumulatingWindow':
      return cumulating(ms('sizeMs'), ms('stepMs'), ms('offsetMs')).assign(time, 0);
    case 'sessionWindow':
      return params['gap'] === '' || params['gap'] === undefined ? [{ start: time, end: time + ms('gapMs') }] : null;
    case 'windowJoin':
    case 'windowCoGroup':
      return windowsOf(`${String(params['window'])}Window`, params, time);
    default:
      return null;
  }
}

export function whyRecord(view: ClusterView, asked: RecordQuestion): Why {
  const { node, subtask, key, time, watermark } = asked;
  const found = placeOf(view.graph, node);
  const operator = found?.vertex.operators[found.place];
  const name = operatorName(view.graph, node);
  const who = `The record of ${keyText(key)} at ${eventText(time)}`;
  const steps: WhyStep[] = [{ node, subtask, text: `${name}: ${who}` }];
  const met = `the watermark was ${eventText(watermark, time)}`;
  const windows = operator === undefined ? null : windowsOf(operator.kind, operator.params, time);
  const lateness = latenessOf(view, node);
  const over = windows === null ? time : Math.max(...windows.map(({ end }) => cleanupTime(end, lateness)));
  const late = asked.dropped ?? (windows === null ? isBehind(operator?.kind, asked) : over <= watermark);
  const last = windows?.at(-1);
  const ofWindow = last === undefined ? 'its time' : windowsText(windows as readonly TimeWindow[]);
  if (!late) {
    const verdict = watermark < time ? 'was on time' : 'came behind the watermark and counts all the same';
    const left =
      over > watermark
        ? `${ofWindow} is over only at ${eventText(over, time)}, ${durationText(over - watermark)} later`
        : 'it went into a window that is not over';
    return { sentence: `${who} ${verdict}: ${met}${last === undefined ? '' : `, and ${left}`}.`, steps };
  }
  const path = blamePath(view, node, subtask);
  const origin = broughtIt(path, watermark) ? originOf(path) : null;
  if (origin !== null) steps.push({ node: origin.node, subtask: origin.subtask, text: promiseText(origin) });
  const by = durationText(watermark - (last === undefined ? time : over));
  const was = last === undefined ? 'its time had passed' : `${ofWindow} was over at watermark ${eventText(over, time)}`;
  const remedy =
    last === undefined
      ? ''
      : `; an allowed lateness of ${durationText(lateness + watermark - over + 1)} would have kept it`;
  const thanks = origin === null ? '' : `; ${promiseText(origin)}`;
  return { sentence: `${who} was late by ${by}: ${was}, and ${met}${thanks}${remedy}.`, steps };
}

/** Joins and their like: an event time behind the watermark is late; at it, it is not. */
function isBehind(kind: string | undefined, { time, watermark, input }: RecordQuestion): boolean {
  if (kind === 'temporalJoin' && input === 1) return false;
  return time < watermark;
}

function windowsText(windows: readonly TimeWindow[]): string {
  const [first] = windows;
  if (first === undefined) return 'it';
  return windows.length === 1
    ? `its window ${windowText(first.start, first.end)}`
    : `the last of its ${windows.length} windows`;
}

/**
 * Whoever holds the watermark now had brought it when the record came: there is no other way to it, or it has not moved since.
 * What of several channels held an older watermark is not known any more.
 */
const broughtIt = (path: readonly BlameLink[], met: number): boolean =>
  path.every(({ channels }) => channels.length <= 1) || path[0]?.watermark === met;

/** The source behind the watermark: what it promised let the watermark go on. */
function originOf(path: readonly BlameLink[]): BlameLink | null {
  const last = path.at(-1);
  return last === undefined || (last.source === null && !last.assigner) ? null : last;
}

function promiseText({ name, index, source, assigner }: BlameLink): string {
  const who = `${name} ${index}`;
  if (assigner) return `${who} makes the watermarks`;
  switch (source?.strategy) {
    case 'bounded':
      return `${who} lets records be out of order by at most ${durationText(source.outOfOrdernessMs)}`;
    case 'monotonous':
      return `${who} promises ascending timestamps`;
    case 'own':
      return `the script of ${who} says the watermarks`;
    default:
      return `${who} makes the watermarks`;
  }
}
