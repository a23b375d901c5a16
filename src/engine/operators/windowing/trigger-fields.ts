/** When panes fire, as parameters of every kind of window, and what can be wrong with that. */
import type * as z from 'zod/mini';
import { choiceField, triggerField } from '../../graph/params.ts';
import type { ParamIssue } from '../../graph/problems.ts';
import type { Schema } from '../../graph/schema.ts';
import type { WindowTime } from '../../time/triggers/default.ts';
import { parseTrigger, valueFault } from '../../time/triggers/parse.ts';
import { triggerRow } from '../../time/triggers/table.ts';
import { allTriggers } from '../../time/triggers/tree.ts';
import type { TriggerPlace, TriggerTree } from '../../time/triggers/tree.ts';
import { columnIssues } from '../check.ts';

/** What a kind says of its windows with these parameters. */
export interface WindowShape {
  readonly time: WindowTime;
  /** Windows merge: sessions. */
  readonly merges: boolean;
  /** The trigger that it has when none is chosen. */
  readonly trigger: string;
}

const label = 'Trigger';
const notation =
  'Written as watermark(), processingTime(), count(3), delay(10s), everyEventTime(1min), everyProcessingTime(10s), ' +
  'delta(5, column), any(…), all(…), each(…), orFinally(…), repeatedly(…), afterWatermark(early: …, late: …), ' +
  'purging(…), never().';

/** `delta`: its windows may have a delta trigger. */
const timedTrigger = (delta: boolean) =>
  triggerField({
    label,
    placeholder: 'repeatedly(watermark())',
    help: `When a window fires a pane. Empty: at the end of the window, Flink’s default trigger. ${notation}`,
    time: 'time',
    lateness: 'allowedLatenessMs',
    delta,
  });

export const firingFields = {
  trigger: timedTrigger(true),
  accumulation: choiceField(
    'accumulating',
    [
      { value: 'accumulating', label: 'Accumulating' },
      { value: 'discarding', label: 'Discarding' },
      { value: 'retracting', label: 'Accumulating and retracting' },
    ],
    {
      label: 'Accumulation',
      help:
        'Whether a pane holds what earlier panes of its window held, or only what is new. Retracting panes take back what ' +
        'the pane before put out: a changelog.',
    },
  ),
  closing: choiceField(
    'drop',
    [
      { value: 'drop', label: 'Dropped' },
      { value: 'fireIfNonEmpty', label: 'Fired, if there is something' },
      { value: 'fireAlways', label: 'Fired in any case' },
    ],
    {
      label: 'Not fired at the clean-up',
      help:
        'When the state of a window goes, what its trigger has not fired is dropped, as in Flink, or fired as a last pane, as ' +
        'by Beam’s closing behavior. Windows without an end close with the end of the input. Of no records there is no pane ' +
        'by a reduce function.',
    },
  ),
};

/** Of windows that merge, and of those over two streams. */
export const triggerWithoutDelta = timedTrigger(false);

/** Of windows without an end. */
export const endlessTrigger = triggerField({
  label,
  placeholder: 'repeatedly(count(10))',
  help: `When the window fires a pane. Empty: never, as Flink’s GlobalWindows by default. ${notation}`,
  time: null,
  lateness: null,
  delta: true,
});

export type TriggerParams = {
  readonly [K in 'trigger' | 'accumulation']: z.infer<(typeof firingFields)[K]>;
};

export const retracts = ({ accumulation }: Pick<TriggerParams, 'accumulation'>): boolean =>
  accumulation === 'retracting';

/** `of`: what its columns are; null: it must not look at any; left out: they are not known yet. */
export function triggerIssues(
  { trigger: text, accumulation }: TriggerParams,
  shape: WindowShape,
  of?: Schema | null,
): ParamIssue[] {
  const parsed = parseTrigger(text.trim() === '' ? shape.trigger : text);
  if (!parsed.ok) return [wrong(parsed.error)];
  const { trigger, purging } = parsed.value;
  const issues = [...allTriggers(trigger)].flatMap(({ trigger: part, place }) => [
    ...columnsOf(part, of).map((issue) => ({ ...issue, place })),
    ...faults(part, shape, of).map((reason) => wrong(reason, place)),
  ]);
  if (accumulation === 'retracting' && purging)
    issues.push(wrong('purging(…) drops what retracting panes would correct; choose discarding instead'));
  return issues;
}

const wrong = (reason: string, place: TriggerPlace | null = null): ParamIssue => ({
  code: 'invalid-param',
  param: 'trigger',
  details: { param: label, reason },
  ...(place === null ? {} : { place }),
});

const numbers = ['int', 'float', 'timestamp'] as const;

const columnsOf = ({ name, values }: TriggerTree, of: Schema | null | undefined): ParamIssue[] =>
  name === 'delta' && of ? columnIssues(of, String(values[1]), 'trigger', numbers) : [];

/** What is wrong with this trigger, its parts apart, in windows of this shape. */
function faults(trigger: TriggerTree, { time, merges }: WindowShape, of: Schema | null | undefined): string[] {
  const reasons: string[] = [];
  const value = valueFault(trigger);
  if (value !== null) reasons.push(value);
  if (trigger.name === 'delta' && of === null)
    reasons.push('delta() looks at a column of one stream, and here are two');
  if (trigger.name === 'delta' && merges) reasons.push('delta() cannot be merged, as sessions are');
  if (trigger.name === 'everyEventTime' && time === 'none')
    reasons.push('everyEventTime() would never come to an end in a window that has none');
  if (triggerRow(trigger.name).watermark === true && time === 'processing')
    reasons.push('windows in processing time have no watermark to wait for');
  return reasons;
}
