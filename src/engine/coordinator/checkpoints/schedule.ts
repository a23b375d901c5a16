/**
 * When the next periodic checkpoint is due, in job time: an interval after the last trigger, and a minimum pause after
 * the last completion, whichever comes later (Flink: CheckpointRequestDecider). A checkpoint that is due while too many
 * are pending is taken as soon as one of them ends.
 */
import type { JobSettings } from '../../graph/job.ts';

export class CheckpointSchedule {
  private readonly settings: JobSettings;
  private lastTrigger = 0;
  private lastCompletion: number | null = null;

  constructor(settings: JobSettings) {
    this.settings = settings;
  }

  /** At the start and after each restart: the first interval begins. */
  begin(now: number): void {
    this.lastTrigger = now;
  }

  triggered(now: number): void {
    this.lastTrigger = now;
  }

  completed(now: number): void {
    this.lastCompletion = now;
  }

  /** Infinity: only by hand. */
  due(): number {
    const { checkpointMode, checkpointIntervalMs, checkpointMinPauseMs } = this.settings;
    if (checkpointMode === 'off' || checkpointIntervalMs === 0) return Infinity;
    const paused = this.lastCompletion === null ? 0 : this.lastCompletion + checkpointMinPauseMs;
    return Math.max(this.lastTrigger + checkpointIntervalMs, paused);
  }

  /** Unaligned checkpoints, and a minimum pause, leave room for one at a time, as in Flink. */
  get concurrent(): number {
    const { checkpointMode, alignmentTimeoutMs, checkpointMinPauseMs, maxConcurrentCheckpoints } = this.settings;
    const overtakes = checkpointMode === 'unaligned' || (checkpointMode === 'aligned' && alignmentTimeoutMs > 0);
    return overtakes || checkpointMinPauseMs > 0 ? 1 : maxConcurrentCheckpoints;
  }
}
