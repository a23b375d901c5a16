/** The keys of a subtask: what is held for each, in the operator's words, its timers, and “Why?” of all of them. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { NodeId } from '../../../engine/graph/job.ts';
import { windowText } from '../../../engine/time/windows.ts';
import type { Held, InspectedKey, InspectedTimer, WindowFacts } from '../../../engine/wire/inspect.ts';
import { WhyButton } from '../../why/why-button.tsx';
import { clockText, eventText, keyText } from '../../why/why.ts';

/** Timers of one key that are told; the others are counted. */
const timersShown = 3;

interface KeyTableProps {
  readonly node: NodeId;
  readonly keys: readonly InspectedKey[];
  readonly label: string;
  readonly onGroup: (group: number) => void;
}

export function KeyTable({ node, keys, label, onGroup }: KeyTableProps) {
  const timed = keys.some(({ timers }) => timers.length > 0);
  return (
    <table className="st-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col" data-hint="murmur(hash) % max parallelism; each subtask owns a range." data-hint-side="top">
            Group
          </th>
          <th scope="col">Holds</th>
          <th scope="col">Value</th>
          <th scope="col">Until</th>
          {timed && <th scope="col">Timers</th>}
        </tr>
      </thead>
      {keys.map((key) => (
        <KeyRows key={String(key.key)} node={node} of={key} timed={timed} onGroup={onGroup} />
      ))}
    </table>
  );
}

interface KeyRowsProps {
  readonly node: NodeId;
  readonly of: InspectedKey;
  /** There is a column of timers. */
  readonly timed: boolean;
  readonly onGroup: (group: number) => void;
}

function KeyRows({ node, of, timed, onGroup }: KeyRowsProps) {
  const { key, group, hash, held, heldMore, timers, timersMore } = of;
  const text = keyText(key);
  const rows: readonly (Held | null)[] = held.length === 0 ? [null] : held;
  const span = rows.length + Number(heldMore > 0);
  return (
    <tbody>
      {rows.map((one, i) => (
        <tr key={one?.window === undefined || one.window === null ? i : `${one.window.start} ${one.window.end}`}>
          {i === 0 && (
            <>
              <th scope="rowgroup" rowSpan={span} className="st-key">
                <span className="number">{text}</span>
                <WhyButton question={{ kind: 'key', node, key }} about={`Key ${text}`} text="Where?" />
              </th>
              <td rowSpan={span} className="number">
                <button
                  type="button"
                  className="st-group"
                  aria-label={`Only key group ${group}`}
                  data-hint={`Hash ${hash} → key group ${group}. Show this group alone.`}
                  data-hint-side="top"
                  onClick={() => onGroup(group)}
                >
                  {group}
                </button>
              </td>
            </>
          )}
          {one === null ? (
            <td colSpan={3} className="text-faint">
              only timers
            </td>
          ) : (
            <HeldCells node={node} of={of} one={one} />
          )}
          {i === 0 && timed && (
            <td rowSpan={span} className="st-timers">
              {timers.slice(0, timersShown).map((timer, t) => (
                <TimerChip key={t} node={node} timer={timer} />
              ))}
              {timers.length + timersMore > timersShown && (
                <span className="text-faint">+{timers.length + timersMore - timersShown}</span>
              )}
            </td>
          )}
        </tr>
      ))}
      {heldMore > 0 && (
        <tr>
          <td colSpan={3} className="text-faint">
            and {heldMore} more
          </td>
        </tr>
      )}
    </tbody>
  );
}

function HeldCells({ node, of, one }: { readonly node: NodeId; readonly of: InspectedKey; readonly one: Held }) {
  const { what, window, value, note } = one;
  return (
    <>
      <td className="st-what">
        {window === null ? (
          what
        ) : (
          <>
            <span className="number">{nameOf(window)}</span>
            {window.passed && <span className="tag">passed</span>}
          </>
        )}
      </td>
      <td className="number st-value" title={value}>
        {value === '' ? <span className="text-faint">nothing</span> : value}
      </td>
      <td className="st-until">
        {window === null ? (
          <span className="text-muted">{note}</span>
        ) : (
          <>
            <span className="text-muted">{untilText(window)}</span>
            <WhyButton
              question={{ kind: 'window', node, key: of.key, start: window.start, end: window.end }}
              about={`Window ${nameOf(window)} of ${keyText(of.key)}`}
            />
          </>
        )}
      </td>
    </>
  );
}

const nameOf = ({ start, end }: WindowFacts): string =>
  start <= MIN_EVENT_TIME && end >= MAX_EVENT_TIME ? 'all time' : windowText(start, end);

const untilText = ({ firesWhen }: WindowFacts): string =>
  firesWhen === null ? 'will not fire again' : `fires ${shortly(firesWhen)}`;

/** What most windows wait for, in little space. */
const shortly = (when: string): string =>
  /^(the watermark|processing time) reaches [^ ]+$/.test(when)
    ? when.replace(/^(?:the )?(.*) reaches/, 'at $1')
    : `when ${when}`;

function TimerChip({ node, timer }: { readonly node: NodeId; readonly timer: InspectedTimer }) {
  const { domain, time, key, purpose } = timer;
  const at = domain === 'event' ? eventText(time) : clockText(time);
  const what = domain === 'event' ? 'Event-time' : 'Processing-time';
  return (
    <WhyButton
      question={{ kind: 'timer', node, key, domain, time }}
      about={`${what} timer of ${keyText(key)} at ${at}`}
      text={domain === 'event' ? at : `⏱ ${at}`}
      hint={`${what} timer${purpose === null ? '' : `: it ${purpose}`}.`}
    />
  );
}
