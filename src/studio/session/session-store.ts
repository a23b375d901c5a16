/**
 * The session: what the person looks at. Neither undone nor part of the job; panels, theme and dropped files come back
 * after a reload, the rest does not. Written only by `session/commands.ts`.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { EdgeId, NodeId } from '../../engine/graph/job.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import type { JobFileIssue } from '../../export/job-file-issues.ts';
import type { Resource } from '../../connectors/resource.ts';

export type Level = 'logical' | 'job' | 'execution';
export type ThemeChoice = 'system' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

export interface Selection {
  readonly nodes: readonly NodeId[];
  readonly edges: readonly EdgeId[];
  /** A subtask picked in the job or execution level, or in a node's lane; its node is in `nodes` too. */
  readonly subtask: SubtaskId | null;
}

export type DialogName = 'gallery' | 'recent' | 'settings' | 'about' | 'open-issues' | 'keys' | 'commands';

export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'error';
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** A file that the person gave, kept in this browser only. `name` is what a `resource` parameter holds. */
export interface DroppedFile {
  readonly resource: Resource & { readonly content: Blob };
  readonly schema: Schema;
  readonly bytes: number;
}

/** Why the last file could not be opened. */
export interface OpenIssues {
  readonly file: string;
  /** The text of a stored job that cannot be read, to be downloaded and mended; null for a file, which is still there. */
  readonly text: string | null;
  readonly issues: readonly JobFileIssue[];
}

export interface SessionState {
  readonly selection: Selection;
  readonly level: Level;
  /** Nodes that show or hide their subtasks against the default (shown up to four, see canvas/scene-parts.ts). */
  readonly expanded: ReadonlySet<NodeId>;
  readonly themeChoice: ThemeChoice;
  /** The theme in force. */
  readonly theme: Theme;
  readonly callouts: boolean;
  readonly paletteOpen: boolean;
  readonly inspectorOpen: boolean;
  readonly dockOpen: boolean;
  /** Palette and inspector as drawers, on narrow screens. */
  readonly paletteDrawer: boolean;
  readonly inspectorDrawer: boolean;
  /** Ids of dock views, one or two side by side. */
  readonly dockTabs: readonly string[];
  readonly dialog: DialogName | null;
  readonly openIssues: OpenIssues | null;
  readonly files: readonly DroppedFile[];
  /** The files of earlier visits have been looked up; until then none is said to be missing. */
  readonly filesReady: boolean;
  readonly toasts: readonly Toast[];
  /** Parameter whose field should take the focus, after a click on a problem. */
  readonly focusParam: { readonly node: NodeId; readonly param: string } | null;
}

export const noSelection: Selection = { nodes: [], edges: [], subtask: null };

export const initialSession: SessionState = {
  selection: noSelection,
  level: 'logical',
  expanded: new Set(),
  themeChoice: 'system',
  theme: 'light',
  callouts: true,
  paletteOpen: true,
  inspectorOpen: true,
  dockOpen: true,
  paletteDrawer: false,
  inspectorDrawer: false,
  dockTabs: ['results'],
  dialog: null,
  openIssues: null,
  files: [],
  filesReady: false,
  toasts: [],
  focusParam: null,
};

export const sessionStore = createStore<SessionState>(() => initialSession);

export const useSession = <T>(selector: (state: SessionState) => T): T => useStore(sessionStore, selector);
