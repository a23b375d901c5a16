/**
 * The entries of one text column over all batches of a reading. While few texts are distinct, all batches share one
 * growing list and a text that was seen before costs no string. Once many are, sharing would only hold them in memory:
 * from then on each batch has a list of its own.
 */

/** Beyond this many distinct texts a column is not a set of names any more (there are about 20,000 airports). */
const SHARED_ENTRIES_MAX = 8192;
const SHARED_CHARACTERS_MAX = 2 ** 20;

/** V8 keeps the whole slice alive for a piece of it that is at least this long. */
const PIECE_LENGTH_MIN = 13;

const EMPTY = -1;

export class TextDictionary {
  #entries: string[] = [];
  #shared = true;
  #characters = 0;
  /** Open addressing over codes, at most half full. */
  #slots = new Int32Array(256).fill(EMPTY);

  /** True while all batches share `entries`. */
  get shared(): boolean {
    return this.#shared;
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  /** To be called before the first record of each batch: the only moment when the list may be exchanged. */
  beginBatch(): void {
    if (this.#entries.length > SHARED_ENTRIES_MAX || this.#characters > SHARED_CHARACTERS_MAX) this.#shared = false;
    if (this.#shared) return;
    this.#entries = [];
    this.#slots = new Int32Array(0);
  }

  /** The code of [from, to) of `text` in `entries`. */
  code(text: string, from: number, to: number): number {
    if (!this.#shared) return this.#entries.push(text.slice(from, to)) - 1;
    const slot = this.#slotOf(text, from, to);
    const known = this.#slots[slot] as number;
    return known === EMPTY ? this.#add(slot, text.slice(from, to)) : known;
  }

  #add(slot: number, entry: string): number {
    const code = this.#entries.push(detached(entry)) - 1;
    this.#slots[slot] = code;
    this.#characters += entry.length;
    if (this.#entries.length * 2 > this.#slots.length) this.#grow();
    return code;
  }

  #slotOf(text: string, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(text, from, to) & mask;
    for (;;) {
      const code = this.#slots[slot] as number;
      if (code === EMPTY) return slot;
      const entry = this.#entries[code] as string;
      if (entry.length === to - from && text.startsWith(entry, from)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const entries = this.#entries;
    for (let code = 0; code < entries.length; code++) {
      const entry = entries[code] as string;
      this.#slots[this.#slotOf(entry, 0, entry.length)] = code;
    }
  }
}

/** FNV-1a over UTF-16 units, folded so that the low bits depend on all of them. */
function hash(text: string, from: number, to: number): number {
  let h = 0x811c9dc5;
  for (let i = from; i < to; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h ^ (h >>> 15);
}

/** The same text without a hold on the slice that it was cut from. JSON keeps lone surrogates; TextEncoder would not. */
export function detached(text: string): string {
  return text.length < PIECE_LENGTH_MIN ? text : (JSON.parse(JSON.stringify(text)) as string);
}
