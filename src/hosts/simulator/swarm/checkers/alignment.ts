/**
 * Alignment: with aligned barriers, nothing from behind a barrier is processed before the subtask has let its own barrier
 * out and taken its snapshot. What was processed shows in the credits that the subtask gives back: one per buffer.
 */
import type { ChannelId } from '../../../../engine/graph/plan.ts';
import type { WireBuffer } from '../../../../engine/wire/buffer.ts';
import type { CheckpointId, CheckpointOptions } from '../../../../engine/wire/checkpoints.ts';
import type { SubtaskEffect } from '../../../../engine/wire/messages.ts';
import { at, attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

interface Receiver {
  /** Buffers given back, by channel. */
  readonly consumed: Map<ChannelId, number>;
  /** Barriers that came and have not been let out: how many buffers may be consumed on their channel. */
  readonly waiting: Map<CheckpointId, Map<ChannelId, number>>;
  /** Snapshot taken, or given up: later barriers of it are stale. */
  readonly over: Set<CheckpointId>;
}

export const alignment: Checker = {
  name: 'alignment',
  watch({ finding }) {
    const receivers = new Map<string, Receiver>();
    const of = (key: string): Receiver =>
      at(receivers, key, () => ({ consumed: new Map(), waiting: new Map(), over: new Set() }));
    return {
      onMessage(to, message) {
        const receiver = of(attemptKey(to));
        if (message.kind === 'command' && message.command.kind === 'checkpoint-aborted') {
          close(receiver, message.command.checkpoint);
        }
        if (message.kind !== 'buffer') return;
        const { buffer, channel } = message;
        for (const { event } of buffer.events) {
          if (event.kind === 'cancel-barrier') close(receiver, event.checkpoint);
          if (event.kind !== 'barrier' || !isStrict(event.options)) continue;
          const { checkpoint } = event.options;
          if (receiver.over.has(checkpoint)) continue;
          // A newer one makes an older one void.
          for (const older of receiver.waiting.keys()) if (older < checkpoint) close(receiver, older);
          at(receiver.waiting, checkpoint, () => new Map()).set(channel, buffer.sequence + 1);
        }
      },
      onEffects(from, effects) {
        const receiver = of(attemptKey(from));
        for (const effect of effects) {
          for (const checkpoint of passed(effect)) close(receiver, checkpoint);
          if (effect.kind === 'credit') {
            const { channel, grant } = effect;
            receiver.consumed.set(channel, (receiver.consumed.get(channel) ?? 0) + grant.credits);
          }
        }
        for (const [checkpoint, channels] of receiver.waiting) {
          for (const [channel, most] of channels) {
            const consumed = receiver.consumed.get(channel) ?? 0;
            if (consumed <= most) continue;
            const who = attemptKey(from);
            finding(
              `${who} consumed ${consumed} buffers of ${channel} before its snapshot ${checkpoint}, at most ${most}`,
            );
          }
        }
      },
    };
  },
};

function close({ waiting, over }: Receiver, checkpoint: CheckpointId): void {
  waiting.delete(checkpoint);
  over.add(checkpoint);
}

const isStrict = ({ mode, alignmentTimeoutMs }: CheckpointOptions): boolean =>
  mode === 'aligned' && alignmentTimeoutMs === null;

/** Checkpoints whose snapshot this says is taken, or given up. */
function passed(effect: SubtaskEffect): CheckpointId[] {
  switch (effect.kind) {
    case 'send':
      return barriersOf(effect.buffer);
    case 'acknowledge':
    case 'decline':
      return [effect.checkpoint];
    case 'report': {
      const { report } = effect;
      if (report.kind !== 'barrier') return [];
      return report.event.kind === 'snapshot' || report.event.kind === 'aborted' ? [report.event.checkpoint] : [];
    }
    default:
      return [];
  }
}

const barriersOf = ({ events }: WireBuffer): CheckpointId[] =>
  events.flatMap(({ event }) => (event.kind === 'barrier' ? [event.options.checkpoint] : []));
