/** The page that `run.ts` opens: offers the measurements as `window.weirBench`. */
import * as engine from './engine.ts';
import * as jobs from './jobs.ts';
import * as recovery from './recovery.ts';
import * as rivals from './rivals.ts';

export const bench = { ...engine, ...jobs, ...recovery, ...rivals };
export type Bench = typeof bench;

declare global {
  interface Window {
    weirBench: Bench;
  }
}

window.weirBench = bench;
