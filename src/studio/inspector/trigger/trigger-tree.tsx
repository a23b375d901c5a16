/** The tree of a trigger as pickers and fields, one group per part, each with what is wrong with it. */
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useId, type KeyboardEvent } from 'react';
import { isNumeric } from '../../../engine/graph/schema.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { triggerNames, triggerRow } from '../../../engine/time/triggers/table.ts';
import type { TriggerName, TriggerValueField } from '../../../engine/time/triggers/table.ts';
import type { TriggerPart, TriggerPlace, TriggerTree } from '../../../engine/time/triggers/tree.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotes, type FieldProblem } from '../../ui/field.tsx';
import { DurationInput, NumberInput, Select } from '../../ui/inputs.tsx';
import { asKind, canLose, canMove, movedPart, withoutPart, withPart, withValue } from './edits.ts';

/** What has a place in the tree and can have the focus: the picker of a kind, and what moves a part. */
export type FocusedControl = 'kind' | 'up' | 'down';

export interface TreeProps {
  /** Whether a kind of trigger can be had in this window. */
  readonly fits: (name: TriggerName) => boolean;
  /** Of the stream, for what looks at a column. */
  readonly columns: Schema;
  readonly problems: readonly FieldProblem[];
  /** `focus`: the place that is to have the focus afterwards; at the end of its way a button hands it to the picker. */
  readonly onChange: (
    place: TriggerPlace,
    change: (trigger: TriggerTree) => TriggerTree,
    focus?: TriggerPlace | null,
    control?: FocusedControl,
  ) => void;
}

interface BranchProps extends TreeProps {
  readonly trigger: TriggerTree;
  readonly place: TriggerPlace;
  /** What this part is to the whole, in words: `early panes`. */
  readonly words: string;
  /** Null: it has no neighbours to change places with. */
  readonly onMove: Move | null;
}

interface Move {
  readonly canMove: (by: -1 | 1) => boolean;
  readonly move: (by: -1 | 1, control: FocusedControl) => void;
}

export function TriggerBranch({ trigger, place, words, onMove, ...rest }: BranchProps) {
  const { fits, problems, onChange } = rest;
  const notes = useId();
  const own = problems.filter((problem) => problem.place === place.join('.'));
  const options = triggerNames
    .filter((name) => name === trigger.name || fits(name))
    .map((name) => ({ value: name, label: triggerRow(name).title }));
  return (
    <div role="group" aria-label={capital(words)} className="trigger-branch">
      <Select
        aria-label={`Kind of ${words}`}
        aria-invalid={own.length > 0 ? true : undefined}
        aria-describedby={own.length > 0 ? notes : undefined}
        data-place={place.join('.')}
        data-control="kind"
        value={trigger.name}
        options={options}
        onValue={(name) => onChange(place, (from) => asKind(from, name))}
        onKeyDown={(event) => moveByKey(event, onMove)}
      />
      {triggerRow(trigger.name).values.map((field, i) => (
        <ValueField
          key={field.label}
          field={field}
          words={words}
          value={trigger.values[i] as number | string}
          columns={rest.columns}
          onValue={(value) => onChange(place, (from) => withValue(from, i, value), null)}
        />
      ))}
      {own.length > 0 && <ProblemNotes id={notes} problems={own} />}
      <Parts trigger={trigger} place={place} words={words} {...rest} />
    </div>
  );
}

const ways = [
  { by: -1, control: 'up', icon: ArrowUp, keys: 'Alt+↑' },
  { by: 1, control: 'down', icon: ArrowDown, keys: 'Alt+↓' },
] as const;

const MoveButtons = ({ place, words, canMove: can, move }: Move & Pick<BranchProps, 'place' | 'words'>) =>
  ways.map(({ by, control, icon: Icon, keys }) => (
    <button
      key={control}
      type="button"
      className="icon-button small"
      aria-label={`Move ${words} ${control}`}
      data-hint={`Move ${control}`}
      data-hint-keys={keys}
      data-place={place.join('.')}
      data-control={control}
      disabled={!can(by)}
      onClick={() => move(by, control)}
    >
      <Icon size={13} aria-hidden />
    </button>
  ));

/** Arrows alone choose from the list. */
function moveByKey(event: KeyboardEvent, onMove: Move | null): void {
  const way = ways.find(({ control }) => event.key === (control === 'up' ? 'ArrowUp' : 'ArrowDown'));
  if (onMove === null || way === undefined || !event.altKey) return;
  event.preventDefault();
  if (onMove.canMove(way.by)) onMove.move(way.by, 'kind');
}

