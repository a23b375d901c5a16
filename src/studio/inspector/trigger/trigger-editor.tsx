/**
 * A trigger as text, with the sentence that says what it does, and a tree to compose it from. There is one value, the
 * text: the tree is what can be read of it, and each change of the tree writes it anew. Loaded when first used.
 */
import { useEffect, useId, useRef, useState } from 'react';
import type { Schema } from '../../../engine/graph/schema.ts';
import { defaultTrigger } from '../../../engine/time/triggers/default.ts';
import { parseTrigger } from '../../../engine/time/triggers/parse.ts';
import { triggerRow } from '../../../engine/time/triggers/table.ts';
import type { TriggerName } from '../../../engine/time/triggers/table.ts';
import { triggerText } from '../../../engine/time/triggers/text.ts';
import { allTriggers } from '../../../engine/time/triggers/tree.ts';
import type { TriggerPlace, TriggerTree, WholeTrigger } from '../../../engine/time/triggers/tree.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotes, type ControlIds, type FieldProblem } from '../../ui/field.tsx';
import { Toggle } from '../../ui/toggle.tsx';
import { changedAt } from './edits.ts';
import { triggerSentence, type TriggerSurroundings } from './sentence.ts';
import { TriggerBranch, type FocusedControl } from './trigger-tree.tsx';
import './trigger.css';

interface TriggerEditorProps {
  readonly control: ControlIds;
  readonly text: string;
  readonly placeholder: string;
  readonly around: TriggerSurroundings;
  /** A trigger may look at a column, one of these. */
  readonly delta: boolean;
  readonly columns: Schema;
  /** Those that have a place in the tree; the others are the field's. */
  readonly problems: readonly FieldProblem[];
  /** `step`: it is one step of the history by itself. */
  readonly onText: (text: string, step: boolean) => void;
}

export function TriggerEditor(props: TriggerEditorProps) {
  const { control, text, placeholder, around, problems, onText } = props;
  const [open, setOpen] = useState(false);
  const id = useId();
  const isDefault = text.trim() === '';
  const read = parseTrigger(isDefault ? defaultTrigger(around.time) : text);
  const places = read.ok ? new Set([...allTriggers(read.value.trigger)].map(({ place }) => place.join('.'))) : null;
  const shown = open && places !== null;
  const loose = problems.filter((problem) => !shown || !places.has(problem.place ?? ''));
  const invalid = problems.some((problem) => problem.severity === 'error');
  return (
    <div className="flex flex-col gap-1.5">
      <textarea
        {...control}
        aria-describedby={`${control['aria-describedby'] ?? ''} ${id}-says ${id}-wrong`.trim()}
        aria-invalid={control['aria-invalid'] || invalid ? true : undefined}
        // A composition is longer than the form is wide.
        className="input mono trigger-text"
        rows={1}
        spellCheck={false}
        value={text}
        placeholder={around.time === 'none' ? placeholder : defaultTrigger(around.time)}
        onChange={(event) => onText(event.target.value.replaceAll(/[\r\n]+/g, ' '), false)}
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      {loose.length > 0 && <ProblemNotes id={`${id}-wrong`} problems={loose} />}
      {read.ok && !invalid && (
        <p id={`${id}-says`} className="note" role="status" aria-label="What the trigger does">
          {isDefault ? `Default: ${small(triggerSentence(read.value, around))}` : triggerSentence(read.value, around)}
        </p>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button size="small" aria-expanded={open} aria-controls={`${id}-tree`} onClick={() => setOpen(!open)}>
          Compose
        </Button>
        {!isDefault && (
          <Button size="small" tone="quiet" onClick={() => onText('', true)}>
            Use the default
          </Button>
        )}
      </div>
      {open && (
        <div id={`${id}-tree`}>
          {read.ok ? (
            <Composer {...props} whole={read.value} />
          ) : (
            <p className="note">
              The text above cannot be read. Correct it, or use the default and compose from there.
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Composer({ whole, around, delta, columns, problems, onText }: TriggerEditorProps & { whole: WholeTrigger }) {
  const host = useRef<HTMLDivElement>(null);
  const focus = useRef<readonly [place: string, control: FocusedControl] | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    const [place, control] = focus.current;
    focus.current = null;
    const found = (name: string) =>
      host.current?.querySelector<HTMLElement>(`[data-place="${place}"][data-control="${name}"]:not(:disabled)`);
    (found(control) ?? found('kind'))?.focus();
  });
  const write = (next: WholeTrigger, step: boolean) => {
    const text = triggerText(next);
    // Deeper than the notation goes, for example: then nothing happens.
    if (parseTrigger(text).ok) onText(text, step);
  };
  const change = (
    place: TriggerPlace,
    how: (trigger: TriggerTree) => TriggerTree,
    focused: TriggerPlace | null = place,
    control: FocusedControl = 'kind',
  ) => {
    focus.current = focused === null ? null : [focused.join('.'), control];
    write({ ...whole, trigger: changedAt(whole.trigger, place, how) }, focused !== null);
  };
  return (
    <div ref={host} role="group" aria-label="Composer of the trigger" className="trigger-tree">
      <TriggerBranch
        trigger={whole.trigger}
        place={[]}
        words="trigger"
        onMove={null}
        fits={(name) => fitsIn(name, around.time, delta)}
        columns={columns}
        problems={problems}
        onChange={change}
      />
      <label className="trigger-purging">
        <span>Purge what has fired</span>
        <Toggle checked={whole.purging} onChecked={(purging) => write({ ...whole, purging }, true)} />
      </label>
    </div>
  );
}

/** Whether a trigger makes sense in windows that pass by this time. */
function fitsIn(name: TriggerName, time: TriggerSurroundings['time'], delta: boolean): boolean {
  if (name === 'delta') return delta;
  if (time === 'none') return name !== 'everyEventTime' && name !== 'processingTime';
  return time === 'event' || triggerRow(name).watermark !== true;
}

const small = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
