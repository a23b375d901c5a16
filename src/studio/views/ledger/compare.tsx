/** The same job with the same faults under two guarantees, in the simulator: two columns with the same figures. */
import { useEffect, useRef, useState } from 'react';
import { checkpointModes, type CheckpointMode, type Job } from '../../../engine/graph/job.ts';
import { problemMessage } from '../../../engine/graph/problems.ts';
import { planJob } from '../../../engine/graph/translate.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { ComparedSide, Comparison, ComparisonRequest } from '../../../hosts/oracle.ts';
import { counted } from '../../canvas/number-text.ts';
import { currentJob, useJob } from '../../document/document-store.ts';
import { usedResources } from '../../files/resources.ts';
import { siteBase } from '../../run/host.ts';
import { currentOracle } from '../../run/oracle.ts';
import { paceOf } from '../../run/pace.ts';
import { runStore } from '../../run/run-store.ts';
import { sessionStore } from '../../session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/inputs.tsx';
import { SinkAccounts } from './sink-accounts.tsx';
import { VerdictLine } from './verdict-line.tsx';
import { modeNames, verdictOf } from './words.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'done'; readonly comparison: Comparison; readonly job: Job };

const options = checkpointModes.map((value) => ({ value, label: modeNames[value] }));

export function Compare() {
  const own = useJob((job) => job.settings.checkpointMode);
  const faults = useJob((job) => job.faults.length);
  const [left, setLeft] = useState<CheckpointMode>(own === 'off' ? 'aligned' : own);
  const [right, setRight] = useState<CheckpointMode>(own === 'at-least-once' ? 'off' : 'at-least-once');
  const [state, setState] = useState<State>({ kind: 'idle' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async () => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    const job = currentJob();
    const request = requestOf(job, [left, right]);
    if (typeof request === 'string') return setState({ kind: 'refused', reason: request });
    setState({ kind: 'running' });
    try {
      const comparison = await currentOracle().compare(request, controller.signal);
      setState({ kind: 'done', comparison, job });
    } catch (error) {
      if (controller.signal.aborted) return;
      setState({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <div className="lg-compare">
      <div className="lg-choices">
        <Select aria-label="First guarantee" value={left} options={options} onValue={setLeft} />
        <span className="note">against</span>
        <Select aria-label="Second guarantee" value={right} options={options} onValue={setRight} />
        <Button
          tone="primary"
          onClick={() => void run()}
          disabled={state.kind === 'running' || left === right}
          aria-label="Compare guarantees"
        >
          {state.kind === 'running' ? 'Running…' : 'Compare'}
        </Button>
      </div>
      <p className="note">
        {faults > 0
          ? `Both run in the simulator with one seed and the ${counted(faults, 'fault')} of the job’s script.`
          : 'Both run in the simulator with one seed. The job has no fault script, so one Worker is killed in the middle, late between two checkpoints.'}
      </p>
      <div role="status">{state.kind === 'refused' && <p className="lg-refused">{state.reason}</p>}</div>
      {state.kind === 'done' && <Done comparison={state.comparison} job={state.job} />}
    </div>
  );
}

/** The same input, faults and speed for both; a sentence if one of them cannot run. */
function requestOf(job: Job, modes: readonly CheckpointMode[]): ComparisonRequest | string {
  const sides: ComparisonRequest['sides'][number][] = [];
  for (const mode of modes) {
    const plan = planJob({ ...job, settings: { ...job.settings, checkpointMode: mode } }, kindTable);
    if (!plan.ok) {
      const [problem] = plan.error;
      return `${modeNames[mode]}: ${problem === undefined ? 'the job has problems' : problemMessage(problem)}`;
    }
    sides.push({ mode, plan: plan.value });
  }
  const { rate } = runStore.getState();
  return {
    sides,
    resources: usedResources(job, sessionStore.getState().files, siteBase()),
    faults: job.faults,
    // Faults of a script were timed at the speed of the page; without one the oracle chooses speed and time.
    pace: paceOf(job.faults.length > 0 ? rate : null, false),
  };
}

function Done({ comparison, job }: { readonly comparison: Comparison; readonly job: Job }) {
  const { sides, recordsPerSecond, strikes } = comparison;
  const names = new Map(job.nodes.map((node) => [node.id, node.name]));
  const safeSinks = job.nodes.every(
    ({ kind, params }) =>
      kindTable.get(kind)?.family !== 'sink' ||
      kindTable.get(kind)?.committing === true ||
      (Array.isArray(params['keys']) && params['keys'].length > 0),
  );
  return (
    <>
      <p className="note">
        {recordsPerSecond === null
          ? 'At full speed.'
          : `At ${counted(recordsPerSecond, 'record')} per second and source.`}{' '}
        {strikes.length === 0 ? 'No fault struck.' : strikes.join(' ')}
      </p>
      <div className="lg-sides">
        {sides.map((side) => (
          <Side key={side.mode} side={side} names={names} safeSinks={safeSinks} />
        ))}
      </div>
    </>
  );
}

interface SideProps {
  readonly side: ComparedSide;
  readonly names: ReadonlyMap<string, string>;
  readonly safeSinks: boolean;
}

function Side({ side, names, safeSinks }: SideProps) {
  const { mode, outcome, reason, ledger, failures, completedCheckpoints, replayedRecords, lastedMs } = side;
  const verdict = verdictOf({
    ledger,
    ending: outcome === 'finished' ? 'whole' : 'broken-off',
    mode,
    failures,
    safeSinks,
    bounded: false,
    continued: false,
  });
  const facts = [
    counted(failures, 'failure'),
    counted(completedCheckpoints, 'checkpoint'),
    `${counted(replayedRecords, 'record')} replayed`,
    `${(lastedMs / 1000).toFixed(1)} s`,
  ];
  return (
    <section className="lg-side" aria-label={modeNames[mode]}>
      <h3>{modeNames[mode]}</h3>
      <VerdictLine verdict={verdict} />
      {outcome !== 'finished' && <p className="lg-refused">The job did not finish: {reason}</p>}
      <SinkAccounts ledger={ledger} names={names} bounded={false} />
      <p className="note number">{facts.join(' · ')}</p>
    </section>
  );
}
