/**
 * Signs of life: who was heard when, who is overdue. Flink's HeartbeatManager with one difference: if the coordinator
 * itself slept (a laptop's lid, a frozen tab), the time it slept is held against nobody.
 */
import type { SubtaskId } from '../graph/plan.ts';
import { pingIntervalMs } from './limits.ts';

export class Heartbeats {
  private readonly heard = new Map<SubtaskId, number>();
  private readonly timeoutMs: number;
  /** Several questions fit into the timeout, so that one late answer is not a death. */
  private readonly intervalMs: number;
  private lastRound: number | null = null;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.intervalMs = Math.min(pingIntervalMs, timeoutMs / 3);
  }

  watch(id: SubtaskId, now: number): void {
    this.heard.set(id, now);
  }

  forget(id: SubtaskId): void {
    this.heard.delete(id);
  }

  beat(id: SubtaskId, now: number): void {
    if (this.heard.has(id)) this.heard.set(id, now);
  }

  /** When the next round is due; null while nobody is watched. */
  nextRound(now: number): number | null {
    if (this.heard.size === 0) return null;
    return this.lastRound === null ? now : this.lastRound + this.intervalMs;
  }

  /** One round: who is overdue, who is to be asked. Both empty when no round is due. */
  round(now: number): { readonly overdue: readonly SubtaskId[]; readonly ask: readonly SubtaskId[] } {
    const due = this.nextRound(now);
    if (due === null || now < due) return { overdue: [], ask: [] };
    this.forgiveSleep(now - due);
    this.lastRound = now;
    const overdue = [...this.heard].filter(([, heard]) => now - heard >= this.timeoutMs).map(([id]) => id);
    for (const id of overdue) this.forget(id);
    return { overdue, ask: [...this.heard.keys()] };
  }

  /** A round that is this late means that the coordinator was held up; so were the answers to it. */
  private forgiveSleep(lateMs: number): void {
    if (lateMs < this.intervalMs) return;
    for (const [id, heard] of this.heard) this.heard.set(id, heard + lateMs);
  }
}
