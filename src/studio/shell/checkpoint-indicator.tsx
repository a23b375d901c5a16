/** Beside the run controls: the last completed checkpoint, how long ago it was, and whether one is under way. */
import { Flag } from 'lucide-react';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import { useThrottledView } from '../run/use-throttled-view.ts';
import { showView } from '../session/commands.ts';
import { Hint } from '../ui/tooltip.tsx';
import { lastText, type LastText } from '../views/checkpoints/last-text.ts';

/** One object per second at most: what it says changes no faster. */
let told: LastText | null = null;

function pickLast(view: ClusterView | null): LastText | null {
  if (view === null || isTerminal(view.job.state)) return null;
  const next = lastText(view);
  if (JSON.stringify(next) !== JSON.stringify(told)) told = next;
  return told;
}

export function CheckpointIndicator() {
  const last = useThrottledView(pickLast);
  if (last === null) return null;
  return (
    <Hint text={last.sentence}>
      <button
        type="button"
        className="checkpoint-indicator"
        aria-label={`Checkpoints: ${last.name}`}
        data-tone={last.tone}
        onClick={() => showView('checkpoints')}
      >
        <Flag size={13} aria-hidden />
        {last.number !== '' && <span className="mono">{last.number}</span>}
        <span className="mono checkpoint-age">{last.text}</span>
      </button>
    </Hint>
  );
}
