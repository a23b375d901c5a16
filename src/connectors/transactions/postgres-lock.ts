/** Who may touch the files of a database: two Postgres over the same ones would destroy them. */

/** Another tab may be about to close; a page that was reloaded lets go within this time. */
const patienceMs = 10_000;

/** Does `work` while nobody else has the files. Rejects if somebody keeps them. */
export async function holdingFiles<T>(database: string, work: () => Promise<T>): Promise<T> {
  let held = false;
  try {
    return await navigator.locks.request(
      `weir-postgres:${database}`,
      { signal: AbortSignal.timeout(patienceMs) },
      () => {
        held = true;
        return work();
      },
    );
  } catch (error) {
    if (held) throw error;
    throw new Error('Postgres is open in another tab of Weir; close that tab and try again');
  }
}
