/**
 * The channels between attempts. A wire joins one attempt of the sender with one of the receiver and dies with either:
 * a new attempt gets new wires, so a channel never serves two attempts.
 */
import type { Channel, ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import { Link } from './link.ts';
import type { TaskProcess } from './task-process.ts';

export interface Wire {
  readonly from: TaskProcess;
  readonly to: TaskProcess;
  readonly downstream: Link;
  readonly upstream: Link;
}

export class Wires {
  private readonly channels: readonly Channel[];
  private wires = new Map<ChannelId, Wire>();

  constructor(channels: readonly Channel[]) {
    this.channels = channels;
  }

  /** Makes new wires for all channels of the processes that were just made. */
  connect(processes: ReadonlyMap<SubtaskId, TaskProcess>, fresh: ReadonlySet<SubtaskId>): void {
    for (const { id, from, to } of this.channels) {
      if (!fresh.has(from) && !fresh.has(to)) continue;
      const sender = processes.get(from);
      const receiver = processes.get(to);
      if (sender === undefined || receiver === undefined) this.wires.delete(id);
      else this.wires.set(id, { from: sender, to: receiver, downstream: new Link(), upstream: new Link() });
    }
  }

  /** Null: the other end is not there, or the channel is not this attempt's any more. */
  from(process: TaskProcess, channel: ChannelId): Wire | null {
    const wire = this.wires.get(channel);
    return wire?.from === process ? wire : null;
  }

  to(process: TaskProcess, channel: ChannelId): Wire | null {
    const wire = this.wires.get(channel);
    return wire?.to === process ? wire : null;
  }
}
