/**
 * The host contract: what studio, CLI and tests need of a place where jobs run. `simulator/` and `browser/` implement
 * it and pass one acceptance suite (`acceptance.ts`). What differs between them is latency and faults, never meaning.
 */
import type { Resource } from '../connectors/resource.ts';
import type { ExecutionGraph, SubtaskId } from '../engine/graph/plan.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import type { CheckpointStore, RunId, SavepointRef } from '../connectors/checkpoints/store.ts';
import type { Fault, FaultId } from '../engine/graph/faults.ts';
import type { StateHandle } from '../engine/wire/checkpoints.ts';
import type { InspectAnswer, InspectQuery } from '../engine/wire/inspect.ts';
import type { Pace } from '../engine/wire/messages.ts';

export interface RunRequest {
  /** A plan without problems of severity error. */
  readonly plan: ExecutionGraph;
  readonly resources: readonly Resource[];
  readonly pace: Pace;
  /** Names the run in the checkpoint store and in systems outside; the same again to go on with it. */
  readonly runId: RunId;
  /** `latest`: a run that was left (page closed or crashed) goes on from its newest usable checkpoint. */
  readonly from: 'anew' | 'latest' | { readonly savepoint: SavepointRef };
  /** The fault script of the job, and chaos. */
  readonly faults: readonly Fault[];
}

export interface Run {
  view(): ClusterView;
  /** Called after the view changed, at most once a frame in the browser. Returns the way to unsubscribe. */
  subscribe(listener: (view: ClusterView) => void): () => void;
  setPace(pace: Pace): void;
  /** Ends the sources; everything drains; the job finishes. */
  stop(): void;
  cancel(): void;
  /** By hand; what comes of it is in the view. */
  checkpoint(kind: 'checkpoint' | 'savepoint'): void;
  inject(fault: Fault): void;
  removeFault(fault: FaultId): void;
  /** Bytes of chunks of a completed checkpoint of this run, for the explorer; null for what is not there. */
  readState(handles: readonly StateHandle[]): Promise<readonly (Uint8Array | null)[]>;
  /**
   * A look into a subtask as it is now: it changes nothing, and works while the job is paused or the task is blocked.
   * Never rejects: `gone` when there is no such task, or it dies before it answers.
   */
  inspect(subtask: SubtaskId, query: InspectQuery): Promise<InspectAnswer>;
  /** Resolves with the last view once the job state is terminal. Never rejects: a failure is a state. */
  readonly ended: Promise<ClusterView>;
  /** Frees Workers, ports and timers at once. The run must not be used afterwards; its checkpoints stay. */
  dispose(): void;
}

export interface Host {
  readonly name: 'browser' | 'simulator';
  /** What outlives a run: shown, resumed from, deleted and downloaded by the studio. */
  readonly checkpoints: CheckpointStore;
  run(request: RunRequest): Run;
}

export const fullSpeed: Pace = { paused: false, recordsPerSecond: null, linkLatencyMs: 0 as Pace['linkLatencyMs'] };
