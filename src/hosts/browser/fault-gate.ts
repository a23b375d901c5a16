/**
 * Where faults act at a subtask in the browser: everything that goes in or out of the loop passes here, and a fault may
 * drop it, repeat it, hold it back, or end the Worker. A crash is real: this Worker falls silent and the page ends it.
 */
import { SubtaskInjector } from '../../engine/faults/injector.ts';
import { faultTable } from '../../engine/faults/list.ts';
import type { Verdict } from '../../engine/faults/fault.ts';
import type { ChannelId } from '../../engine/graph/plan.ts';
import type { Deployment, SubtaskEffect, SubtaskMessage } from '../../engine/wire/messages.ts';
import type { Answer } from '../../engine/wire/requests.ts';
import type { SubtaskToCoordinator } from './protocol.ts';

export interface GateOutlets {
  /** On the same line as everything else that this Worker says. */
  readonly tell: (message: Extract<SubtaskToCoordinator, { kind: 'struck' | 'crash' }>) => void;
  readonly deliver: (message: SubtaskMessage) => void;
  readonly carryOut: (effect: SubtaskEffect) => void;
  /** The same for effects that were held back: no step follows that would send what they bring. */
  readonly carryOutLate: (effects: readonly SubtaskEffect[]) => void;
  readonly answer: (request: number, answer: Answer) => void;
}

type Sent = Extract<SubtaskEffect, { kind: 'send' }>;

export class FaultGate {
  readonly injector: SubtaskInjector;
  /** The Worker is dead but for its end. */
  dead = false;
  private readonly outlets: GateOutlets;
  /** Buffers held until the next one on their channel has passed. */
  private readonly swapped = new Map<ChannelId, Sent>();
  /** Effects held back, by line: what follows on the same line waits behind. */
  private readonly delayed = new Map<string, SubtaskEffect[]>();

  constructor(deployment: Deployment, outlets: GateOutlets) {
    this.outlets = outlets;
    this.injector = new SubtaskInjector(deployment.plan, deployment.faults, faultTable, (fault, text) =>
      outlets.tell({ kind: 'struck', fault, text }),
    );
  }

  onMessage(message: SubtaskMessage, now: number): void {
    if (this.dead) return;
    const verdict = this.injector.onMessage(message, now);
    if (verdict.kind === 'pass') this.outlets.deliver(message);
    else if (verdict.kind === 'crash' || verdict.kind === 'hang') {
      this.end(verdict, () => this.outlets.deliver(message));
    }
  }

  onEffect(effect: SubtaskEffect, now: number): void {
    if (this.dead) return;
    const verdict = this.injector.onEffect(effect, now);
    switch (verdict.kind) {
      case 'pass':
        this.passOn(effect);
        break;
      case 'drop':
        break;
      case 'duplicate':
        if (effect.kind === 'send') this.passOn({ ...effect, buffer: structuredClone(effect.buffer) });
        else this.passOn(effect);
        this.passOn(effect);
        break;
      case 'delay':
        this.delay(effect, verdict.ms);
        break;
      case 'swap':
        if (effect.kind === 'send') this.swapped.set(effect.channel, effect);
        else this.passOn(effect);
        break;
      case 'fail':
        if (effect.kind === 'request') {
          const { code, reason } = verdict;
          this.outlets.answer(effect.request, { kind: 'failed', code, reason });
        }
        break;
      case 'crash':
      case 'hang':
        this.end(verdict, () => this.passOn(effect));
        break;
    }
  }

  private passOn(effect: SubtaskEffect): void {
    // On the way of every buffer: where nothing is held back, nothing is looked up.
    const waiting = this.delayed.size === 0 ? undefined : this.delayed.get(lineOf(effect));
    if (waiting !== undefined) {
      waiting.push(effect);
      return;
    }
    this.outlets.carryOut(effect);
    if (effect.kind !== 'send' || this.swapped.size === 0) return;
    const held = this.swapped.get(effect.channel);
    this.swapped.delete(effect.channel);
    if (held !== undefined) this.outlets.carryOut(held);
  }

  private delay(effect: SubtaskEffect, ms: number): void {
    const line = lineOf(effect);
    const waiting = this.delayed.get(line);
    if (waiting !== undefined) {
      waiting.push(effect);
      return;
    }
    this.delayed.set(line, [effect]);
    setTimeout(() => {
      const effects = this.delayed.get(line) ?? [];
      this.delayed.delete(line);
      if (!this.dead) this.outlets.carryOutLate(effects);
    }, ms);
  }

  private end(verdict: Extract<Verdict, { kind: 'crash' | 'hang' }>, inHand: () => void): void {
    if (verdict.kind === 'hang') {
      // For real: neither pings nor commands are heard again until the Worker is ended.
      for (;;);
    }
    if (verdict.when === 'after') inHand();
    this.dead = true;
    this.outlets.tell({ kind: 'crash', failure: verdict.failure ?? null });
  }
}

/** What must keep its order: a channel, or the line to one of the others. */
function lineOf(effect: SubtaskEffect): string {
  if (effect.kind === 'send' || effect.kind === 'credit') return `${effect.kind} ${effect.channel}`;
  return effect.kind === 'request' ? `request ${effect.request}` : effect.kind;
}
