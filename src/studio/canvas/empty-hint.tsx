/** What to do on an empty canvas. */
import { openDialog } from '../session/commands.ts';
import { Button } from '../ui/button.tsx';

export const EmptyHint = () => (
  <div className="wc-empty">
    <svg width="210" height="64" viewBox="0 0 210 64" aria-hidden className="wc-empty-picture">
      <rect x="1" y="14" width="58" height="36" rx="8" />
      <rect x="151" y="14" width="58" height="36" rx="8" />
      <path d="M59 32h92" className="wc-empty-pipe" />
      <circle cx="84" cy="32" r="3.5" data-key="0" />
      <circle cx="105" cy="32" r="3.5" data-key="3" />
      <circle cx="123" cy="32" r="3.5" data-key="1" />
    </svg>
    <h2>Draw a job</h2>
    <p>
      Drag a source from the palette onto the canvas, then connect operators: from an output on the right to an input on
      the left. Or drop a CSV, NDJSON, JSON, Arrow or text file here to read it.
    </p>
    <Button tone="primary" onClick={() => openDialog('gallery')}>
      Open an example
    </Button>
  </div>
);
