/** The thread in which `weir run` or `weir sim` runs; `guard.ts` listens, and ends it when it falls silent. */
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../base/assert.ts';
import type { FromRun } from './guard-protocol.ts';
import type { SignsOfLife, StepTaken } from './streams.ts';
import { weir } from './weir.ts';

const port = present(parentPort, 'the thread that guards this one');
const { args } = workerData as { readonly args: readonly string[] };
const say = (said: FromRun): void => port.postMessage(said);

/** More often nobody needs to know. */
const everyMs = 100;
let last = 0;
let current: StepTaken | null = null;

const signs: SignsOfLife = {
  watch: (limitMs) => say({ kind: 'watch', limitMs }),
  sign: (step) => {
    const now = performance.now();
    // A step is told at once: it may be the one that never ends.
    if (step === undefined && now - last < everyMs) return;
    last = now;
    if (step !== undefined) current = step;
    say({ kind: 'sign', step: current });
  },
};
const code = await weir(args, {
  print: (line) => say({ kind: 'print', line }),
  complain: (line) => say({ kind: 'complain', line }),
  signs,
});
say({ kind: 'done', code });
