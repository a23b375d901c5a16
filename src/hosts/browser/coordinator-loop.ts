/**
 * The event loop around the coordinator in its Worker. It passes commands to the subtasks and their reports, merged,
 * to the page: at most one message per interval, and the next only after the page folded the last. What only the page
 * can do, starting and ending Workers, it asks of the page.
 */
import { processingTime } from '../../base/units.ts';
import type { Coordinator } from '../../engine/coordinator/coordinator.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { CoordinatorCommand, CoordinatorEffect, CoordinatorMessage } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { CoordinatorToPage, CoordinatorToSubtask, PageToCoordinator, SubtaskToCoordinator } from './protocol.ts';
import { ReportMailbox } from './report-mailbox.ts';
import { SharedClock, wallNow } from './shared-clock.ts';
import { reportsTransfer } from './transfers.ts';

/** While there are single buffers to follow, or news of another kind. */
const newsIntervalMs = 25;
/** While there are only figures, which each subtask sends at this interval: those of all subtasks come to the page as one. */
const figuresIntervalMs = 100;

export class CoordinatorLoop {
  private readonly coordinator: Coordinator;
  private readonly page: MessagePort;
  private readonly subtasks = new Map<SubtaskId, MessagePort>();
  private readonly clock = new SharedClock();
  private readonly mailbox = new ReportMailbox();
  private tickTimer: ReturnType<typeof setTimeout> | null = null;
  private pageTimer: ReturnType<typeof setTimeout> | null = null;
  private pageDueAt = Number.NEGATIVE_INFINITY;
  private pageSentAt = Number.NEGATIVE_INFINITY;
  private pageIsFolding = false;

  constructor(coordinator: Coordinator, page: MessagePort) {
    this.coordinator = coordinator;
    this.page = page;
    page.onmessage = (event: MessageEvent<PageToCoordinator>) => this.onPage(event.data);
  }

  private onPage(message: PageToCoordinator): void {
    switch (message.kind) {
      case 'command':
        this.followPace(message.command);
        this.step({ kind: 'command', command: message.command });
        break;
      case 'connect':
        for (const [subtask, port] of message.ports) this.connect(subtask, port);
        break;
      case 'lost':
        this.step({ kind: 'lost', subtask: message.subtask, failure: message.failure });
        break;
      case 'folded':
        this.pageIsFolding = false;
        this.schedulePage();
        break;
    }
  }

  private followPace(command: CoordinatorCommand): void {
    if (command.kind === 'run' || command.kind === 'pace') this.clock.setStopped(command.pace.paused);
    else this.clock.setStopped(false);
  }

  private connect(subtask: SubtaskId, port: MessagePort): void {
    this.subtasks.set(subtask, port);
    port.onmessage = (event: MessageEvent<SubtaskToCoordinator>) => this.onSubtask(subtask, event.data);
  }

  private onSubtask(subtask: SubtaskId, message: SubtaskToCoordinator): void {
    switch (message.kind) {
      case 'deployed':
      case 'heartbeat':
        this.step({ kind: message.kind, subtask });
        break;
      case 'state':
        this.step({
          kind: 'task-state',
          subtask,
          state: message.state,
          ...(message.failure === undefined ? {} : { failure: message.failure }),
        });
        break;
      case 'reports':
        for (const report of message.reports) this.mailbox.add(report);
        this.schedulePage();
        break;
    }
  }

  private step(message: CoordinatorMessage): void {
    const effects = this.coordinator.step(message, processingTime(wallNow()));
    for (const effect of effects) this.carryOut(effect);
    this.schedulePage();
  }

  private carryOut(effect: CoordinatorEffect): void {
    switch (effect.kind) {
      case 'deploy':
        this.tellPage({ kind: 'deploy', plans: effect.plans });
        break;
      case 'command':
        this.tell(effect.subtask, { kind: 'command', command: effect.command, clock: this.clock.current });
        break;
      case 'ping':
        this.tell(effect.subtask, { kind: 'ping' });
        break;
      case 'terminate':
        this.subtasks.get(effect.subtask)?.close();
        this.subtasks.delete(effect.subtask);
        this.tellPage({ kind: 'terminate', subtask: effect.subtask });
        break;
      case 'wake':
        this.wakeAt(effect.at);
        break;
      case 'report':
        this.mailbox.add(effect.report);
        break;
    }
  }

  /** A subtask that was ended, or has not come up, hears nothing. */
  private tell(subtask: SubtaskId, message: CoordinatorToSubtask): void {
    this.subtasks.get(subtask)?.postMessage(message);
  }

  private tellPage(message: CoordinatorToPage, transfer: ArrayBuffer[] = []): void {
    this.page.postMessage(message, transfer);
  }

  private wakeAt(at: number): void {
    if (this.tickTimer !== null) clearTimeout(this.tickTimer);
    this.tickTimer = setTimeout(
      () => {
        this.tickTimer = null;
        this.step({ kind: 'tick' });
      },
      Math.max(0, at - wallNow()),
    );
  }

  private schedulePage(): void {
    if (this.pageIsFolding || this.mailbox.empty) return;
    const due = this.pageSentAt + (this.mailbox.hasNews ? newsIntervalMs : figuresIntervalMs);
    if (this.pageTimer !== null) {
      if (due >= this.pageDueAt) return;
      clearTimeout(this.pageTimer);
      this.pageTimer = null;
    }
    const wait = due - performance.now();
    if (wait <= 0) {
      this.sendReports();
      return;
    }
    this.pageDueAt = due;
    this.pageTimer = setTimeout(this.onPageTimer, wait);
  }

  private readonly onPageTimer = (): void => {
    this.pageTimer = null;
    this.sendReports();
  };

  private sendReports(): void {
    if (this.mailbox.empty) return;
    const reports: Report[] = this.mailbox.take();
    this.pageSentAt = performance.now();
    this.pageIsFolding = true;
    this.tellPage({ kind: 'reports', reports }, reportsTransfer(reports));
  }
}
