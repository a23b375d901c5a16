/**
 * The Gantt chart of a checkpoint: per subtask, what passed between the trigger and its acknowledgement. Acknowledged
 * subtasks tell it with their metrics; of the others it is read from their barriers so far. Pure.
 *
 * Aligned and at-least-once: start delay, alignment, synchronous part, asynchronous part, one after the other.
 * Unaligned: the snapshot is taken at the first barrier, so the alignment goes on beside it. When an aligned barrier
 * timed out, the snapshot was taken at that moment, in the middle of the alignment.
 */
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import type {
  Acknowledged,
  CheckpointView,
  ClusterView,
  NumberedBarrier,
} from '../../../engine/telemetry/cluster-view.ts';
import { verticesInOrder } from '../watermarks/ladder.ts';

export type SegmentKind = 'start-delay' | 'alignment' | 'sync' | 'async';

/** In ms since the trigger. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly from: number;
  readonly to: number;
  /** It goes on: `to` is now. */
  readonly open: boolean;
  /** Alignment beside the snapshot, or without blocking: no channel waited. */
  readonly beside: boolean;
}

export interface GanttRow {
  readonly subtask: SubtaskId;
  readonly name: string;
  readonly index: number;
  readonly node: string;
  /** Of the subtasks of one vertex the first. */
  readonly first: boolean;
  readonly state: 'acknowledged' | 'under-way' | 'not-reached' | 'given-up' | 'finished';
  readonly segments: readonly Segment[];
  /** The barrier overtook here; null: not known yet. */
  readonly unaligned: boolean | null;
  /** An aligned barrier timed out here and overtook from then on, in ms since the trigger. */
  readonly switchedAt: number | null;
  /** From the trigger to the acknowledgement; null: there is none. */
  readonly totalMs: number | null;
  readonly acknowledged: Acknowledged | null;
}

export interface Gantt {
  readonly rows: readonly GanttRow[];
  /** Width of the chart in ms. At least 1. */
  readonly spanMs: number;
  readonly totals: GanttTotals;
}

/** The longest of each part, and sums. */
export interface GanttTotals {
  readonly startDelayMs: number;
  readonly alignmentMs: number;
  readonly syncMs: number;
  readonly asyncMs: number;
  readonly recordsDuringAsync: number;
  readonly inFlightRecords: number;
  readonly inFlightBytes: number;
  readonly writtenBytes: number;
  readonly stateBytes: number;
}

type BarrierLog = Pick<ClusterView, 'graph' | 'barriers' | 'at'>;

export function ganttOf(checkpoint: CheckpointView, view: BarrierLog): Gantt {
  const known = new Set([...checkpoint.awaits, ...checkpoint.finished, ...checkpoint.acknowledged.keys()]);
  const barriers = barriersOf(checkpoint, view.barriers);
  const now = checkpoint.endedAt ?? view.at;
  const rows = verticesInOrder(view.graph).flatMap((vertex) => {
    const name = vertex.operators.map((operator) => operator.name).join(' → ');
    const node = vertex.operators[0]?.node ?? '';
    return view.graph.subtasks
      .filter((subtask) => subtask.vertex === vertex.id && known.has(subtask.id))
      .map(({ id, index }, i): GanttRow => {
        const row = { subtask: id, name, index, node, first: i === 0 };
        return { ...row, ...courseOf(checkpoint, id, barriers.get(id) ?? [], now) };
      });
  });
  const ends = rows.flatMap((row) => [row.totalMs ?? 0, ...row.segments.map((segment) => segment.to)]);
  return { rows, spanMs: Math.max(1, now - checkpoint.triggeredAt, ...ends), totals: totalsOf(checkpoint) };
}

/** Barriers that come after the checkpoint has ended belong to its course no more. */
function barriersOf(
  { id, endedAt }: CheckpointView,
  all: readonly NumberedBarrier[],
): Map<SubtaskId, NumberedBarrier[]> {
  const bySubtask = new Map<SubtaskId, NumberedBarrier[]>();
  for (const each of all) {
    if (each.event.checkpoint !== id || (endedAt !== null && each.at > endedAt)) continue;
    const list = bySubtask.get(each.subtask);
    if (list === undefined) bySubtask.set(each.subtask, [each]);
    else list.push(each);
  }
  return bySubtask;
}

type Course = Pick<GanttRow, 'state' | 'segments' | 'unaligned' | 'switchedAt' | 'totalMs' | 'acknowledged'>;
const nothing: Course = {
  state: 'finished',
  segments: [],
  unaligned: null,
  switchedAt: null,
  totalMs: null,
  acknowledged: null,
};

function courseOf(
  checkpoint: CheckpointView,
  subtask: SubtaskId,
  barriers: readonly NumberedBarrier[],
  now: number,
): Course {
  const acknowledged = checkpoint.acknowledged.get(subtask);
  if (acknowledged !== undefined) return acknowledgedCourse(checkpoint, acknowledged, barriers);
  if (checkpoint.finished.includes(subtask)) return nothing;
  return courseSoFar(checkpoint, barriers, now);
}

