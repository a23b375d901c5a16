/** The timers of a key: the next ones as chips that say why they wait, the others counted. */
import { Clock } from 'lucide-react';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { InspectedTimer } from '../../../engine/wire/inspect.ts';
import { WhyButton } from '../../why/why-button.tsx';
import { keyText } from '../../why/why.ts';
import { timerFull, timersShown, timerText } from './words.ts';

interface TimerChipsProps {
  readonly node: NodeId;
  readonly timers: readonly InspectedTimer[];
  /** Timers beyond these. */
  readonly more: number;
  /** The day that needs not be said. */
  readonly day: string | null;
}

export function TimerChips({ node, timers, more, day }: TimerChipsProps) {
  const left = timers.length + more - timersShown;
  return (
    <span className="st-timers">
      {timers.slice(0, timersShown).map((timer, i) => (
        <TimerChip key={i} node={node} timer={timer} day={day} />
      ))}
      {left > 0 && (
        <span className="text-faint" data-hint={`${left} more timers of this key.`} data-hint-side="top">
          +{left}
        </span>
      )}
    </span>
  );
}

function TimerChip({ node, timer, day }: Pick<TimerChipsProps, 'node' | 'day'> & { readonly timer: InspectedTimer }) {
  const { domain, time, key, purpose } = timer;
  const what = domain === 'event' ? 'Event-time' : 'Processing-time';
  return (
    <WhyButton
      question={{ kind: 'timer', node, key, domain, time }}
      about={`${what} timer of ${keyText(key)} at ${timerFull(timer)}`}
      text={
        <>
          {domain === 'processing' && <Clock size={11} className="mr-1 inline align-[-1px]" aria-hidden />}
          {timerText(timer, day)}
        </>
      }
      hint={`${what} timer${purpose === null ? '' : `: it ${purpose}`}.`}
    />
  );
}
