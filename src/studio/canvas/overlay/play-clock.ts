/**
 * The time that the overlay shows: the job's clock, estimated from the times on the reports and played back a little late,
 * so that what is drawn has been reported. Runs smoothly between commits and stands exactly where the job's clock stands.
 *
 * Reports carry the job's time when they were made and come late by a varying amount. The least lateness seen lately gives
 * the offset of the clocks (as NTP does); the greatest lateness of a trace gives the delay of the playback.
 */

const delayMin = 60;
const delayMax = 900;
/** How fast an estimate is forgotten, in milliseconds per millisecond. */
const leak = 0.01;
/** A larger jump is made at once, a smaller one is caught up with. */
const jumpMs = 1500;

export class PlayClock {
  private offset: number | null = null;
  private delay = 150;
  private standingAt: number | null = null;
  private lastSeen = 0;
  private committedAt = 0;
  private shown: number | null = null;
  private shownAt = 0;

  /**
   * A new view: `at` is the time of its newest report, `standing` that the job's clock stands (paused or ended), `now` the
   * page's clock.
   */
  commit(at: number, standing: boolean, now: number): void {
    const sample = at - now;
    if (standing) {
      this.standingAt = at;
    } else if (this.standingAt !== null || this.offset === null) {
      this.standingAt = null;
      this.offset = sample;
      this.shownAt = now;
    } else if (at > this.lastSeen || sample > this.offset) {
      this.offset = Math.max(sample, this.offset - leak * Math.max(0, now - this.committedAt));
    }
    if (this.offset === null) this.offset = sample;
    this.lastSeen = at;
    this.committedAt = now;
  }

  /** A trace made at `at` has come: the playback must be later than the latest of them. */
  arrived(at: number, now: number): void {
    if (this.offset === null || this.standingAt !== null) return;
    const late = now + this.offset - at;
    if (late > this.delay) this.delay = Math.min(delayMax, late);
  }

  /** The job's time to show. Never goes back, except to begin anew after `reset`. */
  advance(now: number): number {
    const elapsed = Math.max(0, now - this.shownAt);
    this.shownAt = now;
    if (this.offset === null) return 0;
    if (this.standingAt === null) this.delay = Math.max(delayMin, this.delay - leak * elapsed);
    const ideal = this.standingAt ?? now + this.offset - this.delay;
    const step = ideal - (this.shown ?? ideal);
    if (this.shown === null || step > jumpMs) this.shown = ideal;
    else this.shown += Math.max(this.leastStep(step, elapsed), Math.min(step, elapsed * 1.5));
    return this.shown;
  }

  /** Slower rather than standing where the estimate was a little too far; standing where it was much too far. */
  private leastStep(step: number, elapsed: number): number {
    return this.standingAt !== null || step < -delayMax ? 0 : elapsed * 0.7;
  }

  /** True when nothing will move until the next commit. */
  get settled(): boolean {
    return this.offset === null || (this.standingAt !== null && this.shown !== null && this.shown >= this.standingAt);
  }

  reset(): void {
    this.offset = null;
    this.standingAt = null;
    this.shown = null;
    this.delay = 150;
    this.lastSeen = 0;
  }
}
