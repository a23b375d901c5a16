/**
 * Words on the overlay: offered while a frame is drawn, painted last, each only once and never over another. The first
 * offered wins.
 */
import type { Inks } from './inks.ts';
import { type Brush, paintWords } from './paint.ts';

interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/** Pixels of the screen. */
const textSize = 11;
const glyphWidth = 6.7;
const lineHeight = 17;
const flagWidth = 18;
const flagHeight = 13;

export class WordPlaces {
  private readonly words: Word[] = [];
  private readonly keys = new Set<string>();
  /** Middles of flags: x, y, x, y, … */
  private readonly flags: number[] = [];
  private zoom = 1;

  begin(zoom: number): void {
    this.words.length = 0;
    this.keys.clear();
    this.flags.length = 0;
    this.zoom = zoom;
  }

  /** Half the width of a word, in canvas pixels: nearer to a card than this, it would be cut. */
  halfWidth(text: string): number {
    return ((text.length * glyphWidth) / 2 + 5) / Math.min(1, this.zoom);
  }

  /** Takes a word, in canvas coordinates, unless its key was taken or there is another word in its place. */
  offer(text: string, x: number, y: number, colour: string, key: string): boolean {
    if (this.zoom < 0.45 || this.keys.has(key)) return false;
    const word = { text, x, y, colour };
    if (this.words.some((other) => this.overlap(word, other))) return false;
    this.keys.add(key);
    this.words.push(word);
    return true;
  }

  /** A flag stands here, in canvas coordinates: no word is painted over it. */
  keepClear(x: number, y: number): void {
    this.flags.push(x, y);
  }

  paint(brush: Brush, inks: Inks, zoom: number): void {
    const size = textSize / Math.min(1, zoom);
    for (const word of this.words) {
      if (!this.coversFlag(word)) paintWords(brush, word.text, word.x, word.y, size, word.colour, inks);
    }
  }

  private coversFlag({ text, x, y }: Word): boolean {
    const scale = Math.min(1, this.zoom);
    const width = (text.length * glyphWidth + flagWidth) / 2;
    for (let i = 0; i < this.flags.length; i += 2) {
      const [flagX, flagY] = [this.flags[i] as number, this.flags[i + 1] as number];
      if (Math.abs(flagX - x) * scale < width && Math.abs(flagY - y) * scale < flagHeight) return true;
    }
    return false;
  }

  private overlap(a: Word, b: Word): boolean {
    const scale = Math.min(1, this.zoom);
    const width = ((a.text.length + b.text.length) / 2) * glyphWidth + 16;
    return Math.abs(a.x - b.x) * scale < width && Math.abs(a.y - b.y) * scale < lineHeight;
  }
}
