/**
 * One tab edits a document at a time: a lock under its id, held while it is open. Without it, two tabs would write over
 * each other's autosave.
 */

const patienceMs = 250;
let release: (() => void) | null = null;

/**
 * Claims a document and lets go of the one before. False if another tab has it; then nothing has changed. Browsers
 * without locks claim everything.
 */
export async function claimDocument(id: string): Promise<boolean> {
  if (!('locks' in navigator)) return true;
  // A page that is being reloaded may hold the lock for a moment longer.
  const signal = AbortSignal.timeout(patienceMs);
  return new Promise((resolve) => {
    navigator.locks
      .request(`weir.document.${id}`, { signal }, () => {
        release?.();
        resolve(true);
        return new Promise<void>((done) => {
          release = done;
        });
      })
      .catch(() => resolve(false));
  });
}
