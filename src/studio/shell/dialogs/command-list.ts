/** What the command palette offers, from the registries and the commands, and how a few letters find it. */
import { kindTable, operators } from '../../../engine/operators/list.ts';
import { gallery } from '../../../gallery/list.ts';
import { redo, undo } from '../../document/commands.ts';
import { currentJob } from '../../document/document-store.ts';
import { downloadJob, newJob, openExample } from '../../document/library.ts';
import { chooseJobFile } from '../../files/add-files.ts';
import { cancelRun, pauseRun, resumeRun, startRun, stopRun } from '../../run/commands.ts';
import { isActive, runStore } from '../../run/run-store.ts';
import { runScript, stopScript } from '../../run/script-commands.ts';
import { scriptStore } from '../../run/script-store.ts';
import { addOperator } from '../../session/add-operator.ts';
import { chooseTheme, openDialog, setLevel, showPlace, showView } from '../../session/commands.ts';
import { views } from '../../views/list.ts';

export interface Command {
  readonly label: string;
  readonly group: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** As things stand now: only what can be done. */
export function commandList(): readonly Command[] {
  return [...runCommands(), ...scriptCommands(), ...jobCommands(), ...placeCommands(), ...addCommands()];
}

function runCommands(): readonly Command[] {
  const state = runStore.getState();
  const group = 'Run';
  const start: Command = { label: 'Run', group, keys: 'Ctrl+Enter', run: startRun };
  if (!isActive(state)) return [start];
  return [
    start,
    state.paused
      ? { label: 'Resume', group, keys: 'Space', run: resumeRun }
      : { label: 'Pause', group, keys: 'Space', run: pauseRun },
    { label: 'Stop: drain and finish', group, run: stopRun },
    { label: 'Cancel the run', group, run: cancelRun },
  ];
}

function scriptCommands(): readonly Command[] {
  const group = 'Script';
  if (scriptStore.getState().playing) return [{ label: 'Stop script', group, run: stopScript }];
  if (currentJob().script.trim() === '') return [];
  return [{ label: 'Run script', group, run: runScript }];
}

function jobCommands(): readonly Command[] {
  const group = 'Job';
  return [
    { label: 'Undo', group, keys: 'Ctrl+Z', run: undo },
    { label: 'Redo', group, keys: 'Ctrl+Shift+Z', run: redo },
    { label: 'New job', group, run: newJob },
    { label: 'Open a job file', group, keys: 'Ctrl+O', run: () => void chooseJobFile() },
    { label: 'Download the job', group, run: () => void downloadJob() },
    { label: 'Gallery', group, run: () => openDialog('gallery') },
    { label: 'Recent jobs', group, run: () => openDialog('recent') },
    ...gallery.map(
      (example): Command => ({
        label: `Example: ${example.title}`,
        group: 'Gallery',
        run: () => void openExample(example.id),
      }),
    ),
  ];
}

function placeCommands(): readonly Command[] {
  const group = 'Show';
  return [
    ...currentJob().nodes.map(
      (node): Command => ({
        label: `Go to ${node.name}`,
        group: kindTable.get(node.kind)?.title ?? node.kind,
        run: () => showPlace({ node: node.id }),
      }),
    ),
    ...views.map((view): Command => ({ label: `View: ${view.title}`, group, run: () => showView(view.id) })),
    { label: 'Level: logical graph', group, run: () => setLevel('logical') },
    { label: 'Level: job graph', group, run: () => setLevel('job') },
    { label: 'Level: execution graph', group, run: () => setLevel('execution') },
    { label: 'Theme: light', group, run: () => chooseTheme('light') },
    { label: 'Theme: dark', group, run: () => chooseTheme('dark') },
    { label: 'Theme: as the system', group, run: () => chooseTheme('system') },
    { label: 'Settings', group, run: () => openDialog('settings') },
    { label: 'Keyboard', group, keys: '?', run: () => openDialog('keys') },
    { label: 'About Weir', group, run: () => openDialog('about') },
  ];
}

const addCommands = (): readonly Command[] =>
  operators.map((kind) => ({ label: `Add ${kind.title}`, group: 'Operator', run: () => void addOperator(kind.kind) }));

/** Each word of the query occurs in the label or the group; labels that begin with it come first. */
export function matchingCommands(commands: readonly Command[], query: string): readonly Command[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const matches = commands.filter(({ label, group }) =>
    words.every((word) => `${label} ${group}`.toLowerCase().includes(word)),
  );
  const first = words.join(' ');
  return matches.toSorted(
    (a, b) => Number(!a.label.toLowerCase().startsWith(first)) - Number(!b.label.toLowerCase().startsWith(first)),
  );
}
