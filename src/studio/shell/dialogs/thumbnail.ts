/** The picture of a job's graph for the gallery, from the positions that its nodes have. Pure. */
import type { Job } from '../../../engine/graph/job.ts';

interface Box {
  readonly id: string;
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Box[];
  /** SVG paths. */
  readonly edges: readonly string[];
}

const node = { width: 150, height: 54 };
const margin = 24;
/** Wide enough that one node alone does not fill the picture. */
const least = { width: 640, height: 240 };

export function thumbnailOf(job: Job): Thumbnail {
  const xs = job.nodes.map(({ position }) => position.x);
  const ys = job.nodes.map(({ position }) => position.y);
  const left = Math.min(...xs, Infinity);
  const top = Math.min(...ys, Infinity);
  const spanX = xs.length === 0 ? 0 : Math.max(...xs) - left + node.width;
  const spanY = ys.length === 0 ? 0 : Math.max(...ys) - top + node.height;
  const width = Math.max(least.width, spanX + 2 * margin);
  const height = Math.max(least.height, spanY + 2 * margin);
  const nodes = job.nodes.map(
    ({ id, kind, position }): Box => ({
      id,
      kind,
      x: position.x - left + (width - spanX) / 2,
      y: position.y - top + (height - spanY) / 2,
      ...node,
    }),
  );
  const at = new Map(nodes.map((box) => [box.id, box]));
  const edges = job.edges.flatMap((edge) => {
    const from = at.get(edge.from.node);
    const to = at.get(edge.to.node);
    if (from === undefined || to === undefined) return [];
    const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
    const bend = Math.max(24, (x2 - x1) / 2);
    return [`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`];
  });
  return { width, height, nodes, edges };
}
