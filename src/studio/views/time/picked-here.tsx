/** Below the plot: what is brushed, and how many result rows are marked, with the ways to let go of them or to see them. */
import { counted } from '../../canvas/number-text.ts';
import { showView } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { isBrushed, noBrush, pickBrush, setMarks, useTimePick } from '../../session/time-pick.ts';
import { Button } from '../../ui/button.tsx';
import { brushText } from '../results/brush-words.ts';
import { outOfSight, showingMarks } from './marks-in-sight.ts';
import type { Extent } from './scene.ts';

interface PickedHereProps {
  readonly origin: number;
  /** What the plot shows. */
  readonly shown: Extent | null;
  readonly onShow: (extent: Extent) => void;
}

export function PickedHere({ origin, shown, onShow }: PickedHereProps) {
  const brush = useTimePick((state) => state.brush);
  const marks = useTimePick((state) => state.marks);
  const hasResults = useSession((state) => state.dockTabs.includes('results'));
  if (!isBrushed(brush) && marks.length === 0) return null;
  const hidden = shown === null ? 0 : outOfSight(marks, shown).length;
  return (
    <span className="time-picked">
      {isBrushed(brush) && (
        <>
          <span
            className="note number min-w-0 truncate"
            role="status"
            aria-label="Brush"
            title={brushText(brush, origin)}
          >
            Picked {brushText(brush, origin)}
          </span>
          {!hasResults && (
            <Button size="small" tone="quiet" onClick={() => showView('results')}>
              See results
            </Button>
          )}
          <Button size="small" tone="quiet" onClick={() => pickBrush(noBrush)}>
            Show all results
          </Button>
        </>
      )}
      {marks.length > 0 && (
        <>
          <span className="note number min-w-0 truncate" role="status" aria-label="Marked results">
            {`${counted(marks.length, 'place')} of marked rows${hidden === 0 ? '' : `, ${hidden} out of sight`}`}
          </span>
          {hidden > 0 && shown !== null && (
            <Button size="small" tone="quiet" onClick={() => onShow(showingMarks(marks, shown))}>
              Show them
            </Button>
          )}
          <Button size="small" tone="quiet" onClick={() => setMarks([])}>
            Let go of them
          </Button>
        </>
      )}
    </span>
  );
}
