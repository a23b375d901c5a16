/** What is under the pointer, or pinned, in lines; and the card that says it beside the pointer. */
import type { Hit } from './hit.ts';
import { dotLines, paneLines, regionLines } from './words.ts';

export function linesOf(hit: Hit): readonly string[] {
  switch (hit.kind) {
    case 'dot':
      return dotLines(hit.thing);
    case 'pane':
      return paneLines(hit.thing);
    case 'region':
      return regionLines(hit.thing);
  }
}

interface TipProps {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function Tip({ lines, x, y, width, height }: TipProps) {
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  const edge = y > height / 2 ? { bottom: height - y + 8 } : { top: y + 8 };
  return (
    <div className="time-tip" style={{ ...side, ...edge }} aria-hidden>
      {lines.map((line, i) => (
        <p key={i} className={i === 0 ? 'font-medium' : 'number text-muted'}>
          {line}
        </p>
      ))}
    </div>
  );
}
