/** Where the tip finds the overlay that is on the page, to ask it what is under the pointer. */
import type { Overlay } from './overlay.ts';

let current: Overlay | null = null;

export const currentOverlay = (): Overlay | null => current;

export function provideOverlay(overlay: Overlay): () => void {
  current = overlay;
  return () => {
    if (current === overlay) current = null;
  };
}
