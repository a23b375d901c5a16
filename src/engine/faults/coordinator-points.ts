/**
 * Protocol points as the coordinator's host sees them go by, for faults that strike coordinator, store or page, or a
 * subtask between the acknowledgements. Each is told before the thing in hand is delivered or carried out:
 *
 * - `before-acknowledge`: the first acknowledgement of a checkpoint comes, and the coordinator has none yet;
 * - `between-acknowledgements`: for a subtask, the first of several; for the others the second, so that the coordinator
 *   has one and not all;
 * - `after-pre-commit`: all have acknowledged, and the checkpoint is about to be made complete in the store;
 * - `before-commit`: it is complete, and the first subtask is about to hear of it;
 * - `during-restore`: subtasks are about to be deployed with state to restore.
 */
import type { ProtocolPoint } from '../graph/faults.ts';
import type { SubtaskId } from '../graph/plan.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import type { CoordinatorEffect, CoordinatorMessage } from '../wire/messages.ts';

export interface CoordinatorMoment {
  readonly point: ProtocolPoint;
  /** Whom it is a point for. */
  readonly of: 'subtasks' | 'coordinator';
  readonly checkpoint: CheckpointId | null;
  /** Subtasks that have not acknowledged it. */
  readonly open: ReadonlySet<SubtaskId>;
}

const checkpointsKept = 16;

export class CoordinatorPoints {
  private readonly awaited = new Map<CheckpointId, { readonly all: number; readonly open: Set<SubtaskId> }>();
  private lastNotified = Number.NEGATIVE_INFINITY;

  onMessage(message: CoordinatorMessage): CoordinatorMoment[] {
    if (message.kind !== 'acknowledge') return [];
    const { checkpoint, subtask } = message;
    const awaited = this.awaited.get(checkpoint);
    if (awaited === undefined || !awaited.open.delete(subtask)) return [];
    const moment = (point: ProtocolPoint, of: CoordinatorMoment['of']): CoordinatorMoment => {
      return { point, of, checkpoint, open: awaited.open };
    };
    const heard = awaited.all - awaited.open.size;
    if (heard === 2) return [moment('between-acknowledgements', 'coordinator')];
    if (heard !== 1) return [];
    const first = moment('before-acknowledge', 'coordinator');
    return awaited.all > 1 ? [first, moment('between-acknowledgements', 'subtasks')] : [first];
  }

  onEffect(effect: CoordinatorEffect): CoordinatorMoment[] {
    const at = (point: ProtocolPoint, checkpoint: CheckpointId | null): CoordinatorMoment[] => {
      return [{ point, of: 'coordinator', checkpoint, open: new Set() }];
    };
    switch (effect.kind) {
      case 'report':
        if (effect.report.kind === 'checkpoint' && effect.report.event.kind === 'triggered') {
          this.expect(effect.report.event.options.checkpoint, effect.report.event.awaits);
        }
        return [];
      case 'request':
        if (effect.body.kind !== 'complete-checkpoint') return [];
        return at('after-pre-commit', effect.body.metadata.checkpoint);
      case 'command': {
        if (effect.command.kind !== 'checkpoint-complete') return [];
        const { checkpoint } = effect.command;
        if (checkpoint <= this.lastNotified) return [];
        this.lastNotified = checkpoint;
        return at('before-commit', checkpoint);
      }
      case 'deploy': {
        const restore = effect.tasks.find((task) => task.restore !== null)?.restore;
        return restore === null || restore === undefined ? [] : at('during-restore', restore.checkpoint);
      }
      default:
        return [];
    }
  }

  private expect(checkpoint: CheckpointId, awaits: readonly SubtaskId[]): void {
    this.awaited.set(checkpoint, { all: awaits.length, open: new Set(awaits) });
    const oldest = this.awaited.keys().next().value;
    if (this.awaited.size > checkpointsKept && oldest !== undefined) this.awaited.delete(oldest);
  }
}
