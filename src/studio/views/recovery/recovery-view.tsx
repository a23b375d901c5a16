/** Recovery: the film of each failure that the job came back from, live while it happens. */
import './recovery.css';
import { useState } from 'react';
import type { ClusterView, LogEntry, RecoveryView as Recovery } from '../../../engine/telemetry/cluster-view.ts';
import { failureAdvice, failureMessage } from '../../../engine/wire/failures.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { injectFault } from '../../run/commands.ts';
import { useThrottledView, wholeView } from '../../run/use-throttled-view.ts';
import { select } from '../../session/commands.ts';
import { bytesText, timeText } from '../checkpoints/words.ts';
import { EmptyView } from '../empty-view.tsx';
import { failoversOf, filmOf, type Film, type FilmSubtask, type Phase } from './film.ts';
import { checkpointSentence, replaySentence, scopeSentence, strategySentence } from './words.ts';

export function RecoveryView() {
  const view = useThrottledView(wholeView);
  const [chosen, setChosen] = useState<number | null>(null);
  if (view === null)
    return <EmptyView text="Run the job, then break something: how it comes back is shown here, phase by phase." run />;
  const failovers = failoversOf(view.log);
  if (view.recoveries.length === 0 && failovers.length === 0) return <NothingFailed view={view} />;
  const number = view.recoveries.some((one) => one.number === chosen) ? chosen : view.recoveries.at(-1)?.number;
  const film = number === undefined || number === null ? null : filmOf(view, number);
  return (
    <div className="rc">
      <List view={view} failovers={failovers} shown={film?.recovery.number ?? null} onChoose={setChosen} />
      {film === null ? (
        <p className="note p-4">{failovers.at(-1)?.text}</p>
      ) : (
        <Shown key={film.recovery.number} view={view} film={film} />
      )}
    </div>
  );
}

/** Offers to kill a Worker that holds something: one in the middle of the job. */
function NothingFailed({ view }: { readonly view: ClusterView }) {
  const { state, failure } = view.job;
  if (isTerminal(state)) {
    // A failure that nothing is restarted after has no film.
    if (failure === null) return <EmptyView text="Nothing failed in this run." run />;
    return <EmptyView text={`${failureMessage(failure)} The job was not restarted, so there was no recovery.`} run />;
  }
  const { subtasks, channels } = view.graph;
  const fed = new Set(channels.map(({ to }) => to));
  const inside = subtasks.find(({ id }) => fed.has(id)) ?? subtasks[0];
  if (inside === undefined) return null;
  const kill = () =>
    injectFault({
      kind: 'crash-worker',
      target: { kind: 'subtask', subtask: inside.id },
      when: { kind: 'now' },
      params: {},
      times: 1,
    });
  return (
    <EmptyView
      text="Nothing has failed yet. Kill a Worker and see what the job does: what is cancelled, which checkpoint it takes, what comes again."
      action={{ label: 'Kill a Worker', run: kill }}
    />
  );
}

interface ListProps {
  readonly view: ClusterView;
  readonly failovers: readonly LogEntry[];
  readonly shown: number | null;
  readonly onChoose: (number: number | null) => void;
}

/** Newest first. Choosing the newest follows what comes. */
function List({ view, failovers, shown, onChoose }: ListProps) {
  const since = view.job.startedAt ?? 0;
  const newest = view.recoveries.at(-1)?.number;
  const items = [
    ...view.recoveries.map((recovery) => ({ at: recovery.detectedAt as number, recovery, failover: null })),
    ...failovers.map((failover) => ({ at: failover.at as number, recovery: null, failover })),
  ].sort((a, b) => b.at - a.at);
  return (
    <ol className="rc-list" aria-label="Failures of this run">
      {items.map(({ at, recovery, failover }) =>
        recovery === null ? (
          <li key={`log-${failover.number}`} className="rc-failover">
            <span className="number">{timeText(at - since)}</span>
            <span data-hint={failover.text}>Coordinator failover</span>
          </li>
        ) : (
          <li key={recovery.number}>
            <button
              type="button"
              aria-current={recovery.number === shown || undefined}
              onClick={() => onChoose(recovery.number === newest ? null : recovery.number)}
            >
              <span className="number">{timeText(at - since)}</span>
              <span className="rc-what">
                {recovery.number}. {failureMessage(recovery.failure)}
              </span>
              <span className="number text-faint">{lastedText(view, recovery)}</span>
            </button>
          </li>
        ),
      )}
    </ol>
  );
}

