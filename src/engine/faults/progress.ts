/**
 * How far one attempt of a subtask has come, as its host sees it go by: records, buffers per channel, protocol points and
 * snapshots. Faults count from here, each from the moment when it was armed.
 */
import type { ProtocolPoint } from '../graph/faults.ts';
import type { ChannelId } from '../graph/plan.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import type { SubtaskEffect, SubtaskMessage } from '../wire/messages.ts';
import type { Moment } from './fault.ts';

export class Progress {
  now = 0;
  /** Records that the head of the chain took in, or the source made. */
  records = 0;
  /** Protocol points that the thing in hand is. */
  moments: readonly Moment[] = [];
  /** Checkpoints of which something was written, with the one in hand. */
  snapshots = 0;
  private lastWritten: CheckpointId | null = null;
  private readonly sent = new Map<ChannelId, number>();
  private readonly occurred = new Map<ProtocolPoint, number>();
  private inHand = 0;

  sentBefore(channel: ChannelId): number {
    return (this.sent.get(channel) ?? 0) - this.inHand;
  }

  occurrences(point: ProtocolPoint): number {
    return this.occurred.get(point) ?? 0;
  }

  takeMessage(message: SubtaskMessage, now: number): void {
    this.now = now;
    this.inHand = 0;
    if (message.kind === 'command' && message.command.kind === 'checkpoint-complete') {
      this.occur([{ point: 'before-commit', when: 'before', checkpoint: message.command.checkpoint }]);
    } else this.moments = none;
  }

  takeEffect(effect: SubtaskEffect, now: number): void {
    this.now = now;
    this.inHand = 0;
    this.moments = none;
    if (effect.kind === 'send') {
      this.inHand = effect.buffer.rows;
      this.sent.set(effect.channel, (this.sent.get(effect.channel) ?? 0) + effect.buffer.rows);
    } else if (effect.kind === 'acknowledge') {
      const { checkpoint } = effect;
      this.occur([
        { point: 'before-acknowledge', when: 'before', checkpoint },
        { point: 'after-pre-commit', when: 'after', checkpoint },
      ]);
    } else if (effect.kind === 'request') {
      if (effect.body.kind === 'read-state') this.occur([{ point: 'during-restore', when: 'after', checkpoint: null }]);
      if (effect.body.kind === 'write-state') this.write(effect.body.checkpoint);
    }
  }

  private occur(moments: readonly Moment[]): void {
    this.moments = moments;
    for (const { point } of moments) this.occurred.set(point, this.occurrences(point) + 1);
  }

  private write(checkpoint: CheckpointId): void {
    if (checkpoint === this.lastWritten) return;
    this.lastWritten = checkpoint;
    this.snapshots++;
  }
}

const none: readonly Moment[] = [];
