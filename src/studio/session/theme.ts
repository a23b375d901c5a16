/** The theme in force: the person's choice or the system's, kept on <html data-theme> for styles and canvases. */
import { readPreferences, writePreferences } from '../storage/preferences.ts';
import { sessionStore, type Theme } from './session-store.ts';

/** Sets the theme before the first paint and follows the choice and the system from then on. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { themeChoice, theme } = sessionStore.getState();
    const next: Theme = themeChoice === 'system' ? (dark.matches ? 'dark' : 'light') : themeChoice;
    document.documentElement.dataset['theme'] = next;
    if (next !== theme) sessionStore.setState({ theme: next });
  };
  sessionStore.setState({ themeChoice: readPreferences().themeChoice ?? 'system' });
  apply();
  dark.addEventListener('change', apply);
  sessionStore.subscribe((state, before) => {
    if (state.themeChoice === before.themeChoice) return;
    writePreferences({ themeChoice: state.themeChoice });
    apply();
  });
}
