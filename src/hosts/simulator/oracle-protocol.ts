/** What the page and the oracle's Worker say to each other. */
import type { ResourceFormat } from '../../connectors/resource.ts';
import type { Job, NodeId } from '../../engine/graph/job.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { Ledger, SinkMoment } from '../../engine/telemetry/ledger.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import type { Comparison, ComparisonRequest, Expectation, OracleRequest, TryOutRequest } from '../oracle.ts';
import type { PlayedLine, ScriptComplaint, ScriptPlayEnd, ScriptPlayRequest } from '../script-play.ts';

/** A resource as it can be posted: a URL travels as its address. */
export interface PostedResource {
  readonly name: string;
  readonly format: ResourceFormat;
  readonly content: Blob | string;
}

type Posted<T> = Omit<T, 'resources'> & { readonly resources: readonly PostedResource[] };

export type ToOracle =
  | { readonly kind: 'open'; readonly request: Posted<OracleRequest> }
  | { readonly kind: 'commit'; readonly sink: NodeId; readonly rows: Batch }
  | { readonly kind: 'look'; readonly moments: ReadonlyMap<NodeId, SinkMoment> }
  | { readonly kind: 'check-script'; readonly job: Job }
  | { readonly kind: 'play-script'; readonly request: Posted<ScriptPlayRequest> }
  | { readonly kind: 'try-out'; readonly request: Posted<TryOutRequest> }
  | { readonly kind: 'compare'; readonly request: Posted<ComparisonRequest> };

export type FromOracle =
  | { readonly kind: 'expectation'; readonly expectation: Expectation }
  | { readonly kind: 'ledger'; readonly ledger: Ledger }
  | { readonly kind: 'script-checked'; readonly complaint: ScriptComplaint | null }
  | { readonly kind: 'script-lines'; readonly lines: readonly PlayedLine[]; readonly step: PlayedLine | null }
  | { readonly kind: 'script-played'; readonly end: ScriptPlayEnd }
  | { readonly kind: 'tried-out'; readonly view: ClusterView }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  /** The sentence of what went wrong. */
  | { readonly kind: 'broken'; readonly reason: string };
