/** Where records and watermarks come into an operator: its input ports by name, and the channels behind them. */
import type { NodeId } from '../../../engine/graph/job.ts';
import type { ChannelId, ExecutionGraph, SubtaskId } from '../../../engine/graph/plan.ts';
import { kindTable } from '../../../engine/operators/list.ts';

export interface Inputs {
  /** Names of the ports, in order; none where there are not several. */
  readonly ports: readonly string[];
  /** By channel: the port that it feeds, and which operator and subtask sends. */
  readonly channels: ReadonlyMap<ChannelId, { readonly port: number; readonly from: string }>;
  /** What its own watermark is: of several channels the least, `combined`. */
  readonly ownText: string;
  readonly subtasks: ReadonlyMap<SubtaskId, number>;
}

export const oneInput: Inputs = { ports: [], channels: new Map(), ownText: 'its own', subtasks: new Map() };

export function inputsOf(graph: ExecutionGraph, node: NodeId): Inputs {
  const operators = graph.jobGraph.vertices.flatMap((vertex) => vertex.operators);
  const nameOf = (id: NodeId): string => operators.find((each) => each.node === id)?.name ?? id;
  const subtasks = new Map(graph.subtasks.map(({ id, index }) => [id, index]));
  const into = new Map(graph.jobGraph.edges.filter((edge) => edge.toNode === node).map((edge) => [edge.edge, edge]));
  const channels = graph.channels.flatMap(({ id, edge, from }) => {
    const found = into.get(edge);
    if (found === undefined) return [];
    return [[id, { port: found.toPort, from: `${nameOf(found.fromNode)} ${subtasks.get(from) ?? ''}` }] as const];
  });
  const kind = operators.find((each) => each.node === node)?.kind ?? '';
  const ports = kindTable.get(kind)?.inputs ?? [];
  return {
    ports: ports.length > 1 ? ports.map(({ name }) => name) : [],
    channels: new Map(channels),
    ownText: channels.length > 1 ? 'combined' : 'its own',
    subtasks,
  };
}

/** `left: By impression 0`, `By origin 1`. */
export function channelText({ ports, channels }: Inputs, channel: ChannelId): string {
  const found = channels.get(channel);
  if (found === undefined) return channel;
  const port = ports[found.port];
  return port === undefined ? found.from : `${port}: ${found.from}`;
}
