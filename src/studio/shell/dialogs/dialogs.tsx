/** Whichever dialog is open. Each is loaded when it is first opened. */
import { lazy, Suspense, type ComponentType } from 'react';
import { useSession, type DialogName } from '../../session/session-store.ts';

const dialogs: Readonly<Record<DialogName, ComponentType>> = {
  gallery: lazy(() => import('./gallery-dialog.tsx').then(({ GalleryDialog }) => ({ default: GalleryDialog }))),
  recent: lazy(() => import('./recent-dialog.tsx').then(({ RecentDialog }) => ({ default: RecentDialog }))),
  settings: lazy(() => import('./settings-dialog.tsx').then(({ SettingsDialog }) => ({ default: SettingsDialog }))),
  about: lazy(() => import('./about-dialog.tsx').then(({ AboutDialog }) => ({ default: AboutDialog }))),
  'open-issues': lazy(() =>
    import('./open-issues-dialog.tsx').then(({ OpenIssuesDialog }) => ({ default: OpenIssuesDialog })),
  ),
  keys: lazy(() => import('./keys-dialog.tsx').then(({ KeysDialog }) => ({ default: KeysDialog }))),
  commands: lazy(() => import('./commands-dialog.tsx').then(({ CommandsDialog }) => ({ default: CommandsDialog }))),
};

export function Dialogs() {
  const name = useSession((state) => state.dialog);
  if (name === null) return null;
  const Shown = dialogs[name];
  return (
    <Suspense fallback={null}>
      <Shown />
    </Suspense>
  );
}
