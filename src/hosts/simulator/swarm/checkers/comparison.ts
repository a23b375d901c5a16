/** Compares rows as texts, in any order, and says in sentences what is lost, wrong or doubled. */
import type { SinkRecord } from '../../simulate.ts';
import type { Item } from '../items.ts';

export const itemText = ({ key, value, id, time }: Item): string => `${key} ${value} ${id} @${time}`;
/** Of a record with the columns of the swarm's jobs. */
export const recordText = ({ row, timestamp }: SinkRecord): string =>
  `${String(row['key'])} ${String(row['value'])} ${String(row['id'])} @${timestamp}`;

export class Comparison {
  private readonly sink: string;
  private readonly counts = new Map<string, { right: number; found: number }>();

  constructor(sink: string, right: readonly string[], found: readonly string[]) {
    this.sink = sink;
    for (const text of right) this.count(text).right++;
    for (const text of found) this.count(text).found++;
  }

  exact(): string[] {
    return [...this.nothingLost(false), ...this.nothingWrong(), ...this.nothingDoubled()];
  }

  /** `distinct`: once is enough, however many there are to be. */
  nothingLost(distinct: boolean): string[] {
    return this.say('lost', ({ right, found }) => (distinct ? Math.min(right, 1) : right) - found);
  }

  nothingWrong(): string[] {
    return this.say('has wrong', ({ right, found }) => (right === 0 ? found : 0));
  }

  nothingDoubled(): string[] {
    return this.say('doubled', ({ right, found }) => (right > 0 ? found - right : 0));
  }

  private say(verb: string, surplus: (count: { right: number; found: number }) => number): string[] {
    const bad = [...this.counts].filter(([, count]) => surplus(count) > 0);
    if (bad.length === 0) return [];
    const rows = bad.reduce((sum, [, count]) => sum + surplus(count), 0);
    return [
      `${this.sink} ${verb} ${rows} rows, such as ${bad
        .slice(0, 3)
        .map(([text]) => text)
        .join(', ')}`,
    ];
  }

  private count(text: string): { right: number; found: number } {
    let count = this.counts.get(text);
    if (count === undefined) {
      count = { right: 0, found: 0 };
      this.counts.set(text, count);
    }
    return count;
  }
}
