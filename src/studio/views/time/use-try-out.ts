/** The job as drawn, played in the simulator again whenever its script or the step changes. */
import { useEffect, useMemo, useState } from 'react';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { useDerived } from '../../derived/derived-store.ts';
import { documentStore } from '../../document/document-store.ts';
import { usedResources } from '../../files/resources.ts';
import { siteBase } from '../../run/host.ts';
import { currentOracle } from '../../run/oracle.ts';
import { sessionStore } from '../../session/session-store.ts';

/** Virtual: records of a script come a second apart. */
const recordsPerSecond = 1;

interface TriedOut {
  /** Null: not yet, or the job has errors. */
  readonly view: ClusterView | null;
  readonly failure: string | null;
  /** What the source played. */
  readonly timeline: string;
}

/** `timeline`: what the source plays instead of its own. */
export function useTryOut(source: NodeId, timeline: string): TriedOut {
  const drawn = useDerived((state) => state.plan);
  const plan = useMemo(
    () => (drawn === null ? null : withTimeline(drawn, source, timeline)),
    [drawn, source, timeline],
  );
  const [state, setState] = useState<TriedOut>({ view: null, failure: null, timeline });
  useEffect(() => {
    if (plan === null) return;
    let over = false;
    const resources = usedResources(documentStore.getState().job, sessionStore.getState().files, siteBase());
    currentOracle()
      .tryOut({ plan, resources, recordsPerSecond })
      .then(
        (view) => over || setState({ view, failure: null, timeline }),
        (error: unknown) =>
          over || setState({ view: null, failure: error instanceof Error ? error.message : String(error), timeline }),
      );
    return () => {
      over = true;
    };
  }, [plan, timeline]);
  return state;
}

function withTimeline(plan: ExecutionGraph, source: NodeId, timeline: string): ExecutionGraph {
  const vertices = plan.jobGraph.vertices.map((vertex) => ({
    ...vertex,
    operators: vertex.operators.map((each) =>
      each.node === source ? { ...each, params: { ...each.params, timeline } } : each,
    ),
  }));
  return { ...plan, jobGraph: { ...plan.jobGraph, vertices } };
}
