/**
 * Traces of single buffers for the canvas: complete while few buffers move, silent when more than
 * `buffersPerWindowMax` were sent in a tenth of a second. Then only the gauges tell of the flow. The same holds for
 * buffers consumed, of which several senders may each send so many.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId, JobGraphEdge } from '../graph/plan.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import { BufferReader } from '../wire/codec.ts';
import type { Trace } from '../wire/reports.ts';
import { Budget } from './budget.ts';
import { priorityTrace } from './input-gate.ts';
import { hueAt, labelAt } from './record-text.ts';

const buffersPerWindowMax = 30;
const consumedPerWindowMax = 4 * buffersPerWindowMax;
const recordsPerTraceMax = 32;

export class Tracer {
  private traces: Trace[] = [];
  private readonly sending = new Budget([buffersPerWindowMax, 0]);
  private readonly consuming = new Budget([consumedPerWindowMax, 0]);

  /** `overtook`: records that wait at the sender behind this buffer; `replayed`: it comes from a checkpoint. */
  sent(
    channel: ChannelId,
    edge: EdgeTracing,
    buffer: WireBuffer,
    at: ProcessingTimeMs,
    { overtook, replayed }: { readonly overtook: number; readonly replayed: boolean },
  ): void {
    if (this.sending.take(1, at) === 0) return;
    const batch = edge.reader.read(buffer);
    let watermark: EventTimeMs | null = null;
    let end = false;
    let barrier: CheckpointId | null = null;
    for (const { event } of buffer.events) {
      if (event.kind === 'watermark') watermark = event.time;
      if (event.kind === 'end') end = true;
      if (event.kind === 'barrier') barrier = event.options.checkpoint;
    }
    const count = Math.min(buffer.rows, recordsPerTraceMax);
    const rows = Array.from({ length: count }, (_, row) => row);
    this.traces.push({
      kind: 'sent',
      channel,
      sequence: buffer.priority === true ? priorityTrace(buffer.sequence) : buffer.sequence,
      at,
      records: buffer.rows,
      hues: batch === null ? [] : rows.map((row) => hueAt(batch, edge.hueColumn, row)),
      labels: batch === null ? [] : rows.map((row) => labelAt(batch, row)),
      watermark,
      end,
      ...(barrier === null ? {} : { barrier }),
      ...(overtook > 0 ? { overtook } : {}),
      ...(replayed ? { replayed } : {}),
    });
  }

  consumed(channel: ChannelId, sequence: number, at: ProcessingTimeMs): void {
    if (this.consuming.take(1, at) === 1) this.traces.push({ kind: 'consumed', channel, sequence, at });
  }

  take(): readonly Trace[] {
    const { traces } = this;
    if (traces.length > 0) this.traces = [];
    return traces;
  }
}

/** What the tracer needs to know of an edge. */
export interface EdgeTracing {
  readonly reader: BufferReader;
  /** The column that colours the dots: the first key column, or the first column. -1 for none. */
  readonly hueColumn: number;
}

export function edgeTracing(edge: JobGraphEdge): EdgeTracing {
  const { schema, key } = edge.type;
  const keyColumn = key === null ? 0 : schema.findIndex((column) => column.name === key[0]);
  return { reader: new BufferReader(schema), hueColumn: schema.length === 0 ? -1 : keyColumn };
}
