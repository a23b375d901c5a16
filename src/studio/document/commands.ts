/**
 * What a person can do to the job, one command per intention. Each is one entry of the undo history, named by its label;
 * moves of one drag and typing in one field join. The edits themselves are pure (`engine/graph/edits.ts`); where a rule
 * forbids one, the problem comes back and nothing has changed.
 */
import { failed, ok, type Result } from '../../base/result.ts';
import * as edits from '../../engine/graph/edits.ts';
import * as faultEdits from '../../engine/graph/fault-edits.ts';
import type { FaultId } from '../../engine/graph/faults.ts';
import type {
  ChainingChoice,
  EdgeId,
  Job,
  JobNode,
  JobSettings,
  NodeId,
  PartitionerChoice,
} from '../../engine/graph/job.ts';
import type { Problem } from '../../engine/graph/problems.ts';
import * as sideOutputEdits from '../../engine/graph/side-output-edits.ts';
import type { SideOutputRow } from '../../engine/graph/side-output-edits.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { amendJob, commitJob, currentJob, documentStore, nodeOf } from './document-store.ts';
import { emptyHistory, type HistoryEntry, redoStep, sealHistory, undoStep } from './history.ts';

type Point = edits.Position;

/** Adds an operator and gives its id; left-out fields have the defaults of a new operator. */
export function addNode(node: edits.NewNode): Result<NodeId, Problem> {
  const added = edits.addNode(currentJob(), kindTable, node);
  if (!added.ok) return added;
  commitJob(`Add ${nodeOf(added.value.job, added.value.node)?.name ?? 'operator'}`, added.value.job);
  return ok(added.value.node);
}

/** Adds an operator into the middle of an edge, as one step. */
export function addNodeOnEdge(node: edits.NewNode, edge: EdgeId): Result<NodeId, Problem> {
  const added = edits.addNode(currentJob(), kindTable, node);
  if (!added.ok) return added;
  const inserted = edits.insertOnEdge(added.value.job, kindTable, edge, added.value.node);
  if (!inserted.ok) return inserted;
  commitJob(`Insert ${nodeOf(added.value.job, added.value.node)?.name ?? 'operator'}`, inserted.value.job);
  return ok(added.value.node);
}

/** The job with an operator, just added, put into an edge: one step together with its adding. */
export function insertIntoEdge(job: Job): void {
  amendJob(job);
}

/** Adds an operator behind another and connects the two, as one step; unconnected if they do not fit. */
export function addNodeBehind(node: edits.NewNode, from: edits.EdgeEnd, port: string): Result<NodeId, Problem> {
  const added = edits.addNode(currentJob(), kindTable, node);
  if (!added.ok) return added;
  const id = added.value.node;
  const joined = edits.connect(added.value.job, kindTable, from, { node: id, port });
  const job = joined.ok ? joined.value.job : added.value.job;
  commitJob(`Add ${nodeOf(job, id)?.name ?? 'operator'}`, job);
  return ok(id);
}

/** Moves nodes. Moves in a row with one `drag` name are undone together. */
export function moveNodes(positions: ReadonlyMap<NodeId, Point>, drag: string | null = null): void {
  const first = positions.keys().next().value;
  const name = first === undefined ? '' : (nodeOf(currentJob(), first)?.name ?? '');
  const label = positions.size === 1 ? `Move ${name}` : `Move ${positions.size} operators`;
  place(label, positions, drag === null ? null : `move:${drag}`);
}

/** Sets all positions that an automatic layout found. */
export function layOut(positions: ReadonlyMap<NodeId, Point>): void {
  place('Lay out automatically', positions, null);
}

function place(label: string, positions: ReadonlyMap<NodeId, Point>, key: string | null): void {
  const job = currentJob();
  const moved = job.nodes.some(({ id, position }) => {
    const to = positions.get(id);
    return to !== undefined && (to.x !== position.x || to.y !== position.y);
  });
  if (moved) commitJob(label, edits.moveNodes(job, positions), key);
}

/** Draws an edge and gives its id, or says what forbids it. */
export function connect(from: edits.EdgeEnd, to: edits.EdgeEnd): Result<EdgeId, Problem> {
  const drawn = edits.connect(currentJob(), kindTable, from, to);
  if (!drawn.ok) return failed(drawn.error);
  commitJob('Connect', drawn.value.job);
  return ok(drawn.value.edge);
}

/** Deletes nodes and edges, and the edges that hang on the nodes, as one step. */
export function deleteParts(nodes: readonly NodeId[], edges: readonly EdgeId[]): void {
  const job = currentJob();
  const hit = job.nodes.some(({ id }) => nodes.includes(id)) || job.edges.some(({ id }) => edges.includes(id));
  if (!hit) return;
  const only = nodes.length === 1 && edges.length === 0 ? nodeOf(job, nodes[0] ?? '')?.name : undefined;
  const label = only !== undefined ? `Delete ${only}` : nodes.length === 0 ? 'Delete edge' : 'Delete selection';
  commitJob(label, edits.removeEdges(edits.removeNodes(job, nodes), edges));
}

/** What copying these nodes puts on the clipboard: the nodes and the edges among them. */
export const copyNodes = (nodes: readonly NodeId[]): edits.Fragment => edits.copySelection(currentJob(), nodes);

/** Pastes under new ids, moved by `offset`, and gives the new ids. */
export const pasteNodes = (fragment: edits.Fragment, offset: Point): Result<readonly NodeId[], Problem> =>
  commitPasted('Paste', edits.paste(currentJob(), fragment, offset));

export const duplicateNodes = (nodes: readonly NodeId[]): Result<readonly NodeId[], Problem> =>
  commitPasted('Duplicate', edits.duplicate(currentJob(), nodes));

