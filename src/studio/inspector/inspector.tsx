/** The inspector: what is selected, with everything about it that can be changed. */
import { useEffect } from 'react';
import { useJob } from '../document/document-store.ts';
import { isActive, useRun } from '../run/run-store.ts';
import { useDocument } from '../document/document-store.ts';
import { useSession } from '../session/session-store.ts';
import { sameLogic } from '../derived/derived-store.ts';
import { EdgePanel } from './edge-panel.tsx';
import { JobPanel } from './job-panel.tsx';
import { NodePanel } from './node-panel.tsx';
import { SelectionPanel } from './selection-panel.tsx';

export function Inspector() {
  const selection = useSession((state) => state.selection);
  const job = useJob((each) => each);
  const nodes = selection.nodes.filter((id) => job.nodes.some((node) => node.id === id));
  const edges = selection.edges.filter((id) => job.edges.some((edge) => edge.id === id));
  useFocusParam();
  return (
    <section aria-label="Inspector" className="flex h-full flex-col overflow-y-auto">
      <StaleNote />
      {nodes.length === 1 && edges.length === 0 ? (
        <NodePanel key={nodes[0]} id={nodes[0] as string} />
      ) : edges.length === 1 && nodes.length === 0 ? (
        <EdgePanel key={edges[0]} id={edges[0] as string} />
      ) : nodes.length + edges.length > 1 ? (
        <SelectionPanel nodes={nodes} edges={edges} />
      ) : (
        <JobPanel />
      )}
    </section>
  );
}

/** Says that edits do not reach a job that is running. */
function StaleNote() {
  const stale = useStale();
  if (!stale) return null;
  return (
    <p role="status" className="note bg-water-wash text-ink! border-hairline m-3 mb-0 rounded-md border px-3 py-2">
      The running job is unchanged; run again to apply.
    </p>
  );
}

function useStale(): boolean {
  const active = useRun(isActive);
  const ran = useRun((state) => state.ranJob);
  const job = useDocument((state) => state.job);
  return active && ran !== null && !sameLogic(ran, job);
}

/** Puts the focus where a problem was clicked. */
function useFocusParam(): void {
  const focus = useSession((state) => state.focusParam);
  useEffect(() => {
    if (focus === null) return;
    const field = document.querySelector(`[data-param="${CSS.escape(`${focus.node}:${focus.param}`)}"]`);
    field?.scrollIntoView({ block: 'center' });
    field?.querySelector<HTMLElement>('input, select, textarea, .cm-content, button:not(.help-mark)')?.focus();
  }, [focus]);
}
