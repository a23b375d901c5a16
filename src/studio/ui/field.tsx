/** A labelled form field with its help and its problems; the control gets the ids that tie them together. */
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { classes } from './classes.ts';
import { Hint } from './tooltip.tsx';

export interface FieldProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly advice: string;
  /** Where within the value: indices from the outermost part, with full stops between; '' is the outermost itself. */
  readonly place?: string | undefined;
}

/** What a control inside a field must carry. */
export interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly problems?: readonly FieldProblem[];
  /** The label stands before the control on one line. */
  readonly inline?: boolean;
  /** Several controls under one label: a group with a name instead of a label. */
  readonly group?: boolean;
  /** Unit or signature, at the right end of the label's line. */
  readonly aside?: string | undefined;
  readonly children: (control: ControlIds) => ReactNode;
}

export function Field({ label, help, problems = [], inline = false, group = false, aside, children }: FieldProps) {
  const id = useId();
  const describedBy = [help === undefined ? '' : `${id}-help`, problems.length === 0 ? '' : `${id}-problems`]
    .filter(Boolean)
    .join(' ');
  const control: ControlIds = {
    id,
    'aria-describedby': describedBy === '' ? undefined : describedBy,
    'aria-invalid': problems.some((problem) => problem.severity === 'error') ? true : undefined,
  };
  const Label = group ? 'span' : 'label';
  return (
    <div
      className={classes('field', inline && 'field-inline')}
      {...(group ? { role: 'group', 'aria-labelledby': `${id}-label` } : {})}
    >
      <div className="field-label">
        <Label id={`${id}-label`} {...(group ? {} : { htmlFor: id })}>
          {label}
        </Label>
        {help !== undefined && <HelpMark text={help} id={`${id}-help`} />}
        {aside !== undefined && (
          <span className="field-aside" title={aside}>
            {aside}
          </span>
        )}
      </div>
      {children(control)}
      {problems.length > 0 && <ProblemNotes id={`${id}-problems`} problems={problems} />}
    </div>
  );
}

/** A small mark that tells more on hover and focus; the text is also there for assistive technology. */
export function HelpMark({ text, id }: { readonly text: string; readonly id?: string }) {
  return (
    <>
      <Hint text={text} side="top">
        <button type="button" className="help-mark" aria-label="Help" tabIndex={-1}>
          <Info size={12} aria-hidden />
        </button>
      </Hint>
      {id !== undefined && (
        <span id={id} className="sr-only">
          {text}
        </span>
      )}
    </>
  );
}

/** Problems in place: what is wrong, then what to do. */
export function ProblemNotes({ problems, id }: { readonly problems: readonly FieldProblem[]; readonly id?: string }) {
  return (
    <ul id={id} className="problem-notes">
      {problems.map((problem) => (
        <li key={problem.message} className={`problem-note problem-${problem.severity}`}>
          {problem.severity === 'error' ? (
            <CircleAlert size={13} aria-label="Error" />
          ) : (
            <TriangleAlert size={13} aria-label="Warning" />
          )}
          <span>
            {problem.message} <span className="advice">{problem.advice}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
