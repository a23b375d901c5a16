/** Above the script: play and stop, what is shown, copying, and how it went in words. */
import { Copy, Play, Square } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { PlayedLine } from '../../../hosts/script-play.ts';
import { useDocument } from '../../document/document-store.ts';
import { runScript, stopScript } from '../../run/script-commands.ts';
import { useScriptPlay, type ScriptPlayState } from '../../run/script-store.ts';
import { toast } from '../../session/commands.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/inputs.tsx';
import { operatorsOf, shownKinds } from './model.ts';
import type { Filter } from './model.ts';
import { sameRun } from './same-run.ts';
import { outcomeText } from './words.ts';

interface PlayBarProps {
  /** What was played is of this document. */
  readonly own: boolean;
  readonly sides: ReactNode;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

export function PlayBar({ own, sides, filter, onFilter }: PlayBarProps) {
  const play = useScriptPlay((state) => state);
  const job = useDocument((state) => state.job);
  const lines = own ? play.lines : none;
  const operators = useMemo(() => operatorsOf(lines), [lines]);
  const changed = own && !play.playing && play.played !== null && !sameRun(play.played.job, job);
  return (
    <div className="script-bar">
      {play.playing ? (
        <Button size="small" onClick={stopScript}>
          <Square size={11} fill="currentColor" aria-hidden />
          Stop script
        </Button>
      ) : (
        <Button size="small" tone="primary" onClick={runScript} title="Ctrl+Enter in the text">
          <Play size={12} fill="currentColor" aria-hidden />
          Run script
        </Button>
      )}
      {sides}
      {lines.length > 0 && (
        <>
          <Select
            aria-label="Operator of the lines"
            value={filter.node ?? ''}
            options={[
              { value: '', label: 'All operators' },
              ...operators.map(({ node, name }) => ({ value: node, label: name })),
            ]}
            onValue={(node) => onFilter({ ...filter, node: node === '' ? null : node })}
          />
          <Select
            aria-label="Kind of the lines"
            value={filter.kinds}
            options={shownKinds}
            onValue={(kinds) => onFilter({ ...filter, kinds })}
          />
          <IconButton
            label="Copy all"
            hint="Copy all that was printed, as weir run prints it"
            side="top"
            icon={<Copy size={14} aria-hidden />}
            onClick={() => copy(lines)}
          />
        </>
      )}
      <p className="note number ml-auto min-w-0" role="status" aria-label="Outcome of the script">
        {own ? outcomeText(play) : ''}
        {changed && ' Changed since.'}
      </p>
    </div>
  );
}

const none: ScriptPlayState['lines'] = [];

function copy(lines: readonly PlayedLine[]): void {
  navigator.clipboard.writeText(`${lines.map(({ text }) => text).join('\n')}\n`).then(
    () => toast(`${lines.length.toLocaleString('en-US')} lines copied.`),
    () => toast('The browser did not allow copying.', { tone: 'error' }),
  );
}
