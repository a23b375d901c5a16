/**
 * One attempt of a subtask as a thread would run it: a mailbox, one step at a time, each taking some virtual time.
 * Messages that come during a step wait; a `run` comes when the mailbox is empty, as the step function asks.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import { processingTime } from '../../base/units.ts';
import type { TaskFaults } from '../../engine/faults/fault.ts';
import type { SubtaskInjector } from '../../engine/faults/injector.ts';
import type { SubtaskId, SubtaskPlan } from '../../engine/graph/plan.ts';
import type { SubtaskServices } from '../../engine/task/subtask.ts';
import { Subtask } from '../../engine/task/subtask.ts';
import type { InspectAnswer, InspectQuery } from '../../engine/wire/inspect.ts';
import type { Deployment, SubtaskEffect, SubtaskMessage } from '../../engine/wire/messages.ts';
import type { Delays } from './delays.ts';
import { Link } from './link.ts';
import type { Schedule } from './schedule.ts';

/** What the process needs of the cluster around it. */
export interface ProcessSurroundings {
  readonly schedule: Schedule;
  readonly delays: Delays;
  services(faults: TaskFaults): SubtaskServices;
  /** Before the process takes it in; false: it does not. */
  admit(process: TaskProcess, message: SubtaskMessage): boolean;
  /** Carries effects out; `endedAt` is when the step was over, in the job's time. */
  carryOut(process: TaskProcess, effects: readonly SubtaskEffect[], endedAt: ProcessingTimeMs): void;
}

export interface ProcessOptions {
  readonly around: ProcessSurroundings;
  readonly injector: SubtaskInjector;
  /** The attempt before: what it has asked of the stores comes there first. */
  readonly before: TaskProcess | null;
}

export class TaskProcess {
  readonly id: SubtaskId;
  readonly attempt: number;
  readonly plan: SubtaskPlan;
  readonly injector: SubtaskInjector;
  /** Lines from the coordinator and back. */
  readonly commands = new Link();
  readonly answers = new Link();
  /** To the stores outside. */
  readonly storeLine: Link;
  private readonly subtask: Subtask;
  private readonly around: ProcessSurroundings;
  private readonly mailbox: SubtaskMessage[] = [];
  private freeAt = Number.NEGATIVE_INFINITY;
  private wakeAt = Number.POSITIVE_INFINITY;
  private wantsRun = false;
  /** When the next turn is scheduled, and which of the scheduled turns counts. */
  private turnAt = Number.POSITIVE_INFINITY;
  private turn = 0;
  private terminated = false;
  private hung = false;

  constructor(deployment: Deployment, { injector, around, before }: ProcessOptions) {
    this.injector = injector;
    this.storeLine = new Link(before?.storeLine);
    this.plan = deployment.plan;
    this.id = deployment.plan.id;
    this.attempt = deployment.attempt;
    this.around = around;
    this.subtask = new Subtask(deployment, around.services(injector.task));
  }

  get alive(): boolean {
    return !this.terminated;
  }

  /** It is there and does nothing more, not even answer a heartbeat. */
  get responsive(): boolean {
    return !this.terminated && !this.hung;
  }

  terminate(): void {
    this.terminated = true;
    this.mailbox.length = 0;
  }

  hang(): void {
    this.hung = true;
    this.mailbox.length = 0;
  }

  /** A message from a channel or the outside world. */
  deliver(message: SubtaskMessage): void {
    if (!this.responsive) return;
    this.mailbox.push(message);
    this.scheduleTurn();
  }

  /** A command is heard at once, also while the job's clock stands still. */
  command(message: Extract<SubtaskMessage, { kind: 'command' }>): void {
    if (!this.responsive) return;
    this.step(message);
    this.scheduleTurn();
  }

  /** Between two turns; no turn is taken for it, so that the run goes on as if nobody had looked. */
  inspect(query: InspectQuery): InspectAnswer {
    if (!this.responsive) return { kind: 'gone', state: 'lost' };
    return structuredClone(this.subtask.inspect(query, this.around.schedule.jobNow));
  }

  wake(at: ProcessingTimeMs): void {
    this.wakeAt = at;
  }

  runAgain(): void {
    this.wantsRun = true;
  }

  private onTurn(turn: number): void {
    if (!this.responsive || turn !== this.turn) return;
    this.turnAt = Number.POSITIVE_INFINITY;
    const message = this.mailbox.shift();
    if (message !== undefined) this.step(message);
    else if (this.wantsRun || this.wakeAt <= this.around.schedule.jobNow) {
      this.wantsRun = false;
      this.wakeAt = Number.POSITIVE_INFINITY;
      this.step({ kind: 'run' });
    }
    this.scheduleTurn();
  }

  private step(message: SubtaskMessage): void {
    const { schedule, delays } = this.around;
    if (!this.around.admit(this, message)) return;
    const startedAt = schedule.jobNow;
    const effects = this.subtask.step(message, startedAt);
    const endedAt = processingTime(startedAt + delays.step());
    this.subtask.stepped(startedAt, endedAt);
    this.freeAt = Math.max(this.freeAt, endedAt);
    this.around.carryOut(this, effects, endedAt);
  }

  private scheduleTurn(): void {
    if (!this.responsive) return;
    const { schedule } = this.around;
    const ready = this.mailbox.length > 0 || this.wantsRun ? Number.NEGATIVE_INFINITY : this.wakeAt;
    if (ready === Number.POSITIVE_INFINITY) return;
    const at = Math.max(ready, this.freeAt, schedule.jobNow);
    if (at >= this.turnAt) return;
    this.turnAt = at;
    const turn = ++this.turn;
    schedule.onJobClock(at, `turn ${this.id}`, () => this.onTurn(turn));
  }
}
