/** Two changelogs that arrive interleaved, and the join of what is left of them by a plain computation. */
import * as fc from 'fast-check';
import type { StreamType } from '../../graph/schema.ts';
import { changeElement, changelogs, remaining } from './changelog.ts';
import type { Change } from './changelog.ts';
import type { Step } from './streams.ts';

export const changelogType = (value: string): StreamType => ({
  schema: [
    { name: 'key', type: 'string' },
    { name: value, type: 'int' },
    { name: 'op', type: 'rowkind' },
  ],
  key: ['key'],
});

export interface SidedChange extends Change {
  readonly input: number;
}

/** Each side takes away only what it has; `append`: nothing is taken away at all. */
export const twoChangelogs = (append = false): fc.Arbitrary<readonly SidedChange[]> =>
  fc.tuple(changelogs, changelogs, fc.array(fc.boolean(), { minLength: 1 })).map(([left, right, turns]) => {
    const queues = [left, right].map((side) => side.filter(({ kind }) => !append || kind === '+I'));
    const total = queues.flat().length;
    const all: SidedChange[] = [];
    for (let turn = 0; all.length < total; turn++) {
      const wanted = Number(turns[turn % turns.length]);
      const input = queues[wanted]?.length === 0 ? 1 - wanted : wanted;
      all.push({ ...(queues[input]?.shift() as Change), input });
    }
    return all;
  });

export const sidedStep = (change: SidedChange, time: number): Step => ({
  input: change.input,
  element: changeElement(change, time),
});

export type JoinKind = 'inner' | 'left' | 'right' | 'full';

/** SQL's join of what is left of both sides, rows as sorted texts. */
export function joinOf(all: readonly SidedChange[], join: JoinKind): string[] {
  const [left, right] = [0, 1].map((input) => remaining(all.filter((change) => change.input === input))) as [
    ReturnType<typeof remaining>,
    ReturnType<typeof remaining>,
  ];
  const pairs = left.flatMap(({ key, value: l }) =>
    right.filter((other) => other.key === key).map(({ value: r }) => ({ key, l, r })),
  );
  const alone = (side: typeof left, other: typeof left) =>
    side.filter(({ key }) => !other.some((row) => row.key === key));
  const leftAlone = join === 'left' || join === 'full' ? alone(left, right) : [];
  const rightAlone = join === 'right' || join === 'full' ? alone(right, left) : [];
  return [
    ...pairs,
    ...leftAlone.map(({ key, value }) => ({ key, l: value, r: null })),
    ...rightAlone.map(({ key, value }) => ({ key, l: null, r: value })),
  ]
    .map((row) => JSON.stringify(row))
    .sort();
}
