/** Who owns which key groups: Flink's ranges, and keys counted by an answer's groups. */
import { describe, expect, it } from 'vitest';
import type { InspectAnswer } from '../../../engine/wire/inspect.ts';
import { KeyReader } from '../../../engine/wire/keys.ts';
import { ownersOf, skewText } from './owners.ts';

const answer = (groups: readonly (readonly [number, number])[]): InspectAnswer =>
  ({
    kind: 'inspected',
    keyed: { groups, entries: 7, timers: 2, complete: true },
    operators: [],
  }) as unknown as InspectAnswer;

const keyed = { node: 'count', reader: new KeyReader([{ name: 'key', type: 'string' }], ['key']) };

describe('the owners of key groups', () => {
  const answers = new Map<string, InspectAnswer>([
    [
      'v/0',
      answer([
        [3, 2],
        [42, 1],
      ]),
    ],
    ['v/1', answer([[43, 1]])],
    ['v/2', { kind: 'gone', state: 'lost' }],
  ]);
  const owners = ownersOf(keyed, ['v/0', 'v/1', 'v/2'], 128, answers);

  it('have the ranges of Flink’s computeKeyGroupRangeForOperatorIndex', () => {
    expect(owners.map(({ range }) => [range?.start, range?.end])).toEqual([
      [0, 42],
      [43, 85],
      [86, 127],
    ]);
  });

  it('are drawn in bins that cover their groups once', () => {
    for (const { bins, range } of owners) {
      expect(bins[0]?.start).toBe(range?.start);
      expect(bins.at(-1)?.end).toBe(range?.end);
      bins.slice(1).forEach((bin, i) => expect(bin.start).toBe((bins[i]?.end ?? 0) + 1));
    }
    expect(ownersOf(keyed, ['v/0'], 1000, new Map())[0]?.bins.length).toBe(48);
  });

  it('are as full as the fullest bin of all says', () => {
    expect(owners[0]?.bins.find((bin) => bin.start === 3)).toMatchObject({ keys: 2, share: 1 });
    expect(owners[1]?.bins[0]).toMatchObject({ start: 43, keys: 1, share: 0.5 });
  });

  it('have entries and no key groups where there are no keys', () => {
    const told = { kind: 'inspected', keyed: null, operators: [{ node: 'sink', held: [{}, {}], more: 3 }] };
    const sink = ownersOf({ node: 'sink', reader: null }, ['v/0'], 128, new Map([['v/0', told as never]]));
    expect(sink).toMatchObject([{ range: null, bins: [], keys: null, beside: 5, answered: true }]);
  });

  it('say so when they are gone', () => {
    expect(owners[2]).toMatchObject({ keys: null, gone: 'lost' });
  });

  it('are uneven when one has more than its share', () => {
    expect(skewText(owners)).toBe('');
    const two = ownersOf(keyed, ['v/0', 'v/1'], 128, answers);
    // 3 of 4 keys: 1.5 times the mean of 2.
    expect(skewText(two)).toBe('Subtask 0 has 1.5 × the mean');
    const even = ownersOf(
      keyed,
      ['v/0', 'v/1'],
      128,
      new Map([
        ['v/0', answer([[1, 4]])],
        ['v/1', answer([[99, 4]])],
      ]),
    );
    expect(skewText(even)).toBe('');
  });
});
