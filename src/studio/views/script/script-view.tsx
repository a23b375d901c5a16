/**
 * Script: the job's script, played in the simulator. Left the text, right each step with what came of it, in the words of
 * `weir run`; what is chosen on one side is marked on the other.
 */
import './script.css';
import { useState } from 'react';
import type { Job } from '../../../engine/graph/job.ts';
import type { ScriptComplaint } from '../../../hosts/script-play.ts';
import { useDocument } from '../../document/document-store.ts';
import { setScript } from '../../document/commands.ts';
import { useScriptPlay, type ScriptPlayState } from '../../run/script-store.ts';
import { useComplaint } from '../../run/use-complaint.ts';
import { useWidth } from '../../ui/use-width.ts';
import { addOperator } from '../../session/add-operator.ts';
import { EmptyView } from '../empty-view.tsx';
import { Output } from './output.tsx';
import { PlayBar } from './play-bar.tsx';
import type { Filter, Marked } from './model.ts';
import { sameRun } from './same-run.ts';
import { starterScript } from './starter.ts';
import { ScriptText } from './script-text.tsx';
import { Segments } from '../../ui/toggle.tsx';

/** Narrower than this, text and output take turns. */
const besideFrom = 560;

export function ScriptView() {
  const job = useDocument((state) => state.job);
  const sources = job.nodes.some(({ kind }) => kind === 'scripted');
  if (!sources && job.script === '')
    return (
      <EmptyView
        text="A script gives scripted sources their elements, watermarks, pauses and failures, line by line, and shows what comes of each. This job has no scripted source."
        action={{ label: 'Add a scripted source', run: () => addOperator('scripted') }}
      />
    );
  if (job.script === '')
    return (
      <EmptyView
        text="A script gives scripted sources their elements, watermarks, pauses and failures, line by line, and shows what comes of each. It is kept in the job."
        action={{ label: 'Write a script', run: () => setScript(starterScript(job)) }}
      />
    );
  return <Beside job={job} />;
}

function Beside({ job }: { readonly job: Job }) {
  const documentId = useDocument((state) => state.id);
  const play = useScriptPlay((state) => state);
  const complaint = useComplaint();
  const [marked, setMarked] = useState<Marked | null>(null);
  const [filter, setFilter] = useState<Filter>({ kinds: 'all', node: null });
  const [side, setSide] = useState<'script' | 'output'>('output');
  const [ref, width] = useWidth<HTMLDivElement>();
  const own = play.played?.documentId === documentId;
  const narrow = width !== null && width < besideFrom;
  const sides = <Segments label="What is shown" value={side} options={sideOptions} onValue={setSide} />;
  const wrong = complaint ?? (own ? wrongInPlay(play, job) : null);
  return (
    <div ref={ref} className="flex h-full flex-col">
      <PlayBar own={own} sides={narrow ? sides : null} filter={filter} onFilter={setFilter} />
      <div className="flex min-h-0 flex-1">
        {(!narrow || side === 'script') && (
          <ScriptText script={job.script} marked={marked?.line ?? null} wrong={wrong} onMark={setMarked} />
        )}
        {(!narrow || side === 'output') && (
          <Output own={own} wrong={wrong} filter={filter} marked={marked} onMark={setMarked} />
        )}
      </div>
    </div>
  );
}

/** What only playing it shows, as long as nothing was changed since. */
function wrongInPlay({ end, played }: ScriptPlayState, job: Job): ScriptComplaint | null {
  return end?.kind === 'script-wrong' && played !== null && sameRun(played.job, job) ? end.complaint : null;
}

const sideOptions = [
  { value: 'script', label: 'Script' },
  { value: 'output', label: 'Output' },
] as const;
