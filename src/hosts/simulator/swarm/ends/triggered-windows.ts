/**
 * Triggers of every kind, of both times and made of each other, each with state and timers of its own: whenever they fire,
 * every record is in one pane that discards, the last at the latest when the window closes.
 */
import type { End } from './end.ts';
import { lateSums, panesTogether, sumsLeft } from './late.ts';

const triggers = [
  'everyEventTime(12ms)',
  'everyProcessingTime(7ms)',
  'repeatedly(delay(9ms))',
  'repeatedly(processingTime())',
  'repeatedly(delta(4, value))',
  'repeatedly(any(count(4), everyEventTime(20ms)))',
  'repeatedly(all(count(2), everyProcessingTime(5ms)))',
  'repeatedly(each(count(2), delay(6ms), watermark()))',
  'repeatedly(orFinally(repeatedly(count(2)), delay(15ms)))',
  'afterWatermark(early: delay(5ms), late: count(2))',
] as const;

const sizeMs = 50;

export const triggeredWindows: End = {
  ...sumsLeft(() => sizeMs),
  sizes: triggers.map((_, i) => i),
  stages: (n) => [
    ...lateSums({ trigger: triggers[n], accumulation: 'discarding', closing: 'fireIfNonEmpty' }, sizeMs),
    panesTogether,
  ],
};
