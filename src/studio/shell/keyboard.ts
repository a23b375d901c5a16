/**
 * Keys of the whole page. `actionFor` maps an event to an action and is pure; nothing is taken from a field in which
 * someone types, except what has Ctrl and means the whole job.
 */
import { useEffect } from 'react';
import { redo, undo } from '../document/commands.ts';
import { chooseJobFile } from '../files/add-files.ts';
import { toggleRun, startRun } from '../run/commands.ts';
import {
  clearSelection,
  copySelection,
  deleteSelection,
  duplicateSelection,
  openDialog,
  paste,
  selectAll,
  toast,
} from '../session/commands.ts';
import { sessionStore } from '../session/session-store.ts';

export interface Stroke {
  readonly key: string;
  /** Ctrl, or Command on a Mac. */
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** The focus is where text is typed or a control uses the keys itself. */
  readonly inField: boolean;
  /** The focus is on a button, link or the like, which Space and Enter press. */
  readonly onControl: boolean;
  readonly dialogOpen: boolean;
}

export type Action = keyof typeof actions;

const actions = {
  undo: () => undo(),
  redo: () => redo(),
  copy: () => {
    const copied = copySelection();
    if (copied > 0) toast(copied === 1 ? 'Copied one operator.' : `Copied ${copied} operators.`);
  },
  paste,
  duplicate: duplicateSelection,
  'select-all': selectAll,
  delete: deleteSelection,
  clear: clearSelection,
  save: () => toast('Every change is saved in this browser by itself. Download keeps a file.'),
  open: () => void chooseJobFile(),
  run: startRun,
  'run-or-pause': toggleRun,
  keys: () => openDialog('keys'),
  commands: () => openDialog('commands'),
} as const;

/** What a stroke means here, or null: then the browser does as ever. */
export function actionFor(stroke: Stroke): Action | null {
  if (stroke.alt) return null;
  if (stroke.ctrl) return ctrlAction(stroke);
  if (stroke.dialogOpen || stroke.inField) return null;
  switch (stroke.key) {
    case 'Delete':
    case 'Backspace':
      return 'delete';
    case 'Escape':
      return 'clear';
    case '?':
      return 'keys';
    case ' ':
      return stroke.onControl ? null : 'run-or-pause';
    default:
      return null;
  }
}

function ctrlAction({ key, shift, inField, dialogOpen }: Stroke): Action | null {
  const name = key.toLowerCase();
  if (name === 's' && !shift) return 'save';
  if (name === 'k' && !shift) return 'commands';
  if (dialogOpen) return null;
  if (name === 'enter') return 'run';
  if (name === 'o' && !shift) return 'open';
  if (inField) return null;
  if (name === 'z') return shift ? 'redo' : 'undo';
  if (shift) return null;
  const plain: Readonly<Record<string, Action>> = { y: 'redo', c: 'copy', v: 'paste', d: 'duplicate', a: 'select-all' };
  return plain[name] ?? null;
}

const fields = 'input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable=true], [role=textbox]';
const controls =
  'button, a, summary, [role=tab], [role=button], [role=switch], [role=radio], [role=menuitem], [role=separator]';

export function useKeyboard(): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      const action = actionFor({
        key: event.key,
        ctrl: event.ctrlKey || event.metaKey,
        shift: event.shiftKey,
        alt: event.altKey,
        inField: target?.closest(fields) != null,
        onControl: target?.closest(controls) != null,
        dialogOpen: sessionStore.getState().dialog !== null,
      });
      if (action === null) return;
      if (action === 'copy' && (getSelection()?.toString() ?? '') !== '') return;
      event.preventDefault();
      actions[action]();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
