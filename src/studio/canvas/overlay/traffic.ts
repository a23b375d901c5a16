/**
 * The buffers on their way, from the traces: one lane per channel, in order of sequence. A buffer is here from when it was
 * sent until it was consumed. Nothing is added that no trace told of; what a lost trace would leave behind is taken away
 * by the gauges.
 */
import type { EventTimeMs } from '../../../base/units.ts';
import type { ChannelId, SubtaskId } from '../../../engine/graph/plan.ts';
import type { ClusterView, NumberedTrace } from '../../../engine/telemetry/cluster-view.ts';
import type { CheckpointId } from '../../../engine/wire/checkpoints.ts';
import { isTerminal, type Trace } from '../../../engine/wire/reports.ts';

export interface Passage {
  readonly sequence: number;
  readonly sentAt: number;
  /** Latency of the link when it was sent. */
  readonly latencyMs: number;
  readonly records: number;
  readonly hues: readonly number[];
  readonly labels: readonly string[];
  readonly watermark: EventTimeMs | null;
  readonly end: boolean;
  /** The checkpoint whose barrier it carries, behind its records. */
  readonly barrier: CheckpointId | null;
  /** Records at the sender that the barrier overtook. */
  readonly overtook: number;
  /** Its records have been here before: in-flight data of a checkpoint, or from a source that was rewound. */
  readonly replayed: boolean;
  /** A barrier has overtaken it on the way. */
  overtaken: boolean;
  /** Infinity until consumed. */
  consumedAt: number;
  /** Where its first dot was drawn last, in canvas pixels from the sender; see packing.ts. */
  drawnAt: number;
}

export interface LaneTraffic {
  /** In order of sequence; at most `passagesMax`. */
  readonly passages: Passage[];
  /** Barriers that overtake; they wait for nobody. */
  readonly priority: Passage[];
  /** Highest sequence known to be consumed, and since when; a channel is FIFO, so all before it are too. */
  consumed: number;
  consumedAt: number;
  lastSentAt: number;
}

const passagesMax = 128;
/** A consumed buffer slides into the node for this long. */
export const exitMs = 180;
const forgottenMs = 2000;

export class Traffic {
  readonly lanes = new Map<ChannelId, LaneTraffic>();
  private nextNumber = 0;
  /** Attempts at both ends of each channel. */
  private readonly attempts = new Map<ChannelId, string>();

  /** Takes in the traces that are new since the last call; `onTrace` hears the time of each. */
  read(view: ClusterView, onTrace: (at: number) => void): void {
    const { traces } = view;
    const newest = traces.at(-1);
    this.forgetOlderAttempts(view);
    if (newest !== undefined && newest.number >= this.nextNumber) {
      for (let i = firstNew(traces, this.nextNumber); i < traces.length; i++) {
        const { trace, subtask, attempt } = traces[i] as NumberedTrace;
        if (attempt < (view.subtasks.get(subtask)?.attempt ?? 0)) continue;
        this.take(trace, view.job.linkLatencyMs, comesAgain(view, subtask));
        onTrace(trace.at);
      }
      this.nextNumber = newest.number + 1;
    }
    this.reconcile(view);
    if (isTerminal(view.job.state)) this.end(view);
  }

  /** Forgets buffers that have gone into their node before `time`. Gives the number of records left to draw. */
  sweep(time: number): number {
    let records = 0;
    for (const { passages, priority } of this.lanes.values()) {
      dropGone(passages, time);
      dropGone(priority, time);
      dropForgotten(priority, time);
      for (const passage of passages)
        if (passage.sentAt <= time) records += Math.min(passage.records, passage.hues.length);
    }
    return records;
  }

  clear(): void {
    this.lanes.clear();
    this.attempts.clear();
    this.nextNumber = 0;
  }

  private take(trace: Trace, latencyMs: number, again: boolean): void {
    const lane = this.laneOf(trace.channel);
    if (trace.kind === 'sent') insert(lane, trace, latencyMs, again);
    else if (trace.sequence < 0) consumePriority(lane, trace.sequence, trace.at);
    else this.consume(lane, trace.sequence, trace.at);
  }

  /** Behind the end nothing is on its way: of a job that finished all was consumed, of another the rest is lost. */
  private end({ job, at }: ClusterView): void {
    if (job.state !== 'finished') this.lanes.clear();
    for (const { passages, priority } of this.lanes.values())
      for (const passage of [...passages, ...priority])
        passage.consumedAt = Math.min(passage.consumedAt, Math.max(at, passage.sentAt));
  }

