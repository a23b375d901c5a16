/** Whether a media query holds, followed as it changes. */
import { useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

/**
 * The inspector becomes a drawer below this width, so that the canvas stays of use; below the next the palette does too,
 * and the top bar has two rows.
 */
export const mediumScreen = '(max-width: 1099px)';
export const narrowScreen = '(max-width: 899px)';
