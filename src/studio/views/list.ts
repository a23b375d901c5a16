/** The dock's views, in the order of their tabs. Adding one is a folder and a line here; each loads when first shown. */
import './views.css';
import { lazy } from 'react';
import type { ComponentType } from 'react';
import { startRecording } from './swimlanes/recorder.ts';

export interface DockView {
  readonly id: string;
  readonly title: string;
  readonly Component: ComponentType;
}

export const views: readonly DockView[] = [
  {
    id: 'results',
    title: 'Results',
    Component: lazily(async () => (await import('./results/results-view.tsx')).ResultsView),
  },
  { id: 'time', title: 'Time', Component: lazily(async () => (await import('./time/time-view.tsx')).TimeView) },
  {
    id: 'script',
    title: 'Script',
    Component: lazily(async () => (await import('./script/script-view.tsx')).ScriptView),
  },
  {
    id: 'watermarks',
    title: 'Watermarks',
    Component: lazily(async () => (await import('./watermarks/watermarks-view.tsx')).WatermarksView),
  },
  {
    id: 'state',
    title: 'State',
    Component: lazily(async () => (await import('./state/state-view.tsx')).StateView),
  },
  {
    id: 'checkpoints',
    title: 'Checkpoints',
    Component: lazily(async () => (await import('./checkpoints/checkpoints-view.tsx')).CheckpointsView),
  },
  {
    id: 'recovery',
    title: 'Recovery',
    Component: lazily(async () => (await import('./recovery/recovery-view.tsx')).RecoveryView),
  },
  {
    id: 'ledger',
    title: 'Ledger',
    Component: lazily(async () => (await import('./ledger/ledger-view.tsx')).LedgerView),
  },
  {
    id: 'channels',
    title: 'Channels',
    Component: lazily(async () => (await import('./channels/channels-view.tsx')).ChannelsView),
  },
  {
    id: 'swimlanes',
    title: 'Swimlanes',
    Component: lazily(async () => (await import('./swimlanes/swimlanes-view.tsx')).SwimlanesView),
  },
  { id: 'sql', title: 'SQL', Component: lazily(async () => (await import('./sql/sql-view.tsx')).SqlView) },
  { id: 'log', title: 'Log', Component: lazily(async () => (await import('./log/log-view.tsx')).LogView) },
];

// Before any tab is shown: the swimlanes of a run begin with the run.
startRecording();

function lazily(load: () => Promise<ComponentType>): ComponentType {
  return lazy(async () => ({ default: await load() }));
}
