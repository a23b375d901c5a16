/** The top bar: which job, its run, and the ways to other jobs and to the settings. */
import {
  BookOpen,
  Command,
  Download,
  Ellipsis,
  FilePlus2,
  FolderOpen,
  History,
  Info,
  Keyboard,
  Monitor,
  Moon,
  PanelLeft,
  PanelRight,
  Redo2,
  Settings,
  Sun,
  Undo2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { redo, renameJob, undo } from '../document/commands.ts';
import { useDocument, useJob } from '../document/document-store.ts';
import { downloadJob, newJob } from '../document/library.ts';
import { chooseJobFile } from '../files/add-files.ts';
import { ProblemsButton } from '../problems/problems-button.tsx';
import { chooseTheme, openDialog, setPanel } from '../session/commands.ts';
import { useSession, type ThemeChoice } from '../session/session-store.ts';
import { IconButton } from '../ui/button.tsx';
import type { MenuItem } from '../ui/menu-base.tsx';
import { Menu } from '../ui/menu.tsx';
import { Meaning } from '../ui/tooltip.tsx';
import { CheckpointIndicator } from './checkpoint-indicator.tsx';
import { Logo } from './logo.tsx';
import { JobStateText, RunControls, Speed } from './run-controls.tsx';
import { mediumScreen, narrowScreen, useMedia } from './use-media.ts';

const icon = (Icon: typeof Undo2): ReactNode => <Icon size={16} strokeWidth={1.75} aria-hidden />;

export function TopBar() {
  const narrow = useMedia(narrowScreen);
  const medium = useMedia(mediumScreen);
  if (narrow) return <NarrowBar />;
  return (
    <header className="top-bar">
      <div className="flex min-w-0 flex-1 items-center gap-2.5">
        <Brand word={!medium} />
        <JobName />
        <SavedText />
      </div>
      <div className="flex flex-none items-center gap-3">
        <RunControls />
        <JobStateText />
        <CheckpointIndicator />
        <Speed />
      </div>
      <div className="flex min-w-0 flex-1 items-center justify-end gap-0.5">
        <ProblemsButton />
        <UndoRedo />
        <span className="bar-gap" />
        {medium ? null : <JobButtons />}
        <MoreMenu withJobs={medium} />
        {medium && <PanelButton panel="inspector" />}
      </div>
    </header>
  );
}

/** Two rows: the job above, its run below. */
function NarrowBar() {
  return (
    <header>
      <div className="top-bar">
        <PanelButton panel="palette" />
        <Brand word={false} />
        <div className="min-w-0 flex-1">
          <JobName />
        </div>
        <ProblemsButton />
        <MoreMenu withJobs withHistory />
        <PanelButton panel="inspector" />
      </div>
      <div className="top-bar top-bar-second">
        <RunControls />
        <JobStateText />
        <CheckpointIndicator />
        <div className="min-w-0 flex-1">
          <Speed compact />
        </div>
      </div>
    </header>
  );
}

const Brand = ({ word }: { readonly word: boolean }) => (
  <button type="button" className="brand" aria-label="Weir: about" onClick={() => openDialog('about')}>
    <Logo size={24} />
    {word && <span>Weir</span>}
  </button>
);

function JobName() {
  const name = useJob((job) => job.name);
  return (
    <span className="job-name">
      <span aria-hidden className="job-name-size">
        {name === '' ? 'Untitled job' : name}
      </span>
      <input
        aria-label="Job name"
        value={name}
        placeholder="Untitled job"
        maxLength={120}
        onChange={(event) => renameJob(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </span>
  );
}

const savedMeanings = {
  saved: 'This job is kept in this browser, with each change.',
  saving: 'The last change is being written to this browser’s storage.',
  failed: 'The browser refused to store the job. Download it, so that it is not lost.',
} as const;

function SavedText() {
  const saved = useDocument((state) => state.saved);
  return (
    <span
      role="status"
      aria-label="Saved state"
      className={`text-sm whitespace-nowrap max-[1180px]:hidden ${saved === 'failed' ? 'text-red-ink' : 'text-faint'}`}
    >
      <Meaning of={saved === 'failed' ? 'not saved' : saved} is={savedMeanings[saved]} />
    </span>
  );
}

function UndoRedo() {
  const undoLabel = useDocument((state) => state.history.past.at(-1)?.label);
  const redoLabel = useDocument((state) => state.history.future.at(-1)?.label);
  return (
    <>
      <IconButton
        label="Undo"
        keys="Ctrl+Z"
        disabled={undoLabel === undefined}
        hint={undoLabel === undefined ? 'Nothing to undo' : `Undo: ${undoLabel}`}
        icon={icon(Undo2)}
        onClick={undo}
      />
      <IconButton
        label="Redo"
        keys="Ctrl+Shift+Z"
        disabled={redoLabel === undefined}
        hint={redoLabel === undefined ? 'Nothing to redo' : `Redo: ${redoLabel}`}
        icon={icon(Redo2)}
        onClick={redo}
      />
    </>
  );
}

function JobButtons() {
  return (
    <>
      <IconButton
        label="Gallery"
        hint="Gallery: examples over real data"
        icon={icon(BookOpen)}
        onClick={() => openDialog('gallery')}
      />
      <IconButton
        label="Open"
        hint="Open a job file"
        keys="Ctrl+O"
        icon={icon(FolderOpen)}
        onClick={() => void chooseJobFile()}
      />
      <IconButton
        label="Download"
        hint="Download this job as a file"
        icon={icon(Download)}
        onClick={() => void downloadJob()}
      />
      <ThemeButton />
      <IconButton label="Settings" icon={icon(Settings)} onClick={() => openDialog('settings')} />
    </>
  );
}

const themes: readonly { readonly value: ThemeChoice; readonly name: string; readonly icon: typeof Sun }[] = [
  { value: 'system', name: 'as the system', icon: Monitor },
  { value: 'light', name: 'light', icon: Sun },
  { value: 'dark', name: 'dark', icon: Moon },
];

/** Goes from one choice to the next: as the system, light, dark. */
function ThemeButton() {
  const choice = useSession((state) => state.themeChoice);
  const at = themes.findIndex((theme) => theme.value === choice);
  const now = themes[at] ?? themes[0];
  const next = themes[(at + 1) % themes.length];
  if (now === undefined || next === undefined) return null;
  return (
    <IconButton
      label={`Theme: ${now.name}`}
      hint={`Theme: ${now.name}. Click for ${next.name}.`}
      icon={icon(now.icon)}
      onClick={() => chooseTheme(next.value)}
    />
  );
}

function MoreMenu({ withJobs, withHistory = false }: { readonly withJobs: boolean; readonly withHistory?: boolean }) {
  const small = (Icon: typeof Undo2) => <Icon size={15} strokeWidth={1.75} />;
  const history: readonly MenuItem[] = [
    { label: 'Undo', icon: small(Undo2), run: undo },
    { label: 'Redo', icon: small(Redo2), run: redo },
  ];
  const jobs: readonly MenuItem[] = [
    { label: 'Gallery', icon: small(BookOpen), separated: withHistory, run: () => openDialog('gallery') },
    { label: 'Open', icon: small(FolderOpen), run: () => void chooseJobFile() },
    { label: 'Download', icon: small(Download), run: () => void downloadJob() },
  ];
  const settings: MenuItem = { label: 'Settings', icon: small(Settings), run: () => openDialog('settings') };
  const items: readonly MenuItem[] = [
    ...(withHistory ? history : []),
    ...(withJobs ? jobs : []),
    { label: 'New job', icon: small(FilePlus2), run: newJob },
    { label: 'Recent jobs', icon: small(History), run: () => openDialog('recent') },
    { label: 'Commands', icon: small(Command), keys: 'Ctrl+K', separated: true, run: () => openDialog('commands') },
    ...(withJobs ? [settings] : []),
    { label: 'Keyboard', icon: small(Keyboard), keys: '?', run: () => openDialog('keys') },
    { label: 'About Weir', icon: small(Info), run: () => openDialog('about') },
  ];
  return (
    <Menu
      items={items}
      trigger={
        <button type="button" className="icon-button" aria-label="More" title="More">
          {icon(Ellipsis)}
        </button>
      }
    />
  );
}

function PanelButton({ panel }: { readonly panel: 'palette' | 'inspector' }) {
  const open = useSession((state) => (panel === 'palette' ? state.paletteDrawer : state.inspectorDrawer));
  const label = panel === 'palette' ? 'Operators' : 'Inspector';
  return (
    <IconButton
      label={label}
      pressed={open}
      icon={icon(panel === 'palette' ? PanelLeft : PanelRight)}
      onClick={() => setPanel(panel === 'palette' ? 'paletteDrawer' : 'inspectorDrawer', !open)}
    />
  );
}
