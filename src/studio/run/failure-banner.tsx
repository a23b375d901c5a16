/** What went wrong with the running job: the sentence, what to do, the record at hand, the stack, and the way there. */
import { CircleAlert, X } from 'lucide-react';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { failureAdvice, failureMessage } from '../../engine/wire/failures.ts';
import { nodeOf, useJob } from '../document/document-store.ts';
import { showPlace } from '../session/commands.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { dismissFailure } from './commands.ts';
import { useRun } from './run-store.ts';

export function FailureBanner() {
  const failure = useRun((state) => (state.failureDismissed ? null : (state.view?.job.failure ?? null)));
  const subtaskNode = useRun((state) => headNode(state.view, failure?.subtask));
  const node = failure?.node ?? subtaskNode;
  const exists = useJob((job) => node !== undefined && nodeOf(job, node) !== undefined);
  if (failure === null) return null;
  return (
    <div role="alert" aria-label="The job failed" className="failure-banner">
      <CircleAlert size={17} aria-hidden className="text-red-ink mt-px flex-none" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{failureMessage(failure)}</p>
        <p className="text-muted">{failureAdvice(failure)}</p>
        {failure.record !== undefined && (
          <p className="mt-1 flex gap-2">
            <span className="text-muted flex-none">Record</span>
            <code className="failure-record">{failure.record}</code>
          </p>
        )}
        {failure.stack !== undefined && (
          <details className="mt-1">
            <summary className="text-muted cursor-default">Stack</summary>
            <pre className="failure-text">{failure.stack}</pre>
          </details>
        )}
      </div>
      {node !== undefined && exists && (
        <Button size="small" onClick={() => showPlace({ node, param: functionParam })}>
          Show operator
        </Button>
      )}
      <IconButton label="Dismiss" icon={<X size={15} aria-hidden />} onClick={dismissFailure} />
    </div>
  );
}

/** Where the cause of most failures is; an operator without it takes no focus. */
const functionParam = 'function';

/** The first operator of the vertex that the subtask belongs to, for failures that name no operator. */
function headNode(view: { readonly graph: ExecutionGraph } | null, subtask: string | undefined): string | undefined {
  if (view === null || subtask === undefined) return undefined;
  const vertex = view.graph.subtasks.find((each) => each.id === subtask)?.vertex;
  return view.graph.jobGraph.vertices.find((each) => each.id === vertex)?.operators[0]?.node;
}
