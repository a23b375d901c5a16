/** The form of a fault: what it strikes, when, how, and how often. Shows what it is given and tells of each change. */
import type { FaultDefinition } from '../../engine/faults/fault.ts';
import type { NewFault } from '../../engine/graph/fault-edits.ts';
import type { FaultTarget, FaultTrigger } from '../../engine/graph/faults.ts';
import { untilRemoved } from '../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { asNumber, asText, fieldsOf, type FormField } from '../inspector/form-model.ts';
import { Field, type ControlIds } from '../ui/field.tsx';
import { DurationInput, NumberInput, Select, TextInput } from '../ui/inputs.tsx';
import { Toggle } from '../ui/toggle.tsx';
import { targetText, triggerKey, triggerLabel, triggersOf } from './model.ts';

interface FaultFormProps {
  readonly definition: FaultDefinition;
  readonly targets: readonly FaultTarget[];
  readonly graph: ExecutionGraph | null;
  readonly fault: NewFault;
  readonly onChange: (changes: Partial<NewFault>) => void;
}

export function FaultForm({ definition, targets, graph, fault, onChange }: FaultFormProps) {
  const forever = fault.times >= untilRemoved;
  return (
    <div className="flex flex-col gap-3">
      <p className="note">{definition.summary}</p>
      <TargetField targets={targets} graph={graph} target={fault.target} onTarget={(target) => onChange({ target })} />
      <TriggerFields definition={definition} when={fault.when} onWhen={(when) => onChange({ when })} />
      {fieldsOf(definition).map((field) => (
        <ParamRow
          key={field.name}
          field={field}
          value={Object.hasOwn(fault.params, field.name) ? fault.params[field.name] : field.initial}
          onValue={(value) => onChange({ params: { ...fault.params, [field.name]: value } })}
        />
      ))}
      <Field label="Until removed" inline help="It strikes whenever its trigger is met, until somebody removes it.">
        {(control) => (
          <Toggle
            {...control}
            checked={forever}
            onChecked={(checked) => onChange({ times: checked ? untilRemoved : 1 })}
          />
        )}
      </Field>
      {!forever && (
        <Field label="Times" help="How often it strikes before it is used up.">
          {(control) => (
            <NumberInput {...control} value={fault.times} min={1} onValue={(times) => onChange({ times })} />
          )}
        </Field>
      )}
    </div>
  );
}

interface TargetFieldProps {
  readonly targets: readonly FaultTarget[];
  readonly graph: ExecutionGraph | null;
  readonly target: FaultTarget;
  readonly onTarget: (target: FaultTarget) => void;
}

/** A long list is cut: a job can have thousands of channels. */
const targetsMost = 400;

function TargetField({ targets, graph, target, onTarget }: TargetFieldProps) {
  const keyOf = (each: FaultTarget) => JSON.stringify(each);
  const known = targets.some((each) => keyOf(each) === keyOf(target));
  const shown = [...(known ? [] : [target]), ...targets.slice(0, targetsMost)];
  if (shown.length < 2) return null;
  const options = shown.map((each) => ({ value: keyOf(each), label: upper(targetText(each, graph)) }));
  return (
    <Field label="Target">
      {(control) => (
        <Select
          {...control}
          value={keyOf(target)}
          options={options}
          onValue={(value) => {
            const chosen = shown.find((each) => keyOf(each) === value);
            if (chosen !== undefined) onTarget(chosen);
          }}
        />
      )}
    </Field>
  );
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface TriggerFieldsProps {
  readonly definition: FaultDefinition;
  readonly when: FaultTrigger;
  readonly onWhen: (when: FaultTrigger) => void;
}

function TriggerFields({ definition, when, onWhen }: TriggerFieldsProps) {
  const triggers = triggersOf(definition);
  const options = triggers.map((each) => ({ value: triggerKey(each), label: triggerLabel(each) }));
  return (
    <>
      <Field
        label="When"
        help="At a moment of the run, at records that pass, or at a point of the checkpoint protocol."
      >
        {(control) => (
          <Select
            {...control}
            value={triggerKey(when)}
            options={options}
            onValue={(key) => {
              const chosen = triggers.find((each) => triggerKey(each) === key);
              if (chosen !== undefined) onWhen(chosen);
            }}
          />
        )}
      </Field>
      {when.kind === 'at' && (
        <Field label="Time of the run" help="Since the run began; stands still while it is paused.">
          {(control) => <DurationInput {...control} value={when.ms} onValue={(ms) => onWhen({ ...when, ms })} />}
        </Field>
      )}
      {(when.kind === 'record' || when.kind === 'point') && (
        <Field
          label={when.kind === 'record' ? 'Record' : 'Occurrence'}
          help="Which one, from 1; then every so many. Counted anew in each attempt."
        >
          {(control) => <NumberInput {...control} value={when.n} min={1} onValue={(n) => onWhen({ ...when, n })} />}
        </Field>
      )}
    </>
  );
}

interface ParamRowProps {
  readonly field: FormField;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}

function ParamRow({ field: { meta }, value, onValue }: ParamRowProps) {
  const widget = (control: ControlIds) => {
    switch (meta.widget) {
      case 'number':
        return (
          <NumberInput
            {...control}
            value={asNumber(value)}
            min={meta.min}
            max={meta.max}
            step={meta.step}
            onValue={onValue}
          />
        );
      case 'duration':
        return <DurationInput {...control} value={asNumber(value)} onValue={onValue} />;
      case 'toggle':
        return <Toggle {...control} checked={value === true} onChecked={onValue} />;
      case 'choice':
        return <Select {...control} value={asText(value)} options={meta.options} onValue={onValue} />;
      default:
        return <TextInput {...control} value={asText(value)} onText={onValue} />;
    }
  };
  return (
    <Field
      label={meta.label}
      help={meta.help}
      inline={meta.widget === 'toggle'}
      aside={meta.widget === 'number' ? meta.unit : undefined}
    >
      {widget}
    </Field>
  );
}
