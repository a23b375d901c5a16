/**
 * Chaos: faults by chance while the job runs, one in each interval, from a seed. Each is injected for now at its moment;
 * a pause of the run holds it off. It ends with the run.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { chaosFault } from '../../engine/faults/chaos.ts';
import type { NewFault } from '../../engine/graph/fault-edits.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { injectFault } from '../run/commands.ts';
import { isActive, runStore } from '../run/run-store.ts';

export interface ChaosState {
  readonly on: boolean;
  readonly seed: number;
  readonly everyMs: number;
  readonly kinds: readonly string[];
  /** Faults injected since it was switched on. */
  readonly injected: number;
}

export const chaosStore = createStore<ChaosState>(() => ({
  on: false,
  seed: 1,
  everyMs: 2_000,
  kinds: ['crash-worker'],
  injected: 0,
}));

export const useChaos = <T>(selector: (state: ChaosState) => T): T => useStore(chaosStore, selector);

/** Takes effect from the next fault on. */
export function setChaos(changes: Partial<Pick<ChaosState, 'seed' | 'everyMs' | 'kinds'>>): void {
  chaosStore.setState(changes);
}

let stop: () => void = () => undefined;

/** Refused while nothing runs. */
export function startChaos(): void {
  stopChaos();
  const { run } = runStore.getState();
  if (run === null || !isActive(runStore.getState())) return;
  chaosStore.setState({ on: true, injected: 0 });
  let number = 0;
  const clock = new RunClock();
  clock.setStopped(runStore.getState().paused);
  /** Where the interval of the next fault begins: intervals may have had several lengths. */
  let begins = 0;
  const next = (): (() => void) => {
    const at = begins + momentIn(number);
    begins += chaosStore.getState().everyMs;
    return clock.at(at, () => {
      strike(number++);
      cancel = next();
    });
  };
  let cancel = next();
  const unsubscribe = runStore.subscribe((state) => {
    if (state.run !== run || !isActive(state)) stopChaos();
    else clock.setStopped(state.paused);
  });
  stop = () => {
    cancel();
    unsubscribe();
  };
}

export function stopChaos(): void {
  stop();
  stop = () => undefined;
  if (chaosStore.getState().on) chaosStore.setState({ on: false });
}

/** When fault `number` is due, in ms since its interval began, with the settings as they are. */
function momentIn(number: number): number {
  const fault = drawn(number);
  const { everyMs } = chaosStore.getState();
  return fault?.when.kind === 'at' ? fault.when.ms - number * everyMs : everyMs;
}

function strike(number: number): void {
  const fault = drawn(number);
  if (fault === null) return;
  const now: NewFault = { ...fault, when: fault.when.kind === 'at' ? { kind: 'now' } : fault.when };
  if (injectFault(now) !== null) chaosStore.setState(({ injected }) => ({ injected: injected + 1 }));
}

function drawn(number: number): ReturnType<typeof chaosFault> {
  const plan: ExecutionGraph | null = runStore.getState().view?.graph ?? null;
  if (plan === null) return null;
  const { seed, everyMs, kinds } = chaosStore.getState();
  return chaosFault({ seed, plan, everyMs, kinds }, number);
}

const shortestWaitMs = 50;

/** Time since it was made, without the pauses; one alarm. */
class RunClock {
  private elapsed = 0;
  private since: number | null = performance.now();
  private alarm: { readonly at: number; readonly act: () => void } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  at(at: number, act: () => void): () => void {
    this.alarm = { at, act };
    this.arm();
    return () => {
      clearTimeout(this.timer);
      this.alarm = null;
    };
  }

  setStopped(stopped: boolean): void {
    if (stopped === (this.since === null)) return;
    if (this.since !== null) this.elapsed += performance.now() - this.since;
    this.since = stopped ? null : performance.now();
    this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const { alarm, since } = this;
    if (alarm === null || since === null) return;
    const wait = alarm.at - this.elapsed - (performance.now() - since);
    this.timer = setTimeout(
      () => {
        this.alarm = null;
        alarm.act();
      },
      Math.max(shortestWaitMs, wait),
    );
  }
}
