/** What a window tells of a pane on time, for the tests of the plot. */
import { eventTime, processingTime } from '../../../../base/units.ts';
import type { PaneTrace } from '../../../../engine/wire/time-traces.ts';

export const paneTrace = (
  at: number,
  window: readonly [start: number, end: number],
  { key = 'a', value = 'total 7' }: { readonly key?: string; readonly value?: string } = {},
): PaneTrace => ({
  kind: 'pane',
  at: processingTime(at),
  key,
  hue: 0,
  window,
  domain: 'event',
  timing: 'on time',
  index: 0,
  time: eventTime(window[1] - 1),
  watermark: eventTime(window[1]),
  value,
});
