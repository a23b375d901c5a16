/** The first thing that is wrong with the job's script, a moment after the last change. */
import { useEffect, useState } from 'react';
import type { ScriptComplaint } from '../../hosts/script-play.ts';
import { useJob } from '../document/document-store.ts';
import { currentOracle } from './oracle.ts';

/** Ms without a key press after which the text is looked at. */
const restMs = 400;

/** Of the job as it stands, since sources and their columns count too. */
export function useComplaint(): ScriptComplaint | null {
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

export const placedText = ({ line, column, message }: ScriptComplaint): string =>
  line === 0 ? message : `Line ${line}, column ${column}: ${message}`;
