/**
 * `weir run` and `weir sim`, each in a thread of its own, so that one that has given no sign of life for a while can be
 * ended: most often a function of the job loops without end, and then the thread that runs it can say nothing itself. Nor
 * can it where it has used up its memory.
 */
import { Worker } from 'node:worker_threads';
import { endingText } from '../hosts/script-play.ts';
import { exitCodes } from './exit-codes.ts';
import type { FromRun } from './guard-protocol.ts';
import type { StepTaken, Streams } from './streams.ts';

/** TypeScript is read as in this thread: threads do not inherit that. */
const bootstrap = `
const { workerData } = require('node:worker_threads');
import(workerData.tsx).then(({ register }) => {
  register();
  return import(workerData.program);
});`;

/** @returns the exit code */
export function guarded(args: readonly string[], to: Streams): Promise<number> {
  const program = new URL('./run-worker.ts', import.meta.url).href;
  const stdin = args.includes('-');
  const workerData = { tsx: import.meta.resolve('tsx/esm/api'), program, args };
  const worker = new Worker(bootstrap, { eval: true, workerData, stdin });
  if (stdin && worker.stdin !== null) process.stdin.pipe(worker.stdin);
  return new Promise((resolve, reject) => {
    const say = (said: ReturnType<typeof endingText>): void => {
      if (args.includes('--json')) to.print(JSON.stringify({ kind: 'problem', severity: 'error', place: '', ...said }));
      else to.complain(`${said.message} ${said.advice}`);
    };
    const watch = new Watch((limitMs, step) => {
      say(endingText(step === null ? 'lifeless' : 'silent', step, { seconds: limitMs / 1000 }));
      void worker.terminate().then(() => resolve(exitCodes.noProgress));
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return reject(error);
      say(endingText('memory', watch.step));
      watch.within(null);
      resolve(exitCodes.noProgress);
    });
    worker.on('message', (said: FromRun) => {
      if (said.kind === 'print') to.print(said.line);
      if (said.kind === 'complain') to.complain(said.line);
      if (said.kind === 'watch') watch.within(said.limitMs);
      if (said.kind === 'sign') watch.sign(said.step);
      if (said.kind === 'done') {
        watch.within(null);
        resolve(said.code);
      }
    });
  });
}

/** Waits for the next sign. */
class Watch {
  private readonly onSilence: (limitMs: number, step: StepTaken | null) => void;
  /** Of a script, the one that was taken last. */
  step: StepTaken | null = null;
  private limitMs: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onSilence: Watch['onSilence']) {
    this.onSilence = onSilence;
  }

  within(limitMs: number | null): void {
    this.limitMs = limitMs;
    this.sign(this.step);
  }

  sign(step: StepTaken | null): void {
    const { limitMs } = this;
    this.step = step;
    clearTimeout(this.timer);
    if (limitMs !== null) this.timer = setTimeout(() => this.onSilence(limitMs, this.step), limitMs);
  }
}
