/**
 * Automatic layout of the logical level by ELK's layered algorithm (Sugiyama), left to right, with the ports where the
 * pipes meet the cards. ELK and its Worker load when it is first asked for; both are unmodified files of the package.
 */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { cardWidth, linkGap, type Point } from '../metrics.ts';
import type { Scene, SceneNode } from '../scene-parts.ts';
import { type Stack, stackHeight, stacksOf, unstacked } from './stacks.ts';

/** New places by scene node. Rejects if the layout cannot be computed. */
export async function arrange(scene: Scene): Promise<ReadonlyMap<string, Point>> {
  const [{ default: ELK }, { default: url }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new ELK({ workerFactory: () => new Worker(url) });
  try {
    const stacks = stacksOf(scene);
    return placesOf(scene, stacks, await elk.layout(elkGraph(scene, stacks)));
  } finally {
    elk.terminateWorker();
  }
}

/** The scene as ELK takes it: a block per stack, a port per edge end. */
export function elkGraph(scene: Scene, stacks: readonly Stack[]): ElkNode {
  const blockOf = new Map(stacks.flatMap((stack, i) => stack.map((node) => [node.id, `s${i}`] as const)));
  const between = scene.edges.filter((edge) => blockOf.get(edge.from) !== blockOf.get(edge.to));
  return {
    id: 'job',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '190',
      'elk.spacing.nodeNode': '48',
      'elk.spacing.componentComponent': '72',
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    },
    children: stacks.map((stack, i) => block(`s${i}`, stack)),
    edges: between.map(({ id, from, to }) => ({ id, sources: [`${from}|out`], targets: [`${to}|in`] })),
  };
}

function block(id: string, stack: Stack): ElkNode {
  return {
    id,
    width: Math.max(...stack.map((node) => node.width)),
    height: stackHeight(stack),
    layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
    ports: unstacked(stack, { x: 0, y: 0 }).flatMap(([node, { y }], i) => {
      const of = stack[i] as SceneNode;
      return [
        port(`${node}|in`, 'WEST', 0, y + lanesMiddle(of)),
        port(`${node}|out`, 'EAST', of.width, y + lanesMiddle(of)),
      ];
    }),
  };
}

const port = (id: string, side: 'WEST' | 'EAST', x: number, y: number) => ({
  id,
  x,
  y,
  width: 0,
  height: 0,
  layoutOptions: { 'elk.port.side': side },
});

/** Pipes meet a card at its lanes. */
function lanesMiddle({ lanes, height }: SceneNode): number {
  const first = lanes[0]?.y ?? height / 2;
  return (first + (lanes.at(-1)?.y ?? first)) / 2;
}

/** The places of all nodes, from the places of the blocks. */
export function placesOf(scene: Scene, stacks: readonly Stack[], { children = [] }: ElkNode): Map<string, Point> {
  const at = new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
  const places = stacks.flatMap((stack, i) => unstacked(stack, at.get(`s${i}`) ?? { x: 0, y: 0 }));
  return closedUp(scene, new Map(places));
}

/** Columns that only links join, no pipes, stand closer together. */
function closedUp(scene: Scene, places: Map<string, Point>): Map<string, Point> {
  const x = (node: string) => places.get(node)?.x ?? 0;
  const columns = [...new Set([...places.values()].map((place) => place.x))].toSorted((a, b) => a - b);
  const shifts = new Map<number, number>();
  let shift = 0;
  columns.forEach((column, i) => {
    const before = columns[i - 1];
    const across = scene.edges.filter((edge) => before !== undefined && x(edge.from) <= before && x(edge.to) >= column);
    const onlyLinks = across.length > 0 && across.every((edge) => edge.chained);
    if (before !== undefined && onlyLinks) shift += Math.max(0, column - before - cardWidth - linkGap);
    shifts.set(column, shift);
  });
  return new Map([...places].map(([node, place]) => [node, { x: place.x - (shifts.get(place.x) ?? 0), y: place.y }]));
}
