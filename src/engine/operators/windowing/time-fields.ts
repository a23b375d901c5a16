/** Parameters of windows that are cut by time, and what is wrong with them. */
import { choiceField, durationField } from '../../graph/params.ts';
import type { ParamIssue } from '../../graph/problems.ts';
import { defaultTrigger } from '../../time/triggers/default.ts';
import type { WindowShape } from './trigger-fields.ts';

export const timeField = choiceField(
  'event',
  [
    { value: 'event', label: 'Event time' },
    { value: 'processing', label: 'Processing time' },
  ],
  { label: 'Time', help: 'By which time windows begin and end: that of the records, or that of the clock.' },
);

export const offsetText = {
  label: 'Offset',
  min: Number.MIN_SAFE_INTEGER,
  help: 'Windows start at whole multiples of their size or slide plus this: -8 h for the days of UTC+8, for example.',
};

export const offsetField = durationField(0, offsetText);

export const latenessField = durationField(0, {
  label: 'Allowed lateness',
  help: 'A window that has fired takes records in for this much longer, and fires again for each.',
  when: { param: 'time', is: 'event' },
});

export const shapeOf = (time: 'event' | 'processing', merges = false): WindowShape => ({
  time,
  merges,
  trigger: defaultTrigger(time),
});

export const invalid = (param: string, label: string, reason: string): ParamIssue => ({
  code: 'invalid-param',
  param,
  details: { param: label, reason },
});

/** An offset is below what windows start at multiples of. */
export const offsetIssues = (offsetMs: number, of: number, name: string): ParamIssue[] =>
  Math.abs(offsetMs) >= of ? [invalid('offsetMs', 'Offset', `it must be less than the ${name}`)] : [];
