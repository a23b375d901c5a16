/**
 * A rolling hash over the lines that describe the events of a run. Two runs with equal fingerprints went the same way;
 * to find where two differ, compare their lines. FNV-1a, twice with different offsets.
 */

export class Fingerprint {
  private low = 0x811c9dc5;
  private high = 0x01000193;

  add(line: string): void {
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i);
      this.low = Math.imul(this.low ^ code, 0x01000193);
      this.high = Math.imul(this.high ^ code, 0x5bd1e995);
    }
    this.low = Math.imul(this.low ^ 10, 0x01000193);
    this.high = Math.imul(this.high ^ 10, 0x5bd1e995);
  }

  /** 16 hexadecimal digits. */
  get value(): string {
    return hex(this.high) + hex(this.low);
  }
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
