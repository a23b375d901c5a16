/** A one-way line between two parts of the cluster: delays by chance, keeps the order. */

/** Smallest distance between two arrivals on one line. */
const apartMs = 1e-6;

export class Link {
  private lastArrival = Number.NEGATIVE_INFINITY;

  /** When something that leaves at `sentAt` and takes `delayMs` arrives: after all that left before it. */
  arrival(sentAt: number, delayMs: number): number {
    this.lastArrival = Math.max(sentAt + delayMs, this.lastArrival + apartMs);
    return this.lastArrival;
  }
}
