/** How long things take in the simulated cluster, in ms: by chance, which the seed decides, or no time at all. */
import type { Chance } from './chance.ts';

export interface Delays {
  /** A message on its way. */
  message(): number;
  /** An answer of the outside world. */
  store(): number;
  /** A step of a subtask. */
  step(): number;
  /** A Worker's start. */
  boot(): number;
  /** Within it, what a dead thread had sent to the stores still gets there or does not. */
  dying(): number;
  /** From a Worker's death until its host sees it. */
  deathNotice(): number;
  /** From the coordinator's death until another one takes over. */
  failover(): number;
  /** From a reload until the page runs the job again. */
  reload(): number;
}

/** Usually up to `usual`, rarely, one time in `rarity`, up to `slow`. */
const message = { usual: 0.3, slow: 15, rarity: 20 };
const store = { usual: 1, slow: 50, rarity: 10 };
const step = { usual: 0.1, slow: 4, rarity: 50 };
const boot = { least: 5, most: 40 };
const dying = { least: 0, most: 15 };
const deathNotice = { least: 1, most: 20 };
const failover = { least: 20, most: 120 };
const reload = { least: 100, most: 400 };

export function delaysBy(chance: Chance): Delays {
  const mostly = ({ usual, slow, rarity }: typeof message) => chance.delay(usual, slow, rarity);
  const within = ({ least, most }: typeof boot) => chance.between(least, most);
  return {
    message: () => mostly(message),
    store: () => mostly(store),
    step: () => mostly(step),
    boot: () => within(boot),
    dying: () => within(dying),
    deathNotice: () => within(deathNotice),
    failover: () => within(failover),
    reload: () => within(reload),
  };
}

const none = (): number => 0;

/** Everything happens at once, so that time passes only where somebody waits for it. */
export const noDelays: Delays = {
  message: none,
  store: none,
  step: none,
  boot: none,
  dying: none,
  deathNotice: none,
  failover: none,
  reload: none,
};
