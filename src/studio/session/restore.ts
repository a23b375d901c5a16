/** Panels, level, dock and dropped files as they were before the reload, and the saving of them from then on. */
import { listFiles } from '../storage/database.ts';
import { readPreferences, writePreferences } from '../storage/preferences.ts';
import { sessionStore, type DroppedFile, type SessionState } from './session-store.ts';

const kept = [
  'callouts',
  'paletteOpen',
  'inspectorOpen',
  'dockOpen',
  'dockTabs',
  'level',
] as const satisfies readonly (keyof SessionState)[];

export function restorePanels(): void {
  const saved = readPreferences();
  const values = kept.filter((key) => saved[key] !== undefined).map((key) => [key, saved[key]]);
  sessionStore.setState(Object.fromEntries(values) as Partial<SessionState>);
  sessionStore.subscribe((state, before) => {
    if (kept.every((key) => state[key] === before[key])) return;
    writePreferences({ ...pick(state), dockTabs: [...state.dockTabs] });
  });
}

const pick = ({ callouts, paletteOpen, inspectorOpen, dockOpen, level }: SessionState) => ({
  callouts,
  paletteOpen,
  inspectorOpen,
  dockOpen,
  level,
});

/** Brings the dropped files back. The Blobs are read from disk when a job reads them, not now. */
export async function restoreFiles(): Promise<void> {
  const stored = await listFiles().catch(() => []);
  const files = stored
    .toSorted((a, b) => a.addedAt - b.addedAt)
    .map(
      (file): DroppedFile => ({
        resource: { name: file.name, format: file.format, content: file.blob },
        schema: file.schema,
        bytes: file.blob.size,
      }),
    );
  sessionStore.setState((state) => {
    const fresh = new Set(state.files.map((file) => file.resource.name));
    return { files: [...files.filter((file) => !fresh.has(file.resource.name)), ...state.files], filesReady: true };
  });
}
