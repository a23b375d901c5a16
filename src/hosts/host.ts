/**
 * The host contract: what studio, CLI and tests need of a place where jobs run. `simulator/` and `browser/` implement
 * it and pass one acceptance suite (`acceptance.ts`). What differs between them is latency and faults, never meaning.
 */
import type { Resource } from '../connectors/resource.ts';
import type { ExecutionGraph } from '../engine/graph/plan.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import type { Pace } from '../engine/wire/messages.ts';

export interface RunRequest {
  /** A plan without problems of severity error. */
  readonly plan: ExecutionGraph;
  readonly resources: readonly Resource[];
  readonly pace: Pace;
}

export interface Run {
  view(): ClusterView;
  /** Called after the view changed, at most once a frame in the browser. Returns the way to unsubscribe. */
  subscribe(listener: (view: ClusterView) => void): () => void;
  setPace(pace: Pace): void;
  /** Ends the sources; everything drains; the job finishes. */
  stop(): void;
  cancel(): void;
  /** Resolves with the last view once the job state is terminal. Never rejects: a failure is a state. */
  readonly ended: Promise<ClusterView>;
  /** Frees Workers, ports and timers at once. The run must not be used afterwards. */
  dispose(): void;
}

export interface Host {
  readonly name: 'browser' | 'simulator';
  run(request: RunRequest): Run;
}

export const fullSpeed: Pace = { paused: false, recordsPerSecond: null, linkLatencyMs: 0 as Pace['linkLatencyMs'] };
