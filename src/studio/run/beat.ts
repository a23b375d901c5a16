/**
 * The beat at which text follows a run: all of it is written together, three times a second, and with a commit of the run
 * store, so that the page is laid out and painted once for everything that changed. Nobody reads at 60 Hz.
 */
import { runStore } from './run-store.ts';

const beatMs = 333;
/** A commit that comes a little early takes the beat along; a beat that no commit takes along comes a little late. */
const earlyMs = 25;
const lateMs = 50;

const listeners = new Set<() => void>();
let unsubscribe: (() => void) | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;
let lastAt = Number.NEGATIVE_INFINITY;

/** Calls `listener` soon after each change of the run, at most once a beat, until the returned function is called. */
export function onBeat(listener: () => void): () => void {
  listeners.add(listener);
  unsubscribe ??= runStore.subscribe(changed);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    unsubscribe?.();
    unsubscribe = null;
    stopTimer();
  };
}

function changed(): void {
  const wait = lastAt + beatMs - performance.now();
  if (wait <= earlyMs) beat();
  else timer ??= setTimeout(beat, wait + lateMs);
}

function beat(): void {
  stopTimer();
  lastAt = performance.now();
  for (const listener of listeners) listener();
}

function stopTimer(): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
}
