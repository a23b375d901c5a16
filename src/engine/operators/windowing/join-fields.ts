/**
 * What joins over windows have in common: their parameters (which windows, when panes fire and of which elements), what can
 * be wrong with them, their ports, and the streams that they give.
 */
import type * as z from 'zod/mini';
import { choiceField, columnField, durationField, functionField, toggleField } from '../../graph/params.ts';
import type { Derived } from '../../graph/kind.ts';
import type { ParamIssue } from '../../graph/problems.ts';
import { plainStream } from '../../graph/schema.ts';
import type { Schema, StreamType } from '../../graph/schema.ts';
import { windowsMost } from '../../time/window-assigners.ts';
import { derived } from '../check.ts';
import { durationText, shortSource } from '../short-text.ts';
import { twoKeyedIssues } from '../two-keyed.ts';
import { deltaIssues, evictColumnIssues, needsEventTime, panesSchema, rowKindIssues, triggerFields } from './kind.ts';
import { invalid, latenessField, offsetIssues, offsetText, shapeOf, timeField } from './time-fields.ts';
import { triggerIssues, triggerWithoutDelta } from './trigger-fields.ts';
import type { WindowShape } from './trigger-fields.ts';

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
  gap: functionField('', {
    label: 'Gap of each record',
    signature: '(row, side) => milliseconds',
    optional: true,
    help:
      'Gives the gap behind each record instead; side is left or right. A session lasts until the gaps of all its records ' +
      'are over.',
    when: { param: 'window', is: 'session' },
  }),
  offsetMs: durationField(0, { ...offsetText, when: { param: 'window', not: 'session' } }),
};

const { accumulation, closing, evictor, evictCount, evictMs, evictThreshold, evictAfter } = triggerFields;

/** An evictor sees the records of both sides as one list, as in Flink, where they are one stream by then. */
export const joinTriggerFields = {
  trigger: triggerWithoutDelta,
  accumulation,
  closing,
  evictor,
  evictCount,
  evictMs,
  evictThreshold,
  evictColumn: columnField({
    label: 'Column of the left',
    help: 'Elements stay whose value differs from the last one’s by less than that, whichever side they are of.',
    when: { param: 'evictor', is: 'delta' },
  }),
  evictRight: columnField({
    label: 'Column of the right',
    help: 'What is compared of records of the right side.',
    when: { param: 'evictor', is: 'delta' },
  }),
  evictAfter,
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

type Fields = typeof joinWindowFields & typeof joinTriggerFields;
export type JoinWindowParams = { readonly [K in keyof Fields]: z.infer<Fields[K]> };

export const joinShape = ({ time, window }: JoinWindowParams): WindowShape => shapeOf(time, window === 'session');

/** Of the kinds' definitions. */
export const joinPorts = {
  inputs: [
    { name: 'left', keyed: true },
    { name: 'right', keyed: true },
  ],
  outputs: [{ name: 'out' }, { name: 'lateLeft', side: true }, { name: 'lateRight', side: true }],
  eventTime: { needed: (given: JoinWindowParams) => needsEventTime(given, given.time) },
  check: joinWindowIssues,
} as const;

/** What a kind makes of both sides: what is wrong with that, and the columns of it. */
interface Made {
  readonly issues: readonly ParamIssue[];
  columns(): Schema;
}

export function deriveJoined(
  given: JoinWindowParams,
  [left, right]: readonly (StreamType | undefined)[],
  make: (left: StreamType, right: StreamType) => Made,
): Derived {
  if (left === undefined || right === undefined) return derived([], () => []);
  const made = make(left, right);
  const issues = [
    ...joinWindowIssues(given),
    ...evictorIssues(given, left, right),
    ...twoKeyedIssues(left, right),
    ...made.issues,
  ];
  if (issues.length > 0) return derived(issues, () => []);
  const columns = made.columns();
  return derived(rowKindIssues(given, columns), () => [
    plainStream(panesSchema(given, columns)),
    plainStream(left.schema),
    plainStream(right.schema),
  ]);
}

/** What is wrong with the windows, whatever flows in. */
function joinWindowIssues(given: JoinWindowParams): ParamIssue[] {
  const { window, sizeMs, slideMs, offsetMs } = given;
  const issues = triggerIssues(given, joinShape(given), null);
  if (window === 'tumbling') issues.push(...offsetIssues(offsetMs, sizeMs, 'size'));
  if (window === 'sliding') issues.push(...offsetIssues(offsetMs, slideMs, 'slide'));
  if (window === 'sliding' && sizeMs / slideMs > windowsMost)
    issues.push(invalid('slideMs', 'Slide', `a record would belong to more than ${windowsMost} windows`));
  return [...issues, ...deltaIssues(given)];
}

function evictorIssues(given: JoinWindowParams, left: StreamType, right: StreamType): ParamIssue[] {
  if (given.evictor !== 'delta') return [];
  return [
    ...evictColumnIssues(left.schema, given.evictColumn, 'evictColumn'),
    ...evictColumnIssues(right.schema, given.evictRight, 'evictRight'),
  ];
}

/** `tumbling 1 min` */
export function joinWindowText({ window, sizeMs, slideMs, gapMs, gap }: JoinWindowParams): string {
  if (window === 'session') return `session gap ${gap.trim() === '' ? durationText(gapMs) : shortSource(gap)}`;
  const size = `${window} ${durationText(sizeMs)}`;
  return window === 'sliding' ? `${size} every ${durationText(slideMs)}` : size;
}
