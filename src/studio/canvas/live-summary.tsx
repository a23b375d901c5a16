/** With reduced motion: the run in one sentence, politely announced at most every five seconds. */
import { useEffect, useState } from 'react';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { useMedia } from '../shell/use-media.ts';
import { liveSpan, liveView } from './live-lanes.ts';
import { rateText } from './number-text.ts';
import { type TimeSpan, watermarkText } from './watermark-text.ts';
import { currentPlanning } from './use-scene.ts';

const everyMs = 5000;

export function LiveSummary() {
  const reduced = useMedia('(prefers-reduced-motion: reduce)');
  const [text, setText] = useState('');
  useEffect(() => {
    if (!reduced) return;
    const timer = setInterval(() => setText(summaryOf(liveView(), liveSpan(), nameOf)), everyMs);
    return () => clearInterval(timer);
  }, [reduced]);
  return (
    <p className="sr-only" aria-live="polite">
      {reduced ? text : ''}
    </p>
  );
}

const nameOf = (id: string): string => currentPlanning().job.nodes.find((node) => node.id === id)?.name ?? id;

/** `Job running. Flights: 40/s, watermark 10:42. Results: …`, at most six operators. */
export function summaryOf(view: ClusterView | null, span: TimeSpan | null, name: (id: string) => string): string {
  if (view === null) return '';
  const state = view.job.paused ? 'paused' : view.job.state;
  const nodes = [...view.nodes.values()].slice(0, 6).map((node) => {
    const rate = Math.max(node.recordsInPerSecond, node.recordsOutPerSecond);
    const held = node.shares.backpressured > 0.5 ? ', backpressured' : '';
    return `${name(node.id)}: ${rateText(rate)}, watermark ${watermarkText(node.watermark, span)}${held}.`;
  });
  return [`Job ${state}.`, ...nodes].join(' ');
}
