/** The job's script of elements, as text, with the first thing that is wrong with it, and the way to play it. */
import { Play } from 'lucide-react';
import { setScript } from '../document/commands.ts';
import { useJob } from '../document/document-store.ts';
import { runScript } from '../run/script-commands.ts';
import { placedText, useComplaint } from '../run/use-complaint.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Section } from './parts.tsx';

export function SourceScript() {
  const script = useJob((job) => job.script);
  const complaint = useComplaint();
  const problems =
    complaint === null
      ? []
      : [{ severity: 'error' as const, message: placedText(complaint), advice: complaint.advice }];
  return (
    <Section title="Script of the sources">
      <Field
        label="Steps"
        help="What scripted sources are given, line by line, in one order for all: elements, processing time, checkpoints, failures and restores. The notation is in src/cli/SCRIPT.md."
        problems={problems}
      >
        {(control) => (
          <textarea
            {...control}
            className="input mono"
            rows={6}
            spellCheck={false}
            value={script}
            placeholder={'in: a=1@1 w5\n+1s\ncheckpoint'}
            onChange={(event) => setScript(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-col items-start gap-2">
        <Button onClick={runScript} disabled={script.trim() === ''}>
          <Play size={13} aria-hidden />
          Run script
        </Button>
        <p className="note">
          Plays it in the simulator, step by step, and prints what “weir run” prints: every pane, late record, result
          and watermark. Run, in contrast, lets each scripted source play its own timeline in real Workers.
        </p>
      </div>
    </Section>
  );
}
