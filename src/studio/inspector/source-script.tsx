/** The job's script of elements, as text, with the first thing that is wrong with it. It is played on the command line alone. */
import { useEffect, useState } from 'react';
import type { ScriptComplaint } from '../../hosts/oracle.ts';
import { setScript } from '../document/commands.ts';
import { useJob } from '../document/document-store.ts';
import { currentOracle } from '../run/oracle.ts';
import { Field } from '../ui/field.tsx';
import { Section } from './parts.tsx';

/** Ms without a key press after which the text is looked at. */
const restMs = 400;

export function SourceScript() {
  const script = useJob((job) => job.script);
  const complaint = useComplaint();
  const problems =
    complaint === null ? [] : [{ severity: 'error' as const, message: placed(complaint), advice: complaint.advice }];
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
      <p className="note">
        “weir run” plays it and prints every pane. On this page each scripted source plays its own timeline.
      </p>
    </Section>
  );
}

const placed = ({ line, column, message }: ScriptComplaint): string =>
  line === 0 ? message : `Line ${line}, column ${column}: ${message}`;

/** Of the job as it stands, since sources and their columns count too. */
function useComplaint(): ScriptComplaint | null {
  const job = useJob((each) => each);
  const [complaint, setComplaint] = useState<ScriptComplaint | null>(null);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(() => {
      if (job.script === '') return setComplaint(null);
      currentOracle()
        .checkScript(job)
        .then(
          (found) => over || setComplaint(found),
          () => over || setComplaint(null),
        );
    }, restMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [job]);
  return complaint;
}
