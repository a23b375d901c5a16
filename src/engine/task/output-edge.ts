/** An edge that leaves the vertex: scatters batches over its channels by the partitioner, and events to all of them. */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { Batch } from '../wire/batch.ts';
import type { StreamEvent } from '../wire/buffer.ts';
import type { OutputChannel } from './output-channel.ts';
import type { Route } from './partition.ts';

export class OutputEdge {
  readonly channels: readonly OutputChannel[];
  private readonly route: Route;
  private targets = new Int32Array(0);
  private indices = new Int32Array(0);
  private readonly starts: Int32Array;

  constructor(channels: readonly OutputChannel[], route: Route) {
    this.channels = channels;
    this.route = route;
    this.starts = new Int32Array(channels.length + 1);
  }

  write(batch: Batch, now: ProcessingTimeMs): void {
    const { route, channels } = this;
    const all = { indices: null, start: 0, end: batch.length };
    if (route.kind === 'one') (channels[route.channel] as OutputChannel).write(batch, all, now);
    else if (route.kind === 'every') for (const channel of channels) channel.write(batch, all, now);
    else {
      this.reserve(batch.length);
      route.select(batch, this.targets);
      this.scatter(batch, now);
    }
  }

  event(event: StreamEvent, now: ProcessingTimeMs): void {
    for (const channel of this.channels) channel.event(event, now);
  }

  /** Counting sort of the records by channel, then one columnar copy per channel. */
  private scatter(batch: Batch, now: ProcessingTimeMs): void {
    const { targets, indices, starts } = this;
    const count = this.channels.length;
    starts.fill(0);
    for (let row = 0; row < batch.length; row++) {
      const next = (targets[row] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let i = 0; i < count; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
    for (let row = 0; row < batch.length; row++) {
      const target = targets[row] as number;
      const place = starts[target] as number;
      indices[place] = row;
      starts[target] = place + 1;
    }
    let start = 0;
    for (let i = 0; i < count; i++) {
      // After the sort, starts[i] is where channel i ends.
      const end = starts[i] as number;
      if (end > start) (this.channels[i] as OutputChannel).write(batch, { indices, start, end }, now);
      start = end;
    }
  }

  private reserve(rows: number): void {
    if (this.targets.length >= rows) return;
    this.targets = new Int32Array(2 * rows);
    this.indices = new Int32Array(2 * rows);
  }
}