  /** A channel whose ends were deployed anew is empty, and counts from 0. */
  private forgetOlderAttempts(view: ClusterView): void {
    for (const { id, from, to } of view.graph.channels) {
      const now = `${view.subtasks.get(from)?.attempt}|${view.subtasks.get(to)?.attempt}`;
      const before = this.attempts.get(id);
      if (before === now) continue;
      this.attempts.set(id, now);
      if (before !== undefined) this.lanes.delete(id);
    }
  }

  private laneOf(channel: ChannelId): LaneTraffic {
    const known = this.lanes.get(channel);
    if (known !== undefined) return known;
    const lane: LaneTraffic = {
      passages: [],
      priority: [],
      consumed: -1,
      consumedAt: -Infinity,
      lastSentAt: -Infinity,
    };
    this.lanes.set(channel, lane);
    return lane;
  }

  private consume(lane: LaneTraffic, sequence: number, at: number): void {
    for (const passage of lane.passages) {
      if (passage.sequence > sequence) break;
      passage.consumedAt = Math.min(passage.consumedAt, Math.max(at, passage.sentAt));
    }
    if (sequence > lane.consumed) {
      lane.consumed = sequence;
      lane.consumedAt = at;
    }
  }

  /** Gauges count what traces may have left out: everything below `consumedBuffers` is consumed by now. */
  private reconcile(view: ClusterView): void {
    for (const [id, lane] of this.lanes) {
      const consumed = view.channels.get(id)?.input?.consumedBuffers ?? 0;
      if (consumed - 1 > lane.consumed) this.consume(lane, consumed - 1, view.at);
    }
  }
}

function dropGone(passages: Passage[], time: number): void {
  let gone = 0;
  while (gone < passages.length && (passages[gone] as Passage).consumedAt + exitMs < time) gone++;
  if (gone > 0) passages.splice(0, gone);
}

/** Their consumption may have been told before they were. */
function dropForgotten(priority: Passage[], time: number): void {
  while (priority[0] !== undefined && priority[0].sentAt + priority[0].latencyMs + forgottenMs < time) priority.shift();
}

/** Priority buffers have sequences of their own: -1, -2, … */
function consumePriority({ priority }: LaneTraffic, sequence: number, at: number): void {
  for (const passage of priority) {
    if (passage.sequence >= sequence) passage.consumedAt = Math.min(passage.consumedAt, Math.max(at, passage.sentAt));
  }
}

/** Whether what this subtask sends now has been sent before: the last recovery has not caught up yet. */
function comesAgain({ subtasks, recoveries }: ClusterView, id: SubtaskId): boolean {
  const subtask = subtasks.get(id);
  if (subtask === undefined) return false;
  const isSource = subtask.gauges?.operators[0]?.position !== undefined;
  if (isSource) return subtask.replaying;
  const last = recoveries.at(-1);
  return last !== undefined && last.caughtUpAt === null && last.replayTo.size > 0 && last.subtasks.includes(id);
}

function insert(lane: LaneTraffic, trace: Extract<Trace, { kind: 'sent' }>, latencyMs: number, again: boolean): void {
  const overtakes = trace.sequence < 0;
  const passages = overtakes ? lane.priority : lane.passages;
  const last = passages.at(-1);
  if (last !== undefined && (overtakes ? trace.sequence >= last.sequence : trace.sequence <= last.sequence)) return;
  const consumed = !overtakes && trace.sequence <= lane.consumed;
  passages.push({
    sequence: trace.sequence,
    sentAt: trace.at,
    latencyMs,
    records: trace.records,
    hues: trace.hues,
    labels: trace.labels,
    watermark: trace.watermark,
    end: trace.end,
    barrier: trace.barrier ?? null,
    overtook: trace.overtook ?? 0,
    replayed: trace.replayed === true || again,
    overtaken: false,
    consumedAt: consumed ? Math.max(lane.consumedAt, trace.at) : Infinity,
    drawnAt: 0,
  });
  lane.lastSentAt = trace.at;
  if (passages.length > passagesMax) passages.splice(0, passages.length - passagesMax);
}

/** Index of the first trace with at least this number; numbers rise by one. */
function firstNew(traces: readonly NumberedTrace[], number: number): number {
  const first = traces[0];
  return first === undefined ? 0 : Math.max(0, number - first.number);
}
