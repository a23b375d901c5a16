/** All output channels of a subtask: their events, barriers, credits and traces. */
import { present } from '../../base/assert.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId, SubtaskPlan } from '../graph/plan.ts';
import type { CreditGrant, StreamEvent, WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId, CheckpointOptions } from '../wire/checkpoints.ts';
import type { SubtaskEffect } from '../wire/messages.ts';
import type { OutputChannelGauges } from '../wire/reports.ts';
import { OutputChannel } from './output-channel.ts';
import type { InFlightPart } from './snapshot-chunks.ts';
import { edgeTracing } from './tracer.ts';
import type { EdgeTracing, Tracer } from './tracer.ts';

export class Outputs {
  private readonly channels: OutputChannel[] = [];
  private readonly byId = new Map<ChannelId, OutputChannel>();
  private readonly edges = new Map<OutputChannel, EdgeTracing>();
  private readonly tracer: Tracer;
  private readonly emit: (effect: SubtaskEffect) => void;
  private readonly now: () => ProcessingTimeMs;

  constructor(plan: SubtaskPlan, tracer: Tracer, now: () => ProcessingTimeMs, emit: (effect: SubtaskEffect) => void) {
    this.tracer = tracer;
    this.emit = emit;
    this.now = now;
    for (const output of plan.outputs) {
      for (const id of output.channels) {
        const send = (from: OutputChannel, buffer: WireBuffer, overtook: number): void =>
          this.send(from, buffer, overtook);
        const channel = new OutputChannel(id, output.edge.type.schema, plan.settings, send);
        this.channels.push(channel);
        this.byId.set(id, channel);
        this.edges.set(channel, edgeTracing(output.edge));
      }
    }
  }

  channel(id: ChannelId): OutputChannel {
    return present(this.byId.get(id), `output channel ${id} of this subtask`);
  }

  has(id: ChannelId): boolean {
    return this.byId.has(id);
  }

  get available(): boolean {
    for (const channel of this.channels) if (!channel.available) return false;
    return true;
  }

  get drained(): boolean {
    return this.channels.every((channel) => channel.drained);
  }

  grant(id: ChannelId, grant: CreditGrant): void {
    this.byId.get(id)?.grant(grant);
  }

  event(event: StreamEvent): void {
    for (const channel of this.channels) channel.event(event, this.now());
  }

  barrier(event: Extract<StreamEvent, { kind: 'barrier' | 'cancel-barrier' }>): void {
    for (const channel of this.channels) channel.barrier(event);
  }

  overtake(options: CheckpointOptions): InFlightPart[] {
    return this.channels.map((channel) => partOf(channel, channel.overtake(options).buffers));
  }

  holdsBarrier(checkpoint: CheckpointId): boolean {
    return this.channels.some((channel) => channel.holdsBarrier(checkpoint));
  }

  hurry(options: CheckpointOptions): InFlightPart[] {
    return this.channels.map((channel) => partOf(channel, channel.hurry(options.checkpoint, options).buffers));
  }

  flushDue(): void {
    for (const channel of this.channels) channel.flushDue(this.now());
  }

  /** When `flushDue` should be called; infinite if nothing waits for it. */
  flushAt(): number {
    let at = Number.POSITIVE_INFINITY;
    for (const channel of this.channels) at = Math.min(at, channel.flushAt() ?? at);
    return at;
  }

  gauges(): OutputChannelGauges[] {
    return this.channels.map((channel) => channel.gauges());
  }

  private send(channel: OutputChannel, buffer: WireBuffer, overtook: number): void {
    const edge = present(this.edges.get(channel), 'tracing of a channel');
    this.tracer.sent(channel.id, edge, buffer, this.now(), { overtook, replayed: channel.replays });
    this.emit({ kind: 'send', channel: channel.id, buffer });
  }
}

const partOf = (channel: OutputChannel, buffers: readonly WireBuffer[]): InFlightPart => ({
  place: { kind: 'output', channel: channel.id },
  schema: channel.schema,
  buffers,
});
