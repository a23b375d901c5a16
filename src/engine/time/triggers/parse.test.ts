/** Triggers as text: what can be read, and what is said of the rest. */
import { describe, expect, test } from 'vitest';
import { makeTrigger } from './make.ts';
import { parseTrigger, valueFault } from './parse.ts';
import { allTriggers } from './tree.ts';

/** What cannot be read, or else the first value that makes no sense. */
const reasonOf = (text: string): string => {
  const parsed = parseTrigger(text);
  if (!parsed.ok) return parsed.error;
  return (
    [...allTriggers(parsed.value.trigger)].map(({ trigger }) => valueFault(trigger)).find((fault) => fault !== null) ??
    ''
  );
};

test.each([
  'watermark()',
  'repeatedly( any( count(3), delay( 10 s ) ) )',
  'all(count(1), watermark())',
  'each(count(1), repeatedly(count(2)))',
  'orFinally(repeatedly(count(2)), delay(1.5min))',
  'afterWatermark()',
  'afterWatermark(early: everyEventTime(1h))',
  'afterWatermark(late: count(1))',
  'afterWatermark(early: repeatedly(delay(250ms)), late: any(count(5), delay(1000)))',
  'afterWatermark(late: count(1), early: count(2))',
  'everyEventTime(100000d)',
  'purging(repeatedly(count(2)))',
  'everyProcessingTime(1d)',
  'never()',
])('%s is a trigger', (text) => {
  expect(reasonOf(text)).toBe('');
});

test.each([
  ['', 'at its end, a trigger'],
  ['sometimes()', 'at “sometimes()”, a trigger (watermark, '],
  ['count()', 'at “)”, a number is needed'],
  ['count(0)', 'a count is a whole number above 0'],
  ['count(1.5)', 'a count is a whole number above 0'],
  ['count(3', 'at its end, “)” is needed'],
  ['count(3) count(4)', 'at “count(4)”, the end is needed'],
  ['any(count(1) count(2))', 'at “count(2))”, “)” is needed'],
  ['delay(10 weeks)', 'at “weeks)”, “)” is needed'],
  ['delay(soon)', 'at “soon)”, a duration such as 10s or 5min is needed'],
  ['delay(0)', 'a duration is at least 1 ms'],
  ['delta(5)', 'at “)”, “,” is needed'],
  ['delta(5, )', 'at “)”, the name of a column is needed'],
  ['repeatedly(purging(count(1)))', 'purging(…) stands outside of all others'],
  ['purging(purging(count(1)))', 'purging(…) stands outside of all others'],
  ['afterWatermark(early: count(1),)', 'at “)”, “late:” is needed'],
  ['afterWatermark(early: count(1) late: count(1))', 'at “late: count(1))”, “)” is needed'],
  ['afterWatermark(late: count(1), late: count(2))', 'at “late: count(2))”'],
  ['afterWatermark(count(1))', 'at “count(1))”, “early:” or “late:” is needed'],
  ['delay(99999999999999999999d)', 'a duration is at most 100,000 days'],
  ['everyEventTime(100001d)', 'a duration is at most 100,000 days'],
  [`delta(${'9'.repeat(400)}, price)`, 'too large a number'],
  [`count(${'9'.repeat(30)})`, 'too large a number'],
  ['constructor()', 'at “constructor()”, a trigger'],
])('%s is none', (text, reason) => {
  expect(reasonOf(text)).toContain(reason);
});

test('is not nested without bound', () => {
  expect(reasonOf(`${'repeatedly('.repeat(100)}count(1)${')'.repeat(100)}`)).toContain('nested deeper than 16');
});

test('what makes no sense is told of the part that has it', () => {
  const parsed = parseTrigger('any(count(1), afterWatermark(late: all(count(0), delay(1s))))');
  const places = parsed.ok ? [...allTriggers(parsed.value.trigger)].filter(({ trigger }) => valueFault(trigger)) : [];
  expect(places.map(({ place }) => place)).toEqual([[1, 0, 0]]);
});

describe('what is made of it', () => {
  test('delta cannot merge, wherever it stands', () => {
    expect(makeTrigger('repeatedly(any(count(1), delta(5, n)))').trigger.merges).toBe(false);
    expect(makeTrigger('afterWatermark(early: count(1))').trigger.merges).toBe(true);
  });

  test('purging is no part of it', () => {
    expect(makeTrigger('purging(count(1))').purging).toBe(true);
    expect(makeTrigger('count(1)').purging).toBe(false);
  });
});
