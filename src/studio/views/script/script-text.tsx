/** The text of the script, with the numbers of its lines: the marked one, and the one that is wrong, stand out. */
import { useEffect, useRef, useState } from 'react';
import type { ScriptComplaint } from '../../../hosts/script-play.ts';
import { setScript } from '../../document/commands.ts';
import { runScript } from '../../run/script-commands.ts';
import { lineAt, offsetOf } from './model.ts';
import type { Marked } from './model.ts';

interface ScriptTextProps {
  readonly script: string;
  readonly marked: number | null;
  readonly wrong: ScriptComplaint | null;
  readonly onMark: (marked: Marked) => void;
}

/** Of a line, as script.css has it. */
const lineHeight = 20;

export function ScriptText({ script, marked, wrong, onMark }: ScriptTextProps) {
  const text = useRef<HTMLTextAreaElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const count = script.split('\n').length;
  useEffect(() => {
    const area = text.current;
    // Chosen in the output, the line may be out of sight; while someone types the browser sees to it.
    if (area === null || marked === null || document.activeElement === area) return;
    const top = (marked - 1) * lineHeight;
    const out = top < area.scrollTop || top + 2 * lineHeight > area.scrollTop + area.clientHeight;
    if (out) area.scrollTop = Math.max(0, top - area.clientHeight / 2);
  }, [marked]);
  const mark = (line: number): void => onMark({ line, at: null });
  const onSelect = (area: HTMLTextAreaElement): void => {
    if (document.activeElement === area) mark(lineAt(area.value, area.selectionStart));
  };
  const goTo = (line: number): void => {
    const at = offsetOf(script, line);
    text.current?.focus();
    text.current?.setSelectionRange(at, at);
    mark(line);
  };
  return (
    <div className="script-text" style={{ '--scrolled': `${-scrolled}px` } as React.CSSProperties}>
      <div className="script-gutter" aria-hidden>
        <div className="script-gutter-lines">
          {Array.from({ length: count }, (_, i) => (
            <span
              key={i}
              data-marked={marked === i + 1 || undefined}
              data-wrong={wrong?.line === i + 1 || undefined}
              onPointerDown={(event) => {
                event.preventDefault();
                goTo(i + 1);
              }}
            >
              {i + 1}
            </span>
          ))}
        </div>
      </div>
      <div className="script-page">
        {marked !== null && marked <= count && <i className="script-band" style={bandAt(marked)} />}
        {wrong !== null && wrong.line > 0 && <i className="script-band script-band-wrong" style={bandAt(wrong.line)} />}
        <textarea
          ref={text}
          aria-label="Script of the sources"
          aria-invalid={wrong !== null}
          className="script-area mono"
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          value={script}
          onChange={(event) => setScript(event.target.value)}
          onSelect={(event) => onSelect(event.currentTarget)}
          onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            // Elsewhere the same keys run the job.
            event.preventDefault();
            event.stopPropagation();
            runScript();
          }}
        />
      </div>
    </div>
  );
}

const bandAt = (line: number): React.CSSProperties => ({ '--line': line - 1 }) as React.CSSProperties;
