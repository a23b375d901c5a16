/** One parameter of an operator: the widget that its schema asks for, with its problems. */
import { lazy, Suspense } from 'react';
import type { JobNode } from '../../engine/graph/job.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import { redoParam, renameSideOutput, setParam, setParams, undoParam } from '../document/commands.ts';
import { Field, type ControlIds, type FieldProblem } from '../ui/field.tsx';
import { DurationInput, NumberInput, Select, TextInput } from '../ui/inputs.tsx';
import { Toggle } from '../ui/toggle.tsx';
import {
  asNumber,
  asObjects,
  asText,
  asTexts,
  surroundings,
  type FormField,
  type FormValues,
  type Streams,
} from './form-model.ts';
import { AggregatesEditor } from './widgets/aggregates-editor.tsx';
import { ColumnsPicker } from './widgets/columns-picker.tsx';
import { ResourcePicker } from './widgets/resource-picker.tsx';
import { SchemaEditor } from './widgets/schema-editor.tsx';
import { StatesEditor } from './widgets/states-editor.tsx';

/** CodeMirror is loaded when the first function is looked at. */
const FunctionEditor = lazy(() =>
  import('./widgets/function-editor.tsx').then((module) => ({ default: module.FunctionEditor })),
);

const TriggerEditor = lazy(() =>
  import('./trigger/trigger-editor.tsx').then((module) => ({ default: module.TriggerEditor })),
);

/** Few operators have side outputs of their own. */
const SideOutputsEditor = lazy(() =>
  import('./widgets/side-outputs-editor.tsx').then((module) => ({ default: module.SideOutputsEditor })),
);

interface ParamFieldProps {
  readonly node: JobNode;
  readonly field: FormField;
  /** Of all fields of the form. */
  readonly values: FormValues;
  readonly problems: readonly FieldProblem[];
  readonly streams: Streams;
}

const grouped = new Set(['columns', 'schema', 'aggregates', 'states', 'sideOutputs', 'resource']);

export function ParamField({ node, field, values, problems, streams }: ParamFieldProps) {
  const { meta, name } = field;
  const unit = meta.widget === 'number' ? meta.unit : undefined;
  const signature = meta.widget === 'function' ? meta.signature : undefined;
  return (
    <div data-param={`${node.id}:${name}`}>
      <Field
        label={meta.label}
        help={meta.help}
        problems={problems.filter((problem) => problem.place === undefined)}
        inline={meta.widget === 'toggle'}
        group={grouped.has(meta.widget)}
        aside={unit ?? signature}
      >
        {(control) => (
          <Widget
            node={node}
            field={field}
            values={values}
            control={control}
            problems={problems.filter((problem) => problem.place !== undefined)}
            columns={'of' in meta && meta.of === 'output' ? streams.output : streams.input}
            streams={streams}
          />
        )}
      </Field>
    </div>
  );
}

interface WidgetProps {
  readonly node: JobNode;
  readonly field: FormField;
  readonly values: FormValues;
  readonly control: ControlIds;
  /** Those that have a place within the value. */
  readonly problems: readonly FieldProblem[];
  readonly columns: Schema;
  readonly streams: Streams;
}

function Widget({ node, field, values, control, problems, columns, streams }: WidgetProps) {
  const { meta } = field;
  const value = values[field.name];
  const set = (next: unknown) => setParam(node.id, field.name, next);
  switch (meta.widget) {
    case 'text':
      return <TextInput {...control} value={asText(value)} onText={set} placeholder={meta.placeholder} />;
    case 'number':
      return (
        <NumberInput
          {...control}
          value={asNumber(value)}
          onValue={set}
          min={meta.min}
          max={meta.max}
          step={meta.step}
        />
      );
    case 'duration':
      return <DurationInput {...control} value={asNumber(value)} onValue={set} />;
    case 'toggle':
      return <Toggle {...control} checked={value === true} onChecked={set} />;
    case 'choice':
      return <Select {...control} value={asText(value)} options={meta.options} onValue={set} />;
    case 'column':
      return (
        <Select
          {...control}
          value={asText(value)}
          onValue={set}
          placeholder={columns.length === 0 ? 'No columns here yet' : 'Choose a column…'}
          options={[
            ...(meta.optional ? [{ value: '', label: 'None' }] : []),
            ...columns.map((column) => ({ value: column.name, label: `${column.name} · ${column.type}` })),
          ]}
        />
      );
    case 'columns':
      return <ColumnsPicker label={meta.label} value={asTexts(value)} columns={columns} onValue={set} />;
    case 'schema':
      return <SchemaEditor rows={asObjects(value)} onRows={set} />;
    case 'function':
      return (
        <Suspense fallback={<CodeFallback control={control} value={asText(value)} onText={set} />}>
          <FunctionEditor
            key={`${node.id}:${field.name}`}
            control={control}
            label={meta.label}
            value={asText(value)}
            meta={meta}
            values={values}
            streams={streams}
            onText={set}
            onUndo={() => undoParam(node.id, field.name)}
            onRedo={() => redoParam(node.id, field.name)}
          />
        </Suspense>
      );
    case 'trigger':
      return (
        <Suspense
          fallback={
            <textarea
              {...control}
              className="input mono"
              rows={1}
              value={asText(value)}
              placeholder={meta.placeholder}
              onChange={(event) => set(event.target.value)}
            />
          }
        >
          <TriggerEditor
            key={node.id}
            control={control}
            text={asText(value)}
            placeholder={meta.placeholder}
            around={surroundings(meta, values)}
            delta={meta.delta}
            columns={columns}
            problems={problems}
            onText={(text, step) => (step ? setParams(node.id, { [field.name]: text }) : set(text))}
          />
        </Suspense>
      );
    case 'timeline':
      return (
        <textarea
          {...control}
          className="input mono"
          rows={4}
          spellCheck={false}
          value={asText(value)}
          onChange={(event) => set(event.target.value)}
        />
      );
    case 'resource':
      return <ResourcePicker node={node} param={field.name} value={asText(value)} control={control} />;
    case 'aggregates':
      return <AggregatesEditor rows={asObjects(value)} columns={columns} onRows={set} />;
    case 'states':
      return <StatesEditor rows={asObjects(value)} onRows={set} />;
    case 'sideOutputs': {
      const rows = asObjects(value);
      return (
        <Suspense fallback={null}>
          <SideOutputsEditor
            label={meta.label}
            main={meta.main}
            rows={rows}
            onRows={set}
            onRename={(index, tag) => renameSideOutput(node.id, field.name, rows, index, tag)}
          />
        </Suspense>
      );
    }
  }
}

/** A plain text area until the editor is loaded; what is typed meanwhile is kept. */
const CodeFallback = ({
  control,
  value,
  onText,
}: {
  readonly control: ControlIds;
  readonly value: string;
  readonly onText: (text: string) => void;
}) => (
  <textarea
    {...control}
    className="input mono"
    rows={6}
    spellCheck={false}
    value={value}
    onChange={(event) => onText(event.target.value)}
  />
);
