/**
 * What is to happen when. Two clocks: the host's, which always goes on, and the job's, which stands still while the job
 * is paused; what was due by the job's clock is then due later. Events at the same time come in an order that chance
 * decides, where what must stay in order (a channel, a port) gets times that differ; or, without chance, in the order in
 * which they were set.
 */
import { Heap } from '../../base/heap.ts';
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import { JobClock } from '../../engine/time/job-clock.ts';
import type { Chance } from './chance.ts';

type ClockName = 'host' | 'job';

export interface Due {
  /** By the clock that it was set on. */
  readonly at: number;
  readonly tie: number;
  readonly order: number;
  /** A line for the fingerprint: what happens, to whom. */
  readonly label: string;
  readonly act: () => void;
}

export class Schedule {
  private readonly heaps: Record<ClockName, Heap<Due>> = { host: new Heap(byTime), job: new Heap(byTime) };
  private readonly clock = new JobClock();
  private readonly chance: Chance | null;
  private order = 0;
  private current: number;
  /** Time of the last event by the job's clock: what was subtracted and added again may miss it by a rounding error. */
  private reached: number;

  constructor(chance: Chance | null, startAt = 0) {
    this.chance = chance;
    this.current = startAt;
    this.reached = startAt;
  }

  get hostNow(): ProcessingTimeMs {
    return processingTime(this.current);
  }

  get jobNow(): ProcessingTimeMs {
    return processingTime(Math.max(this.reached, this.clock.now(this.current)));
  }

  get paused(): boolean {
    return this.clock.paused;
  }

  setPaused(paused: boolean): void {
    this.clock.setPaused(paused, this.current);
  }

  onHostClock(at: number, label: string, act: () => void): void {
    this.push('host', Math.max(at, this.current), label, act);
  }

  onJobClock(at: number, label: string, act: () => void): void {
    this.push('job', Math.max(at, this.jobNow), label, act);
  }

  /** Time of the host's clock at which something happens next; null if nothing ever does. */
  nextAt(): ProcessingTimeMs | null {
    const host = this.heaps.host.peek()?.at ?? Number.POSITIVE_INFINITY;
    const at = Math.min(host, this.nextOfJob());
    return at === Number.POSITIVE_INFINITY ? null : processingTime(at);
  }

  /** Moves the clock to the next event and takes it out. */
  take(): Due | null {
    const at = this.nextAt();
    if (at === null) return null;
    const fromJob = this.nextOfJob() === at && (this.heaps.host.peek()?.at !== at || this.jobFirst());
    this.current = Math.max(this.current, at);
    const due = this.heaps[fromJob ? 'job' : 'host'].pop() ?? null;
    if (fromJob && due !== null) this.reached = Math.max(this.reached, due.at);
    return due;
  }

  /** Nothing is due until then: the clock goes on all the same. */
  passTo(time: number): void {
    this.current = Math.max(this.current, time);
  }

  /** Both clocks have something at this time. */
  private jobFirst(): boolean {
    if (this.chance !== null) return this.chance.next() < 0.5;
    const { host, job } = this.heaps;
    return (job.peek()?.order ?? 0) < (host.peek()?.order ?? 0);
  }

  private nextOfJob(): number {
    const next = this.heaps.job.peek();
    if (next === undefined || this.clock.paused) return Number.POSITIVE_INFINITY;
    return Math.max(this.current, this.clock.hostTime(processingTime(next.at)));
  }

  private push(clock: ClockName, at: number, label: string, act: () => void): void {
    this.heaps[clock].push({ at, tie: this.chance?.next() ?? 0, order: this.order++, label, act });
  }
}

const byTime = (a: Due, b: Due): number => a.at - b.at || a.tie - b.tie || a.order - b.order;
