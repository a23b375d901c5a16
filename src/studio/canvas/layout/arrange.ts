/**
 * Automatic layout of the logical level by ELK's layered algorithm (Sugiyama), left to right, with the ports where the
 * cards have them. ELK and its Worker load when it is first asked for; both are unmodified files of the package.
 */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { Point } from '../metrics.ts';
import type { Scene, SceneEdge, SceneNode } from '../scene-parts.ts';

/** New places by scene node. Rejects if the layout cannot be computed. */
export async function arrange(scene: Scene): Promise<ReadonlyMap<string, Point>> {
  const [{ default: ELK }, { default: url }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new ELK({ workerFactory: () => new Worker(url) });
  try {
    return placesOf(await elk.layout(elkGraph(scene)));
  } finally {
    elk.terminateWorker();
  }
}

export function elkGraph(scene: Scene): ElkNode {
  return {
    id: 'job',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '160',
      'elk.spacing.nodeNode': '48',
      'elk.spacing.componentComponent': '72',
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    },
    children: scene.nodes.map(elkNode),
    edges: scene.edges.map((edge) => ({ id: edge.id, sources: [outPort(edge)], targets: [inPort(edge)] })),
  };
}

/** Edges meet the card at the middle of its lanes, not at the handles. */
function elkNode(node: SceneNode): ElkNode {
  const first = node.lanes[0]?.y ?? node.height / 2;
  const y = (first + (node.lanes.at(-1)?.y ?? first)) / 2;
  const port = (id: string, side: 'WEST' | 'EAST', x: number) => ({
    id,
    x,
    y,
    width: 0,
    height: 0,
    layoutOptions: { 'elk.port.side': side },
  });
  return {
    id: node.id,
    width: node.width,
    height: node.height,
    layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
    ports: [
      ...node.inputs.map(({ name }) => port(`${node.id}|in|${name}`, 'WEST', 0)),
      ...node.outputs.map(({ name }) => port(`${node.id}|out|${name}`, 'EAST', node.width)),
    ],
  };
}

const outPort = (edge: SceneEdge): string => `${edge.from}|out|${edge.fromPort}`;
const inPort = (edge: SceneEdge): string => `${edge.to}|in|${edge.toPort}`;

function placesOf(graph: ElkNode): Map<string, Point> {
  const places = (graph.children ?? []).map(
    ({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }] as const,
  );
  return new Map(places);
}
