/** The view of one channel, from what its two ends report at different times. */
import type { OutputChannelGauges } from '../wire/reports.ts';
import type { ChannelView } from './cluster-view.ts';
import { nextRate } from './rates.ts';
import type { Interval } from './rates.ts';

/** The sender's side is new: what it sent since then is the channel's rate. */
export function withOutput(view: ChannelView, output: OutputChannelGauges, interval: Interval): ChannelView {
  const sent = output.sentRecords - (view.output?.sentRecords ?? 0);
  return { ...view, output, recordsPerSecond: nextRate(view.recordsPerSecond, sent, interval) };
}

/** In flight is what was sent and not received. The ends report by turns, so the receiver may seem to be ahead. */
export function derived(view: ChannelView, buffersPerChannel: number): ChannelView {
  const { input, output } = view;
  return {
    ...view,
    inFlightRecords: Math.max(0, (output?.sentRecords ?? 0) - (input?.receivedRecords ?? 0)),
    inFlightBuffers: Math.max(0, (output?.sentBuffers ?? 0) - (input?.receivedBuffers ?? 0)),
    fill: Math.min(1, (input?.queuedBuffers ?? 0) / buffersPerChannel),
  };
}

/** Nothing more is sent. */
export const quietChannel = (view: ChannelView): ChannelView =>
  view.recordsPerSecond === 0 ? view : { ...view, recordsPerSecond: 0 };
