/** Right of the script: what is wrong with it or with the job, how it was ended, and what it printed. */
import { problemAdvice, problemMessage } from '../../../engine/graph/problems.ts';
import type { ScriptComplaint } from '../../../hosts/script-play.ts';
import { useScriptPlay, type ScriptPlayState } from '../../run/script-store.ts';
import { placedText } from '../../run/use-complaint.ts';
import { showPlace } from '../../session/commands.ts';
import type { Filter, Marked } from './model.ts';
import { Steps } from './steps.tsx';

interface OutputProps {
  readonly own: boolean;
  /** With the script as it stands now. */
  readonly wrong: ScriptComplaint | null;
  readonly filter: Filter;
  readonly marked: Marked | null;
  readonly onMark: (marked: Marked) => void;
}

export function Output({ own, wrong, filter, marked, onMark }: OutputProps) {
  const play = useScriptPlay((state) => state);
  const lines = own ? play.lines : none;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      {wrong !== null && <Said message={placedText(wrong)} advice={wrong.advice} />}
      {own && play.end?.kind === 'job-wrong' && <JobProblems problems={play.end.problems} />}
      {own && play.ended !== null && <Said {...play.ended} />}
      {lines.length > 0 ? (
        <Steps lines={lines} play={play} filter={filter} marked={marked} onMark={onMark} />
      ) : (
        wrong === null &&
        (!own || (play.end === null && play.ended === null)) && <Nothing playing={own && play.playing} />
      )}
    </div>
  );
}

const none: ScriptPlayState['lines'] = [];

function Nothing({ playing }: { readonly playing: boolean }) {
  return (
    <p className="note m-auto max-w-96 p-4 text-center">
      {playing
        ? 'Playing…'
        : 'Run script plays it in the simulator, and shows below each step what came of it: panes, late records, results, watermarks, checkpoints.'}
    </p>
  );
}

const Said = ({ message, advice }: { readonly message: string; readonly advice: string }) => (
  <div role="alert" className="script-said">
    <p className="text-red-ink">{message}</p>
    {advice !== '' && <p className="note">{advice}</p>}
  </div>
);

type Problems = Extract<ScriptPlayState['end'], { kind: 'job-wrong' }>['problems'];

function JobProblems({ problems }: { readonly problems: Problems }) {
  return (
    <div role="alert" className="script-said">
      <p className="text-red-ink">The job has errors, so its script is not played:</p>
      <ul>
        {problems.map((problem, i) => (
          <li key={i} className="note">
            {problemMessage(problem)} {problemAdvice(problem)}{' '}
            {(problem.node !== undefined || problem.edge !== undefined) && (
              <button type="button" className="link" onClick={() => showPlace(placeOf(problem))}>
                Show
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const placeOf = ({ node, edge, param }: Problems[number]) => ({
  ...(node === undefined ? {} : { node }),
  ...(edge === undefined ? {} : { edge }),
  ...(param === undefined ? {} : { param }),
});
