/**
 * Carries out what subtasks ask for: buffers and credits on the wires, words to the coordinator, requests to the world
 * outside. Armed faults judge each effect on its way.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { Verdict } from '../../engine/faults/fault.ts';
import type { ChannelId } from '../../engine/graph/plan.ts';
import type { CreditGrant, WireBuffer } from '../../engine/wire/buffer.ts';
import type { Failure } from '../../engine/wire/failures.ts';
import type { CoordinatorMessage, SubtaskEffect } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { Answer, ElementRequest, Request } from '../../engine/wire/requests.ts';
import type { Delays } from './delays.ts';
import type { WaitingForElement } from './element-feed.ts';
import type { ClusterObserver } from './observer.ts';
import type { Schedule } from './schedule.ts';
import type { TaskProcess } from './task-process.ts';
import type { Wires } from './wires.ts';

/** What carrying out needs of the cluster around it. */
export interface EffectSurroundings {
  readonly schedule: Schedule;
  readonly delays: Delays;
  readonly wires: Wires;
  readonly observer: ClusterObserver | null;
  linkLatencyMs(): number;
  /** Asks the world outside between two events and calls `then` with what it says. */
  ask(body: Request, then: (answer: Answer) => void): void;
  /** A scripted source waits for its next element; false: there is no script to take it from. */
  element(body: ElementRequest, waiting: WaitingForElement): boolean;
  toCoordinator(process: TaskProcess, message: CoordinatorMessage, delayMs: number): void;
  crash(process: TaskProcess, failure?: Failure): void;
  report(report: Report): void;
  /** The job has come forward, so it does not stand still. */
  progress(): void;
}

export class Effects {
  private readonly around: EffectSurroundings;
  /** Held until the next buffer of the channel has passed. */
  private readonly swapped = new Map<ChannelId, () => void>();

  constructor(around: EffectSurroundings) {
    this.around = around;
  }

  carryOutAll(process: TaskProcess, effects: readonly SubtaskEffect[], endedAt: ProcessingTimeMs): void {
    this.around.observer?.onEffects?.(process, effects);
    for (const effect of effects) {
      if (!process.responsive) return;
      this.judged(process, effect, process.injector.onEffect(effect, this.around.schedule.jobNow), endedAt);
    }
  }

  private judged(process: TaskProcess, effect: SubtaskEffect, verdict: Verdict, endedAt: ProcessingTimeMs): void {
    switch (verdict.kind) {
      case 'pass':
        this.carryOut(process, effect, endedAt, 0);
        if (effect.kind === 'send') this.releaseSwapped(effect.channel);
        break;
      case 'drop':
        break;
      case 'duplicate': {
        const again = effect.kind === 'send' ? { ...effect, buffer: structuredClone(effect.buffer) } : effect;
        this.carryOut(process, effect, endedAt, 0);
        this.carryOut(process, again, endedAt, 0);
        break;
      }
      case 'delay':
        this.carryOut(process, effect, endedAt, verdict.ms);
        break;
      case 'swap':
        if (effect.kind !== 'send') this.carryOut(process, effect, endedAt, 0);
        else {
          this.releaseSwapped(effect.channel);
          this.swapped.set(effect.channel, () => this.carryOut(process, effect, endedAt, 0));
        }
        break;
      case 'fail':
        if (effect.kind === 'request') {
          const { code, reason } = verdict;
          this.respond(process, effect.request, { kind: 'failed', code, reason });
        }
        break;
      case 'crash':
        if (verdict.when === 'after') this.carryOut(process, effect, endedAt, 0);
        this.around.crash(process, verdict.failure);
        break;
      case 'hang':
        process.hang();
        break;
    }
  }

  private releaseSwapped(channel: ChannelId): void {
    const held = this.swapped.get(channel);
    this.swapped.delete(channel);
    held?.();
  }

