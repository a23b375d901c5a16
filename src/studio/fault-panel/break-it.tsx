/** “Break it”: one button per fault that can strike what is selected. A click injects it now; its options say how. */
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import type { NewFault } from '../../engine/graph/fault-edits.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { problemMessage } from '../../engine/graph/problems.ts';
import { addFault } from '../document/commands.ts';
import { Section } from '../inspector/parts.tsx';
import { injectFault } from '../run/commands.ts';
import { isActive, useRun } from '../run/run-store.ts';
import { toast } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Popover } from '../ui/popover.tsx';
import { Hint } from '../ui/tooltip.tsx';
import { FaultForm } from './fault-form.tsx';
import { FaultIcon } from './fault-icon.tsx';
import { choicesAt, usualFault, type FaultChoice, type Place } from './model.ts';

/** Only while a job runs: before that, faults are written into the script of the job. */
export function BreakIt({ place }: { readonly place: Place }) {
  const active = useRun(isActive);
  const graph = useRun((state) => state.view?.graph ?? null);
  const picked = useSession((state) => state.selection.subtask);
  if (!active || graph === null) return null;
  const choices = choicesAt(place, graph, picked);
  if (choices.length === 0) return null;
  return (
    <Section title="Break it">
      <ul aria-label="Faults" className="flex flex-col gap-1.5">
        {choices.map((choice) => (
          <li key={choice.definition.kind} className="flex items-center gap-1">
            <Hint text={choice.definition.summary} side="left">
              <Button
                size="small"
                className="min-w-0 flex-1 justify-start! gap-2"
                onClick={() => injectFault(usualFault(choice))}
              >
                <FaultIcon kind={choice.definition.kind} />
                <span className="truncate">{choice.definition.title}</span>
              </Button>
            </Hint>
            <Options choice={choice} graph={graph} />
          </li>
        ))}
      </ul>
      <p className="note">A click strikes at once. Beside it: where, when, how, and how often.</p>
    </Section>
  );
}

function Options({ choice, graph }: { readonly choice: FaultChoice; readonly graph: ExecutionGraph }) {
  const { title } = choice.definition;
  return (
    <Popover
      title={title}
      trigger={
        <IconButton
          label={`Options: ${title}`}
          className="small"
          side="left"
          icon={<SlidersHorizontal size={13} aria-hidden />}
        />
      }
    >
      {(close) => <OptionsForm choice={choice} graph={graph} onDone={close} />}
    </Popover>
  );
}

interface OptionsFormProps {
  readonly choice: FaultChoice;
  readonly graph: ExecutionGraph;
  readonly onDone: () => void;
}

function OptionsForm({ choice, graph, onDone }: OptionsFormProps) {
  const [fault, setFault] = useState<NewFault>(() => usualFault(choice));
  return (
    <div className="flex flex-col gap-4">
      <FaultForm
        definition={choice.definition}
        targets={choice.targets}
        graph={graph}
        fault={fault}
        onChange={(changes) => setFault({ ...fault, ...changes })}
      />
      <div className="flex flex-wrap gap-2">
        <Button
          tone="primary"
          size="small"
          onClick={() => {
            injectFault(fault);
            onDone();
          }}
        >
          {fault.when.kind === 'now' ? 'Strike now' : 'Arm it'}
        </Button>
        <Button
          size="small"
          onClick={() => {
            addToScript(fault);
            onDone();
          }}
        >
          Add to the script
        </Button>
      </div>
    </div>
  );
}

export function addToScript(fault: NewFault): void {
  const added = addFault(fault);
  if (!added.ok) toast(problemMessage(added.error), { tone: 'error' });
}
