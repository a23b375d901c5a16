/** What holds the watermark of a source, in words: its splits, and the alignment that it waits for. Pure. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { EventTimeMs } from '../../../base/units.ts';
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { SourceGauges, SplitGauges } from '../../../engine/wire/reports.ts';
import { durationText } from '../../ui/duration.ts';

type TimeText = (time: EventTimeMs) => string;

/** `paused by alignment: 12 s ahead of Weather 1`; null for a source that reads. */
export function alignmentText(view: ClusterView, subtask: SubtaskId): string | null {
  const alignment = view.subtasks.get(subtask)?.gauges?.source?.alignment;
  if (alignment === undefined || !alignment.waiting) return null;
  const own = view.subtasks.get(subtask)?.watermark ?? MIN_EVENT_TIME;
  const slowest = slowestOf(view, alignment.group);
  if (slowest === null || slowest.subtask === subtask || slowest.watermark >= own)
    return `paused by alignment until group “${alignment.group}” has caught up`;
  return `paused by alignment: ${leadText(own - slowest.watermark)} ahead of ${slowest.name}`;
}

/** `least of split 2 (10:42) and split 5 (10:52), split 1 idle`; null for a source without splits. */
export function splitsText({ splits }: SourceGauges, time: TimeText): string | null {
  if (splits === undefined) return null;
  if (splits.length === 0) return 'no split is open';
  const counting = splits.filter(({ idle }) => !idle).toSorted((a, b) => a.watermark - b.watermark);
  const aside = [
    ...asideText(splits, 'idle', ({ idle }) => idle),
    ...asideText(splits, 'held back by alignment', ({ held }) => held),
  ];
  const behind = aside.length === 0 ? '' : `, ${aside.join(', ')}`;
  const [first, second] = counting;
  if (first === undefined) return 'all its splits are idle';
  const named = ({ split, watermark }: SplitGauges): string =>
    `split ${split} (${watermark <= MIN_EVENT_TIME ? 'none yet' : time(watermark)})`;
  if (second === undefined)
    return `${splits.length === 1 ? 'its only split is' : 'alone counts'} ${named(first)}${behind}`;
  const rest = counting.length === 2 ? named(second) : `${counting.length - 1} others`;
  return `least of ${named(first)} and ${rest}${behind}`;
}

function asideText(splits: readonly SplitGauges[], text: string, is: (split: SplitGauges) => boolean): string[] {
  const found = splits.filter(is);
  const [first] = found;
  if (first === undefined) return [];
  return [found.length === 1 ? `split ${first.split} ${text}` : `${found.length} splits ${text}`];
}

/** Who holds a group of aligned sources back: the least watermark of those that run and are not idle. */
function slowestOf(view: ClusterView, group: string) {
  let slowest: { readonly subtask: SubtaskId; readonly name: string; readonly watermark: EventTimeMs } | null = null;
  for (const { id, vertex, index } of view.graph.subtasks) {
    const seen = view.subtasks.get(id);
    if (seen?.gauges?.source?.alignment?.group !== group || seen.idle || seen.state === 'finished') continue;
    const { watermark } = seen;
    if (watermark <= MIN_EVENT_TIME || watermark >= MAX_EVENT_TIME) continue;
    if (slowest !== null && slowest.watermark <= watermark) continue;
    const name = view.graph.jobGraph.vertices.find((each) => each.id === vertex)?.operators[0]?.name ?? vertex;
    slowest = { subtask: id, name: `${name} ${index}`, watermark };
  }
  return slowest;
}

/** To the second while it is long. */
const leadText = (ms: number): string => durationText(ms >= 10_000 ? Math.round(ms / 1000) * 1000 : ms);
