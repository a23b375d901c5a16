/**
 * What a person can do to the session: select, look closer, open and close. None of it is undone; none of it changes
 * the job, except the commands on the selection, which go through the document's commands.
 */
import type { Result } from '../../base/result.ts';
import type { EdgeId, NodeId } from '../../engine/graph/job.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { Fragment } from '../../engine/graph/edits.ts';
import { problemMessage, type Problem } from '../../engine/graph/problems.ts';
import { copyNodes, deleteParts, duplicateNodes, pasteNodes } from '../document/commands.ts';
import { currentJob } from '../document/document-store.ts';
import { revealNode } from './canvas-place.ts';
import {
  noSelection,
  sessionStore,
  type DialogName,
  type DroppedFile,
  type Level,
  type OpenIssues,
  type ThemeChoice,
  type Toast,
} from './session-store.ts';

const set = sessionStore.setState;

export function select(
  nodes: readonly NodeId[],
  edges: readonly EdgeId[] = [],
  subtask: SubtaskId | null = null,
): void {
  set({ selection: { nodes, edges, subtask }, focusParam: null });
}

export function clearSelection(): void {
  set({ selection: noSelection, focusParam: null });
}

export function selectAll(): void {
  const job = currentJob();
  select(
    job.nodes.map((node) => node.id),
    job.edges.map((edge) => edge.id),
  );
}

/** Shows a node or an edge in the inspector and, if given, puts the focus on one of its fields. */
export function showPlace(place: { readonly node?: NodeId; readonly edge?: EdgeId; readonly param?: string }): void {
  const { node, edge, param } = place;
  set({
    selection: { nodes: node === undefined ? [] : [node], edges: edge === undefined ? [] : [edge], subtask: null },
    inspectorOpen: true,
    inspectorDrawer: true,
    focusParam: node !== undefined && param !== undefined ? { node, param } : null,
  });
  if (node !== undefined) revealNode(node);
}

export function deleteSelection(): void {
  const { nodes, edges } = sessionStore.getState().selection;
  if (nodes.length + edges.length === 0) return;
  clearSelection();
  deleteParts(nodes, edges);
}

let clipboard: Fragment | null = null;
let pastes = 0;

/** Copies the selected operators, and gives their number. */
export function copySelection(): number {
  const { nodes } = sessionStore.getState().selection;
  if (nodes.length === 0) return 0;
  clipboard = copyNodes(nodes);
  pastes = 0;
  return clipboard.nodes.length;
}

/** Pastes what was copied, each time a little further, and selects it. */
export function paste(): void {
  if (clipboard === null || clipboard.nodes.length === 0) return;
  pastes += 1;
  selectPasted(pasteNodes(clipboard, { x: 32 * pastes, y: 32 * pastes }));
}

export function duplicateSelection(): void {
  const { nodes } = sessionStore.getState().selection;
  if (nodes.length > 0) selectPasted(duplicateNodes(nodes));
}

function selectPasted(pasted: Result<readonly NodeId[], Problem>): void {
  if (pasted.ok) select(pasted.value);
  else toast(problemMessage(pasted.error), { tone: 'error' });
}

export function setLevel(level: Level): void {
  set({ level });
}

export function toggleExpanded(node: NodeId): void {
  set((state) => {
    const expanded = new Set(state.expanded);
    if (!expanded.delete(node)) expanded.add(node);
    return { expanded };
  });
}

export function collapseAll(): void {
  set({ expanded: new Set() });
}

export function chooseTheme(themeChoice: ThemeChoice): void {
  set({ themeChoice });
}

export function setCallouts(callouts: boolean): void {
  set({ callouts });
}

export type PanelName = 'paletteOpen' | 'inspectorOpen' | 'dockOpen' | 'paletteDrawer' | 'inspectorDrawer';

/** Opens or closes a panel. Drawers are what palette and inspector are on narrow screens. */
export function setPanel(panel: PanelName, open: boolean): void {
  set({ [panel]: open });
}

/** Shows a dock view; `beside` puts it to the right of the first. */
export function showView(id: string, beside = false): void {
  set((state) => {
    const first = state.dockTabs[0];
    const dockTabs = beside && first !== undefined && first !== id ? [first, id] : [id, ...state.dockTabs.slice(1)];
    return { dockTabs: [...new Set(dockTabs)], dockOpen: true };
  });
}

/** Takes a view away from beside the first. */
export function hideView(id: string): void {
  set((state) => ({
    dockTabs: state.dockTabs.length > 1 ? state.dockTabs.filter((tab) => tab !== id) : state.dockTabs,
  }));
}

export function openDialog(dialog: DialogName): void {
  set({ dialog });
}

export function closeDialog(): void {
  set({ dialog: null });
}

export function showOpenIssues(openIssues: OpenIssues): void {
  set({ openIssues, dialog: 'open-issues' });
}

/** Adds a file, replacing the one of the same name. */
export function keepFile(file: DroppedFile): void {
  set((state) => ({
    files: [...state.files.filter((each) => each.resource.name !== file.resource.name), file],
  }));
}

export function forgetFile(name: string): void {
  set((state) => ({ files: state.files.filter((file) => file.resource.name !== name) }));
}

let toasts = 0;

/** Says something in passing. At most three stay on screen; the newest is last. */
export function toast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
  toasts += 1;
  const made: Toast = { id: toasts, tone: options.tone ?? 'info', text, action: options.action ?? null };
  set((state) => ({ toasts: [...state.toasts.slice(-2), made] }));
}

export function dismissToast(id: number): void {
  set((state) => ({ toasts: state.toasts.filter((each) => each.id !== id) }));
}
