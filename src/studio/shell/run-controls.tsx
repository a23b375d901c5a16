/** Run, pause, resume, stop, cancel; the state of the job in words; the speed. */
import { CircleX, Gauge, Pause, Play, Square, StepForward } from 'lucide-react';
import { runBlockOf, useDerived } from '../derived/derived-store.ts';
import { cancelRun, pauseRun, resumeRun, setRate, startRun, stopRun } from '../run/commands.ts';
import { linkLatencyOf, rateAt, rateSteps, rateText, stepOf } from '../run/pace.ts';
import { isActive, useRun } from '../run/run-store.ts';
import { stateMeaning, stateText } from '../run/state-text.ts';
import { IconButton } from '../ui/button.tsx';
import { Hint, Meaning } from '../ui/tooltip.tsx';

export function RunControls() {
  const active = useRun(isActive);
  const paused = useRun((state) => state.paused);
  const state = useRun((run) => run.view?.job.state ?? null);
  const block = useDerived(runBlockOf);
  const draining = state === 'finishing' || state === 'cancelling' || state === 'failing';
  return (
    <div className="run-controls" role="group" aria-label="Controls of the job">
      <Hint
        text={block ?? (active ? 'Run: end this run and begin anew with the job as it is drawn now' : 'Run the job')}
        keys="Ctrl+Enter"
      >
        <button
          type="button"
          aria-label="Run"
          aria-disabled={block !== null || undefined}
          className={`run-button ${active && paused ? 'run-button-plain' : ''}`}
          onClick={block === null ? startRun : undefined}
        >
          <Play size={14} fill="currentColor" aria-hidden />
        </button>
      </Hint>
      {active && paused ? (
        <IconButton
          label="Resume"
          keys="Space"
          className="resume"
          icon={<StepForward size={15} fill="currentColor" aria-hidden />}
          hint="Resume: go on exactly where it stands"
          onClick={resumeRun}
        />
      ) : (
        <IconButton
          label="Pause"
          keys="Space"
          disabled={!active}
          icon={<Pause size={14} fill="currentColor" aria-hidden />}
          hint="Pause: everything stands still, nothing is lost"
          onClick={pauseRun}
        />
      )}
      <IconButton
        label="Stop"
        disabled={!active || draining}
        icon={<Square size={13} fill="currentColor" aria-hidden />}
        hint="Stop: the sources end, everything drains to the sinks, the job finishes"
        onClick={stopRun}
      />
      <IconButton
        label="Cancel"
        disabled={!active || state === 'cancelling'}
        icon={<CircleX size={15} aria-hidden />}
        hint="Cancel: end at once; what is in flight is dropped"
        onClick={cancelRun}
      />
    </div>
  );
}

/** `running`, `paused`, `finished` …: always in words. */
export function JobStateText() {
  const state = useRun((run) => run.view?.job.state ?? null);
  const paused = useRun((run) => run.paused && isActive(run));
  const text = stateText(state, paused);
  return (
    <span role="status" aria-label="Job state" className={`job-state job-state-${text}`}>
      <Meaning of={text} is={stateMeaning(state, paused)} />
    </span>
  );
}

/** Logarithmic from 1 record/s to unbounded; takes effect while the job runs. */
export function Speed({ compact = false }: { readonly compact?: boolean }) {
  const rate = useRun((state) => state.rate);
  const step = stepOf(rate);
  const last = rateSteps.length - 1;
  const latency = linkLatencyOf(rate);
  const meaning =
    latency === 0
      ? 'Speed of each source. Buffers cross the links without delay.'
      : `Speed of each source. At this speed a buffer takes ${latency} ms over a link, so that single records can be followed; from 1,000 records/s on there is no delay.`;
  return (
    <div className="speed">
      {!compact && (
        <label htmlFor="speed" className="text-muted flex items-center gap-1.5 text-sm">
          <Gauge size={14} aria-hidden className="xl:hidden" />
          <span className="max-xl:sr-only">Speed</span>
        </label>
      )}
      <Hint text={meaning}>
        <input
          id="speed"
          type="range"
          className="slider"
          aria-label="Speed"
          aria-valuetext={rateText(rate)}
          min={0}
          max={last}
          step={1}
          value={step}
          style={{ '--at': `${(step / last) * 100}%` } as React.CSSProperties}
          onChange={(event) => setRate(rateAt(Number(event.target.value)))}
        />
      </Hint>
      <Meaning of={shortRate(rate)} is="Records per second that each source emits" className="mono speed-value" />
    </div>
  );
}

const shortRate = (rate: number | null): string =>
  rate === null ? 'unbounded' : `${rate.toLocaleString('en-US')} rec/s`;
