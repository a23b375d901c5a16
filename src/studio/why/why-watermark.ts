/** Why a watermark is where it is: `watermark 10:42 = minimum of channel 0 (11:03) and channel 1 (10:42); channel 1 is …`. */
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { SourceGauges } from '../../engine/wire/reports.ts';
import { durationText } from '../ui/duration.ts';
import { blamePath, isFinal } from './blame.ts';
import type { BlameChannel, BlameLink } from './blame.ts';
import { eventText, operatorName } from './why.ts';
import type { Why, WhyStep } from './why.ts';

/** Channels told one by one. */
const channelsMost = 4;
/** A source that has been silent for longer is said to be. */
const silentMs = 5000;

export function whyWatermark(view: ClusterView, node: NodeId, subtask: SubtaskId): Why {
  const name = operatorName(view.graph, node);
  const index = view.graph.subtasks.find((each) => each.id === subtask)?.index ?? 0;
  const { clause, steps } = watermarkCause(view, node, subtask, null);
  return { sentence: `${name} ${index}: ${clause}.`, steps };
}

/** The same as part of another sentence; `near`: a time whose day needs not be said. */
export function watermarkCause(
  view: ClusterView,
  node: NodeId,
  subtask: SubtaskId,
  near: number | null,
): { readonly clause: string; readonly steps: readonly WhyStep[] } {
  const path = blamePath(view, node, subtask);
  const [first] = path;
  if (first === undefined) return { clause: 'its subtask has told nothing yet', steps: [] };
  const time = (at: number): string => eventText(at, near ?? nearOf(path));
  const parts = path.map((link, i) => linkText(view, link, path[i + 1] ?? null, time));
  const alone = first.source !== null || first.assigner ? `watermark ${time(first.watermark)}: ` : '';
  const behind = delayedText(view, node, subtask, first, time);
  return { clause: behind + alone + parts.map(({ text }) => text).join(' '), steps: parts.map(({ step }) => step) };
}

/** An operator that is chained behind one that holds its watermarks back has another one than the head. */
function delayedText(view: ClusterView, node: NodeId, subtask: SubtaskId, first: BlameLink, time: TimeText): string {
  const own = view.subtasks.get(subtask)?.operators.get(node)?.watermark ?? MIN_EVENT_TIME;
  if (first.delayMs === 0 || isFinal(own)) return '';
  return `watermark ${time(own)}: ${heldBackText(first)} behind ${first.name} ${first.index}: `;
}

/** `held back by 10 s, since rows without a match are still to come,`: results of an outer join are older by as much. */
const heldBackText = ({ delayMs }: BlameLink): string =>
  `held back by ${durationText(delayMs)}, since rows without a match are still to come,`;

/** The day that most of the times are of. */
const nearOf = (path: readonly BlameLink[]): number | null =>
  path.map(({ watermark }) => watermark).find((time) => time > MIN_EVENT_TIME && !isFinal(time)) ?? null;

type TimeText = (time: number) => string;

function linkText(view: ClusterView, link: BlameLink, next: BlameLink | null, time: TimeText) {
  const said = `${stateText(link, time)}${next === null ? '' : `; ${holderText(link, next, time)}`}`;
  const { node, subtask, holder } = link;
  const edge = holder === null ? {} : { edge: holder.edge };
  const origin = link.source !== null || link.assigner;
  const back = link.delayMs === 0 ? '' : `; it goes out held back by ${durationText(link.delayMs)}`;
  const text = origin ? originText(view, link, time) : `${link.name} ${link.index}: ${stateText(link, time)}${back}`;
  const step: WhyStep = { node, subtask, ...edge, text };
  return { text: origin ? text : said, step };
}

/** `watermark 10:42 = minimum of channel 0 (11:03) and channel 1 (10:42)` */
function stateText(link: BlameLink, time: TimeText): string {
  const { watermark, channels } = link;
  if (channels.length === 0) return `watermark ${time(watermark)}`;
  const counting = channels.filter(({ part }) => part === 'holds' || part === 'ahead');
  const aside = asideText(channels);
  if (channels.every(({ part }) => part === 'ended')) return 'the final watermark: all its channels have ended';
  if (counting.length === 0) return `watermark ${time(watermark)}, and no channel counts${aside}`;
  if (watermark <= MIN_EVENT_TIME)
    return `no watermark yet: ${listed(counting.filter(({ part }) => part === 'holds').map(channelName))} ${
      counting.filter(({ part }) => part === 'holds').length === 1 ? 'has' : 'have'
    } brought none${aside}`;
  const [only] = counting;
  if (counting.length === 1 && only !== undefined)
    return `watermark ${time(watermark)} = ${channels.length === 1 ? 'its only channel' : `${channelName(only)} alone`}${aside}`;
  return `watermark ${time(watermark)} = minimum of ${countingText(counting, time)}${aside}`;
}