function Parts({ trigger, place, words, ...rest }: Omit<BranchProps, 'onMove'>) {
  const { onChange } = rest;
  const { parts } = trigger;
  const add = (role: TriggerPart['role']) =>
    onChange(place, (from) => withPart(from, role), [...place, role === 'early' ? 0 : parts.length]);
  if (triggerRow(trigger.name).parts === 'none') return null;
  return (
    <div className="trigger-parts">
      {parts.map((part, i) => (
        // Parts have no identity but their place.
        // eslint-disable-next-line react/no-array-index-key
        <Part key={i} trigger={trigger} part={part} at={i} place={place} words={words} {...rest} />
      ))}
      {addable(trigger).map(({ role, label }) => (
        <Button
          key={label}
          size="small"
          className="self-start"
          aria-label={place.length === 0 ? label : `${label} to ${words}`}
          onClick={() => add(role)}
        >
          <Plus size={13} aria-hidden /> {label}
        </Button>
      ))}
    </div>
  );
}

interface PartProps extends Omit<BranchProps, 'onMove'> {
  readonly part: TriggerPart;
  readonly at: number;
}

/** What it is to its trigger, with what can be done to it, above its own tree. */
function Part({ trigger, part, at, place, words: outer, ...rest }: PartProps) {
  const { onChange } = rest;
  const own = ownWords(trigger, at);
  const words = place.length === 0 ? own : `${outer}, ${own}`;
  const inner = [...place, at];
  const move: Move = {
    canMove: (by) => canMove(trigger, at, by),
    move: (by, control) => onChange(place, (from) => movedPart(from, at, by), [...place, at + by], control),
  };
  const moves = ways.some(({ by }) => move.canMove(by)) ? move : null;
  return (
    <div className="flex flex-col gap-1">
      <div className="trigger-row">
        <span className="note" aria-hidden>
          {capital(own)}
        </span>
        {moves !== null && <MoveButtons place={inner} words={words} {...moves} />}
        {canLose(trigger) && (
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove ${words}`}
            onClick={() => onChange(place, (from) => withoutPart(from, at), place)}
          >
            <X size={13} aria-hidden />
          </button>
        )}
      </div>
      <TriggerBranch {...rest} trigger={part.trigger} place={inner} words={words} onMove={moves} />
    </div>
  );
}

interface ValueFieldProps {
  readonly field: TriggerValueField;
  readonly words: string;
  readonly value: number | string;
  readonly columns: Schema;
  readonly onValue: (value: number | string) => void;
}

function ValueField({ field, words, value, columns, onValue }: ValueFieldProps) {
  const id = useId();
  const name = { id, 'aria-label': `${field.label} of ${words}` };
  return (
    <div className="trigger-value">
      <label htmlFor={id} className="note">
        {field.label}
      </label>
      {field.kind === 'column' ? (
        <Select
          {...name}
          value={String(value)}
          placeholder={columns.length === 0 ? 'No columns here yet' : 'Choose a column…'}
          // The notation has no way to write a quote in a name.
          options={columns
            .filter((column) => isNumeric(column.type) && !column.name.includes('"'))
            .map((column) => ({ value: column.name, label: `${column.name} · ${column.type}` }))}
          onValue={onValue}
        />
      ) : field.kind === 'duration' ? (
        <DurationInput {...name} value={Number(value)} onValue={onValue} />
      ) : (
        <NumberInput {...name} value={Number(value)} min={field.kind === 'count' ? 1 : 0} onValue={onValue} />
      )}
    </div>
  );
}

/** What the part at this index is to its trigger. */
function ownWords({ name, parts }: TriggerTree, at: number): string {
  switch (triggerRow(name).parts) {
    case 'panes':
      return `${parts[at]?.role} panes`;
    case 'two':
      return at === 0 ? 'what fires' : 'until';
    case 'one':
      return 'what is repeated';
    default:
      return `part ${at + 1}`;
  }
}

/** What can be added to it. */
function addable({ name, parts }: TriggerTree): { readonly role: TriggerPart['role']; readonly label: string }[] {
  const kind = triggerRow(name).parts;
  if (kind === 'several') return [{ role: null, label: 'Add trigger' }];
  if (kind !== 'panes') return [];
  return (['early', 'late'] as const)
    .filter((role) => parts.every((part) => part.role !== role))
    .map((role) => ({ role, label: `Add ${role} panes` }));
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
