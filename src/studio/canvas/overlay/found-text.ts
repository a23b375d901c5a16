/**
 * What the pointer found on the overlay, in words: a record, a watermark, a barrier with what it overtook, or a pipe with
 * its buffers and credits.
 */
import type { TimeSpan } from '../watermark-text.ts';
import { watermarkSentence, watermarkText } from '../watermark-text.ts';
import type { EventTimeMs } from '../../../base/units.ts';
import { counted, rateText } from '../number-text.ts';
import type { Drawn, DrawnBarrier, Found } from './hit.ts';
import type { PipeState } from './pipe-state.ts';

export function foundSentences(found: Found, span: TimeSpan | null): readonly string[] {
  switch (found.kind) {
    case 'mark':
      return markSentences(found.mark, span);
    case 'barrier':
      return barrierSentences(found.barrier);
    case 'pipe':
      return pipeSentences(found.pipe, span);
  }
}

function markSentences({ passage, index, pipe }: Drawn, span: TimeSpan | null): readonly string[] {
  const { records, sequence, watermark, labels, consumedAt } = passage;
  const where = `Buffer ${sequence} of ${channelName(pipe)}, ${counted(records, 'record')}`;
  const state = consumedAt < Infinity ? 'consumed' : '';
  if (index < 0) {
    const time = watermark as EventTimeMs;
    return [`Watermark ${watermarkText(time, span)}`, watermarkSentence(time), where];
  }
  const others = labels.filter((_, i) => i !== index).slice(0, 3);
  return [
    labels[index] ?? 'Record',
    where + (state === '' ? '' : `, ${state}`),
    ...(passage.overtaken ? ['A barrier has overtaken it: it is in-flight data, part of the snapshot.'] : []),
    ...(others.length > 0 ? [`with ${others.join(' · ')}${records > others.length + 1 ? ' …' : ''}`] : []),
    ...(watermark === null ? [] : [watermarkSentence(watermark)]),
  ];
}

/** Overtaken records that are named. */
const namedMost = 8;

function barrierSentences({ passage, pipe, lane }: DrawnBarrier): readonly string[] {
  const title = `Barrier of checkpoint ${passage.barrier} in ${channelName(pipe)}`;
  if (passage.sequence >= 0)
    return [title, 'What was sent before it belongs to the checkpoint, what comes behind it does not.'];
  const passed = lane.passages.filter((each) => each.overtaken && each.sentAt <= passage.sentAt);
  const records = passed.reduce((sum, each) => sum + each.records, 0);
  const labels = passed.flatMap((each) => each.labels);
  const named = labels.slice(0, namedMost).join(' · ') + (records > Math.min(labels.length, namedMost) ? ' …' : '');
  return [
    title,
    'It is unaligned: it overtakes, and what it overtakes becomes part of the snapshot.',
    ...(passage.overtook > 0 ? [`It overtook ${counted(passage.overtook, 'record')} that waited at the sender.`] : []),
    ...(records > 0 ? [`It has overtaken ${counted(records, 'record')} on the way: ${named}`] : []),
  ];
}

function pipeSentences({ pipe, edge, gauges }: PipeState, span: TimeSpan | null): readonly string[] {
  const name = edge.label.replace(/^Edge from/, 'From');
  const title = pipe.channels.length === 1 ? `${name}: channel ${laneNumbers(pipe.channels[0] ?? '')}` : name;
  if (!gauges.live) return [title, ...(edge.note === '' ? [] : [edge.note])];
  const watermark = gauges.watermark as EventTimeMs | null;
  return [
    title,
    `${rateText(gauges.recordsPerSecond)}, ${counted(gauges.inFlightRecords, 'record')} in flight`,
    `${counted(gauges.queuedBuffers, 'buffer')} queued with ${counted(gauges.queuedRecords, 'record')} · ${counted(gauges.credits, 'credit')} left`,
    ...(gauges.blocked ? ['The sender waits for credit.'] : []),
    ...(gauges.aligning > 0 ? ['Blocked by its barrier, until those of the other channels have come.'] : []),
    ...(watermark === null ? [] : [`Watermark ${watermarkText(watermark, span)}`]),
    ...(edge.note === '' ? [] : [edge.note]),
  ];
}

const channelName = ({ pipe, edge }: PipeState): string =>
  pipe.channels.length === 1
    ? `channel ${laneNumbers(pipe.channels[0] ?? '')}`
    : edge.label.replace(/^Edge/, 'the edge');

/** `0 → 1` out of the channel's id `e3:0-1`. */
function laneNumbers(channel: string): string {
  return channel.slice(channel.lastIndexOf(':') + 1).replace('-', ' → ');
}
