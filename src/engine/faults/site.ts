/** One fault armed at one subtask: its trigger, counted from the moment of arming, and how often it may still strike. */
import type { Fault, ProtocolPoint } from '../graph/faults.ts';
import { protocolPoints } from '../graph/faults.ts';
import type { ChannelId, SubtaskPlan } from '../graph/plan.ts';
import type { FaultSite, Moment } from './fault.ts';
import type { Progress } from './progress.ts';
import { nameOfPlan } from './subtask-name.ts';

export class Site implements FaultSite {
  readonly fault: Fault;
  readonly plan: SubtaskPlan;
  readonly name: string;
  private readonly progress: Progress;
  private readonly onStrike: (text: string) => void;
  private readonly recordsAtArming: number;
  private readonly snapshotsAtArming: number;
  private readonly occurredAtArming: ReadonlyMap<ProtocolPoint, number>;
  private readonly sentAtArming = new Map<ChannelId, number>();
  private left: number;

  constructor(fault: Fault, plan: SubtaskPlan, progress: Progress, onStrike: (text: string) => void) {
    this.fault = fault;
    this.plan = plan;
    this.name = nameOfPlan(plan);
    this.progress = progress;
    this.onStrike = onStrike;
    this.left = fault.times;
    this.recordsAtArming = progress.records;
    this.snapshotsAtArming = progress.snapshots;
    this.occurredAtArming = new Map(protocolPoints.map((point) => [point, progress.occurrences(point)]));
    for (const channel of plan.outputs.flatMap((output) => output.channels)) {
      this.sentAtArming.set(channel, progress.sentBefore(channel));
    }
  }

  get now(): number {
    return this.progress.now;
  }

  get usedUp(): boolean {
    return this.left <= 0;
  }

  useUp(): void {
    this.left = 0;
  }

  metNow(): boolean {
    return this.fault.when.kind === 'now' && !this.usedUp;
  }

  metAtPoint(): Moment | null {
    const { when } = this.fault;
    if (when.kind !== 'point' || this.usedUp) return null;
    const moment = this.progress.moments.find(({ point }) => point === when.point);
    if (moment === undefined) return null;
    const count = this.progress.occurrences(when.point) - (this.occurredAtArming.get(when.point) ?? 0);
    return count > 0 && count % when.n === 0 ? moment : null;
  }

  metAtRecord(before: number, count: number): number | null {
    const { when } = this.fault;
    if (when.kind !== 'record' || this.usedUp || before + count <= 0) return null;
    const next = (Math.floor(Math.max(0, before) / when.n) + 1) * when.n;
    return next <= before + count ? next : null;
  }

  /** Records before the batch in hand, of those since arming. */
  recordsBefore(recordsBefore: number): number {
    return recordsBefore - this.recordsAtArming;
  }

  sentBefore(channel: ChannelId): number {
    return this.progress.sentBefore(channel) - (this.sentAtArming.get(channel) ?? 0);
  }

  writing(): number {
    return this.progress.snapshots - this.snapshotsAtArming;
  }

  strike(text: string): boolean {
    if (this.usedUp) return false;
    this.left--;
    this.onStrike(text);
    return true;
  }
}
