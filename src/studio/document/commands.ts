/**
 * What a person can do to the job, one command per intention. Each is one entry of the undo history, named by its label;
 * commands with a `drag` or typing key join while it lasts. The edits themselves are pure functions of the job.
 */
import type { ChainingChoice, EdgeId, Job, JobNode, JobSettings, NodeId, PartitionerChoice } from '../../engine/graph/job.ts';
import { commitJob, currentJob, documentStore, nodeOf } from './document-store.ts';
import { redoStep, sealHistory, undoStep } from './history.ts';
import {
  type Clip,
  type End,
  type Point,
  clipOf,
  withEdge,
  withNode,
  withNodeChanged,
  withPasted,
  withPositions,
  withoutParts,
} from './job-edits.ts';

/** Adds an operator and gives its id. `params` are laid over the kind's defaults. */
export function addNode(node: Omit<JobNode, 'id'>): NodeId {
  const { job, id } = withNode(currentJob(), node);
  commitJob(`Add ${node.name}`, job);
  return id;
}

/** Moves nodes. Moves in a row with one `drag` name are undone together. */
export function moveNodes(positions: ReadonlyMap<NodeId, Point>, drag: string | null = null): void {
  const first = positions.keys().next().value;
  const name = first === undefined ? '' : (nodeOf(currentJob(), first)?.name ?? '');
  const label = positions.size === 1 ? `Move ${name}` : `Move ${positions.size} operators`;
  commitJob(label, withPositions(currentJob(), positions), drag === null ? null : `move:${drag}`);
}

/** Sets all positions that an automatic layout found. */
export function layOut(positions: ReadonlyMap<NodeId, Point>): void {
  commitJob('Lay out automatically', withPositions(currentJob(), positions));
}

/** Draws an edge and gives its id; null if the same edge is there already or would join a node to itself. */
export function connect(from: End, to: End): EdgeId | null {
  const drawn = withEdge(currentJob(), from, to);
  if (drawn === null) return null;
  commitJob('Connect', drawn.job);
  return drawn.id;
}

/** Deletes nodes and edges, and the edges that hang on the nodes. */
export function deleteParts(nodes: readonly NodeId[], edges: readonly EdgeId[]): void {
  const job = currentJob();
  const only = nodes.length === 1 && edges.length === 0 ? nodeOf(job, nodes[0] ?? '')?.name : undefined;
  const label = only !== undefined ? `Delete ${only}` : nodes.length === 0 ? 'Delete edge' : 'Delete selection';
  commitJob(label, withoutParts(job, nodes, edges));
}

/** What copying these nodes puts on the clipboard: the nodes and the edges among them. */
export const copyNodes = (nodes: readonly NodeId[]): Clip => clipOf(currentJob(), nodes);

/** Pastes with new ids, moved by `offset`, and gives the new ids. */
export function pasteClip(clip: Clip, offset: Point = { x: 32, y: 32 }): readonly NodeId[] {
  const pasted = withPasted(currentJob(), clip, offset);
  commitJob('Paste', pasted.job);
  return pasted.ids;
}

export function duplicateNodes(nodes: readonly NodeId[]): readonly NodeId[] {
  const pasted = withPasted(currentJob(), clipOf(currentJob(), nodes), { x: 32, y: 32 });
  commitJob('Duplicate', pasted.job);
  return pasted.ids;
}

export function renameNode(node: NodeId, name: string): void {
  commitJob('Rename operator', withNodeChanged(currentJob(), node, { name }), `name:${node}`);
}

export function setParam(node: NodeId, param: string, value: unknown): void {
  const before = nodeOf(currentJob(), node);
  if (before === undefined) return;
  const params = { ...before.params, [param]: value };
  commitJob(`Change ${before.name}`, withNodeChanged(currentJob(), node, { params }), `param:${node}:${param}`);
}

/** Sets several parameters at once, e.g. a file together with its columns. */
export function setParams(node: NodeId, values: Readonly<Record<string, unknown>>): void {
  const before = nodeOf(currentJob(), node);
  if (before === undefined) return;
  commitJob(`Change ${before.name}`, withNodeChanged(currentJob(), node, { params: { ...before.params, ...values } }));
}

/** null: the job's default. */
export function setParallelism(node: NodeId, parallelism: number | null): void {
  commitJob('Change parallelism', withNodeChanged(currentJob(), node, { parallelism }), `parallelism:${node}`);
}

export function setChaining(node: NodeId, chaining: ChainingChoice): void {
  commitJob('Change chaining', withNodeChanged(currentJob(), node, { chaining }));
}

export function setCost(node: NodeId, costMs: number): void {
  commitJob('Change simulated cost', withNodeChanged(currentJob(), node, { costMs }), `cost:${node}`);
}

export function setPartitioner(edge: EdgeId, partitioner: PartitionerChoice): void {
  const job = currentJob();
  const edges = job.edges.map((each) => (each.id === edge ? { ...each, partitioner } : each));
  commitJob('Change partitioner', { ...job, edges });
}

export function renameJob(name: string): void {
  commitJob('Rename job', { ...currentJob(), name }, 'job-name');
}

export function describeJob(description: string): void {
  commitJob('Describe job', { ...currentJob(), description }, 'job-description');
}

export function setJobSetting<K extends keyof JobSettings>(setting: K, value: JobSettings[K]): void {
  const job = currentJob();
  if (job.settings[setting] === value) return;
  commitJob('Change job settings', { ...job, settings: { ...job.settings, [setting]: value } }, `setting:${setting}`);
}

/** Takes the newest change back and gives its label, or null if there is nothing to undo. */
export const undo = (): string | null => step(undoStep);
export const redo = (): string | null => step(redoStep);

function step(go: typeof undoStep): string | null {
  const { job, history } = documentStore.getState();
  const done = go(job, history);
  if (done === null) return null;
  documentStore.setState({ job: done.job, history: done.history, pristineExample: null });
  return done.label;
}

/** Ends a drag or a run of typing, so that what follows is undone on its own. */
export function endGesture(): void {
  documentStore.setState((state) => ({ history: sealHistory(state.history) }));
}

/** Makes another job the document. The one before stays in the list of recent jobs, with its history gone. */
export function replaceDocument(id: string, job: Job, pristineExample: string | null = null): void {
  documentStore.setState({ id, job, history: { past: [], future: [] }, saved: 'saved', pristineExample });
}
