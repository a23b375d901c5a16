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
            aria-label={`Subtask ${owner.index}, key groups ${owner.range.start} to ${owner.range.end}: ${figures(owner)}`}
            onClick={() => onChoose(owner)}
          >
            <span className="st-owner-head">
              <b className="number">{owner.index}</b>
              <span className="number ml-auto">{keysText(owner)}</span>
            </span>
            <span className="st-owner-head text-faint">
              <span className="number" data-hint="Key groups that it owns." data-hint-side="top">
                {owner.range.start}–{owner.range.end}
              </span>
              <span className="number ml-auto">{timersText(owner)}</span>
            </span>
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
          </button>
        </li>
      ))}
    </ul>
  );
}

const figures = (owner: Owner): string => [keysText(owner), timersText(owner)].filter((text) => text !== '').join(', ');

function keysText({ keys, complete, gone }: Owner): string {
  if (gone !== null) return gone === 'lost' ? 'not there' : gone;
  return keys === null ? '…' : `${complete ? '' : 'over '}${counted(keys, 'key')}`;
}

const timersText = ({ keys, timers }: Owner): string => (keys === null || timers === 0 ? '' : counted(timers, 'timer'));
