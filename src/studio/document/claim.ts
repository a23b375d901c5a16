/**
 * One tab edits a document at a time: a lock under its id, held while it is open. Without it, two tabs would write over
 * each other's autosave.
 */

/** A page that is being reloaded may hold the lock for a moment longer. */
const tries = 6;
const pauseMs = 60;
let release: (() => void) | null = null;

/**
 * Claims a document and lets go of the one before. False if another tab has it; then nothing has changed. Browsers
 * without locks claim everything.
 */
export async function claimDocument(id: string): Promise<boolean> {
  if (!('locks' in navigator)) return true;
  for (let left = tries; left > 0; left--) {
    if (await claimNow(id)) return true;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return false;
}

/** The browser says whether somebody has it; how long it takes to say so tells nothing, on a busy machine least of all. */
function claimNow(id: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`weir.document.${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        release?.();
        return new Promise<void>((done) => {
          release = done;
        });
      })
      .catch(reject);
  });
}
