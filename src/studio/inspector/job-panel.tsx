/** The inspector when nothing is selected: the job's name, description and settings. */
import { settingBounds, type NumericSetting } from '../../engine/graph/check-settings.ts';
import { describeJob, renameJob, setJobSetting } from '../document/commands.ts';
import { useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { Field, ProblemNotes, type FieldProblem } from '../ui/field.tsx';
import { DurationInput, NumberInput } from '../ui/inputs.tsx';
import { Toggle } from '../ui/toggle.tsx';
import { toFieldProblem } from './form-model.ts';
import { NameInput, PanelHead, Section } from './parts.tsx';
import { RunFigures } from './run-figures.tsx';

interface SettingRow {
  readonly setting: NumericSetting;
  readonly help: string;
  readonly unit?: string;
  readonly duration?: true;
}

const execution: readonly SettingRow[] = [
  {
    setting: 'parallelism',
    unit: 'subtasks',
    help: 'Of every operator that sets none of its own. Each subtask is a Worker.',
  },
  {
    setting: 'maxParallelism',
    unit: 'key groups',
    help: 'Keys are hashed into this many groups, which subtasks share out; the bound of any later rescale.',
  },
];
const network: readonly SettingRow[] = [
  {
    setting: 'bufferRecords',
    unit: 'records',
    help: 'A network buffer is sent when it holds so many. Flink counts bytes here.',
  },
  {
    setting: 'bufferTimeoutMs',
    duration: true,
    help: 'A buffer that is not full is sent after this time. 0: after every record.',
  },
  {
    setting: 'buffersPerChannel',
    unit: 'buffers',
    help: 'Initial credits of a channel: so many buffers may be under way before the sender must wait.',
  },
];
const time: readonly SettingRow[] = [
  { setting: 'watermarkIntervalMs', duration: true, help: 'How often sources emit a watermark, in processing time.' },
  {
    setting: 'heartbeatTimeoutMs',
    duration: true,
    help: 'A subtask without sign of life for this long is ended, and the job fails: most often a function loops without end.',
  },
  { setting: 'seed', help: 'Seeds the generators: the same seed gives the same records.' },
];

export function JobPanel() {
  const name = useJob((job) => job.name);
  const description = useJob((job) => job.description);
  const chaining = useJob((job) => job.settings.chaining);
  const problems = useDerived((state) => state.analysis.problems);
  const general = problems.filter(
    (problem) => problem.node === undefined && problem.edge === undefined && problem.code !== 'invalid-setting',
  );
  const ofSetting = (setting: string) =>
    problems.filter((problem) => problem.code === 'invalid-setting' && problem.param === setting).map(toFieldProblem);
  const rows = (list: readonly SettingRow[]) =>
    list.map((row) => <Setting key={row.setting} row={row} problems={ofSetting(row.setting)} />);
  return (
    <>
      <PanelHead subtitle="Job settings. Select an operator or an edge for its own.">
        <NameInput label="Name of the job" value={name} onText={renameJob} />
      </PanelHead>
      {general.length > 0 && (
        <div className="px-4 pb-3">
          <ProblemNotes problems={general.map(toFieldProblem)} />
        </div>
      )}
      <div className="px-4 pb-4">
        <Field label="Description">
          {(control) => (
            <textarea
              {...control}
              className="input"
              rows={3}
              value={description}
              placeholder="What the job does, for those who open it."
              onChange={(event) => describeJob(event.target.value)}
            />
          )}
        </Field>
      </div>
      <RunFigures />
      <Section title="Execution">
        {rows(execution)}
        <Field
          label="Chaining"
          inline
          help="Joined operators share a subtask where an edge is forward and the parallelism equal. Off: every operator is a vertex of its own."
        >
          {(control) => (
            <Toggle {...control} checked={chaining} onChecked={(next) => setJobSetting('chaining', next)} />
          )}
        </Field>
      </Section>
      <Section title="Network">{rows(network)}</Section>
      <Section title="Time and failure">{rows(time)}</Section>
    </>
  );
}

function Setting({ row, problems }: { readonly row: SettingRow; readonly problems: readonly FieldProblem[] }) {
  const value = useJob((job) => job.settings[row.setting]);
  const { label, min, max } = settingBounds[row.setting];
  const set = (next: number) => setJobSetting(row.setting, next);
  return (
    <Field label={label} help={row.help} aside={row.unit} problems={problems}>
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
