/** Adding operators: from the palette, dropped at a point, or for a file that the person gave. */
import type { Position } from '../../engine/graph/edits.ts';
import type { EdgeId, JobNode, NodeId } from '../../engine/graph/job.ts';
import type { OperatorKind } from '../../engine/graph/kind.ts';
import { outputsOf } from '../../engine/graph/ports.ts';
import { problemMessage } from '../../engine/graph/problems.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { addNode, addNodeBehind, addNodeOnEdge } from '../document/commands.ts';
import { currentJob, nodeOf } from '../document/document-store.ts';
import { freePlace, placeBehind, revealNode } from './canvas-place.ts';
import { select, toast } from './commands.ts';
import { sessionStore } from './session-store.ts';

interface AddOptions {
  /** Canvas pixels; left out: behind the selected operator, else the middle of what is in sight. */
  readonly at?: Position;
  /** The edge that it is dropped on: it is put in between. */
  readonly onEdge?: EdgeId | null;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly name?: string;
}

/**
 * Adds an operator of a kind and selects it. Without a place it goes behind the one selected operator and is connected
 * to it, so that a line of operators can be built with the keyboard alone. Null if it was refused; a toast says why.
 */
export function addOperator(
  kindName: string,
  { at, onEdge = null, params = {}, name }: AddOptions = {},
): NodeId | null {
  const kind = kindTable.get(kindName);
  if (kind === undefined) return null;
  const job = currentJob();
  const before = at === undefined ? nodeBefore(kind) : null;
  const place = at ?? (before === null ? freePlace(job) : placeBehind(job, before.position));
  const position = { x: Math.round(place.x), y: Math.round(place.y) };
  const node = { kind: kind.kind, name: freshName(name ?? kind.title), params, position };
  const output = before === null ? undefined : outputsOf(kindTable.get(before.kind), before.params)[0];
  const input = kind.inputs[0];
  const inserted = onEdge === null ? null : addNodeOnEdge(node, onEdge);
  const added =
    inserted?.ok === true
      ? inserted
      : before !== null && output !== undefined && input !== undefined
        ? addNodeBehind(node, { node: before.id, port: output.name }, input.name)
        : addNode(node);
  if (!added.ok) {
    toast(problemMessage(added.error), { tone: 'error' });
    return null;
  }
  select([added.value]);
  if (at === undefined) revealNode(added.value);
  return added.value;
}

/** The one selected operator, if something can be put behind it. */
function nodeBefore(kind: OperatorKind): JobNode | null {
  const { nodes } = sessionStore.getState().selection;
  const node = nodes.length === 1 ? nodeOf(currentJob(), nodes[0] ?? '') : undefined;
  if (node === undefined || kind.inputs.length === 0) return null;
  return outputsOf(kindTable.get(node.kind), node.params).length > 0 ? node : null;
}

/** `Map`, then `Map 2`: names may repeat in a job, but new ones do not. */
function freshName(base: string): string {
  const taken = new Set(currentJob().nodes.map((node) => node.name));
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base} ${number}`)) number += 1;
  return `${base} ${number}`;
}
