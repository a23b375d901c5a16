/** Watches one Worker: tells once if it does not come up, or breaks later. */
import type { FailureCode } from '../../engine/wire/failures.ts';
import type { PooledWorker } from './worker-pool.ts';

/** A Worker that is not up after this time will not come. */
const bootTimeoutMs = 10_000;

/** Returns the way to stop watching. */
export function watchWorker(pooled: PooledWorker, lost: (code: FailureCode, reason: string) => void): () => void {
  let up = false;
  let done = false;
  const forget = (): void => {
    done = true;
    clearTimeout(timer);
  };
  const tell = (code: FailureCode, reason: string): void => {
    if (done) return;
    forget();
    lost(code, reason);
  };
  const timer = setTimeout(() => {
    if (!up) tell('worker-unavailable', `it was not up after ${bootTimeoutMs / 1000} s`);
  }, bootTimeoutMs);
  void pooled.boot.then((boot) => {
    up = boot.up;
    clearTimeout(timer);
    if (!boot.up) tell('worker-unavailable', boot.reason);
  });
  pooled.worker.addEventListener('error', (event) => {
    event.preventDefault();
    if (up) tell('worker-crashed', event.message || 'no reason given');
  });
  pooled.worker.addEventListener('messageerror', () => tell('worker-crashed', 'a message could not be read'));
  return forget;
}