function commitPasted(label: string, pasted: ReturnType<typeof edits.paste>): Result<readonly NodeId[], Problem> {
  if (!pasted.ok) return pasted;
  if (pasted.value.nodes.length > 0) commitJob(label, pasted.value.job);
  return ok(pasted.value.nodes);
}

export function renameNode(node: NodeId, name: string): void {
  changeNode(
    node,
    'Rename operator',
    `name:${node}`,
    ({ name: old }) => old === name,
    (job) => edits.setName(job, node, name),
  );
}

export function setParam(node: NodeId, param: string, value: unknown): void {
  const before = nodeOf(currentJob(), node);
  if (before === undefined || before.params[param] === value) return;
  commitJob(`Change ${before.name}`, edits.setParam(currentJob(), node, param, value), `param:${node}:${param}`);
}

/** Sets several parameters at once, e.g. a file together with its columns. */
export function setParams(node: NodeId, values: Readonly<Record<string, unknown>>): void {
  const before = nodeOf(currentJob(), node);
  if (before === undefined) return;
  const job = Object.entries(values).reduce(
    (each, [param, value]) => edits.setParam(each, node, param, value),
    currentJob(),
  );
  commitJob(`Change ${before.name}`, job);
}

/** Gives a side output of those that a parameter lists another tag; its edges go with it, in the same step. */
export function renameSideOutput(
  node: NodeId,
  param: string,
  rows: readonly SideOutputRow[],
  index: number,
  tag: string,
): void {
  commitJob('Rename side output', sideOutputEdits.renameSideOutput(currentJob(), node, param, rows, index, tag));
}

/** null: the job's default. */
export function setParallelism(node: NodeId, parallelism: number | null): void {
  const same = (before: JobNode) => before.parallelism === parallelism;
  changeNode(node, 'Change parallelism', `parallelism:${node}`, same, (job) =>
    edits.setParallelism(job, node, parallelism),
  );
}

export function setChaining(node: NodeId, chaining: ChainingChoice): void {
  changeNode(
    node,
    'Change chaining',
    null,
    (before) => before.chaining === chaining,
    (job) => edits.setChaining(job, node, chaining),
  );
}

export function setCost(node: NodeId, costMs: number): void {
  changeNode(
    node,
    'Change simulated cost',
    `cost:${node}`,
    (before) => before.costMs === costMs,
    (job) => edits.setCost(job, node, costMs),
  );
}

export function setPartitioner(edge: EdgeId, partitioner: PartitionerChoice): void {
  const before = currentJob().edges.find((each) => each.id === edge);
  if (before === undefined || before.partitioner === partitioner) return;
  commitJob('Change partitioner', edits.setPartitioner(currentJob(), edge, partitioner));
}

export function renameJob(name: string): void {
  if (name !== currentJob().name) commitJob('Rename job', edits.setTitle(currentJob(), { name }), 'job-name');
}

export function describeJob(description: string): void {
  if (description === currentJob().description) return;
  commitJob('Describe job', edits.setTitle(currentJob(), { description }), 'job-description');
}

export function setScript(script: string): void {
  if (script === currentJob().script) return;
  commitJob('Edit script', edits.setScript(currentJob(), script), 'job-script');
}

export function setJobSetting<K extends keyof JobSettings>(setting: K, value: JobSettings[K]): void {
  const job = currentJob();
  if (job.settings[setting] === value) return;
  commitJob('Change job settings', edits.setSettings(job, { [setting]: value }), `setting:${setting}`);
}

/** Adds a fault to the script and gives its id. */
export function addFault(fault: faultEdits.NewFault): Result<FaultId, Problem> {
  const added = faultEdits.addFault(currentJob(), fault);
  if (!added.ok) return added;
  commitJob('Add fault', added.value.job);
  return ok(added.value.fault);
}

export function changeFault(fault: FaultId, changes: Partial<faultEdits.NewFault>): void {
  commitJob('Change fault', faultEdits.changeFault(currentJob(), fault, changes), `fault:${fault}`);
}

export function removeFault(fault: FaultId): void {
  commitJob('Remove fault', faultEdits.removeFault(currentJob(), fault));
}

function changeNode(
  node: NodeId,
  label: string,
  key: string | null,
  same: (before: JobNode) => boolean,
  edit: (job: Job) => Job,
): void {
  const before = nodeOf(currentJob(), node);
  if (before !== undefined && !same(before)) commitJob(label, edit(currentJob()), key);
}

/** Takes the newest change back and gives its label, or null if there is nothing to undo. */
export const undo = (): string | null => step(undoStep);
export const redo = (): string | null => step(redoStep);

/** Undoes the newest change if it was one of this parameter: for an editor of text, whose Ctrl+Z means its own text. */
export function undoParam(node: NodeId, param: string): void {
  const newest = documentStore.getState().history.past.at(-1);
  if (newest !== undefined && changesParam(newest, node, param)) undo();
}

export function redoParam(node: NodeId, param: string): void {
  const next = documentStore.getState().history.future.at(-1);
  if (next !== undefined && changesParam(next, node, param)) redo();
}

function changesParam({ before, after }: HistoryEntry, node: NodeId, param: string): boolean {
  const valueIn = (nodes: readonly JobNode[] | undefined) => nodes?.find(({ id }) => id === node)?.params;
  const [old, now] = [valueIn(before.nodes), valueIn(after.nodes)];
  return old !== undefined && now !== undefined && old[param] !== now[param];
}

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

/** Makes another job the document, with an empty history. `library.ts` keeps the one before. */
export function replaceDocument(id: string, job: Job, pristineExample: string | null = null): void {
  documentStore.setState({ id, job, history: emptyHistory, saved: 'saved', pristineExample });
}
