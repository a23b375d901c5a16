/** Parameters of joins over windows: which windows, their triggers and lateness; and what can be wrong with them. */
import { choiceField, durationField, integerField, toggleField } from '../../graph/params.ts';
import type { ParamIssue } from '../../graph/problems.ts';
import { windowsMost } from '../../time/window-assigners.ts';
import { durationText } from '../short-text.ts';
import { triggerFields, triggerIssues } from './kind.ts';
import type { WindowShape } from './kind.ts';
import { invalid, latenessField, offsetIssues, shapeOf, timeField } from './time-fields.ts';

export const joinWindowFields = {
  window: choiceField(
    'tumbling',
    [
      { value: 'tumbling', label: 'Tumbling' },
      { value: 'sliding', label: 'Sliding' },
      { value: 'session', label: 'Session' },
    ],
    { label: 'Windows', help: 'Sessions are those of both streams together: either side keeps them alive.' },
  ),
  time: timeField,
  sizeMs: durationField(60_000, {
    label: 'Size',
    min: 1,
    help: 'Length of each window.',
    when: { param: 'window', not: 'session' },
  }),
  slideMs: durationField(10_000, {
    label: 'Slide',
    min: 1,
    help: 'From the start of a window to that of the next. A pair comes once for each window that holds both.',
    when: { param: 'window', is: 'sliding' },
  }),
  gapMs: durationField(60_000, {
    label: 'Gap',
    min: 1,
    help: 'Without a record of either side for this long, a session is over.',
    when: { param: 'window', is: 'session' },
  }),
  offsetMs: integerField(0, {
    label: 'Offset',
    unit: 'ms',
    help: 'Windows start at whole multiples of their size or slide plus this.',
    when: { param: 'window', not: 'session' },
  }),
};

export const joinTriggerFields = {
  trigger: triggerFields.trigger,
  accumulation: choiceField(
    'accumulating',
    [
      { value: 'accumulating', label: 'Accumulating' },
      { value: 'discarding', label: 'Discarding' },
    ],
    {
      label: 'Accumulation',
      help: 'Whether a pane joins all that its window holds, or only what came since the pane before.',
    },
  ),
  allowedLatenessMs: latenessField,
};

export const windowColumnsField = toggleField(true, {
  label: 'Window columns',
  help: 'Adds windowStart and windowEnd in front.',
  when: { param: 'result', is: 'columns' },
});

export const paneColumnsField = toggleField(false, {
  label: 'Pane columns',
  help: 'Adds paneIndex, from 0, and paneTiming: early, on time or late.',
  when: { param: 'result', is: 'columns' },
});

export interface JoinWindowParams {
  readonly window: 'tumbling' | 'sliding' | 'session';
  readonly time: 'event' | 'processing';
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly gapMs: number;
  readonly offsetMs: number;
  readonly trigger: string;
  readonly accumulation: 'accumulating' | 'discarding';
  readonly allowedLatenessMs: number;
}

export const joinShape = ({ time, window }: JoinWindowParams): WindowShape => shapeOf(time, window === 'session');

export function joinWindowIssues(given: JoinWindowParams): ParamIssue[] {
  const { window, sizeMs, slideMs, offsetMs } = given;
  const issues = triggerIssues(given, joinShape(given), null);
  if (window === 'tumbling') issues.push(...offsetIssues(offsetMs, sizeMs, 'size'));
  if (window === 'sliding') issues.push(...offsetIssues(offsetMs, slideMs, 'slide'));
  if (window === 'sliding' && sizeMs / slideMs > windowsMost)
    issues.push(invalid('slideMs', 'Slide', `a record would belong to more than ${windowsMost} windows`));
  return issues;
}

/** `tumbling 1 min` */
export function joinWindowText({ window, sizeMs, slideMs, gapMs }: JoinWindowParams): string {
  if (window === 'session') return `session gap ${durationText(gapMs)}`;
  const size = `${window} ${durationText(sizeMs)}`;
  return window === 'sliding' ? `${size} every ${durationText(slideMs)}` : size;
}
