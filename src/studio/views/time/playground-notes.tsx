/** What is wrong in the playground, and what to do: with the record to add, with watermarks, with the job as drawn. */
import { problemAdvice, problemMessage, problemTable, type ParamIssue } from '../../../engine/graph/problems.ts';
import { errorsOf, useDerived } from '../../derived/derived-store.ts';
import type { NodeId } from '../../../engine/graph/job.ts';
import { showPlace } from '../../session/commands.ts';
import { ProblemNotes, type FieldProblem } from '../../ui/field.tsx';
import { EmptyView } from '../empty-view.tsx';

/** More are counted only: the plot needs the room. */
const notesMost = 2;

interface NotesProps {
  readonly id: string;
  readonly issues: readonly ParamIssue[];
}

export function PlaygroundNotes({ id, issues }: NotesProps) {
  const problems = issues.slice(0, notesMost).map(toNote);
  const rest = issues.length - problems.length;
  return (
    <div id={id} role="status" aria-label="What is wrong in the playground">
      {problems.length > 0 && (
        <div className="time-notes">
          <ProblemNotes problems={problems} />
          {rest > 0 && <p className="note">{`And ${rest} more, which are dashed in the plot.`}</p>}
        </div>
      )}
    </div>
  );
}

const toNote = (issue: ParamIssue): FieldProblem => ({
  severity: problemTable[issue.code].severity,
  message: problemMessage(issue),
  advice: problemAdvice(issue),
});

/** Instead of the plot, where there is none yet: the job's first error, that of the source before others. */
export function NotYet({ source }: { readonly source: NodeId }) {
  const analysis = useDerived((state) => state.analysis);
  const errors = errorsOf(analysis);
  const error = errors.find(({ node }) => node === source) ?? errors[0];
  if (error === undefined) return <EmptyView text="Playing the script…" />;
  const text = `${problemMessage(error)} ${problemAdvice(error)}`;
  const isPlaced = error.node !== undefined || error.edge !== undefined;
  return (
    <EmptyView text={text} {...(isPlaced ? { action: { label: 'Show where', run: () => showPlace(error) } } : {})} />
  );
}
