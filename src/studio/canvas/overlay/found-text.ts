/** What the pointer found on the overlay, in words: a record, a watermark, or a pipe with its buffers and credits. */
import type { TimeSpan } from '../watermark-text.ts';
import { watermarkSentence, watermarkText } from '../watermark-text.ts';
import type { EventTimeMs } from '../../../base/units.ts';
import { counted, rateText } from '../number-text.ts';
import type { Drawn, Found } from './hit.ts';
import type { PipeState } from './pipe-state.ts';

export function foundSentences(found: Found, span: TimeSpan | null): readonly string[] {
  return found.kind === 'mark' ? markSentences(found.mark, span) : pipeSentences(found.pipe, span);
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
    ...(others.length > 0 ? [`with ${others.join(' · ')}${records > others.length + 1 ? ' …' : ''}`] : []),
    ...(watermark === null ? [] : [watermarkSentence(watermark)]),
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
