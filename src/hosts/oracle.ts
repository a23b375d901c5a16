/**
 * The oracle contract: what the ledger asks of a place where a job runs without failures. It keeps the accounts too, so
 * that no row is compared on the page's thread. `simulator/oracle-client.ts` implements it in a Worker of its own.
 */
import type { Resource } from '../connectors/resource.ts';
import type { Fault } from '../engine/graph/faults.ts';
import type { CheckpointMode, Job, NodeId } from '../engine/graph/job.ts';
import type { ExecutionGraph } from '../engine/graph/plan.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import type { Ledger, SinkMoment } from '../engine/telemetry/ledger.ts';
import type { Batch } from '../engine/wire/batch.ts';
import type { Pace } from '../engine/wire/messages.ts';
import type { OnPlayedLines, ScriptComplaint, ScriptPlayEnd, ScriptPlayRequest } from './script-play.ts';

/** How far the failure-free run is followed. */
export const oracleBounds = {
  /** Rows of one sink. */
  rows: 100_000,
  /** Time of the job. */
  virtualMs: 3_600_000,
  /** Real time of one run. */
  realMs: 20_000,
} as const;

export interface OracleRequest {
  readonly plan: ExecutionGraph;
  readonly resources: readonly Resource[];
}

/** What is known of the failure-free run before anything is compared. */
export interface Expectation {
  /** `bounded`: it was left at one of `oracleBounds`; what it would have committed later is not known. */
  readonly outcome: 'whole' | 'bounded' | 'failed';
  /** Why it is not whole, as a sentence. */
  readonly reason: string | null;
  /** Rows by sink. */
  readonly rows: ReadonlyMap<NodeId, number>;
  /** Records that each source made. */
  readonly sources: ReadonlyMap<NodeId, number>;
  /** A second failure-free run, in another order of arrival, gave other rows. */
  readonly orderDependent: boolean;
  /** Records that came late and were dropped. */
  readonly lateDropped: number;
}

/** The account of one run. */
export interface OracleAccount {
  /** Rejects only if the oracle itself breaks down. */
  readonly expectation: Promise<Expectation>;
  /** Rows that the run has committed; each once. */
  commit(sink: NodeId, rows: Batch): void;
  /** All that was committed so far against all that is expected. Rejects if the oracle breaks down. */
  ledger(moments: ReadonlyMap<NodeId, SinkMoment>): Promise<Ledger>;
  dispose(): void;
}

export interface ComparisonRequest {
  /** The same job under several guarantees. */
  readonly sides: readonly { readonly mode: CheckpointMode; readonly plan: ExecutionGraph }[];
  readonly resources: readonly Resource[];
  /** Empty: one Worker is killed in the middle. */
  readonly faults: readonly Fault[];
  /** Speed for which the faults were made; unbounded: one at which the job lasts for some checkpoints. */
  readonly pace: Pace;
}

export interface ComparedSide {
  readonly mode: CheckpointMode;
  readonly outcome: 'finished' | 'failed' | 'bounded';
  readonly reason: string | null;
  readonly ledger: Ledger;
  readonly failures: number;
  readonly completedCheckpoints: number;
  readonly replayedRecords: number;
  /** Time of the job until it ended. */
  readonly lastedMs: number;
}

export interface Comparison {
  readonly sides: readonly ComparedSide[];
  /** Records per second and source at which both ran; null: unbounded. */
  readonly recordsPerSecond: number | null;
  /** What struck, as told; the first of them. */
  readonly strikes: readonly string[];
}

/** A job to be played in virtual time, for the playground. */
export interface TryOutRequest {
  readonly plan: ExecutionGraph;
  readonly resources: readonly Resource[];
  /** Of each source, in virtual time: what sets the records of a script apart. */
  readonly recordsPerSecond: number;
}

export interface Oracle {
  /** Null: it can be played. Rejects if the oracle breaks down. */
  checkScript(job: Job): Promise<ScriptComplaint | null>;
  /**
   * Plays the script of a job, in a Worker of its own. Lines are handed on as they come, at most `playedLinesMost` of them,
   * and the last ones. Rejects if it is aborted, which ends an endless loop too, or if the oracle breaks down.
   */
  playScript(request: ScriptPlayRequest, onLines: OnPlayedLines, signal: AbortSignal): Promise<ScriptPlayEnd>;
  /** How the job stands at its end, or when nothing moves any more. Rejects if the oracle breaks down. */
  tryOut(request: TryOutRequest): Promise<ClusterView>;
  open(request: OracleRequest): OracleAccount;
  /** Rejects if it is aborted, or if the oracle breaks down. */
  compare(request: ComparisonRequest, signal: AbortSignal): Promise<Comparison>;
}
