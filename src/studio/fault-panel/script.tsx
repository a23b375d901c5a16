/** The fault script: what is to break in every run of this job, and what became of each fault in the run that goes on. */
import { Pencil, Plus, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { checkFaults } from '../../engine/faults/check-fault.ts';
import { faultTable } from '../../engine/faults/list.ts';
import { targetsOf } from '../../engine/faults/targets.ts';
import type { NewFault } from '../../engine/graph/fault-edits.ts';
import type { Fault } from '../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import type { Problem } from '../../engine/graph/problems.ts';
import type { ClusterView, FaultView } from '../../engine/telemetry/cluster-view.ts';
import { changeFault, endGesture, removeFault } from '../document/commands.ts';
import { useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { toFieldProblem } from '../inspector/form-model.ts';
import { Section } from '../inspector/parts.tsx';
import { withdrawFault } from '../run/commands.ts';
import { isActive, useRun } from '../run/run-store.ts';
import { useThrottledView } from '../run/use-throttled-view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Field, ProblemNotes } from '../ui/field.tsx';
import { Select } from '../ui/inputs.tsx';
import { Popover } from '../ui/popover.tsx';
import { addToScript } from './break-it.tsx';
import { FaultForm } from './fault-form.tsx';
import { FaultIcon } from './fault-icon.tsx';
import { choicesAt, faultText, faultTitle, statusOf, usualFault, type FaultChoice } from './model.ts';

const faultsOf = (view: ClusterView | null): ClusterView['faults'] | null => view?.faults ?? null;

export function Script() {
  const job = useJob((each) => each);
  const plan = useDerived((state) => state.plan);
  const live = useThrottledView(faultsOf);
  const active = useRun(isActive);
  const problems = checkFaults(job.faults, faultTable, plan, job.nodes);
  return (
    <Section title="Fault script" aside={<AddFault plan={plan} />}>
      {job.faults.length === 0 ? (
        <p className="note">
          Nothing is to break. Faults written here are saved with the job and strike in every run, from the next on.
        </p>
      ) : (
        <ul aria-label="Faults of the script" className="flex flex-col gap-1.5">
          {job.faults.map((fault) => (
            <ScriptRow
              key={fault.id}
              fault={fault}
              plan={plan}
              live={live?.get(fault.id)}
              problems={problems.filter((problem) => problem.fault === fault.id)}
            />
          ))}
        </ul>
      )}
      {live !== null && <ByHand live={live} script={job.faults} removable={active} />}
    </Section>
  );
}

interface ScriptRowProps {
  readonly fault: Fault;
  readonly plan: ExecutionGraph | null;
  readonly live: FaultView | undefined;
  readonly problems: readonly Problem[];
}

function ScriptRow({ fault, plan, live, problems }: ScriptRowProps) {
  const title = faultTitle(fault);
  const definition = faultTable.get(fault.kind);
  return (
    <li className="card flex flex-col gap-1.5 p-2!">
      <div className="flex items-start gap-2">
        <span className="mt-0.5">
          <FaultIcon kind={fault.kind} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="font-semibold break-words">{title}</p>
          <p className="note break-words">{faultText(fault, plan)}</p>
          {live !== undefined && <Status live={live} />}
        </div>
        {definition !== undefined && (
          <Popover
            title={title}
            trigger={
              <IconButton
                label={`Change: ${title}`}
                className="small"
                icon={<Pencil size={13} aria-hidden />}
                side="left"
              />
            }
          >
            {() => (
              <div onBlur={endGesture}>
                <FaultForm
                  definition={definition}
                  targets={plan === null ? [] : targetsOf(definition, plan)}
                  graph={plan}
                  fault={fault}
                  onChange={(changes) => changeFault(fault.id, changes)}
                />
              </div>
            )}
          </Popover>
        )}
        <IconButton
          label={`Remove: ${title}`}
          className="small"
          icon={<Trash2 size={13} aria-hidden />}
          side="left"
          onClick={() => removeFault(fault.id)}
        />
      </div>
      {problems.length > 0 && <ProblemNotes problems={problems.map(toFieldProblem)} />}
    </li>
  );
}

function Status({ live }: { readonly live: FaultView }) {
  const status = statusOf(live);
  const last = live.strikes.at(-1);
  const count = live.struck;
  return (
    <p className="note break-words" role="status">
      <span className={status === 'struck' || status === 'used up' ? 'text-red-ink font-semibold' : 'text-muted'}>
        {status === 'struck' && count > 1 ? `struck ${count} times` : status}
      </span>
      {last !== undefined && ` · ${last.text}`}
    </p>
  );
}

const byHandMost = 20;

interface ByHandProps {
  readonly live: ClusterView['faults'];
  readonly script: readonly Fault[];
  readonly removable: boolean;
}

/** Faults of this run that no script has: by hand or by chance, newest first. */
function ByHand({ live, script, removable }: ByHandProps) {
  const written = new Set(script.map(({ id }) => id));
  const graph = useRun((state) => state.view?.graph ?? null);
  const others = [...live.values()].filter(({ fault }) => !written.has(fault.id)).toReversed();
  if (others.length === 0) return null;
  return (
    <ul aria-label="Faults of this run" className="flex flex-col gap-1.5">
      {others.slice(0, byHandMost).map((each) => {
        const { fault } = each;
        const open = statusOf(each) === 'armed' || statusOf(each) === 'struck';
        return (
          <li key={fault.id} className="flex items-start gap-2">
            <span className="mt-0.5">
              <FaultIcon kind={fault.kind} />
            </span>
            <div className="min-w-0 flex-1">
              <p className="break-words">
                {faultTitle(fault)} <span className="text-muted">{faultText(fault, graph)}</span>
              </p>
              <Status live={each} />
            </div>
            {removable && open && (
              <IconButton
                label={`Take away: ${faultTitle(fault)}`}
                className="small"
                side="left"
                icon={<X size={13} aria-hidden />}
                onClick={() => withdrawFault(fault.id)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function AddFault({ plan }: { readonly plan: ExecutionGraph | null }) {
  return (
    <Popover
      title="Add a fault"
      trigger={<IconButton label="Add a fault" className="small" side="left" icon={<Plus size={14} aria-hidden />} />}
    >
      {(close) =>
        plan === null ? (
          <p className="note">The job as drawn cannot run yet. Solve its problems first.</p>
        ) : (
          <AddForm plan={plan} onDone={close} />
        )
      }
    </Popover>
  );
}

function AddForm({ plan, onDone }: { readonly plan: ExecutionGraph; readonly onDone: () => void }) {
  const choices = choicesAt({ kind: 'anywhere' }, plan);
  const [choice, setChoice] = useState<FaultChoice | undefined>(choices[0]);
  const [fault, setFault] = useState<NewFault | null>(() => (choices[0] === undefined ? null : scripted(choices[0])));
  if (choice === undefined || fault === null) return null;
  return (
    <div className="flex flex-col gap-3">
      <Field label="Fault">
        {(control) => (
          <Select
            {...control}
            value={choice.definition.kind}
            options={choices.map(({ definition }) => ({ value: definition.kind, label: definition.title }))}
            onValue={(kind) => {
              const next = choices.find(({ definition }) => definition.kind === kind);
              if (next === undefined) return;
              setChoice(next);
              setFault(scripted(next));
            }}
          />
        )}
      </Field>
      <FaultForm
        key={choice.definition.kind}
        definition={choice.definition}
        targets={choice.targets}
        graph={plan}
        fault={fault}
        onChange={(changes) => setFault({ ...fault, ...changes })}
      />
      <Button
        tone="primary"
        size="small"
        className="self-start"
        onClick={() => {
          addToScript(fault);
          onDone();
        }}
      >
        Add to the script
      </Button>
    </div>
  );
}

/** In a script most faults have a time: a run that has just begun has nothing to lose. */
function scripted(choice: FaultChoice): NewFault {
  const usual = usualFault(choice);
  return choice.definition.triggers.includes('at') ? { ...usual, when: { kind: 'at', ms: 5_000 } } : usual;
}
