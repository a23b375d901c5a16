/** Above the rows: what the brush of the plot leaves of them, and which are marked there. Both can be let go. */
import type { ClusterView, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { counted } from '../../canvas/number-text.ts';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import { showView } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { isBrushed, marksMax, noBrush, pickBrush, pickedNow, setMarks, useTimePick } from '../../session/time-pick.ts';
import { Button } from '../../ui/button.tsx';
import { brushedText, brushNote, type Brushed } from './brush-words.ts';
import type { RowIndex } from './row-index.ts';
import { comingOf } from './take-away.ts';

const pickOrigin = (view: ClusterView | null): number => view?.job.startedAt ?? 0;

/** Lets go of brush and marks; false: there were none. */
export function letGo(): boolean {
  const { brush, marks } = pickedNow();
  if (!isBrushed(brush) && marks.length === 0) return false;
  pickBrush(noBrush);
  setMarks([]);
  return true;
}

interface BrushBarProps {
  readonly result: ResultView;
  readonly index: RowIndex;
}

export function BrushBar({ result, index }: BrushBarProps) {
  const brush = useTimePick((state) => state.brush);
  const origin = useThrottledView(pickOrigin);
  if (!isBrushed(brush)) return null;
  const coming = comingOf(result);
  const brushed: Brushed = { brush, coming, origin, size: index.size, whole: index.whole, ...index.unplaced() };
  const note = brushNote(brushed);
  return (
    <div className="border-hairline flex flex-none items-center gap-x-3 border-b px-4 py-0.5">
      <p className="note min-w-0 flex-1">
        <span className="number" role="status" aria-label="Picked span">
          {brushedText(brushed)}
        </span>
        {note !== '' && <span className="text-muted">. {note}</span>}
      </p>
      <Button size="small" tone="quiet" title="Escape" onClick={() => pickBrush(noBrush)}>
        Show all results
      </Button>
    </div>
  );
}

export function MarksBar() {
  const count = useTimePick((state) => state.marks.length);
  const hasTime = useSession((state) => state.dockTabs.includes('time'));
  if (count === 0) return null;
  return (
    <div className="border-hairline flex flex-none items-center gap-x-3 border-b px-4 py-0.5">
      <p className="note number min-w-0 flex-1" role="status" aria-label="Marked rows">
        {`Rows marked in Time, at ${counted(count, 'place')}${count < marksMax ? '' : ', the most there can be'}`}
      </p>
      {!hasTime && (
        <Button size="small" tone="quiet" onClick={() => showView('time')}>
          Show Time
        </Button>
      )}
      <Button size="small" tone="quiet" title="Escape" onClick={() => setMarks([])}>
        Let go
      </Button>
    </div>
  );
}