function countingText(counting: readonly BlameChannel[], time: TimeText): string {
  const one = (channel: BlameChannel): string => `${channelName(channel)} (${time(channel.watermark)})`;
  if (counting.length <= channelsMost) return listed(counting.map(one));
  const holds = counting.filter(({ part }) => part === 'holds');
  const [first] = holds;
  const rest = counting.length - 1;
  return first === undefined ? `${counting.length} channels` : `${one(first)} and ${rest} others`;
}

/** Channels that do not count, in brackets. */
function asideText(channels: readonly BlameChannel[]): string {
  const say = (part: BlameChannel['part'], text: string): string[] => {
    const found = channels.filter((channel) => channel.part === part);
    const [first] = found;
    if (first === undefined || found.length === channels.length) return found.length === 0 ? [] : [`all ${text}`];
    return [`${found.length === 1 ? channelName(first) : `${found.length} channels`} ${text}`];
  };
  const texts = [...say('idle', 'idle'), ...say('catching-up', 'catching up after idleness'), ...say('ended', 'ended')];
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

/** `channel 1 is`, and why what is behind it may be further already. */
function holderText(link: BlameLink, next: BlameLink, time: TimeText): string {
  const { holder } = link;
  if (holder === null) return '';
  const which = link.channels.length === 1 ? 'it' : channelName(holder);
  const waits = holder.blocked ? `, blocked by a barrier with ${holder.queuedRecords} records behind it,` : '';
  const sent = next.watermark - next.delayMs;
  const further =
    sent > holder.watermark && !isFinal(next.watermark) ? `, whose sender is at ${time(sent)} by now,` : '';
  if (next.source !== null || next.assigner) return `${which}${waits}${further} is`;
  const back = next.delayMs === 0 || isFinal(next.watermark) ? '' : `, ${heldBackText(next)} and has`;
  return `${which}${waits}${further} comes from ${next.name} ${next.index}${back === '' ? ':' : back}`;
}

/** `Flights split 2, last event 10:52, bounded by 10 min, active` */
function originText(view: ClusterView, link: BlameLink, time: TimeText): string {
  if (link.source === null)
    return `${link.name} ${link.index}, which makes watermarks of its own: ${time(link.watermark)}`;
  const { source } = link;
  const parts = [
    splitText(link, source, time),
    source.lastEventTime === null ? 'no event with a time yet' : `last event ${time(source.lastEventTime)}`,
    strategyText(source),
    activityText(view, link, source),
  ];
  return parts.join(', ');
}

/** `Flights split 2`; of a subtask that reads several the one that holds, and what the others are. */
function splitText({ name, index, watermark }: BlameLink, { splits }: SourceGauges, time: TimeText): string {
  if (splits === undefined || splits.length === 0) return `${name} split ${index}`;
  const active = splits.filter(({ idle }) => !idle);
  const held = active.filter((split) => split.held).map((split) => `split ${split.split} held back by alignment`);
  const idle = splits.length - active.length;
  const aside = [...(idle === 0 ? [] : [`${idle} of ${splits.length} splits idle`]), ...held];
  const [first] = active.toSorted((a, b) => a.watermark - b.watermark);
  if (first === undefined) return `${name} ${index}, whose splits are all idle, at ${time(watermark)}`;
  const least =
    splits.length === 1 ? '' : `, the least of ${splits.length} in subtask ${index} (${time(first.watermark)})`;
  return `${name} split ${first.split}${least}${aside.length === 0 ? '' : ` (${aside.join(', ')})`}`;
}

function strategyText({ strategy, outOfOrdernessMs }: SourceGauges): string {
  const known = strategies[strategy];
  return (
    known ??
    (strategy === 'bounded' ? `out of order by at most ${durationText(outOfOrdernessMs)}` : `strategy ${strategy}`)
  );
}

const strategies: Readonly<Record<string, string>> = {
  own: 'watermarks as its script says',
  none: 'without a watermark strategy',
  monotonous: 'ascending timestamps',
  punctuated: 'watermarks as its records say',
  custom: 'watermarks by a function of its own',
  ingestion: 'ingestion time',
};

function activityText(view: ClusterView, { view: seen, idle }: BlameLink, source: SourceGauges): string {
  if (seen?.state === 'finished') return 'ended';
  if (seen !== null && seen.state !== 'running') return seen.state;
  if (view.job.paused) return idle ? 'idle, and paused with the job' : 'paused with the job';
  if (source.alignment?.waiting === true)
    return `waiting for alignment: group “${source.alignment.group}” may go no further than ${eventText(source.alignment.limit)}`;
  if (idle) return `idle: silent for more than its timeout of ${durationText(source.idleTimeoutMs)}`;
  if ((seen?.shares.backpressured ?? 0) > 0.5) return 'backpressured';
  const silent = source.lastRecordAt === null ? 0 : view.at - source.lastRecordAt;
  if (silent < silentMs) return 'active';
  const never = source.idleTimeoutMs === 0 ? ' and it has no idle timeout' : '';
  return `active, though silent for ${durationText(Math.round(silent / 1000) * 1000)}${never}`;
}

const channelName = ({ index }: BlameChannel): string => `channel ${index}`;

/** `a, b and c` */
export function listed(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}
