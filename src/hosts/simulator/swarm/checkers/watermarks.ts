/**
 * Watermarks: on a channel they never go back within an attempt, and a record never comes behind a watermark that covers
 * it: in the jobs of the swarm no record is late, but in front of what does not care.
 *
 * A channel that is restored with in-flight data has watermarks in it, while who makes them begins anew, since they are
 * not part of a snapshot; behind such data lower ones may come, which the receiver passes over, as in Flink.
 */
import type { ChannelId } from '../../../../engine/graph/plan.ts';
import type { WireBuffer } from '../../../../engine/wire/buffer.ts';
import { BufferReader } from '../../../../engine/wire/codec.ts';
import type { AttemptOf } from '../../observer.ts';
import { mayBeLate } from '../times.ts';
import { attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

export const watermarks: Checker = {
  name: 'watermarks',
  watch({ drawing, plan, finding }) {
    const lateAllowed = mayBeLate(drawing);
    const readers = new Map<ChannelId, BufferReader>();
    for (const { id, edge } of plan.channels) {
      const planned = plan.jobGraph.edges.find((one) => one.edge === edge);
      if (planned !== undefined) readers.set(id, new BufferReader(planned.type.schema));
    }
    const last = new Map<string, number>();
    const restored = new Set<string>();
    const look = (line: string, channel: ChannelId, buffer: WireBuffer): void => {
      const times = readers.get(channel)?.read(buffer)?.timestamps;
      let watermark = last.get(line) ?? Number.NEGATIVE_INFINITY;
      let row = 0;
      const rowsUpTo = (end: number): void => {
        for (; row < end; row++) {
          const time = times?.[row] ?? Number.NaN;
          if (time <= watermark && !lateAllowed)
            finding(`${line} sent a record of time ${time} behind watermark ${watermark}`);
        }
      };
      for (const { after, event } of buffer.events) {
        rowsUpTo(after);
        if (event.kind !== 'watermark') continue;
        if (event.time < watermark && !restored.has(line)) {
          finding(`${line} sent watermark ${event.time} behind ${watermark}`);
        }
        watermark = Math.max(watermark, event.time);
      }
      rowsUpTo(buffer.rows);
      last.set(line, watermark);
    };
    return {
      onDeploy({ plan: { id }, attempt, restore }) {
        for (const { place } of restore?.handles ?? []) {
          if (place.kind === 'output') restored.add(lineOf({ id, attempt }, place.channel));
        }
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind !== 'send') continue;
          look(lineOf(from, effect.channel), effect.channel, effect.buffer);
        }
      },
    };
  },
};

const lineOf = (from: AttemptOf, channel: ChannelId): string => `${attemptKey(from)} on ${channel}`;
