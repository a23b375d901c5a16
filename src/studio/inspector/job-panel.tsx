/** The inspector when nothing is selected: the job's name, description and settings. */
import { lazy, Suspense } from 'react';
import { describeJob, renameJob } from '../document/commands.ts';
import { useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { JobFaultsPanel } from '../fault-panel/lazy-panels.tsx';
import { Field, ProblemNotes } from '../ui/field.tsx';
import { toFieldProblem } from './form-model.ts';
import { NameInput, PanelHead, Section } from './parts.tsx';
import { CheckpointSettings, RestartSettings } from './recovery-settings.tsx';
import { RunFigures } from './run-figures.tsx';
import { NumberRows, SwitchRow, type SettingRow } from './setting-rows.tsx';

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
    help: 'A subtask without sign of life for this long is ended and counts as failed: most often a function loops without end.',
  },
  { setting: 'seed', help: 'Seeds the generators: the same seed gives the same records.' },
];

/** Loaded when there is something to write a script for. */
const SourceScript = lazy(() => import('./source-script.tsx').then((module) => ({ default: module.SourceScript })));

export function JobPanel() {
  const name = useJob((job) => job.name);
  const description = useJob((job) => job.description);
  const scripted = useJob((job) => job.script !== '' || job.nodes.some(({ kind }) => kind === 'scripted'));
  const problems = useDerived((state) => state.analysis.problems);
  const general = problems.filter(
    (problem) => problem.node === undefined && problem.edge === undefined && problem.code !== 'invalid-setting',
  );
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
      <JobFaultsPanel />
      {scripted && (
        <Suspense fallback={null}>
          <SourceScript />
        </Suspense>
      )}
      <Section title="Execution">
        <NumberRows rows={execution} />
        <SwitchRow
          setting="chaining"
          help="Joined operators share a subtask where an edge is forward and the parallelism equal. Off: every operator is a vertex of its own."
        />
      </Section>
      <CheckpointSettings />
      <RestartSettings />
      <Section title="Network">
        <NumberRows rows={network} />
      </Section>
      <Section title="Time and failure">
        <NumberRows rows={time} />
      </Section>
    </>
  );
}
