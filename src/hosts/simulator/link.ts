/**
 * A one-way line between two parts of the cluster: delays by chance, keeps the order. What takes no time at all keeps its
 * order by that of the schedule.
 */

/** Smallest distance between two arrivals on one line. */
const apartMs = 1e-6;

export class Link {
  private lastArrival: number;
  private brokenAt = Number.POSITIVE_INFINITY;

  /** `behind`: nothing overtakes what was sent on that line. */
  constructor(behind: Link | null = null) {
    this.lastArrival = behind?.lastArrival ?? Number.NEGATIVE_INFINITY;
  }

  /** When something that leaves at `sentAt` and takes `delayMs` arrives: after all that left before it. */
  arrival(sentAt: number, delayMs: number): number {
    this.lastArrival = Math.max(sentAt + delayMs, this.lastArrival + (delayMs === 0 ? 0 : apartMs));
    return this.lastArrival;
  }

  /** What arrives after this time does not arrive at all; what arrives before was in time. */
  breakAt(time: number): void {
    this.brokenAt = Math.min(this.brokenAt, time);
  }

  delivers(arrival: number): boolean {
    return arrival <= this.brokenAt;
  }
}
