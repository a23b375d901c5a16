/** Log: what coordinator, subtasks and operators said, newest last, filtered by level and text. */
import { useEffect, useRef, useState } from 'react';
import type { ClusterView, LogEntry } from '../../../engine/telemetry/cluster-view.ts';
import type { LogLevel } from '../../../engine/wire/reports.ts';
import { useRun } from '../../run/run-store.ts';
import { select } from '../../session/commands.ts';
import { TextInput } from '../../ui/inputs.tsx';
import { EmptyView } from '../empty-view.tsx';
import { useThrottledView } from '../../run/use-throttled-view.ts';

const levels: readonly LogLevel[] = ['info', 'warning', 'error'];
/** Entries drawn at once; the filter reaches all that are kept. */
const shownMax = 400;

const pickLog = (view: ClusterView | null) => view?.log ?? null;

export function LogView() {
  const log = useThrottledView(pickLog);
  const [least, setLeast] = useState<LogLevel>('info');
  const [text, setText] = useState('');
  if (log === null) return <EmptyView text="What happens while a job runs is written here." run />;
  const wanted = log.filter((entry) => levels.indexOf(entry.level) >= levels.indexOf(least) && matches(entry, text));
  return (
    <div className="flex h-full flex-col">
      <div className="border-hairline flex flex-none items-center gap-2 border-b px-4 py-1">
        <div role="radiogroup" aria-label="Least level" className="flex gap-1">
          {levels.map((level) => (
            <button
              key={level}
              type="button"
              role="radio"
              aria-checked={level === least}
              className="chip"
              onClick={() => setLeast(level)}
            >
              {level}
            </button>
          ))}
        </div>
        <TextInput
          value={text}
          onText={setText}
          placeholder="Filter"
          aria-label="Filter the log"
          className="max-w-60"
        />
        <p className="note number ml-auto">{wanted.length.toLocaleString('en-US')} entries</p>
      </div>
      <Entries entries={wanted.slice(-shownMax)} />
    </div>
  );
}

const matches = (entry: LogEntry, text: string): boolean =>
  text === '' || `${entry.text} ${entry.subtask ?? ''}`.toLowerCase().includes(text.toLowerCase());

/** Follows the newest entry while the list is scrolled to its end. */
function Entries({ entries }: { readonly entries: readonly LogEntry[] }) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [entries]);
  return (
    <ol
      ref={list}
      role="log"
      aria-label="Event log"
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-4 py-2"
      onScroll={({ currentTarget: el }) => {
        atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < 8;
      }}
    >
      {entries.map((entry) => (
        <Entry key={entry.number} entry={entry} />
      ))}
    </ol>
  );
}

function Entry({ entry }: { readonly entry: LogEntry }) {
  const job = useRun((state) => state.ranJob);
  const node = job?.nodes.find((each) => each.id === entry.node);
  return (
    <li className="grid grid-cols-[92px_64px_1fr] gap-2 py-0.5">
      <time className="number text-faint">{new Date(entry.at).toISOString().slice(11, 23)}</time>
      <span
        className={
          entry.level === 'error' ? 'text-red-ink' : entry.level === 'warning' ? 'text-amber-ink' : 'text-faint'
        }
      >
        {entry.level}
      </span>
      <span className="min-w-0 break-words">
        {node !== undefined && (
          <button type="button" className="link mr-1.5" onClick={() => select([node.id])}>
            {node.name}
          </button>
        )}
        {entry.text}
      </span>
    </li>
  );
}
