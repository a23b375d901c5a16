/**
 * A clock of input activity (Flink: PausableRelativeClock): stands still while an input could bring records and is not
 * asked, so that backpressure or alignment is not taken for idleness.
 */
export interface RelativeClock {
  /** Milliseconds since some beginning. */
  elapsed(): number;
}

export class PausableClock implements RelativeClock {
  private readonly base: RelativeClock;
  private lost = 0;
  private pausedAt: number | null = null;

  constructor(base: RelativeClock) {
    this.base = base;
  }

  elapsed(): number {
    return (this.pausedAt ?? this.base.elapsed()) - this.lost;
  }

  pause(): void {
    this.pausedAt ??= this.base.elapsed();
  }

  resume(): void {
    if (this.pausedAt === null) return;
    this.lost += this.base.elapsed() - this.pausedAt;
    this.pausedAt = null;
  }
}
