/** The scene of the document on screen, and its nodes and edges as React Flow wants them, sharing what did not change. */
import { useMemo, useState } from 'react';
import { derivedStore, useDerived } from '../derived/derived-store.ts';
import { documentStore, useDocument } from '../document/document-store.ts';
import { kindTable } from '../../engine/operators/list.ts';
import type { Job } from '../../engine/graph/job.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { isKeyless, parallelismOf } from '../../engine/graph/partitioning.ts';
import type { Analysis } from '../../engine/graph/analyse.ts';
import { useRun } from '../run/run-store.ts';
import { type Selection, useSession } from '../session/session-store.ts';
import type { CardNode } from './cards.tsx';
import type { Point } from './metrics.ts';
import type { PipeEdgeType } from './pipe-edge.tsx';
import { sceneOf } from './scene.ts';
import type { Scene, SceneEdge, SceneInput, SceneLevel, SceneNode } from './scene-parts.ts';

/** Made anew when the job, its analysis, the level or the lanes change; never by live numbers. */
export function useScene(): Scene {
  const job = useDocument((state) => state.job);
  const { analysis, plan } = useDerived((state) => state);
  const level = useSession((state) => state.level);
  const toggled = useSession((state) => state.expanded);
  const running = useRunningPlan();
  const [maker] = useState(() => new SceneMaker());
  return useMemo(
    () => maker.make(sceneInput(job, analysis, plan ?? running, level, toggled)),
    [maker, job, analysis, plan, running, level, toggled],
  );
}

/** Makes scene after scene; what says the same as in the one before is the same object. */
class SceneMaker {
  private last: Scene | null = null;

  make(input: SceneInput): Scene {
    const made = sceneOf(input);
    this.last = this.last === null ? made : sharing(this.last, made);
    return this.last;
  }
}

/** While problems keep an edited job from being planned, its pipes stay those of the run that goes on. */
function useRunningPlan(): ExecutionGraph | null {
  const id = useDocument((state) => state.id);
  return useRun((state) => (state.documentId === id ? (state.view?.graph ?? null) : null));
}

export function sceneInput(
  job: Job,
  analysis: Analysis,
  graph: ExecutionGraph | null,
  level: SceneLevel,
  toggled: ReadonlySet<string>,
): SceneInput {
  const parallelism = job.nodes.map(
    (node) =>
      [
        node.id,
        parallelismOf(node, kindTable.get(node.kind), job.settings, analysis.types.get(node.id)?.inputs),
      ] as const,
  );
  const keyless = job.nodes.filter(({ id, kind }) => isKeyless(kindTable.get(kind), analysis.types.get(id)?.inputs));
  const outputs = [...analysis.types].flatMap(([node, types]) =>
    types.outputs === null ? [] : [[node, types.outputs] as const],
  );
  return {
    job,
    kinds: kindTable,
    problems: analysis.problems,
    parallelism: new Map(parallelism),
    keyless: new Set(keyless.map(({ id }) => id)),
    outputs: new Map(outputs),
    graph,
    level,
    toggled,
  };
}

/** The scene with every node and edge that says the same as before being the same object as before. */
export function sharing(before: Scene, after: Scene): Scene {
  if (before.level !== after.level) return after;
  return { level: after.level, nodes: shared(before.nodes, after.nodes), edges: shared(before.edges, after.edges) };
}

function shared<T extends SceneNode | SceneEdge>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return after.map((item) => {
    const old = known.get(item.id);
    return old !== undefined && JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
}

export interface FlowInput {
  readonly scene: Scene;
  readonly selection: Selection;
  /** Places of nodes that are being dragged. */
  readonly dragged: ReadonlyMap<string, Point>;
}

const nodesOf = new WeakMap<SceneNode, CardNode>();

/** React Flow's nodes; one that changed in nothing is the same object, so that nothing is rendered for it. */
export function flowNodes({ scene, selection, dragged }: FlowInput): CardNode[] {
  const picked = new Set(selection.nodes);
  return scene.nodes.map((node) => {
    const position = dragged.get(node.id) ?? node.position;
    const selected =
      node.shape === 'subtask'
        ? selection.subtask === node.subtask
        : picked.has(node.node) || (node.shape === 'vertex' && node.rows.some((row) => picked.has(row.node)));
    const before = nodesOf.get(node);
    if (before?.selected === selected && before.position.x === position.x && before.position.y === position.y)
      return before;
    const made: CardNode = {
      id: node.id,
      type: node.shape,
      position: { x: position.x, y: position.y },
      data: { scene: node },
      width: node.width,
      height: node.height,
      selected,
      draggable: scene.level === 'logical',
      ariaLabel: accessibleName(node),
      ariaRole: 'group',
    };
    nodesOf.set(node, made);
    return made;
  });
}

function accessibleName(node: SceneNode): string {
  if (node.shape === 'operator') return `Operator ${node.title}`;
  return node.shape === 'vertex' ? `Vertex ${node.title}` : `Subtask ${node.title}`;
}

const edgesOf = new WeakMap<SceneEdge, PipeEdgeType>();

export function flowEdges(scene: Scene, selection: Selection): PipeEdgeType[] {
  const picked = new Set(selection.edges);
  return scene.edges.map((edge) => {
    const selected = picked.has(edge.edge);
    const before = edgesOf.get(edge);
    if (before?.selected === selected) return before;
    const made: PipeEdgeType = {
      id: edge.id,
      type: 'pipe',
      source: edge.from,
      target: edge.to,
      sourceHandle: edge.fromPort,
      targetHandle: edge.toPort,
      data: { scene: edge },
      selected,
      ariaLabel: edge.label,
      ariaRole: 'group',
    };
    edgesOf.set(edge, made);
    return made;
  });
}

/** The analysis and job of this moment, for what a pointer or a key asks. */
export const currentPlanning = () => ({
  job: documentStore.getState().job,
  analysis: derivedStore.getState().analysis,
});
