/**
 * Traces of single buffers for the canvas: complete while few buffers move, silent when more than
 * `buffersPerWindowMax` were sent in a tenth of a second. Then only the gauges tell of the flow. The same holds for
 * buffers consumed, of which several senders may each send so many.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId, JobGraphEdge } from '../graph/plan.ts';
import type { CellValue, ColumnSpec } from '../graph/schema.ts';
import { cell } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import { BufferReader } from '../wire/codec.ts';
import { hueOfText, hueText } from '../wire/hue.ts';
import type { Trace } from '../wire/reports.ts';
import { priorityTrace } from './input-gate.ts';

const windowMs = 100;
const buffersPerWindowMax = 30;
const consumedPerWindowMax = 4 * buffersPerWindowMax;
const recordsPerTraceMax = 32;
const labelColumnsMax = 3;
const labelLengthMax = 40;

export class Tracer {
  private traces: Trace[] = [];
  private readonly sending = new Window(buffersPerWindowMax);
  private readonly consuming = new Window(consumedPerWindowMax);

  /** `overtook`: records that wait at the sender behind this buffer; `replayed`: it comes from a checkpoint. */
  sent(
    channel: ChannelId,
    edge: EdgeTracing,
    buffer: WireBuffer,
    at: ProcessingTimeMs,
    { overtook, replayed }: { readonly overtook: number; readonly replayed: boolean },
  ): void {
    if (!this.sending.admits(at)) return;
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
      hues: batch === null ? [] : rows.map((row) => hueOf(batch, edge.hueColumn, row)),
      labels: batch === null ? [] : rows.map((row) => labelOf(batch, row)),
      watermark,
      end,
      ...(barrier === null ? {} : { barrier }),
      ...(overtook > 0 ? { overtook } : {}),
      ...(replayed ? { replayed } : {}),
    });
  }

  consumed(channel: ChannelId, sequence: number, at: ProcessingTimeMs): void {
    if (this.consuming.admits(at)) this.traces.push({ kind: 'consumed', channel, sequence, at });
  }

  take(): readonly Trace[] {
    const { traces } = this;
    if (traces.length > 0) this.traces = [];
    return traces;
  }
}

/** Counts buffers by tenths of a second. */
class Window {
  private readonly most: number;
  private startedAt = Number.NEGATIVE_INFINITY;
  private count = 0;
  private before = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Counts a buffer; true while there are few, in this window and in the one before. */
  admits(at: ProcessingTimeMs): boolean {
    if (at - this.startedAt >= windowMs) {
      this.before = at - this.startedAt < 2 * windowMs ? this.count : 0;
      this.count = 0;
      this.startedAt = at;
    }
    return ++this.count <= this.most && this.before <= this.most;
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

/** 0 … 255; equal values have equal hues on every edge. */
function hueOf(batch: Batch, column: number, row: number): number {
  if (column === -1) return 0;
  return hueOfText(textOf(batch, column, row));
}

function labelOf(batch: Batch, row: number): string {
  const columns = Math.min(batch.schema.length, labelColumnsMax);
  const parts = Array.from({ length: columns }, (_, column) => textOf(batch, column, row));
  const label = parts.join(' ');
  return label.length > labelLengthMax ? `${label.slice(0, labelLengthMax - 1)}…` : label;
}

function textOf(batch: Batch, column: number, row: number): string {
  const { type } = batch.schema[column] as ColumnSpec;
  const value: CellValue = cell(batch.columns[column] as Column, type === 'json' ? 'string' : type, row);
  return hueText(value, type);
}
