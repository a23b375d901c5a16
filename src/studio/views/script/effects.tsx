/** What came of a step, in columns: operator, what, and the rest; of a pane its key, window, timing and value. */
import { memo } from 'react';
import type { PlayedLine } from '../../../hosts/script-play.ts';
import { select } from '../../session/commands.ts';

export const Effects = memo(function Effects({ lines }: { readonly lines: readonly PlayedLine[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="script-effects">
      {lines.map((line, i) => (
        <li key={i} className="script-effect" data-kind={line.kind} data-late={isLate(line) || undefined}>
          {line.place === '' ? <Message line={line} /> : <Fact line={line} />}
        </li>
      ))}
    </ul>
  );
});

function Fact({ line }: { readonly line: PlayedLine }) {
  const { node, place, what, parts } = line;
  const [key, window, value, timing] = parts;
  return (
    <>
      <button type="button" tabIndex={-1} className="script-place" onClick={() => node !== null && select([node])}>
        {place}
      </button>
      <span className="script-what">{what}</span>
      {line.kind === 'pane' ? (
        <>
          <span>{key}</span>
          <span>{window}</span>
          <span>{value}</span>
          <span className="script-timing">{timing}</span>
        </>
      ) : (
        <span className="script-rest">{parts.join(' ')}</span>
      )}
    </>
  );
}

const Message = ({ line }: { readonly line: PlayedLine }) => (
  <span className="script-message">{line.parts.join(' ')}</span>
);

const isLate = ({ kind, parts }: PlayedLine): boolean =>
  kind === 'late' || kind === 'dropped' || (kind === 'pane' && parts[3]?.startsWith('late') === true);
