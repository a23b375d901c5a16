/** Number of problems of a node or an edge; hover and focus tell them with their advice, a click shows the place. */
import { CircleX, TriangleAlert } from 'lucide-react';
import { problemAdvice, problemMessage, type Problem, severityOf } from '../../engine/graph/problems.ts';
import { showPlace } from '../session/commands.ts';

export function ProblemBadge({ problems, of }: { readonly problems: readonly Problem[]; readonly of: string }) {
  const first = problems[0];
  if (first === undefined) return null;
  const severity = problems.some((problem) => severityOf(problem) === 'error') ? 'error' : 'warning';
  const Icon = severity === 'error' ? CircleX : TriangleAlert;
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return (
    <span className="wc-badge nodrag nopan" data-severity={severity}>
      <button
        type="button"
        className="wc-badge-button"
        aria-label={`${count} of ${of}: ${problems.map(problemMessage).join(' ')}`}
        onClick={(event) => {
          event.stopPropagation();
          showPlace(first);
        }}
      >
        <Icon size={13} aria-hidden />
        {problems.length > 1 && problems.length}
      </button>
      <span className="wc-badge-card" aria-hidden>
        {problems.slice(0, 5).map((problem) => (
          <span key={`${problem.code}/${problem.param ?? ''}/${problemMessage(problem)}`} className="wc-badge-line">
            <b>{problemMessage(problem)}</b> {problemAdvice(problem)}
          </span>
        ))}
        {problems.length > 5 && <span className="wc-badge-line">and {problems.length - 5} more</span>}
      </span>
    </span>
  );
}
