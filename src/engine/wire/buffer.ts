/**
 * What crosses a channel: buffers downstream, credits upstream. A buffer is a packed column batch with control events at
 * their places between the records, so a watermark rides with the records and costs no message of its own.
 */
import type { EventTimeMs } from '../../base/units.ts';
import type { CheckpointId, CheckpointOptions } from './checkpoints.ts';
import type { PackedText } from './packed-text.ts';

/** In-band, FIFO with the records. Idle and active are Flink's WatermarkStatus. */
export type StreamEvent =
  | { readonly kind: 'watermark'; readonly time: EventTimeMs }
  | { readonly kind: 'idle' }
  | { readonly kind: 'active' }
  /** Cuts the channel: what came before belongs to the checkpoint, what follows does not. */
  | { readonly kind: 'barrier'; readonly options: CheckpointOptions }
  /** The checkpoint will not happen upstream: do not wait for its barrier (Flink: CancelCheckpointMarker). */
  | { readonly kind: 'cancel-barrier'; readonly checkpoint: CheckpointId }
  /** No records follow on this channel, at most barriers. A final watermark came before it, unless the source was stopped by failure. */
  | { readonly kind: 'end' };

export interface PositionedEvent {
  /** Number of this buffer's records that come before the event. */
  readonly after: number;
  readonly event: StreamEvent;
}

export interface WireBuffer {
  /** Per channel, from 0, without gaps. A gap or a repeat fails the receiver. */
  readonly sequence: number;
  readonly rows: number;
  /** Records for which the segment has room; its layout depends on it. 0: there is no segment. */
  readonly capacity: number;
  /** All fixed-width data; transferred, and given back with the credit. Null when `rows` is 0. */
  readonly segment: ArrayBuffer | null;
  /** One per text column, in schema order. */
  readonly texts: readonly PackedText[];
  /** In order of `after`. Records and events together fill a buffer. */
  readonly events: readonly PositionedEvent[];
  /**
   * Holds one barrier alone, has overtaken what waits at the sender, and overtakes what waits at the receiver (FLIP-76).
   * Takes no credit; has a sequence of its own, counted from 0.
   */
  readonly priority?: true;
  /** Comes in its turn and takes no credit: a barrier behind the end, whose receiver may be gone. */
  readonly uncredited?: true;
  /** How many of the others (ordinary, priority) were sent before it, so that none can be lost unseen. Absent: none. */
  readonly behind?: number;
}

export interface CreditGrant {
  readonly credits: number;
  /** Segments to use again; empty when the receiver kept them. */
  readonly segments: readonly ArrayBuffer[];
}
