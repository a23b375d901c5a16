/** The keys of a subtask: what is held for each, in the operator's words, its timers, and “Why?” of all of them. */
import type { NodeId } from '../../../engine/graph/job.ts';
import type { Held, InspectedKey } from '../../../engine/wire/inspect.ts';
import { useWidth } from '../../ui/use-width.ts';
import { WhyButton } from '../../why/why-button.tsx';
import { keyText } from '../../why/why.ts';
import { TimerChips } from './timer-chips.tsx';
import { UntilText, ValueText } from './value-text.tsx';
import { columnsOf } from './columns.ts';
import type { Columns } from './columns.ts';
import { daysOf, untilOf, windowFull, windowShort } from './words.ts';
import type { Days } from './words.ts';

interface KeyTableProps {
  readonly node: NodeId;
  readonly keys: readonly InspectedKey[];
  /** The stream has no key: one state for all records. */
  readonly keyless: boolean;
  readonly label: string;
  readonly onGroup: (group: number) => void;
}

/** What all rows share. */
interface Shared {
  readonly node: NodeId;
  readonly columns: Columns;
  readonly days: Days;
  readonly onGroup: (group: number) => void;
}

export function KeyTable({ node, keys, keyless, label, onGroup }: KeyTableProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const days = daysOf(keys);
  const columns = columnsOf(keys, days, width ?? usualPx, keyless);
  return (
    <div ref={frame} className="st-frame">
      <table className="st-table" aria-label={label} style={{ minWidth: columns.least }}>
        <ColumnWidths columns={columns} />
        <thead>
          <tr>
            <th scope="col">Key</th>
            {columns.group !== null && (
              <th
                scope="col"
                data-hint="murmur(hash) % max parallelism; each subtask owns a range."
                data-hint-side="top"
              >
                Group
              </th>
            )}
            <Head text="Holds" day={days.holds} />
            <th scope="col">Value</th>
            {columns.until !== null && <th scope="col">Until</th>}
            {columns.timers !== null && <Head text="Timers" day={days.timers === days.holds ? null : days.timers} />}
          </tr>
        </thead>
        {keys.map((key) => (
          <KeyRows key={String(key.key)} of={key} node={node} columns={columns} days={days} onGroup={onGroup} />
        ))}
      </table>
    </div>
  );
}

/** Before the width is known. */
const usualPx = 800;

const Head = ({ text, day }: { readonly text: string; readonly day: string | null }) => (
  <th scope="col">
    {text}
    {day !== null && <span className="number st-day">{day}</span>}
  </th>
);

/** The value has what is left. */
function ColumnWidths({ columns }: { readonly columns: Columns }) {
  const { key, group, holds, until, timers } = columns;
  return (
    <colgroup>
      <col style={{ width: key }} />
      {group !== null && <col style={{ width: group }} />}
      <col style={{ width: holds }} />
      <col />
      {until !== null && <col style={{ width: until }} />}
      {timers !== null && <col style={{ width: timers }} />}
    </colgroup>
  );
}

function KeyRows({ of, ...shared }: Shared & { readonly of: InspectedKey }) {
  const { node, days, columns, onGroup } = shared;
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
              <th scope="rowgroup" rowSpan={span}>
                <span className="st-line">
                  <span className="number st-key" title={text}>
                    {text}
                  </span>
                  <WhyButton question={{ kind: 'key', node, key }} about={`Key ${text}`} text="Where?" />
                </span>
              </th>
              {columns.group !== null && (
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
              )}
            </>
          )}
          {one === null ? (
            <td colSpan={columns.until === null ? 2 : 3} className="text-faint">
              only timers
            </td>
          ) : (
            <HeldCells node={node} of={of} one={one} day={days.holds} until={columns.until !== null} />
          )}
          {i === 0 && columns.timers !== null && (
            <td rowSpan={span}>
              <TimerChips node={node} timers={timers} more={timersMore} day={days.timers} />
            </td>
          )}
        </tr>
      ))}
      {heldMore > 0 && (
        <tr>
          <td colSpan={columns.until === null ? 2 : 3} className="text-faint">
            and {heldMore} more
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Broken behind its comma, where it needs two lines. */
const WindowText = ({ text }: { readonly text: string }) => {
  const comma = text.indexOf(', ');
  return (
    <span className="number st-two">
      <span className="st-end">{text.slice(0, comma + 1)}</span>{' '}
      <span className="st-end">{text.slice(comma + 1).trim()}</span>
    </span>
  );
};

interface HeldCellsProps {
  readonly node: NodeId;
  readonly of: InspectedKey;
  readonly one: Held;
  readonly day: string | null;
  /** There is a column of what it waits for. */
  readonly until: boolean;
}

function HeldCells({ node, of, one, day, until }: HeldCellsProps) {
  const { what, window, value } = one;
  const waits = untilOf(one, day);
  return (
    <>
      <td className={window === null ? 'st-clip' : undefined} title={window === null ? what : windowFull(window)}>
        {window === null ? (
          what
        ) : (
          <span className="st-line flex-wrap">
            <WindowText text={windowShort(window, day)} />
            {window.passed && <span className="tag">passed</span>}
          </span>
        )}
      </td>
      <td className="number" title={value}>
        <span className="st-two">
          <ValueText json={value} />
        </span>
      </td>
      {until && (
        <td>
          <span className="st-line">
            {waits !== null && <UntilText until={waits} />}
            {window !== null && (
              <WhyButton
                question={{ kind: 'window', node, key: of.key, start: window.start, end: window.end }}
                about={`Window ${windowFull(window)} of ${keyText(of.key)}`}
              />
            )}
          </span>
        </td>
      )}
    </>
  );
}
