/** Usual and rare delays of messages and of the outside world, in ms, decided by the seed. */
import type { Chance } from './chance.ts';

const message = { usual: 0.3, slow: 15, rarity: 20 };
const store = { usual: 1, slow: 50, rarity: 10 };

export class Delays {
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  message(): number {
    return this.chance.delay(message.usual, message.slow, message.rarity);
  }

  store(): number {
    return this.chance.delay(store.usual, store.slow, store.rarity);
  }
}
