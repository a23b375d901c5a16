/** The number of problems in the top bar; opens the list, where a click leads to the place. */
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { Job } from '../../engine/graph/job.ts';
import { problemAdvice, problemMessage, severityOf, type Problem } from '../../engine/graph/problems.ts';
import { useDerived } from '../derived/derived-store.ts';
import { nodeOf, useJob } from '../document/document-store.ts';
import { showPlace } from '../session/commands.ts';
import { Popover } from '../ui/popover.tsx';

export function ProblemsButton() {
  const problems = useDerived((state) => state.analysis.problems);
  const errors = problems.filter((problem) => severityOf(problem) === 'error').length;
  const name =
    problems.length === 0 ? 'No problems' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  const Icon = errors > 0 ? CircleAlert : problems.length > 0 ? TriangleAlert : CircleCheck;
  return (
    <Popover
      title={name}
      trigger={
        <button
          type="button"
          className={`problems-button ${errors > 0 ? 'problems-button-errors' : ''}`}
          aria-label={name}
          title={name}
        >
          <Icon size={15} aria-hidden />
          {problems.length > 0 && <span className="mono">{problems.length}</span>}
        </button>
      }
    >
      {(close) => <ProblemList problems={problems} onShown={close} />}
    </Popover>
  );
}

function ProblemList({ problems, onShown }: { readonly problems: readonly Problem[]; readonly onShown: () => void }) {
  const job = useJob((each) => each);
  if (problems.length === 0) return <p className="note">The job as drawn can run.</p>;
  const sorted = problems.toSorted((a, b) => Number(severityOf(a) !== 'error') - Number(severityOf(b) !== 'error'));
  return (
    <ul aria-label="Problems" className="-mx-2 flex flex-col">
      {sorted.map((problem, i) => (
        // eslint-disable-next-line react/no-array-index-key
        <li key={i}>
          <button
            type="button"
            className="problem-row"
            onClick={() => {
              showPlace(problem);
              onShown();
            }}
          >
            {severityOf(problem) === 'error' ? (
              <CircleAlert size={14} aria-label="Error" className="text-red-ink" />
            ) : (
              <TriangleAlert size={14} aria-label="Warning" className="text-muted" />
            )}
            <span className="min-w-0">
              <span className="block font-semibold">{placeText(job, problem)}</span>
              <span className="block">{problemMessage(problem)}</span>
              <span className="text-muted block">{problemAdvice(problem)}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** `Hourly window`, `Flights → Key by`, or `Job`. */
function placeText(job: Job, { node, edge }: Problem): string {
  const name = (id: string) => nodeOf(job, id)?.name ?? id;
  if (node !== undefined) return name(node);
  const drawn = job.edges.find((each) => each.id === edge);
  return drawn === undefined ? 'Job' : `${name(drawn.from.node)} → ${name(drawn.to.node)}`;
}