  private carryOut(process: TaskProcess, effect: SubtaskEffect, endedAt: ProcessingTimeMs, delayMs: number): void {
    const { id: subtask, attempt } = process;
    switch (effect.kind) {
      case 'send':
        return this.send(process, effect.channel, effect.buffer, endedAt + delayMs);
      case 'credit':
        return this.credit(process, effect.channel, effect.grant, endedAt + delayMs);
      case 'request':
        return this.requestStore(process, effect.request, effect.body, endedAt, delayMs);
      case 'continue':
        return process.runAgain();
      case 'wake':
        return process.wake(effect.at);
      case 'report':
        return this.around.report(effect.report);
      case 'state': {
        this.around.progress();
        const message = { kind: 'task-state', subtask, attempt, state: effect.state } as const;
        const { failure } = effect;
        const told = failure === undefined ? message : { ...message, failure };
        return this.around.toCoordinator(process, told, delayMs + this.around.delays.message());
      }
      case 'acknowledge':
      case 'decline':
      case 'end-of-data':
      case 'offsets':
      case 'report-watermark':
        return this.around.toCoordinator(
          process,
          { ...effect, subtask, attempt },
          delayMs + this.around.delays.message(),
        );
    }
  }

  private send(process: TaskProcess, channel: ChannelId, buffer: WireBuffer, sentAt: number): void {
    if (movesData(buffer)) this.around.progress();
    const wire = this.around.wires.from(process, channel);
    if (wire === null) return;
    const copy = posted(buffer, buffer.segment === null ? [] : [buffer.segment]);
    const arrival = wire.downstream.arrival(sentAt, this.around.linkLatencyMs() + this.around.delays.message());
    this.around.schedule.onJobClock(arrival, `buffer ${channel} ${copy.sequence} ${copy.rows}`, () => {
      if (wire.to.alive) this.around.observer?.onArrival?.(wire.from, wire.to, channel, copy);
      wire.to.deliver({ kind: 'buffer', channel, buffer: copy });
    });
  }

  private credit(process: TaskProcess, channel: ChannelId, grant: CreditGrant, sentAt: number): void {
    const wire = this.around.wires.to(process, channel);
    if (wire === null) return;
    const copy = posted(grant, [...grant.segments]);
    const arrival = wire.upstream.arrival(sentAt, this.around.delays.message());
    this.around.schedule.onJobClock(arrival, `credit ${channel} ${copy.credits}`, () =>
      wire.from.deliver({ kind: 'credit', channel, grant: copy }),
    );
  }

  /** In the order of asking they are carried out, in any order they are answered. */
  private requestStore(process: TaskProcess, request: number, body: Request, sentAt: number, delayMs: number): void {
    const line = process.storeLine;
    const arrival = line.arrival(sentAt, delayMs + this.around.delays.message());
    this.around.schedule.onJobClock(arrival, `${body.kind} ${process.id} ${request}`, () => {
      if (!line.delivers(arrival)) return;
      const respond = (answer: Answer): void => this.respond(process, request, answer);
      const alive = (): boolean => process.alive;
      if (body.kind === 'element' && this.around.element(body, { alive, respond })) return;
      this.around.ask(body, respond);
    });
  }

  private respond(process: TaskProcess, request: number, answer: Answer): void {
    const { schedule, delays } = this.around;
    schedule.onJobClock(schedule.jobNow + delays.store(), `answer ${process.id} ${request}`, () =>
      process.deliver({ kind: 'answer', request, answer }),
    );
  }
}

/** Barriers alone do not: periodic checkpoints go on for ever while nothing else moves. */
const movesData = ({ rows, events }: WireBuffer): boolean =>
  rows > 0 || events.some(({ event }) => event.kind !== 'barrier' && event.kind !== 'cancel-barrier');

/** As `postMessage` does it: the receiver gets a copy, and what is transferred is gone for the sender. */
const posted = <T>(message: T, transfer: ArrayBuffer[]): T => structuredClone(message, { transfer });
