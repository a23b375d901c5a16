/** Window joins computed plainly, from all records at once: what the operators are compared with. */
import * as fc from 'fast-check';

export interface Sided {
  readonly side: '' | 'r:';
  readonly key: string;
  readonly n: number;
  readonly at: number;
}

export const sidedRecord: fc.Arbitrary<Sided> = fc.record({
  side: fc.constantFrom('', 'r:'),
  key: fc.constantFrom('a', 'b'),
  n: fc.integer({ min: 1, max: 99 }),
  at: fc.integer({ min: -20, max: 40 }),
});

/** As cases write it. */
export const sidedText = ({ side, key, n, at }: Sided): string => `${side}${key}=${n}@${at}`;

interface Filled {
  readonly start: number;
  readonly end: number;
  readonly records: readonly Sided[];
}

/** The windows of the records of one key. */
type Windows = (records: readonly Sided[]) => readonly Filled[];

/** Tumbling, of ten. */
export const tens: Windows = (records) => {
  const starts = new Set(records.map(({ at }) => Math.floor(at / 10) * 10));
  return [...starts].map((start) => {
    return { start, end: start + 10, records: records.filter(({ at }) => at >= start && at < start + 10) };
  });
};

/** Sessions, those that touch being one. */
export const sessionsBy =
  (gap: (record: Sided) => number): Windows =>
  (records) => {
    const made: { start: number; end: number; records: Sided[] }[] = [];
    for (const record of records.toSorted((a, b) => a.at - b.at)) {
      const last = made.at(-1);
      const end = record.at + gap(record);
      if (last === undefined || record.at > last.end) made.push({ start: record.at, end, records: [record] });
      else {
        last.end = Math.max(last.end, end);
        last.records.push(record);
      }
    }
    return made;
  };

/** `[0,10) a:1+2`, sorted. */
export function plainPairs(records: readonly Sided[], join: string, windows: Windows): string[] {
  const pairs: string[] = [];
  for (const key of ['a', 'b'])
    for (const { start, end, records: all } of windows(records.filter((each) => each.key === key))) {
      const [left, right] = ['', 'r:'].map((side) => all.filter((each) => each.side === side)) as [Sided[], Sided[]];
      const at = `[${start},${end}) ${key}`;
      for (const one of left) for (const other of right) pairs.push(`${at}:${one.n}+${other.n}`);
      if (right.length === 0 && join !== 'inner') pairs.push(...left.map(({ n }) => `${at}:${n}+-`));
      if (left.length === 0 && join === 'full') pairs.push(...right.map(({ n }) => `${at}:-+${n}`));
    }
  return pairs.sort();
}
