/** The state of checkpoints in very few words, for the indicator beside the run controls. Pure. */
import type { CheckpointView, ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { lastCompleted, storageTrouble } from './history-rows.ts';
import { agoText, bytesText, failureHelp, failureSentence, timeText } from './words.ts';

export interface LastText {
  readonly tone: 'off' | 'none' | 'kept' | 'under-way' | 'failed';
  /** `#8`, the one that `text` speaks of; empty if there is none. */
  readonly number: string;
  /** `8 s ago`, `3/7`, `failed`. */
  readonly text: string;
  /** For assistive technology: the same without abbreviations. */
  readonly name: string;
  /** On hover. */
  readonly sentence: string;
}

const click = 'Click for all checkpoints.';

export function lastText({ checkpoints, graph, at }: Pick<ClusterView, 'checkpoints' | 'graph' | 'at'>): LastText {
  if (graph.jobGraph.settings.checkpointMode === 'off') return off;
  const last = lastCompleted(checkpoints);
  const number = last === null ? '' : `#${last.id}`;
  const kept = last === null ? 'No checkpoint has completed yet.' : completedSentence(last, at);
  const ended = checkpoints.history.findLast((one) => one.id !== null && one.state !== 'in-progress');
  const running = checkpoints.history.findLast((one) => one.state === 'in-progress');
  if (ended?.failure) {
    const reason = failureSentence(ended.failure);
    const advice = storageTrouble(checkpoints) === null ? '' : ` ${failureHelp(ended.failure)}`;
    const sentence = `Checkpoint ${ended.id} failed: ${reason}${advice} ${kept} ${click}`;
    return { tone: 'failed', number: `#${ended.id}`, text: 'failed', name: `the last one failed. ${kept}`, sentence };
  }
  if (running !== undefined) {
    const share = `${running.acknowledged.size}/${running.awaits.length}`;
    const words = `checkpoint ${running.id} is under way, ${running.acknowledged.size} of ${running.awaits.length} acknowledged`;
    const sentence = `${capital(words)}. ${kept} ${click}`;
    return { tone: 'under-way', number: `#${running.id}`, text: share, name: words, sentence };
  }
  if (last === null) return { tone: 'none', number, text: 'none yet', name: 'none yet', sentence: `${kept} ${click}` };
  const ago = agoText(at - (last.endedAt ?? last.triggeredAt));
  return { tone: 'kept', number, text: ago, name: `${last.id} completed ${ago}`, sentence: `${kept} ${click}` };
}

const off: LastText = {
  tone: 'off',
  number: '',
  text: 'off',
  name: 'off',
  sentence:
    'This run takes no checkpoints: after a failure, state and what was in flight are lost. Click to change it.',
};

function completedSentence({ id, metadata, endedAt, triggeredAt }: CheckpointView, now: number): string {
  const end = endedAt ?? triggeredAt;
  const size = metadata === null ? '' : `, ${bytesText(metadata.stateBytes)}`;
  return `Checkpoint ${id} completed ${agoText(now - end)} in ${timeText(end - triggeredAt)}${size}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
