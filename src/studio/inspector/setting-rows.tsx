/** Rows of the job's settings: a number or duration, a switch, or one of a few words, each with its problems. */
import {
  settingBounds,
  settingChoices,
  switchLabels,
  type ChoiceSetting,
  type NumericSetting,
  type SwitchSetting,
} from '../../engine/graph/check-settings.ts';
import type { JobSettings } from '../../engine/graph/job.ts';
import { setJobSetting } from '../document/commands.ts';
import { useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { Field, type FieldProblem } from '../ui/field.tsx';
import { DurationInput, NumberInput, Select } from '../ui/inputs.tsx';
import { Toggle } from '../ui/toggle.tsx';
import { toFieldProblem } from './form-model.ts';

export interface SettingRow {
  readonly setting: NumericSetting;
  readonly help: string;
  readonly unit?: string;
  readonly duration?: true;
  /** Where another word says better what it is than the usual one. */
  readonly label?: string;
}

export function NumberRow({ row }: { readonly row: SettingRow }) {
  const value = useJob((job) => job.settings[row.setting]);
  const { label, min, max } = settingBounds[row.setting];
  const set = (next: number) => setJobSetting(row.setting, next);
  return (
    <Field label={row.label ?? label} help={row.help} aside={row.unit} problems={useProblems(row.setting)}>
      {(control) =>
        row.duration ? (
          <DurationInput {...control} value={value} onValue={set} />
        ) : (
          <NumberInput {...control} value={value} min={min} max={max} onValue={set} />
        )
      }
    </Field>
  );
}

export const NumberRows = ({ rows }: { readonly rows: readonly SettingRow[] }) =>
  rows.map((row) => <NumberRow key={row.setting} row={row} />);

export function SwitchRow({ setting, help }: { readonly setting: SwitchSetting; readonly help: string }) {
  const checked = useJob((job) => job.settings[setting]);
  return (
    <Field label={switchLabels[setting]} inline help={help} problems={useProblems(setting)}>
      {(control) => <Toggle {...control} checked={checked} onChecked={(next) => setJobSetting(setting, next)} />}
    </Field>
  );
}

interface ChoiceRowProps<K extends ChoiceSetting> {
  readonly setting: K;
  readonly help: string;
  readonly labels: Readonly<Record<JobSettings[K], string>>;
}

export function ChoiceRow<K extends ChoiceSetting>({ setting, help, labels }: ChoiceRowProps<K>) {
  const value: JobSettings[K] = useJob((job) => job.settings[setting]);
  const { label, values } = settingChoices[setting];
  const options = values.map((each) => ({ value: each, label: labels[each] }));
  return (
    <Field label={label} help={help} problems={useProblems(setting)}>
      {(control) => (
        <Select {...control} value={value} options={options} onValue={(next) => setJobSetting(setting, next)} />
      )}
    </Field>
  );
}

function useProblems(setting: string): readonly FieldProblem[] {
  const problems = useDerived((state) => state.analysis.problems);
  return problems
    .filter((problem) => problem.code === 'invalid-setting' && problem.param === setting)
    .map(toFieldProblem);
}
