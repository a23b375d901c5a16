/**
 * The event loop around the coordinator in its Worker. It passes commands to the subtasks and their reports, merged,
 * to the page: at most one message per interval, and the next only after the page folded the last. What only the page
 * can do, starting and ending Workers, it asks of the page.
 */
import { processingTime } from '../../base/units.ts';
import type { Coordinator } from '../../engine/coordinator/coordinator.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { HostAction } from '../../engine/faults/fault.ts';
import type { Failure } from '../../engine/wire/failures.ts';
import type { CoordinatorCommand, CoordinatorEffect, CoordinatorMessage } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { CoordinatorRequest } from '../../engine/wire/requests.ts';
import { CoordinatorFaults } from './coordinator-faults.ts';
import type {
  CoordinatorToPage,
  CoordinatorToSubtask,
  PageToCoordinator,
  SubtaskPort,
  SubtaskToCoordinator,
} from './protocol.ts';
import type { CoordinatorStore } from './coordinator-store.ts';
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
  /** Connections to the newest attempts. */
  private readonly subtasks = new Map<SubtaskId, MessagePort>();
  private readonly store: CoordinatorStore;
  private readonly crash: (error: unknown) => void;
  private readonly clock = new SharedClock();
  private readonly mailbox = new ReportMailbox();
  private tickTimer: ReturnType<typeof setTimeout> | null = null;
  private pageTimer: ReturnType<typeof setTimeout> | null = null;
  private pageDueAt = Number.NEGATIVE_INFINITY;
  private pageSentAt = Number.NEGATIVE_INFINITY;
  private pageIsFolding = false;
  private faults: CoordinatorFaults | null = null;
  /** A fault ended it; the page has been told and ends the Worker. */
  private dead = false;

  constructor(coordinator: Coordinator, page: MessagePort, store: CoordinatorStore, crash: (error: unknown) => void) {
    this.coordinator = coordinator;
    this.page = page;
    this.store = store;
    this.crash = crash;
    page.onmessage = (event: MessageEvent<PageToCoordinator>) => this.onPage(event.data);
  }

  private onPage(message: PageToCoordinator): void {
    switch (message.kind) {
      case 'run':
        this.run(message);
        break;
      case 'command':
        this.onCommand(message.command);
        break;
      case 'connect':
        for (const each of message.ports) this.connect(each);
        break;
      case 'lost':
        this.step(message);
        break;
      case 'inspect':
        this.inspect(message);
        break;
      case 'folded':
        this.pageIsFolding = false;
        this.schedulePage();
        break;
    }
  }

  private run({ command, strikes, elapsedMs }: Extract<PageToCoordinator, { kind: 'run' }>): void {
    this.followPace(command);
    this.faults = new CoordinatorFaults({
      graph: command.plan,
      faults: command.faults,
      strikes,
      elapsedMs,
      clock: this.clock,
      act: (action) => this.act(action),
      told: (event) => {
        this.mailbox.add({ kind: 'fault', at: this.clock.now(), event });
        if (event.kind === 'struck') this.tellPage({ kind: 'struck', fault: event.fault });
      },
    });
    this.step({ kind: 'command', command });
  }

  private onCommand(command: CoordinatorCommand): void {
    this.followPace(command);
    this.step({ kind: 'command', command });
    if (command.kind === 'inject') this.faults?.inject(command.fault);
    else if (command.kind === 'remove-fault') this.faults?.remove(command.fault);
  }

  private followPace(command: CoordinatorCommand): void {
    if (command.kind === 'run' || command.kind === 'pace') this.clock.setStopped(command.pace.paused);
    else if (command.kind === 'stop' || command.kind === 'cancel') this.clock.setStopped(false);
    this.faults?.rearm();
  }

  /** What a fault demands of the host. */
  private act(action: HostAction, failure: Failure | null = null): void {
    if (this.dead) return;
    switch (action.kind) {
      case 'arm':
        for (const subtask of action.subtasks) this.tell(subtask, { kind: 'arm', fault: action.fault });
        break;
      case 'used-up':
        for (const subtask of this.subtasks.keys()) this.tell(subtask, { kind: 'use-up', fault: action.fault });
        this.step({ kind: 'command', command: { kind: 'remove-fault', fault: action.fault } });
        break;
      case 'disarm':
        for (const subtask of this.subtasks.keys()) this.tell(subtask, { kind: 'disarm', fault: action.fault });
        break;
      case 'crash-subtasks':
        for (const subtask of action.subtasks) {
          this.subtasks.get(subtask)?.close();
          this.subtasks.delete(subtask);
        }
        this.tellPage(failure === null ? { kind: 'act', action } : { kind: 'act', action, failure });
        break;
      case 'crash-coordinator':
      case 'reload-page':
        this.sendReports();
        this.dead = true;
        this.tellPage({ kind: 'act', action });
        break;
      case 'corrupt-latest-checkpoint':
        this.store.corruptLatest(action.how).catch(this.crash);
        break;
    }
  }

  private connect({ subtask, attempt, port }: SubtaskPort): void {
    this.subtasks.get(subtask)?.close();
    this.subtasks.set(subtask, port);
    port.onmessage = (event: MessageEvent<SubtaskToCoordinator>) => this.onSubtask(subtask, attempt, event.data);
  }

  private onSubtask(subtask: SubtaskId, attempt: number, message: SubtaskToCoordinator): void {
    switch (message.kind) {
      case 'deployed':
      case 'heartbeat':
        this.step({ kind: message.kind, subtask, attempt });
        break;
      case 'said': {
        const { effect } = message;
        if (effect.kind === 'state') this.step({ ...effect, kind: 'task-state', subtask, attempt });
        else this.step({ ...effect, subtask, attempt });
        break;
      }
      case 'inspected':
        this.tellPage(message);
        break;
      case 'struck':
        this.faults?.struck(message.fault, subtask, message.text);
        break;
      case 'crash':
        this.act({ kind: 'crash-subtasks', subtasks: [subtask] }, message.failure);
        break;
      case 'reports':
        for (const report of message.reports) this.mailbox.add(report);
        this.schedulePage();
        break;
    }
  }

  /** Passed on as it is: the coordinator's step has no part in a look. */
  private inspect({ request, subtask, query }: Extract<PageToCoordinator, { kind: 'inspect' }>): void {
    if (this.subtasks.has(subtask)) this.tell(subtask, { kind: 'inspect', request, query });
    else this.tellPage({ kind: 'inspected', request, answer: { kind: 'gone', state: 'lost' } });
  }

  private step(message: CoordinatorMessage): void {
    this.faults?.message(message);
    if (this.dead) return;
    const effects = this.coordinator.step(message, processingTime(wallNow()));
    for (const effect of effects) {
      this.faults?.effect(effect);
      if (this.dead) return;
      this.carryOut(effect);
    }
    this.schedulePage();
  }

  private carryOut(effect: CoordinatorEffect): void {
    switch (effect.kind) {
      case 'deploy':
        this.tellPage({
          kind: 'deploy',
          tasks: effect.tasks.map((task) => this.faults?.deploying(task) ?? task),
        });
        break;
      case 'command':
        this.tell(effect.subtask, { kind: 'command', command: effect.command, clock: this.clock.current });
        break;
      case 'request':
        this.request(effect.request, effect.body).catch(this.crash);
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

  /**
   * What the subtasks reported before they acknowledged reaches the page before the checkpoint can be complete: after a
   * crash nobody would say it again.
   */
  private async request(request: number, body: CoordinatorRequest): Promise<void> {
    if (body.kind === 'complete-checkpoint') this.sendReports();
    const answer = await this.store.answer(body);
    this.step({ kind: 'answer', request, answer });
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
