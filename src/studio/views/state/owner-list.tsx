/** The subtasks of an operator with the key groups that they own, and how many keys are in them. */
import { counted } from '../../canvas/number-text.ts';
import type { Owner } from './owners.ts';

interface OwnerListProps {
  readonly owners: readonly Owner[];
  readonly shown: string;
  /** The key group that is looked for. */
  readonly group: number | null;
  readonly onChoose: (owner: Owner) => void;
}

export function OwnerList({ owners, shown, group, onChoose }: OwnerListProps) {
  return (
    <ul className="st-owners" aria-label="Subtasks and their key groups">
      {owners.map((owner) => (
        <li key={owner.subtask}>
          <button
            type="button"
            aria-pressed={owner.subtask === shown}
            aria-label={nameOf(owner)}
            onClick={() => onChoose(owner)}
          >
            <span className="st-owner-head">
              <b className="number">{owner.index}</b>
              <span className="number ml-auto">{mainText(owner)}</span>
            </span>
            {(owner.range !== null || owner.timers > 0) && (
              <span className="st-owner-head text-faint">
                {owner.range !== null && (
                  <span className="number" data-hint="Key groups that it owns." data-hint-side="top">
                    {owner.range.start}–{owner.range.end}
                  </span>
                )}
                <span className="number ml-auto">{timersText(owner)}</span>
              </span>
            )}
            {owner.bins.length > 0 && <Bins owner={owner} group={group} />}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** How many keys are in which key groups. */
const Bins = ({ owner, group }: { readonly owner: Owner; readonly group: number | null }) => (
  <span className="st-bins" aria-hidden>
    {owner.bins.map((bin) => (
      <i
        key={bin.start}
        data-mark={(group !== null && group >= bin.start && group <= bin.end) || undefined}
        data-hint={`Key ${bin.start === bin.end ? `group ${bin.start}` : `groups ${bin.start} … ${bin.end}`}: ${counted(bin.keys, 'key')}.`}
        data-hint-side="top"
      >
        <span style={{ height: `${bin.keys === 0 ? 0 : Math.max(12, bin.share * 100)}%` }} />
      </i>
    ))}
  </span>
);

function nameOf(owner: Owner): string {
  const { index, range } = owner;
  const groups = range === null ? '' : `, key groups ${range.start} to ${range.end}`;
  return `Subtask ${index}${groups}: ${[mainText(owner), timersText(owner)].filter((text) => text !== '').join(', ')}`;
}

function mainText({ keys, complete, gone, beside, entries, answered }: Owner): string {
  if (gone !== null) return gone === 'lost' ? 'not there' : gone;
  if (!answered) return '…';
  if (keys !== null) return `${complete ? '' : 'over '}${counted(keys, 'key')}`;
  return beside === null ? entriesText(entries) : entriesText(beside);
}

const entriesText = (count: number): string => (count === 1 ? '1 entry' : `${count.toLocaleString('en-US')} entries`);

const timersText = ({ timers }: Owner): string => (timers === 0 ? '' : counted(timers, 'timer'));
