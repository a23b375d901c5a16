/**
 * The buffers on their way, from the traces: one lane per channel, in order of sequence. A buffer is here from when it was
 * sent until it was consumed. Nothing is added that no trace told of; what a lost trace would leave behind is taken away
 * by the gauges.
 */
import type { EventTimeMs } from '../../../base/units.ts';
import type { ChannelId } from '../../../engine/graph/plan.ts';
import type { ClusterView, NumberedTrace } from '../../../engine/telemetry/cluster-view.ts';
import type { Trace } from '../../../engine/wire/reports.ts';

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
  /** Infinity until consumed. */
  consumedAt: number;
  /** Where its first dot was drawn last, in canvas pixels from the sender; see packing.ts. */
  drawnAt: number;
}

export interface LaneTraffic {
  /** In order of sequence; at most `passagesMax`. */
  readonly passages: Passage[];
  /** Highest sequence known to be consumed, and since when; a channel is FIFO, so all before it are too. */
  consumed: number;
  consumedAt: number;
  lastSentAt: number;
}

const passagesMax = 128;
/** A consumed buffer slides into the node for this long. */
export const exitMs = 180;

export class Traffic {
  readonly lanes = new Map<ChannelId, LaneTraffic>();
  private nextNumber = 0;

  /** Takes in the traces that are new since the last call; `onTrace` hears the time of each. */
  read(view: ClusterView, onTrace: (at: number) => void): void {
    const { traces } = view;
    const newest = traces.at(-1);
    if (newest !== undefined && newest.number >= this.nextNumber) {
      for (let i = firstNew(traces, this.nextNumber); i < traces.length; i++) {
        const { trace } = traces[i] as NumberedTrace;
        this.take(trace, view.job.linkLatencyMs);
        onTrace(trace.at);
      }
      this.nextNumber = newest.number + 1;
    }
    this.reconcile(view);
  }

  /** Forgets buffers that have gone into their node before `time`. Gives the number of records left to draw. */
  sweep(time: number): number {
    let records = 0;
    for (const { passages } of this.lanes.values()) {
      let gone = 0;
      while (gone < passages.length && (passages[gone] as Passage).consumedAt + exitMs < time) gone++;
      if (gone > 0) passages.splice(0, gone);
      for (const passage of passages)
        if (passage.sentAt <= time) records += Math.min(passage.records, passage.hues.length);
    }
    return records;
  }

  clear(): void {
    this.lanes.clear();
    this.nextNumber = 0;
  }

  private take(trace: Trace, latencyMs: number): void {
    const lane = this.laneOf(trace.channel);
    if (trace.kind === 'consumed') this.consume(lane, trace.sequence, trace.at);
    else insert(lane, trace, latencyMs);
  }

  private laneOf(channel: ChannelId): LaneTraffic {
    const known = this.lanes.get(channel);
    if (known !== undefined) return known;
    const lane: LaneTraffic = { passages: [], consumed: -1, consumedAt: -Infinity, lastSentAt: -Infinity };
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

function insert(lane: LaneTraffic, trace: Extract<Trace, { kind: 'sent' }>, latencyMs: number): void {
  const { passages } = lane;
  const last = passages.at(-1);
  if (last !== undefined && trace.sequence <= last.sequence) return;
  passages.push({
    sequence: trace.sequence,
    sentAt: trace.at,
    latencyMs,
    records: trace.records,
    hues: trace.hues,
    labels: trace.labels,
    watermark: trace.watermark,
    end: trace.end,
    consumedAt: trace.sequence <= lane.consumed ? Math.max(lane.consumedAt, trace.at) : Infinity,
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
