/** What a trigger does, in words. Expectations follow Flink's and Beam's descriptions of the triggers. */
import { expect, test } from 'vitest';
import { defaultTrigger } from '../../../engine/time/triggers/default.ts';
import { parseTrigger } from '../../../engine/time/triggers/parse.ts';
import { triggerSentence, type TriggerSurroundings } from './sentence.ts';

const event: TriggerSurroundings = { time: 'event', latenessMs: 0 };
const lenient: TriggerSurroundings = { time: 'event', latenessMs: 60_000 };
const processing: TriggerSurroundings = { time: 'processing', latenessMs: 0 };
const global: TriggerSurroundings = { time: 'none', latenessMs: 0 };

const said = (text: string, around: TriggerSurroundings): string => {
  const parsed = parseTrigger(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return triggerSentence(parsed.value, around);
};

const atEnd = 'the watermark passes the end of the window';

test.each([
  [
    'afterWatermark(early: everyProcessingTime(10s), late: count(1))',
    lenient,
    `Fires every 10 s of processing time before ${atEnd}, then at the end, then for each late record.`,
  ],
  [
    'afterWatermark(early: repeatedly(any(count(3), delay(10s))))',
    event,
    `Fires each time when 3 records have come or 10 s of processing time have passed since the first record, before ${atEnd}, then at the end.`,
  ],
  [
    'afterWatermark(early: count(2))',
    lenient,
    `Fires every 2 records before ${atEnd}, then at the end, and not again for late records.`,
  ],
  ['afterWatermark()', event, `Fires when ${atEnd}.`],
  ['afterWatermark(late: count(5))', lenient, `Fires when ${atEnd}, then every 5 late records.`],
  [
    'afterWatermark(late: count(1))',
    event,
    `Fires when ${atEnd}, then for each late record (but there is none: with an allowed lateness of 0 they are dropped).`,
  ],
  ['watermark()', lenient, `Fires once, when ${atEnd}.`],
  ['repeatedly(watermark())', lenient, `Fires when ${atEnd}, then for each late record.`],
  ['repeatedly(watermark())', event, `Fires when ${atEnd}.`],
  ['repeatedly(processingTime())', processing, 'Fires when processing time passes the end of the window.'],
  [
    'repeatedly(processingTime())',
    event,
    'Fires when processing time passes the end of the window, then for each record that comes later.',
  ],
  ['count(3)', event, 'Fires once, when 3 records have come.'],
  ['repeatedly(count(1))', event, 'Fires for each record.'],
  ['purging(repeatedly(count(10)))', global, 'Fires every 10 records. What has fired is dropped.'],
  ['repeatedly(delay(90s))', event, 'Fires 1 min 30 s of processing time after the first record since it last fired.'],
  ['delta(5, price)', global, 'Fires whenever price has moved by more than 5.'],
  ['repeatedly(delta(5, price))', global, 'Fires whenever price has moved by more than 5.'],
  [
    'everyEventTime(1h)',
    lenient,
    'Fires every 1 h of event time and at the end of the window, then for each late record.',
  ],
  [
    'afterWatermark(early: everyEventTime(1h))',
    event,
    `Fires every 1 h of event time before ${atEnd}, then at the end.`,
  ],
  ['everyProcessingTime(10s)', processing, 'Fires every 10 s of processing time and at the end of the window.'],
  ['everyProcessingTime(10s)', event, 'Fires every 10 s of processing time.'],
  [
    'all(count(1), any(delay(1s), watermark()))',
    event,
    `Fires once, when a record has come and (1 s of processing time have passed since the first record or ${atEnd}).`,
  ],
  ['each(count(1), repeatedly(count(2)))', event, 'Fires once, when a record has come, then every 2 records.'],
  [
    'repeatedly(each(count(1), count(2)))',
    event,
    'Fires again and again: once, when a record has come, then once, when 2 records have come.',
  ],
  [
    'orFinally(repeatedly(count(2)), delay(1min))',
    event,
    'Fires every 2 records, until 1 min of processing time have passed since the first record, when it fires for the last time.',
  ],
  ['repeatedly(any(never(), count(2)))', event, 'Fires each time when 2 records have come.'],
  ['never()', event, 'Never fires.'],
  ['repeatedly(never())', event, 'Never fires.'],
  ['repeatedly(all(never(), count(2)))', event, 'Never fires.'],
  ['any(never())', event, 'Never fires.'],
  ['watermark()', global, 'Fires once, when all input has ended.'],
  ['repeatedly(processingTime())', global, 'Never fires.'],
])('%s', (text, around, sentence) => {
  expect(said(text, around)).toBe(sentence);
});

test.each([
  ['event', lenient, `Fires when ${atEnd}, then for each late record.`],
  ['processing', processing, 'Fires when processing time passes the end of the window.'],
  ['none', global, 'Never fires.'],
] as const)('the default of windows that pass by %s time, as Flink has it', (time, around, sentence) => {
  expect(said(defaultTrigger(time), around)).toBe(sentence);
});
