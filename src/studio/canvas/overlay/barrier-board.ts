/**
 * What the overlay knows of barriers at a time of its playback: which channels stand blocked, how far each checkpoint
 * under way has come, what was overtaken where, and which acknowledgements are on their way. Fed by the view; nothing is
 * here that no report told of. Pure.
 */
import type { ChannelId, SubtaskId } from '../../../engine/graph/plan.ts';
import { barrierLimit } from '../../../engine/telemetry/cluster-view.ts';
import type { ClusterView, NumberedBarrier } from '../../../engine/telemetry/cluster-view.ts';
import type { CheckpointId } from '../../../engine/wire/checkpoints.ts';
import { counted } from '../number-text.ts';

/** Something told at a channel for a while. */
export interface BarrierNote {
  readonly channel: ChannelId;
  readonly text: string;
  readonly at: number;
}

export interface Flight {
  readonly checkpoint: CheckpointId;
  readonly subtask: SubtaskId;
  readonly at: number;
}

interface Course {
  /** Subtasks whose snapshot is taken and whose barriers are out. */
  readonly passed: Set<SubtaskId>;
  /** Channels whose barrier has come to the receiver. */
  readonly arrived: Set<ChannelId>;
}

export const noteMs = 2600;
export const flightMs = 850;
/** A blocked channel of which the gauges say otherwise for so long: its release was not told. */
const doubtMs = 1500;
const coursesMax = 16;
const flightsMax = 256;

export class BarrierBoard {
  /** Blocked channels, by the checkpoint that they wait for. */
  readonly blocked = new Map<ChannelId, { readonly checkpoint: CheckpointId; readonly since: number }>();
  notes: BarrierNote[] = [];
  flights: Flight[] = [];
  /** Checkpoints that are neither complete nor failed. */
  underWay: readonly CheckpointId[] = [];
  private readonly courses = new Map<CheckpointId, Course>();
  private waiting: NumberedBarrier[] = [];
  private nextNumber = 0;
  private readonly acknowledged = new Set<string>();
  private fresh = true;

  clear(): void {
    this.blocked.clear();
    this.courses.clear();
    this.acknowledged.clear();
    this.notes = [];
    this.flights = [];
    this.underWay = [];
    this.waiting = [];
    this.nextNumber = 0;
    this.fresh = true;
  }

  /** Takes in what is new in the view. What was there before the first look is not played again. */
  read(view: ClusterView): void {
    const newest = view.barriers.at(-1);
    if (newest !== undefined && newest.number >= this.nextNumber) {
      const first = view.barriers[0]?.number ?? 0;
      // In a hidden tab nothing is played, but reports come: only the newest are kept.
      const fresh = view.barriers.slice(Math.max(0, this.nextNumber - first));
      this.waiting = [...this.waiting, ...fresh].slice(-barrierLimit);
      this.nextNumber = newest.number + 1;
    }
    this.underWay = view.checkpoints.history.flatMap(({ id, state }) =>
      id !== null && state === 'in-progress' ? [id] : [],
    );
    this.readAcknowledgements(view);
    this.fresh = false;
  }

  /** Goes on to `time` of the playback. True if something changed or moves. */
  advance(time: number, view: ClusterView | null): boolean {
    let at = 0;
    for (; at < this.waiting.length && (this.waiting[at] as NumberedBarrier).at <= time; at++) {
      this.apply(this.waiting[at] as NumberedBarrier, view);
    }
    if (at > 0) this.waiting.splice(0, at);
    const moving = this.flights.length + this.notes.length > 0;
    this.flights = this.flights.filter((flight) => time < flight.at + flightMs);
    this.notes = this.notes.filter((note) => time < note.at + noteMs);
    this.doubt(time, view);
    return at > 0 || moving;
  }

  hasPassed(checkpoint: CheckpointId, subtask: SubtaskId): boolean {
    return this.courses.get(checkpoint)?.passed.has(subtask) === true;
  }

  hasArrived(checkpoint: CheckpointId, channel: ChannelId): boolean {
    return this.courses.get(checkpoint)?.arrived.has(channel) === true;
  }

  private apply({ at, subtask, event }: NumberedBarrier, view: ClusterView | null): void {
    const { checkpoint } = event;
    switch (event.kind) {
      case 'arrived': {
        const { channel, blocked, overtook } = event;
        this.courseOf(checkpoint).arrived.add(channel);
        if (blocked) this.blocked.set(channel, { checkpoint, since: at });
        if (overtook > 0) this.notes.push({ channel, at, text: `overtook ${counted(overtook, 'record')}` });
        return;
      }
      case 'snapshot':
        this.courseOf(checkpoint).passed.add(subtask);
        return this.release(subtask, view);
      case 'timed-out': {
        const channel = view?.graph.channels.find(({ to }) => to === subtask)?.id;
        if (channel !== undefined) this.notes.push({ channel, at, text: 'now unaligned' });
        return this.release(subtask, view);
      }
      case 'aligned':
      case 'aborted':
        return this.release(subtask, view);
    }
  }

  private release(subtask: SubtaskId, view: ClusterView | null): void {
    for (const { id, to } of view?.graph.channels ?? []) if (to === subtask) this.blocked.delete(id);
  }

  private courseOf(checkpoint: CheckpointId): Course {
    const known = this.courses.get(checkpoint);
    if (known !== undefined) return known;
    const course: Course = { passed: new Set(), arrived: new Set() };
    this.courses.set(checkpoint, course);
    for (const old of [...this.courses.keys()].slice(0, -coursesMax)) this.courses.delete(old);
    return course;
  }

  /** The gauges have the last word: a report may have been lost, and a new attempt begins unblocked. */
  private doubt(time: number, view: ClusterView | null): void {
    for (const [channel, { since }] of this.blocked) {
      const input = view?.channels.get(channel)?.input;
      if (time > since + doubtMs && input?.blocked !== true) this.blocked.delete(channel);
    }
  }

  private readAcknowledgements({ checkpoints }: ClusterView): void {
    const seen = new Set<string>();
    for (const { id, acknowledged, state } of checkpoints.history.slice(-coursesMax)) {
      if (id === null) continue;
      for (const [subtask, { at }] of acknowledged) {
        const key = `${id}|${subtask}`;
        seen.add(key);
        if (this.acknowledged.has(key)) continue;
        this.acknowledged.add(key);
        if (!this.fresh && (state === 'in-progress' || state === 'completed'))
          this.flights.push({ checkpoint: id, subtask, at });
      }
    }
    this.flights = this.flights.slice(-flightsMax);
    for (const key of this.acknowledged) if (!seen.has(key)) this.acknowledged.delete(key);
  }
}
