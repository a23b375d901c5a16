/** The autosave in force, for those who must be sure that the document is stored before they go on. */
import type { Autosave } from './autosave.ts';

let autosave: Autosave | null = null;

export function provideAutosave(given: Autosave): void {
  autosave = given;
}

/** Writes what is not yet written. A refusal of the browser is shown by the autosave itself and does not reject. */
export async function flushDocument(): Promise<boolean> {
  try {
    await autosave?.flush();
    return true;
  } catch {
    return false;
  }
}
