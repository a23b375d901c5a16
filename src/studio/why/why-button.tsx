/** Asks “Why?” of the run and shows the sentence, with its causal chain as steps that lead to the canvas. */
import './why.css';
import { useEffect, useState, type ReactNode } from 'react';
import { runStore, useRun } from '../run/run-store.ts';
import { select } from '../session/commands.ts';
import { Popover } from '../ui/popover.tsx';
import { askWhy } from './ask.ts';
import { hold, holdForOpening } from './hold.ts';
import type { Question, Why } from './why.ts';

interface WhyButtonProps {
  readonly question: Question;
  /** What is asked about: `Window [0, 10) of SFO`. */
  readonly about: string;
  /** Default: `Why?`. */
  readonly text?: ReactNode;
  readonly hint?: string;
}

export function WhyButton({ question, about, text = 'Why?', hint }: WhyButtonProps) {
  const hints = hint === undefined ? {} : { 'data-hint': hint, 'data-hint-side': 'top' };
  const trigger = (
    <button
      type="button"
      className="why-button"
      aria-label={`Why? ${about}`}
      onPointerDown={holdForOpening}
      onKeyDown={holdForOpening}
      {...hints}
    >
      {text}
    </button>
  );
  return (
    <Popover trigger={trigger} title={about}>
      {() => <WhyAnswer question={question} />}
    </Popover>
  );
}

/** Asked once, when it is shown: the answer is of that moment. */
export function WhyAnswer({ question }: { readonly question: Question }) {
  const [asked] = useState(question);
  const [again, setAgain] = useState(0);
  const [why, setWhy] = useState<Why | null>(null);
  // In the first moment of a run nothing is known of it.
  const isKnown = useRun((state) => state.view !== null);
  useEffect(hold, []);
  useEffect(() => {
    let wanted = true;
    const { run, view } = runStore.getState();
    if (view === null) return;
    void askWhy(run, view, asked).then((answer) => {
      if (wanted) setWhy(answer);
    });
    return () => {
      wanted = false;
    };
  }, [asked, again, isKnown]);
  if (why === null) return <p className="note">Asking the subtasks …</p>;
  return (
    <div className="why">
      <p className="why-sentence" role="status" aria-label="Why?">
        {why.sentence}
      </p>
      <ol className="why-steps" aria-label="Chain of causes">
        {why.steps.map(({ text, node, subtask, edge }, i) => (
          <li key={i}>
            <button type="button" onClick={() => select([node], edge === undefined ? [] : [edge], subtask)}>
              {text}
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="link" onClick={() => setAgain(again + 1)}>
        Ask again
      </button>
    </div>
  );
}
