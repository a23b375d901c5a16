/** Edits of a script as a person makes them on the plot: texts before and after. */
import { describe, expect, it } from 'vitest';
import { problemMessage } from '../../../engine/graph/problems.ts';
import type { TimeView } from '../../../engine/telemetry/cluster-view.ts';
import { issueOf, movedSince, playedOf, type Played } from './played.ts';
import { elementsOf, inserted, removed, retimed, snapped, timeOf, truncated } from './script-edits.ts';

const script = 'a=1@1s b=2@4s  +2s w5s\na="x@y"@9s |';

describe('a script', () => {
  it.each([
    [
      'an element is added in front of another',
      inserted(script, 1, 'c=3@2s'),
      'a=1@1s c=3@2s b=2@4s  +2s w5s\na="x@y"@9s |',
    ],
    ['or last, but in front of the end', inserted(script, 99, 'c=3@2s'), 'a=1@1s b=2@4s  +2s w5s\na="x@y"@9s c=3@2s |'],
    ['or last of an open stream', inserted('a=1@1s', 9, 'w5s'), 'a=1@1s w5s'],
    ['or first of an empty one', inserted('', 0, 'a@1'), 'a@1'],
    ['a record gets another time', retimed(script, 0, 2500), 'a=1@2500 b=2@4s  +2s w5s\na="x@y"@9s |'],
    ['even if its value holds an @', retimed(script, 4, 3000), 'a=1@1s b=2@4s  +2s w5s\na="x@y"@3s |'],
    ['a record without a time gets one', retimed('a=1 |', 0, 7), 'a=1@7 |'],
    ['a watermark is moved', retimed(script, 3, 6000), 'a=1@1s b=2@4s  +2s w6s\na="x@y"@9s |'],
    ['a pause has no time to change', retimed(script, 2, 1), script],
    ['an element is taken away', removed(script, 1), 'a=1@1s +2s w5s\na="x@y"@9s |'],
    ['its first elements stand alone', truncated(script, 3), 'a=1@1s b=2@4s  +2s'],
    ['none of them', truncated(script, 0), ''],
    ['all of them', truncated(script, 9), script],
  ])('%s', (_, after, expected) => {
    expect(after).toBe(expected);
  });

  it('times are round for the height of the plot, and written in seconds where they are whole', () => {
    expect(snapped(4321, 30_000)).toBe(4000);
    expect(snapped(-7.4, 60)).toBe(-7);
    expect([timeOf(4000), timeOf(4500), timeOf(0)]).toEqual(['4s', '4500', '0']);
  });
});

describe('what has been played, while a change of the script waits to be', () => {
  const played: readonly Played[] = [
    { index: 0, text: 'a=1@8s', kind: 'record', at: 100, time: 8000, behind: null },
    { index: 1, text: 'w9s', kind: 'watermark', at: 200, time: 9000, behind: null },
  ];
  const since = (now: string) => movedSince(played, elementsOf('a=1@8s w9s'), now, elementsOf(now));

  it('what was moved is where it was moved to, so that the next step starts there', () => {
    expect(since('a=1@9s w12s')).toEqual([
      { index: 0, text: 'a=1@9s', kind: 'record', at: 100, time: 9000, behind: null },
      { index: 1, text: 'w12s', kind: 'watermark', at: 200, time: 12_000, behind: null },
    ]);
  });

  it('elements that came or went leave it open which is which', () => {
    expect(since('a=1@8s')).toBeNull();
    expect(since('w9s a=1@8s')).toBeNull();
    expect(since('a=1@8s a=2@8s w9s')).toBeNull();
  });
});

describe('watermarks that do not rise', () => {
  const trace = (kind: string, at: number, time: number) => ({ trace: { kind, at, time } });
  const told = {
    records: [trace('record', 1000, 1000), trace('record', 5000, 2000)],
    watermarks: [trace('watermark', 2000, 10_000), trace('watermark', 6000, 12_000)],
  } as unknown as TimeView;
  const script = 'a=1@1s w10s w5s +2s w10s a=2@2s w12s';
  const played = playedOf(script, elementsOf(script), told);

  it('have a place all the same, behind what came before them, and say which one stands', () => {
    expect(played.map(({ text, at, behind }) => [text, at, behind])).toEqual([
      ['a=1@1s', 1000, null],
      ['w10s', 2000, null],
      ['w5s', 2000, 10_000],
      ['w10s', 4000, 10_000],
      ['a=2@2s', 5000, null],
      ['w12s', 6000, null],
    ]);
    expect(played.flatMap((each) => issueOf(each) ?? []).map(problemMessage)).toEqual([
      'w5s does not count: it comes after w10s, and a watermark never goes back.',
      'w10s does not count: it comes after w10s, and a watermark never goes back.',
    ]);
  });

  it('a watermark that the source has yet to tell has none', () => {
    expect(playedOf('w10s w12s w20s', elementsOf('w10s w12s w20s'), told).map(({ text }) => text)).toEqual([
      'w10s',
      'w12s',
    ]);
  });

  it('while a change waits to be played, what it is moved to decides', () => {
    const now = 'a=1@1s w11s w11500 +2s w3s a=2@2s w4s';
    const since = movedSince(played, elementsOf(script), now, elementsOf(now));
    expect(since?.map(({ text, behind }) => [text, behind])).toEqual([
      ['a=1@1s', null],
      ['w11s', null],
      ['w11500', null],
      ['w3s', 11_500],
      ['a=2@2s', null],
      ['w4s', 11_500],
    ]);
  });
});
