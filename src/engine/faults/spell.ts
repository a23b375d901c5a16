/** A state that a fault brings about for a while. Each strike begins it, one at a time. */
import type { FaultSite } from './fault.ts';

export class Spell {
  private readonly site: FaultSite;
  private readonly durationMs: number;
  private readonly text: string;
  private until = Number.NEGATIVE_INFINITY;

  constructor(site: FaultSite, durationMs: number, text: string) {
    this.site = site;
    this.durationMs = durationMs;
    this.text = text;
  }

  onRecords(before: number, count: number): void {
    if (this.site.metAtRecord(before, count) !== null) this.begin();
  }

  on(): boolean {
    if (this.site.metNow()) this.begin();
    return this.site.now < this.until;
  }

  private begin(): void {
    if (this.site.now < this.until || !this.site.strike(this.text)) return;
    this.until = this.site.now + this.durationMs;
  }
}
