/**
 * Several inputs against the rules of Flink's CombinedWatermarkStatus and of the valve that each of its inputs has
 * (AbstractStreamOperatorTest, StatusWatermarkValveTest), one line a case.
 */
import { describe, expect, it } from 'vitest';
import { eventTime } from '../../base/units.ts';
import { InputWatermarks } from './input-watermarks.ts';

/** `0:w5` watermark 5 on channel 0; `1:~` idle; `1:!` active. Answers per step: `w5`, `~`, `!`, `w5~`, or `.`. */
function play(inputOf: readonly number[], steps: string): { made: InputWatermarks; out: string } {
  const made = new InputWatermarks(inputOf);
  const out = steps.split(' ').map((step) => {
    const [channel, what] = step.split(':') as [string, string];
    const { watermark, status } = what.startsWith('w')
      ? made.onWatermark(Number(channel), eventTime(Number(what.slice(1))))
      : made.onStatus(Number(channel), what === '~' ? 'idle' : 'active');
    return `${watermark === null ? '' : `w${watermark}`}${status === null ? '' : status === 'idle' ? '~' : '!'}` || '.';
  });
  return { made, out: out.join(' ') };
}

const two = [0, 1];

describe('two inputs', () => {
  it.each([
    ['the least of them counts', two, '0:w9 1:w3 1:w12', '. w3 w9'],
    ['an idle one does not', two, '0:w9 1:w3 1:~', '. w3 w9'],
    ['one that was never heard holds the other', two, '0:w9 0:w10', '. .'],
    ['when all are idle no maximum goes out, unlike between channels', two, '0:w9 1:w3 0:~ 1:~', '. w3 . ~'],
    ['the other order: the first to leave frees the second', two, '0:w9 1:w3 1:~ 0:~', '. w3 w9 ~'],
    [
      'one that comes back counts at once, however far behind, unlike a channel',
      two,
      '1:w3 1:~ 0:w9 1:! 0:w12 1:w5 1:w11 0:w13',
      '. . w9 . . . w11 .',
    ],
    ['the watermark of an idle one is discarded', two, '1:~ 1:w20 0:w9 0:~', '. . w9 ~'],
    ['active again with the first that is', two, '0:~ 1:~ 0:! 1:!', '. ~ ! .'],
    ['each has a valve for its channels', [0, 0, 1], '0:w5 1:w7 2:w9 0:w8', '. . w5 w7'],
    [
      'a channel that comes back to its input behind does not count, and the input holds the other where it was',
      [0, 0, 1],
      '0:w5 2:w9 1:~ 0:w6 1:! 1:w3 0:w8 2:w20',
      '. . w5 w6 . . w8 .',
    ],
    [
      'when the channels of an input are all idle its maximum goes out, and then it is idle',
      [0, 0, 1],
      '0:w5 1:w3 2:w9 0:~ 1:~ 2:w10',
      '. . w3 . w9 w10',
    ],
    ['the flush of the last input is bounded by nobody', [0, 0, 1], '0:w5 1:w3 2:w4 2:~ 0:~ 1:~', '. . w3 . . w5~'],
  ])('%s', (_, inputOf, steps, expected) => expect(play(inputOf, steps).out).toBe(expected));

  it('knows that a channel that its valve leaves out holds nothing, though its input is behind', () => {
    const { made } = play([0, 0, 1], '0:w5 1:w3 2:w20 1:~ 0:~ 0:! 1:! 2:w30');
    expect([made.watermark, made.holdsBehind(0), made.holdsBehind(1)]).toEqual([20, true, false]);
  });

  it('knows which channel is behind and holds: of an input that is back, not of one that its valve leaves out', () => {
    const { made } = play([0, 0, 1], '0:w5 1:w5 2:~ 1:~ 0:w9 2:! 2:w2 1:!');
    expect([made.watermark, made.holdsBehind(0), made.holdsBehind(1), made.holdsBehind(2)]).toEqual([
      9,
      false,
      false,
      true,
    ]);
  });
});
