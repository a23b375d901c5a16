/** One life of the coordinator: takes messages in, has its effects carried out, and can die between any two of them. */
import { processingTime } from '../../base/units.ts';
import { Coordinator } from '../../engine/coordinator/coordinator.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { CoordinatorEffect, CoordinatorMessage, Deployment, SubtaskCommand } from '../../engine/wire/messages.ts';
import type { JobState, Report } from '../../engine/wire/reports.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import type { CoordinatorRequest } from '../../engine/wire/requests.ts';
import { Link } from './link.ts';
import type { Schedule } from './schedule.ts';

export interface CoordinatorSurroundings {
  readonly schedule: Schedule;
  deploy(tasks: readonly Deployment[]): void;
  command(subtask: SubtaskId, command: SubtaskCommand): void;
  ping(subtask: SubtaskId): void;
  terminate(subtask: SubtaskId): void;
  report(report: Report): void;
  request(from: CoordinatorProcess, request: number, body: CoordinatorRequest): void;
  /** Before the thing in hand; what faults do here may end this life, and then it is lost. */
  beforeMessage(message: CoordinatorMessage): void;
  beforeEffect(effect: CoordinatorEffect): void;
}

export class CoordinatorProcess {
  /** To the checkpoint store. */
  readonly storeLine = new Link();
  private readonly coordinator = new Coordinator();
  private readonly around: CoordinatorSurroundings;
  private tick = 0;
  private dead = false;

  constructor(around: CoordinatorSurroundings) {
    this.around = around;
  }

  get state(): JobState {
    return this.coordinator.state;
  }

  get ended(): boolean {
    return isTerminal(this.coordinator.state);
  }

  /** All its state is gone. What it asked of the store and arrives by `lastArrival` is still done. */
  kill(lastArrival: number): void {
    this.dead = true;
    this.storeLine.breakAt(lastArrival);
  }

  tell(message: CoordinatorMessage): void {
    if (this.dead) return;
    this.around.beforeMessage(message);
    if (this.dead) return;
    for (const effect of this.coordinator.step(message, this.around.schedule.hostNow)) {
      this.around.beforeEffect(effect);
      if (this.dead) return;
      this.obey(effect);
    }
  }

  private obey(effect: CoordinatorEffect): void {
    switch (effect.kind) {
      case 'deploy':
        return this.around.deploy(effect.tasks);
      case 'command':
        return this.around.command(effect.subtask, effect.command);
      case 'ping':
        return this.around.ping(effect.subtask);
      case 'terminate':
        return this.around.terminate(effect.subtask);
      case 'wake':
        return this.wake(effect.at);
      case 'report':
        return this.around.report(effect.report);
      case 'request':
        return this.around.request(this, effect.request, effect.body);
    }
  }

  private wake(at: number): void {
    const tick = ++this.tick;
    this.around.schedule.onHostClock(processingTime(at), 'tick', () => {
      if (tick === this.tick) this.tell({ kind: 'tick' });
    });
  }
}
