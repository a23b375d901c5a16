/** The valve against the rules that Flink publishes for StatusWatermarkValve, one line a case. */
import { describe, expect, it } from 'vitest';
import { eventTime } from '../../base/units.ts';
import { WatermarkValve } from './watermark-valve.ts';

/** `0:w5` watermark 5 on channel 0; `1:~` idle; `1:!` active. Answers per step: `w5`, `~`, `!`, `w5~`, or `.`. */
function play(channels: number, steps: string): string {
  const valve = new WatermarkValve(channels);
  return steps
    .split(' ')
    .map((step) => {
      const channel = Number(step.slice(0, step.indexOf(':')));
      const what = step.slice(step.indexOf(':') + 1);
      const out = what.startsWith('w')
        ? valve.onWatermark(channel, eventTime(Number(what.slice(1))))
        : valve.onStatus(channel, what === '~' ? 'idle' : 'active');
      const watermark = out.watermark === null ? '' : `w${out.watermark}`;
      const status = out.status === null ? '' : out.status === 'idle' ? '~' : '!';
      return watermark + status || '.';
    })
    .join(' ');
}

describe('watermark valve', () => {
  it.each([
    ['passes a single channel on', 1, '0:w1 0:w5', 'w1 w5'],
    ['never goes back on a single channel', 1, '0:w5 0:w3 0:w5 0:w6', 'w5 . . w6'],
    ['waits for the slowest channel', 2, '0:w5 1:w3 1:w7', '. w3 w5'],
    ['takes negative watermarks', 2, '0:w-5 1:w-9', '. w-9'],
    ['leaves an idle channel out of the minimum', 2, '0:w9 1:w3 1:~', '. w3 w9'],
    ['discards the watermarks of an idle channel', 2, '1:~ 1:w9 0:w4', '. . w4'],
    ['turns idle when all channels are, after the maximum was flushed', 2, '0:w9 1:w3 0:~ 1:~', '. w3 . w9~'],
    ['turns idle without a flush when the maximum is out already', 1, '0:w5 0:~', 'w5 ~'],
    ['turns active again with the first channel that does', 2, '0:~ 1:~ 1:!', '. ~ !'],
    [
      'lets a channel that comes back behind the output wait until it has caught up',
      2,
      '1:~ 0:w9 1:! 1:w5 0:w12 1:w10 1:w11',
      '. w9 . . w12 . .',
    ],
    ['counts a channel again once it has caught up', 2, '1:~ 0:w9 1:! 1:w9 0:w12 1:w10', '. w9 . . . w10'],
    ['counts a channel that comes back ahead of the output at once', 2, '1:w9 1:~ 0:w5 1:! 0:w20', '. . w5 . w9'],
    ['lets nothing out for a repeated status', 2, '0:~ 0:~ 1:! 1:~ 1:~', '. . . ~ .'],
  ])('%s', (_, channels, steps, expected) => expect(play(channels, steps)).toBe(expected));
});
