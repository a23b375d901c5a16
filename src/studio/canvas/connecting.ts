/**
 * Connecting two ports: which ports fit the one that an edge is being drawn from, and the problem that each other would
 * be. Pure, from the graph's own rule plus what the analysis knows of keys.
 */
import { createContext } from 'react';
import type { Analysis } from '../../engine/graph/analyse.ts';
import { whyNotConnect } from '../../engine/graph/edits.ts';
import type { Job, JobNode, NodeId } from '../../engine/graph/job.ts';
import type { KindTable } from '../../engine/graph/kind.ts';
import { outputIndex, portsOf } from '../../engine/graph/ports.ts';
import type { Problem } from '../../engine/graph/problems.ts';

export type PortDirection = 'input' | 'output';

export interface PortEnd {
  readonly node: NodeId;
  readonly port: string;
}

export interface Connecting {
  readonly origin: PortEnd & { readonly direction: PortDirection };
  /** By `portKey`: null where the port fits, else why it does not. */
  readonly targets: ReadonlyMap<string, Problem | null>;
}

/** The edge that is being drawn, for ports to show whether they fit; null most of the time. */
export const ConnectingContext = createContext<Connecting | null>(null);

export const portKey = (node: NodeId, direction: PortDirection, port: string): string => `${node}|${direction}|${port}`;

/** Why an edge may not be drawn from `from` to `to`; null if it may. */
export function refusalOf(job: Job, kinds: KindTable, analysis: Analysis, from: PortEnd, to: PortEnd): Problem | null {
  return whyNotConnect(job, kinds, from, to) ?? keyRefusal(job, kinds, analysis, from, to);
}

function keyRefusal(job: Job, kinds: KindTable, analysis: Analysis, from: PortEnd, to: PortEnd): Problem | null {
  const input = kindOf(job, kinds, to.node)?.inputs.find((port) => port.name === to.port);
  if (input?.keyed !== true) return null;
  const sent = analysis.types.get(from.node)?.outputs?.[
    outputIndex(kindOf(job, kinds, from.node), nodeOf(job, from.node)?.params ?? {}, from.port)
  ];
  return sent !== undefined && sent.key === null ? { code: 'not-keyed', node: to.node } : null;
}

/** Every port that an edge from (or, drawn backwards, to) `origin` could lead to, with its refusal or null. */
export function connectingFrom(
  job: Job,
  kinds: KindTable,
  analysis: Analysis,
  origin: Connecting['origin'],
): Connecting {
  const targets = new Map<string, Problem | null>();
  const other: PortDirection = origin.direction === 'output' ? 'input' : 'output';
  for (const node of job.nodes) {
    if (node.id === origin.node) continue;
    for (const port of portNames(node, kinds, other)) {
      const end = { node: node.id, port };
      const [from, to] = origin.direction === 'output' ? [origin, end] : [end, origin];
      targets.set(portKey(node.id, other, port), refusalOf(job, kinds, analysis, from, to));
    }
  }
  return { origin, targets };
}

export const portNames = (node: JobNode, kinds: KindTable, direction: PortDirection): readonly string[] =>
  portsOf(kinds.get(node.kind), node.params, direction).map(({ name }) => name);

const nodeOf = (job: Job, id: NodeId) => job.nodes.find((node) => node.id === id);

const kindOf = (job: Job, kinds: KindTable, id: NodeId) => kinds.get(nodeOf(job, id)?.kind ?? '');
