/** The view of one channel, from what its two ends report at different times. */
import type { JobSettings } from '../graph/job.ts';
import type { ChannelId } from '../graph/plan.ts';
import type { InputChannelGauges, OutputChannelGauges } from '../wire/reports.ts';
import type { ChannelView } from './cluster-view.ts';
import { nextRate } from './rates.ts';
import type { Interval } from './rates.ts';

type BufferSettings = Pick<JobSettings, 'buffersPerChannel' | 'bufferRecords'>;

/** The sender's side is new: what it sent since then is the channel's rate. */
export function withOutput(
  before: ChannelView,
  output: OutputChannelGauges,
  settings: BufferSettings,
  interval: Interval,
): ChannelView {
  const { id, input } = before;
  const sent = output.sentRecords - (before.output?.sentRecords ?? 0);
  return {
    id,
    input,
    output,
    ...inFlight(input, output, settings),
    recordsPerSecond: nextRate(before.recordsPerSecond, sent, interval),
    fill: before.fill,
  };
}

/** The receiver's side is new. */
export function withInput(before: ChannelView, input: InputChannelGauges, settings: BufferSettings): ChannelView {
  const { id, output, recordsPerSecond } = before;
  return {
    id,
    input,
    output,
    ...inFlight(input, output, settings),
    recordsPerSecond,
    fill: Math.min(1, input.queuedBuffers / settings.buffersPerChannel),
  };
}

/**
 * What was sent and not received. The ends report at different moments, so the difference may be negative, or far more
 * than there is room for; the credits that the sender has given out bound it at any speed.
 */
function inFlight(
  input: InputChannelGauges | null,
  output: OutputChannelGauges | null,
  { buffersPerChannel, bufferRecords }: BufferSettings,
): Pick<ChannelView, 'inFlightRecords' | 'inFlightBuffers'> {
  if (output === null) return { inFlightRecords: 0, inFlightBuffers: 0 };
  const buffersMax = buffersPerChannel - output.credits;
  const buffers = output.sentBuffers - (input?.receivedBuffers ?? 0);
  const records = output.sentRecords - (input?.receivedRecords ?? 0);
  return {
    inFlightBuffers: clamp(buffers, buffersMax),
    inFlightRecords: clamp(records, buffersMax * bufferRecords),
  };
}

const clamp = (value: number, max: number): number => Math.max(0, Math.min(value, max));

/** Nothing more is sent. */
export const quietChannel = (view: ChannelView): ChannelView =>
  view.recordsPerSecond === 0 ? view : { ...view, recordsPerSecond: 0 };

/** A channel of which nothing is known: a channel never serves two attempts. */
export const freshChannel = (id: ChannelId): ChannelView => ({
  id,
  input: null,
  output: null,
  inFlightRecords: 0,
  inFlightBuffers: 0,
  recordsPerSecond: 0,
  fill: 0,
});
