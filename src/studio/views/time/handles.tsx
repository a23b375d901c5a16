/** Handles over the plot of the playground: each element of the script can be dragged, or moved by arrow keys, to another time. */
import { useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { problemAdvice, problemMessage } from '../../../engine/graph/problems.ts';
import { timeText } from '../../../engine/time/windows.ts';
import { around, type Box } from './boxes.ts';
import { issueOf, type Played } from './played.ts';
import type { Scales } from './scales.ts';
import { snapped } from './script-edits.ts';

/** Pixels. */
const sizes = { record: { width: 18, height: 18 }, watermark: { width: 16, height: 10 } } as const;

/** Where the handles lie over the plot. */
export const handleBoxes = (scales: Scales, played: readonly Played[]): readonly Box[] =>
  played.map(({ kind, at, time }) => around(scales.x(at), scales.y(time), sizes[kind].width, sizes[kind].height));

interface HandlesProps {
  readonly scales: Scales;
  readonly played: readonly Played[];
  readonly onTime: (index: number, time: number) => void;
  readonly onRemove: (index: number) => void;
}

export const Handles = ({ scales, played, onTime, onRemove }: HandlesProps) => (
  <>
    {played.map((each) => (
      <Handle key={each.index} scales={scales} played={each} onTime={onTime} onRemove={onRemove} />
    ))}
  </>
);

type HandleProps = Omit<HandlesProps, 'played'> & { readonly played: Played };

function Handle({ scales, played, onTime, onRemove }: HandleProps) {
  const { index, kind, text, at, time } = played;
  const [draft, setDraft] = useState<number | null>(null);
  const from = useRef<{ readonly y: number; readonly time: number } | null>(null);
  const span = scales.extent.y[1] - scales.extent.y[0];
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { y: event.clientY, time };
  };
  const onPointerMove = (event: PointerEvent<HTMLButtonElement>) => {
    event.stopPropagation();
    const { current } = from;
    if (current === null) return;
    setDraft(snapped(scales.timeY(scales.y(current.time) + event.clientY - current.y), span));
  };
  const onPointerUp = (event: PointerEvent<HTMLButtonElement>) => {
    event.stopPropagation();
    from.current = null;
    if (draft !== null && draft !== time) onTime(index, draft);
    setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const step = Math.max(1, snapped(span / 25, span));
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    if (by !== undefined) onTime(index, snapped(time + by, span));
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove(index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const y = scales.y(draft ?? time);
  const issue = issueOf(played);
  const says =
    issue === null
      ? `${text}: drag to another event time; Delete takes it away`
      : `${problemMessage(issue)} ${problemAdvice(issue)}`;
  return (
    <button
      type="button"
      className="time-handle"
      data-kind={kind}
      data-dragged={draft !== null || undefined}
      data-behind={issue !== null || undefined}
      aria-label={`${kind === 'record' ? 'Record' : 'Watermark'} ${text}`}
      aria-description={says}
      data-hint={says}
      data-hint-side="top"
      style={{ left: scales.x(at), top: y, ...sizes[kind] }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onKeyDown={onKeyDown}
    >
      {draft !== null && <span className="time-draft number">{timeText(draft)}</span>}
    </button>
  );
}
