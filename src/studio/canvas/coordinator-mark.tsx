/**
 * The coordinator on the canvas: a small mark at the top, to which acknowledgements fly, and that says how the checkpoint
 * under way stands. With reduced motion it is all that is told of them.
 */
import { Flag } from 'lucide-react';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { useThrottledView } from '../run/use-throttled-view.ts';
import { showView } from '../session/commands.ts';
import { coordinatorText } from './coordinator-text.ts';
import { liveView } from './live-lanes.ts';

/** As text, so that the mark is rendered only when it says something else. */
const pick = (_: ClusterView | null): string => {
  const said = coordinatorText(liveView());
  return said === null ? '' : `${said.tone}|${said.text}`;
};

export function CoordinatorMark() {
  const said = useThrottledView(pick);
  if (said === '') return null;
  const bar = said.indexOf('|');
  return (
    <button
      type="button"
      className="wc-coordinator"
      data-tone={said.slice(0, bar)}
      onClick={() => showView('checkpoints')}
      data-hint="The coordinator: it triggers checkpoints at the sources and gathers the acknowledgements. Shows the checkpoints."
    >
      <Flag size={12} aria-hidden />
      <span>{said.slice(bar + 1)}</span>
    </button>
  );
}