function lastedText(view: ClusterView, { number }: Recovery): string {
  const film = filmOf(view, number);
  if (film === null) return '';
  return film.state === 'cut-short' ? 'cut short' : `${timeText(film.lastedMs)}${film.state === 'done' ? '' : '…'}`;
}

function Shown({ view, film }: { readonly view: ClusterView; readonly film: Film }) {
  const { recovery } = film;
  const { settings } = view.graph.jobGraph;
  return (
    <section className="rc-film" aria-label={`Recovery ${recovery.number}`} tabIndex={0}>
      <p className="rc-failure">{failureMessage(recovery.failure)}</p>
      <p className="note">{failureAdvice(recovery.failure)}</p>
      <Timeline film={film} />
      <ul className="rc-facts">
        <li>{scopeSentence(view, recovery)}</li>
        <li>{strategySentence(recovery)}</li>
        <li>{checkpointSentence(film, settings.checkpointMode)}</li>
        <li>{replaySentence(film)}</li>
      </ul>
      <Subtasks film={film} />
    </section>
  );
}

const stateWords = {
  done: 'The job has caught up.',
  'going-on': 'It goes on.',
  'cut-short': 'It was cut short by the next failure or the end of the job.',
} as const;

function Timeline({ film }: { readonly film: Film }) {
  const { phases, lastedMs, state } = film;
  const least = Math.max(1, lastedMs) / 200;
  return (
    <div className="rc-timeline">
      <div className="rc-track" aria-hidden>
        {phases.map(({ name, from, to, state: part }) => (
          <i key={name} data-phase={name} data-state={part} style={{ flexGrow: Math.max(to - from, least) }} />
        ))}
      </div>
      <ol className="rc-phases" aria-label="Phases">
        {phases.map((phase) => (
          <PhaseItem key={phase.name} phase={phase} />
        ))}
        <li className="rc-total">
          <span>In all</span>
          <span className="number">{timeText(lastedMs)}</span>
        </li>
      </ol>
      <p className="note" role="status">
        {stateWords[state]}
      </p>
    </div>
  );
}

const PhaseItem = ({ phase: { name, label, help, from, to, state } }: { readonly phase: Phase }) => (
  <li data-hint={help} data-hint-side="top" data-state={state}>
    <i className="rc-swatch" data-phase={name} aria-hidden />
    <span>{label}</span>
    <span className="number">
      {timeText(to - from)}
      {state === 'now' && '…'}
    </span>
  </li>
);

function Subtasks({ film: { subtasks, recovery } }: { readonly film: Film }) {
  return (
    <table className="rc-table" aria-label={`Subtasks of recovery ${recovery.number}`}>
      <thead>
        <tr>
          <th scope="col">Subtask</th>
          <th
            scope="col"
            className="text-right"
            data-hint="State that came back, and when, since the deployment."
            data-hint-side="top"
          >
            State
          </th>
          <th scope="col" className="text-right">
            After
          </th>
          <th
            scope="col"
            className="text-right"
            data-hint="Records that an unaligned checkpoint had kept, processed again first."
            data-hint-side="top"
          >
            In flight
          </th>
          <th scope="col">Rewound to</th>
          <th
            scope="col"
            className="text-right"
            data-hint="Records that the source emits again: up to where it had been."
            data-hint-side="top"
          >
            Again
          </th>
        </tr>
      </thead>
      <tbody>
        {subtasks.map((subtask) => (
          <SubtaskRow key={subtask.id} subtask={subtask} />
        ))}
      </tbody>
    </table>
  );
}

function SubtaskRow({ subtask: { id, name, restored, replay } }: { readonly subtask: FilmSubtask }) {
  const none = <span className="text-faint">—</span>;
  const afterMs = restored?.afterMs ?? null;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="rc-name" onClick={() => select([], [], id)}>
          {name}
        </button>
      </th>
      <td className="number text-right">
        {restored === null ? <span className="text-faint">waits</span> : bytesText(restored.bytes)}
      </td>
      <td className="number text-right">{afterMs === null ? none : timeText(afterMs)}</td>
      <td className="number text-right">
        {restored === null || restored.inFlightRecords === 0 ? none : restored.inFlightRecords}
      </td>
      <td className="number">{replay === null ? none : (restored?.offsets ?? 'the beginning')}</td>
      <td className="number text-right">
        {replay === null ? (
          none
        ) : (
          <span className="rc-again" data-done={replay.done >= replay.records || undefined}>
            {replay.done < replay.records && `${replay.done.toLocaleString('en-US')} of `}
            {replay.records.toLocaleString('en-US')}
          </span>
        )}
      </td>
    </tr>
  );
}