function acknowledgedCourse(
  { triggeredAt, options }: CheckpointView,
  acknowledged: Acknowledged,
  barriers: readonly NumberedBarrier[],
): Course {
  const { startDelayMs, alignmentMs, syncMs, asyncMs, unaligned } = acknowledged.metrics;
  const aligned = startDelayMs + alignmentMs;
  const timedOut = timeOf(barriers, 'timed-out');
  const switchedAt = unaligned && timedOut !== null ? timedOut - triggeredAt : null;
  const taken = !unaligned ? aligned : Math.min(Math.max(startDelayMs, switchedAt ?? startDelayMs), aligned);
  const blocks = options?.mode !== 'at-least-once';
  return {
    state: 'acknowledged',
    segments: [
      segment('start-delay', 0, startDelayMs),
      // What had waited before the barrier overtook, and what came in beside the snapshot from then on.
      { ...segment('alignment', startDelayMs, taken), beside: !blocks },
      { ...segment('alignment', taken, aligned), beside: true },
      segment('sync', taken, taken + syncMs),
      segment('async', taken + syncMs, taken + syncMs + asyncMs),
    ].filter((each) => each.to > each.from),
    unaligned,
    switchedAt,
    totalMs: Math.max(acknowledged.at - triggeredAt, 0),
    acknowledged,
  };
}

const segment = (kind: SegmentKind, from: number, to: number): Segment => ({
  kind,
  from,
  to,
  open: false,
  beside: false,
});

/** Of a subtask that has not acknowledged: as far as its barriers tell. */
function courseSoFar(checkpoint: CheckpointView, barriers: readonly NumberedBarrier[], now: number): Course {
  const { triggeredAt, options, state } = checkpoint;
  const running = state === 'in-progress';
  const since = (at: number) => Math.max(0, at - triggeredAt);
  const end = since(now);
  const first = timeOf(barriers, 'arrived') ?? timeOf(barriers, 'snapshot');
  if (first === null) {
    const waiting = { ...segment('start-delay', 0, end), open: running };
    return { ...nothing, state: running ? 'not-reached' : 'given-up', segments: end > 0 ? [waiting] : [] };
  }
  const arrived = since(first);
  const timedOut = timeOf(barriers, 'timed-out');
  const snapshot = barriers.find((each) => each.event.kind === 'snapshot');
  const unaligned = snapshot?.event.kind === 'snapshot' ? snapshot.event.unaligned : null;
  const taken = snapshot === undefined ? null : since(snapshot.at);
  const alignedAt = timeOf(barriers, 'aligned');
  const alignmentEnd = alignedAt === null ? (unaligned === true ? end : (taken ?? end)) : since(alignedAt);
  const blocked = Math.min(taken ?? alignmentEnd, alignmentEnd);
  const stillAligning = running && alignedAt === null && (taken === null || unaligned === true);
  const blocks = options?.mode !== 'at-least-once';
  return {
    ...nothing,
    state: running ? 'under-way' : 'given-up',
    segments: [
      segment('start-delay', 0, arrived),
      { ...segment('alignment', arrived, blocked), beside: !blocks, open: stillAligning && taken === null },
      { ...segment('alignment', Math.max(blocked, arrived), alignmentEnd), beside: true, open: stillAligning },
      ...(taken === null ? [] : [{ ...segment('async', taken, end), open: running }]),
    ].filter((each) => each.to > each.from),
    unaligned: unaligned ?? (timedOut === null ? null : true),
    switchedAt: timedOut === null ? null : since(timedOut),
  };
}

function timeOf(barriers: readonly NumberedBarrier[], kind: NumberedBarrier['event']['kind']): number | null {
  return barriers.find((each) => each.event.kind === kind)?.at ?? null;
}

function totalsOf({ acknowledged }: CheckpointView): GanttTotals {
  const all = [...acknowledged.values()].map((each) => each.metrics);
  const most = (of: (metrics: (typeof all)[number]) => number) => all.reduce((top, each) => Math.max(top, of(each)), 0);
  const sum = (of: (metrics: (typeof all)[number]) => number) => all.reduce((total, each) => total + of(each), 0);
  return {
    startDelayMs: most((each) => each.startDelayMs),
    alignmentMs: most((each) => each.alignmentMs),
    syncMs: most((each) => each.syncMs),
    asyncMs: most((each) => each.asyncMs),
    recordsDuringAsync: sum((each) => each.recordsDuringAsync),
    inFlightRecords: sum((each) => each.inFlightRecords),
    inFlightBytes: sum((each) => each.inFlightBytes),
    writtenBytes: sum((each) => each.writtenBytes),
    stateBytes: sum((each) => each.stateBytes),
  };
}
