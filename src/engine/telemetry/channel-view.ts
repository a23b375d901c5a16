/** The view of one channel, from what its two ends report at different times. */
import type { InputChannelGauges, OutputChannelGauges } from '../wire/reports.ts';
import type { ChannelView } from './cluster-view.ts';
import { nextRate } from './rates.ts';
import type { Interval } from './rates.ts';

/** The sender's side is new: what it sent since then is the channel's rate. */
export function withOutput(before: ChannelView, output: OutputChannelGauges, interval: Interval): ChannelView {
  const { id, input } = before;
  const sent = output.sentRecords - (before.output?.sentRecords ?? 0);
  return {
    id,
    input,
    output,
    inFlightRecords: inFlight(output.sentRecords, input?.receivedRecords),
    inFlightBuffers: inFlight(output.sentBuffers, input?.receivedBuffers),
    recordsPerSecond: nextRate(before.recordsPerSecond, sent, interval),
    fill: before.fill,
  };
}

/** The receiver's side is new. */
export function withInput(before: ChannelView, input: InputChannelGauges, buffersPerChannel: number): ChannelView {
  const { id, output, recordsPerSecond } = before;
  return {
    id,
    input,
    output,
    inFlightRecords: inFlight(output?.sentRecords, input.receivedRecords),
    inFlightBuffers: inFlight(output?.sentBuffers, input.receivedBuffers),
    recordsPerSecond,
    fill: Math.min(1, input.queuedBuffers / buffersPerChannel),
  };
}

/** What was sent and not received. The ends report by turns, so the receiver may seem to be ahead. */
const inFlight = (sent = 0, received = 0): number => Math.max(0, sent - received);

/** Nothing more is sent. */
export const quietChannel = (view: ChannelView): ChannelView =>
  view.recordsPerSecond === 0 ? view : { ...view, recordsPerSecond: 0 };
