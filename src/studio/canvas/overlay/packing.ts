/**
 * Where the buffers of a channel are on its pipe at a time. A buffer travels from the sender in the link's latency and then
 * stands in the queue at the receiver, one slot of the pipe per buffer of the channel: the pipe is full when the channel
 * has no credit left. No buffer overtakes the one before it.
 */
import { exitMs, type Passage } from './traffic.ts';

/** Canvas pixels between the dots of one buffer, and between the last dot of one and the first of the next at least. */
export const dotStep = 7;
/** A buffer moves up in the queue at this speed at least, canvas pixels per millisecond. */
const moveUpSpeed = 0.35;
/** How far beyond the pipe's end, under the card, a consumed buffer goes on. */
const exitDistance = 26;

export interface Packing {
  /** Canvas pixels. */
  readonly length: number;
  /** Buffers of the channel: slots of the pipe. */
  readonly slots: number;
  /** The time to draw, and how much of it passed since the last frame. */
  readonly time: number;
  readonly elapsed: number;
}

/**
 * Sets `drawnAt` of every passage that is on the pipe; others get -1. `passages` are in order of sequence. Returns the
 * number that stand in the queue.
 */
export function pack(passages: readonly Passage[], packing: Packing): number {
  const { length, time } = packing;
  const slot = length / Math.max(1, packing.slots);
  let queued = 0;
  /** The farthest that the next buffer may be. */
  let front = length;
  let standing = true;
  for (const passage of passages) {
    if (passage.sentAt > time) {
      passage.drawnAt = -1;
      continue;
    }
    if (passage.consumedAt <= time) {
      exit(passage, packing);
      continue;
    }
    const travelled = travel(passage, time) * length;
    const aim = Math.min(travelled, front);
    passage.drawnAt = aim < 0 ? -1 : moved(passage, aim, packing);
    // It stands only when all before it do; else it follows the one that still travels.
    const stands = standing && travelled >= front;
    if (stands) queued++;
    else standing = false;
    const tail = (aim < 0 ? aim : passage.drawnAt) - trainLength(passage, length, packing.slots);
    front = stands ? length - queued * slot : Math.min(front, tail);
  }
  return queued;
}

/** Towards `aim`, at once where the link is instant, else no faster than a buffer moves up. */
function moved({ drawnAt, latencyMs }: Passage, aim: number, { length, elapsed }: Packing): number {
  if (latencyMs < 1) return aim;
  const speed = Math.max(moveUpSpeed, (1.4 * length) / latencyMs);
  return Math.min(aim, Math.max(0, drawnAt) + speed * elapsed);
}

/** Share of the way that the link's latency leaves behind it by `time`, 0 … 1. */
export function travel(passage: Pick<Passage, 'sentAt' | 'latencyMs'>, time: number): number {
  return passage.latencyMs <= 0 ? 1 : Math.max(0, Math.min(1, (time - passage.sentAt) / passage.latencyMs));
}

function exit(passage: Passage, { length, time, elapsed }: Packing): void {
  const left = passage.consumedAt + exitMs - time;
  const goal = length + exitDistance;
  if (passage.drawnAt < 0 || left <= 0) passage.drawnAt = -1;
  else passage.drawnAt += (goal - passage.drawnAt) * Math.min(1, elapsed / Math.max(1, left + elapsed));
}

/** From the first dot of a buffer to where the next buffer may begin. */
const trainLength = ({ records, hues }: Passage, length: number, slots: number): number =>
  Math.max(1, dotsOf(records, hues.length, length, slots)) * dotStep;

/** Number of dots for a buffer of `records`: one each while they fit into its slot, fewer when they do not. */
export function dotsOf(records: number, known: number, length: number, slots: number): number {
  const room = Math.max(1, Math.floor(length / Math.max(1, slots) / (dotStep * 0.72)));
  return Math.min(records, known, room);
}
