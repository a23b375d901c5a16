/** “Why?” on a card while the job runs: it asks of the watermark of the operator, where it is furthest behind. */
import type { KeyboardEvent, MouseEvent } from 'react';
import { useRun } from '../run/run-store.ts';
import { LazyWhyButton } from '../why/lazy-why.tsx';

export function CardWhy({ node, title }: { readonly node: string; readonly title: string }) {
  const runs = useRun((state) => state.run !== null);
  if (!runs) return null;
  return (
    <span className="wc-why nodrag nopan" onClick={stop} onDoubleClick={stop} onKeyDown={stopKeys}>
      <LazyWhyButton question={{ kind: 'watermark', node, subtask: null }} about={`Watermark of ${title}`} />
    </span>
  );
}

/** What is clicked in the answer is no click on the card, though React lets it come here. */
const stop = (event: MouseEvent): void => event.stopPropagation();

/** The keys that move and select cards; those that close the answer and go through it are not the card's. */
function stopKeys(event: KeyboardEvent): void {
  if (event.key !== 'Escape' && event.key !== 'Tab') event.stopPropagation();
}
