/** Ledger: what the sinks of this run have committed against its failure-free run, and two guarantees side by side. */
import './ledger.css';
import { useState } from 'react';
import { kindTable } from '../../../engine/operators/list.ts';
import { useRun } from '../../run/run-store.ts';
import { useThrottledView, wholeView } from '../../run/use-throttled-view.ts';
import { addOperator } from '../../session/add-operator.ts';
import { Segments } from '../../ui/toggle.tsx';
import { EmptyView } from '../empty-view.tsx';
import { useAccount, useFeeding } from './account.ts';
import { Compare } from './compare.tsx';
import { SinkAccounts } from './sink-accounts.tsx';
import { VerdictLine } from './verdict-line.tsx';
import { areKept, areSafe, cautionsOf, verdictOf } from './words.ts';

type Part = 'run' | 'compare';
const parts = [
  { value: 'run', label: 'This run' },
  { value: 'compare', label: 'Compare guarantees' },
] as const satisfies readonly { value: Part; label: string }[];

export function LedgerView() {
  const [part, setPart] = useState<Part>('run');
  return (
    <div className="lg flex h-full flex-col">
      <div className="lg-bar">
        <Segments<Part> label="Part of the ledger" value={part} options={parts} onValue={setPart} />
        <p className="note lg-about">Committed rows against the failure-free run of the same job and input.</p>
      </div>
      <div className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="group" aria-label="Ledger">
        {part === 'run' ? <ThisRun /> : <Compare />}
      </div>
    </div>
  );
}

function ThisRun() {
  const ranJob = useRun((state) => state.ranJob);
  const view = useThrottledView(wholeView);
  if (ranJob === null || view === null)
    return (
      <EmptyView
        text="Run the job: what its sinks commit is compared, row by row, with a run in which nothing fails."
        run
      />
    );
  const sinks = ranJob.nodes.filter((node) => kindTable.get(node.kind)?.family === 'sink');
  if (sinks.length === 0)
    return (
      <EmptyView
        text="This job has no sink, so it commits nothing that could be compared. Add a Table behind the last operator."
        action={{ label: 'Add a Table', run: () => addOperator('table') }}
      />
    );
  return <Account />;
}

function Account() {
  useFeeding();
  const view = useThrottledView(wholeView);
  const ranJob = useRun((state) => state.ranJob);
  const continued = useRun((state) => state.continued);
  const { expectation, broken, ledger, ending, complete } = useAccount();
  if (view === null) return null;
  if (broken !== null)
    return <EmptyView text={`Nothing can be compared, since the failure-free run broke down: ${broken}`} />;
  if (expectation === null)
    return <EmptyView text="The failure-free run is being computed in the simulator, in a Worker of its own…" />;
  if (expectation.outcome === 'failed')
    return (
      <EmptyView
        text={`The job fails even when nothing is broken, so there is nothing to compare with: ${expectation.reason ?? ''}`}
      />
    );
  if (ledger === null) return <EmptyView text="Comparing…" />;
  const verdict = verdictOf({
    ledger,
    ending: complete ? ending : 'running',
    mode: view.graph.jobGraph.settings.checkpointMode,
    failures: view.recoveries.length,
    safeSinks: areSafe(view),
    bounded: expectation.outcome === 'bounded',
    continued,
  });
  const names = new Map((ranJob?.nodes ?? []).map((node) => [node.id, node.name]));
  return (
    <div className="lg-account">
      <VerdictLine verdict={verdict} live />
      <SinkAccounts ledger={ledger} names={names} bounded={expectation.outcome === 'bounded'} />
      {cautionsOf(expectation, complete, continued && !areKept(view)).map((caution) => (
        <p key={caution} className="note lg-caution">
          {caution}
        </p>
      ))}
    </div>
  );
}
