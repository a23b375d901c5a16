/**
 * What the coordinator has to do and to say in one step. Its parts share one outbox, so that effects come out in the
 * order in which they were decided, and all reports carry the job's time.
 */
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { SubtaskId } from '../graph/plan.ts';
import { JobClock } from '../time/job-clock.ts';
import type { CoordinatorEffect, SubtaskCommand } from '../wire/messages.ts';
import type { CheckpointEvent, LogLevel, RecoveryEvent, Report } from '../wire/reports.ts';
import type { CoordinatorAnswer, CoordinatorRequest } from '../wire/requests.ts';

export class Outbox {
  readonly clock = new JobClock();
  /** The host's clock, which goes on while the job is paused. */
  now: ProcessingTimeMs = processingTime(0);
  private effects: CoordinatorEffect[] = [];
  private requests = 0;
  private readonly open = new Map<number, (answer: CoordinatorAnswer) => void>();

  /** The job's clock, which does not. */
  get jobTime(): ProcessingTimeMs {
    return this.clock.now(this.now);
  }

  /** Host time at which a time of the job will have come; never while the job is paused. */
  hostTime(jobTime: number): number {
    return this.clock.paused ? Infinity : this.clock.hostTime(processingTime(jobTime));
  }

  /** Empties it. */
  take(): CoordinatorEffect[] {
    const { effects } = this;
    this.effects = [];
    return effects;
  }

  push(effect: CoordinatorEffect): void {
    this.effects.push(effect);
  }

  tell(subtask: SubtaskId, command: SubtaskCommand): void {
    this.push({ kind: 'command', subtask, command });
  }

  report(report: Report): void {
    this.push({ kind: 'report', report });
  }

  checkpoint(event: CheckpointEvent): void {
    this.report({ kind: 'checkpoint', at: this.jobTime, event });
  }

  recovery(event: RecoveryEvent): void {
    this.report({ kind: 'recovery', at: this.jobTime, event });
  }

  log(level: LogLevel, text: string, subtask?: SubtaskId): void {
    const report = { kind: 'log', at: this.jobTime, level, text } as const;
    this.report(subtask === undefined ? report : { ...report, subtask });
  }

  /** `then` is called in the step that brings the answer. */
  request(body: CoordinatorRequest, then: (answer: CoordinatorAnswer) => void): void {
    this.requests += 1;
    this.open.set(this.requests, then);
    this.push({ kind: 'request', request: this.requests, body });
  }

  /** An answer that comes twice is not heard twice. */
  answered(request: number, answer: CoordinatorAnswer): void {
    const then = this.open.get(request);
    this.open.delete(request);
    then?.(answer);
  }
}
