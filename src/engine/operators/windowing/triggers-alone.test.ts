/**
 * Each trigger alone, one timeline a case: Flink's EventTimeTrigger, ProcessingTimeTrigger, CountTrigger, DeltaTrigger,
 * Continuous…Trigger, PurgingTrigger and NeverTrigger, Beam's AfterPane, AfterProcessingTime, AfterWatermark and Repeatedly.
 */
import { windowCases } from '../testing/window-cases.ts';

const ten = { sizeMs: 10, panes: true };
const kept = { ...ten, allowedLatenessMs: 20 };

windowCases('watermark(), once', 'tumbling', { ...kept, trigger: 'watermark()' }, [
  ['fires when the watermark is at the last millisecond', {}, 'a=1@1 w8 w9', 'w8 a[0,10)=1 on-time0 w9'],
  ['not before', {}, 'a=1@1 w8', 'w8'],
  ['a watermark far ahead fires it once', {}, 'a=1@1 w500', 'a[0,10)=1 on-time0 w500'],
  ['then the window is closed, lateness or not', {}, 'a=1@1 w9 a=2@2', 'a[0,10)=1 on-time0 w9', 'a=2'],
  ['for other keys it is not', {}, 'a=1@1 w9 b=2@2', 'a[0,10)=1 on-time0 w9 b[0,10)=2 late0'],
  ['a first record behind the end fires at once', {}, 'w9 a=1@1 a=2@2', 'w9 a[0,10)=1 late0', 'a=2'],
  ['the clean-up of a closed window fires nothing', {}, 'a=1@1 w9 w29 w40', 'a[0,10)=1 on-time0 w9 w29 w40'],
]);

windowCases(
  'repeatedly(watermark()), Flink’s EventTimeTrigger',
  'tumbling',
  { ...kept, trigger: 'repeatedly(watermark())' },
  [
    [
      'is what a window has when none is chosen',
      { trigger: '' },
      'a=1@1 w9 a=2@2',
      'a[0,10)=1 on-time0 w9 a[0,10)=3 late1',
    ],
    ['fires at the end', {}, 'a=1@1 a=2@9 w9', 'a[0,10)=3 on-time0 w9'],
    [
      'late records fire one by one',
      {},
      'a=1@1 w9 a=2@2 a=4@3',
      'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 a[0,10)=7 late2',
    ],
    ['a watermark without late records fires nothing', {}, 'a=1@1 w9 w12 w20', 'a[0,10)=1 on-time0 w9 w12 w20'],
    ['nor does the clean-up after late ones', {}, 'w9 a=1@1 w29', 'w9 a[0,10)=1 late0 w29'],
    ['the final watermark fires what is left', {}, 'a=1@1 b=2@15 |', 'a[0,10)=1 on-time0 b[10,20)=2 on-time0 |'],
    ['a record in the last millisecond is in', {}, 'a=1@9 w9', 'a[0,10)=1 on-time0 w9'],
    ['a record behind it is in the next', {}, 'a=1@10 w9', 'w9'],
  ],
);

windowCases('count(n)', 'tumbling', { ...kept, trigger: 'count(2)' }, [
  ['fires with the n-th record, once', {}, 'a=1@1 a=2@2', 'a[0,10)=3 early0'],
  ['less never fires, not even at the end', {}, 'a=1@1 w9 |', 'w9 |'],
  ['then the window is closed', {}, 'a=1@1 a=2@2 a=4@3', 'a[0,10)=3 early0', 'a=4'],
  ['counts by key and window', {}, 'a=1@1 b=1@1 a=2@11 b=2@2', 'b[0,10)=3 early0'],
  ['of one: the first record', { trigger: 'count(1)' }, 'a=1@1', 'a[0,10)=1 early0'],
]);

windowCases('repeatedly(count(n)), Flink’s CountTrigger', 'tumbling', { ...kept, trigger: 'repeatedly(count(2))' }, [
  ['fires with every n-th', {}, 'a=1@1 a=2@2 a=4@3 a=8@4', 'a[0,10)=3 early0 a[0,10)=15 early1'],
  ['the end of the window is nothing to it', {}, 'a=1@1 a=2@2 a=4@3 w9', 'a[0,10)=3 early0 w9'],
  ['behind the end it counts on', {}, 'a=1@1 w9 a=2@2', 'w9 a[0,10)=3 late0'],
  [
    'discarding gives the new ones alone',
    { accumulation: 'discarding' },
    'a=1@1 a=2@2 a=4@3 a=8@4',
    'a[0,10)=3 early0 a[0,10)=12 early1',
  ],
  ['the count outlives a restore', {}, 'a=1@1 / a=2@2', 'a[0,10)=3 early0'],
  ['a restore begins no pane anew', {}, 'a=1@1 a=2@2 / a=4@3 / a=8@4', 'a[0,10)=3 early0 a[0,10)=15 early1'],
  ['what was not fired is dropped at the clean-up', {}, 'a=1@1 w29 a=2@2', 'w29', 'a=2'],
]);

windowCases('processingTime() in windows of the clock', 'tumbling', { time: 'processing', sizeMs: 10, panes: true }, [
  ['fires when the clock has left the last millisecond', {}, 'a=1 +9 +1', 'a[0,10)=1 on-time0'],
  ['once each window', {}, 'a=1 +10 a=2 +10', 'a[0,10)=1 on-time0 a[10,20)=2 on-time0'],
  ['windows without records do not fire', {}, 'a=1 +10 +50', 'a[0,10)=1 on-time0'],
  [
    'a clock that jumps over many fires what is there',
    {},
    'a=1 +1000 a=2 +1000',
    'a[0,10)=1 on-time0 a[1000,1010)=2 on-time0',
  ],
  ['the end of the stream fires nothing that the clock has not', {}, 'a=1 |', '|'],
  ['the records’ own times are nothing to it', {}, 'a=1@500 a=2@-3 +10', 'a[0,10)=3 on-time0'],
  ['nothing is late', {}, 'w1000 a=1@3 +10', 'w1000 a[0,10)=1 on-time0'],
  [
    'early panes before',
    { trigger: 'repeatedly(any(count(2), processingTime()))' },
    'a=1 a=2 a=4 +10',
    'a[0,10)=3 early0 a[0,10)=7 on-time1',
  ],
]);

windowCases('delay(d)', 'global', { panes: true }, [
  ['fires d behind the first record', { trigger: 'delay(10)' }, '+3 a=1 +4 a=2 +5 +1', 'a=3 early0'],
  ['once', { trigger: 'delay(10)' }, 'a=1 +10 a=2 +10', 'a=1 early0', 'a=2'],
  [
    'repeated, it begins with the next record',
    { trigger: 'repeatedly(delay(10))' },
    'a=1 +10 +50 a=2 +9 +1',
    'a=1 early0 a=3 early1',
  ],
  ['each key has its own', { trigger: 'repeatedly(delay(10))' }, 'a=1 +5 b=2 +5 +5', 'a=1 early0 b=2 early0'],
  [
    'equal times fire in the order in which they were set',
    { trigger: 'repeatedly(delay(10))' },
    'b=1 a=2 c=4 +10',
    'b=1 early0 a=2 early0 c=4 early0',
  ],
  ['a clock that jumps fires it once', { trigger: 'repeatedly(delay(10))' }, 'a=1 +100', 'a=1 early0'],
  ['the time waits through a restore', { trigger: 'repeatedly(delay(10))' }, 'a=1 +4 / +5 +1', 'a=1 early0'],
]);

windowCases(
  'everyEventTime(i), Flink’s ContinuousEventTimeTrigger',
  'tumbling',
  { sizeMs: 20, panes: true, trigger: 'everyEventTime(5)' },
  [
    ['at the first whole interval behind the first record', {}, 'a=1@1 w5', 'a[0,20)=1 early0 w5'],
    ['marks are whole multiples, whatever the record’s time', {}, 'a=1@4 w4 w5', 'w4 a[0,20)=1 early0 w5'],
    ['a record at a mark waits for the next', {}, 'a=1@5 w5 w9 w10', 'w5 w9 a[0,20)=1 early0 w10'],
    [
      'at every one from then on, with new records or without',
      {},
      'a=1@1 w5 w10',
      'a[0,20)=1 early0 w5 a[0,20)=1 early1 w10',
    ],
    ['each mark that one watermark passes', {}, 'a=1@1 w12', 'a[0,20)=1 early0 a[0,20)=1 early1 w12'],
    ['and the end, which no mark goes beyond', {}, 'a=1@16 w19', 'a[0,20)=1 on-time0 w19'],
    ['marks do not go on behind the end', { allowedLatenessMs: 100 }, 'a=1@16 w19 w40', 'a[0,20)=1 on-time0 w19 w40'],
    [
      'late records fire at once',
      { allowedLatenessMs: 100 },
      'a=1@16 w19 a=2@3',
      'a[0,20)=1 on-time0 w19 a[0,20)=3 late1',
    ],
    [
      'a mark that the watermark has passed already fires with the next watermark',
      {},
      'w12 a=1@1 w13',
      'w12 a[0,20)=1 early0 a[0,20)=1 early1 w13',
    ],
    [
      'discarding: a mark without new records gives nothing',
      { accumulation: 'discarding' },
      'a=1@1 w5 w10 a=2@11 w15',
      'a[0,20)=1 early0 w5 w10 a[0,20)=2 early1 w15',
    ],
    ['below zero', { sizeMs: 20 }, 'a=1@-18 w-11 w-10', 'w-11 a[-20,0)=1 early0 w-10'],
    ['marks wait through a restore', {}, 'a=1@1 / w5', 'a[0,20)=1 early0 w5'],
  ],
);

windowCases(
  'everyProcessingTime(i), Flink’s ContinuousProcessingTimeTrigger',
  'tumbling',
  { panes: true, trigger: 'everyProcessingTime(5)' },
  [
    [
      'at whole intervals of the clock',
      { time: 'processing', sizeMs: 20 },
      '+3 a=1 +2 +5',
      'a[0,20)=1 early0 a[0,20)=1 early1',
    ],
    ['and at the end of a window of the clock', { time: 'processing', sizeMs: 12 }, '+11 a=1 +1', 'a[0,12)=1 on-time0'],
    ['the end is the last', { time: 'processing', sizeMs: 12 }, '+11 a=1 +1 +50', 'a[0,12)=1 on-time0'],
    [
      'in event-time windows it goes by the clock alone',
      { sizeMs: 10 },
      '+1003 a=1@1 +1 +1 a=2@2 +5',
      'a[0,10)=1 early0 a[0,10)=3 early1',
    ],
    ['until they are cleaned up', { sizeMs: 10 }, '+1003 a=1@1 w9 +50', 'w9'],
    ['nor does the watermark fire it', { sizeMs: 10, allowedLatenessMs: 5 }, '+3 a=1@1 w9 +2', 'w9 a[0,10)=1 late0'],
  ],
);

windowCases('delta(t, column), Flink’s DeltaTrigger', 'global', {}, [
  ['fires when the value has moved by more than t since it last did', { trigger: 'delta(3, n)' }, 'a=1 a=5', 'a=6'],
  ['by exactly t is not more', { trigger: 'delta(3, n)' }, 'a=1 a=4', ''],
  ['down counts as up', { trigger: 'delta(3, n)' }, 'a=9 a=1', 'a=10'],
  ['small steps add up, for the first value is what counts', { trigger: 'delta(3, n)' }, 'a=1 a=3 a=5', 'a=9'],
  ['from the value that fired on', { trigger: 'delta(3, n)' }, 'a=1 a=5 a=8 a=9', 'a=6 a=23'],
  ['of zero: any change', { trigger: 'delta(0, n)' }, 'a=1 a=1 a=2', 'a=4'],
  ['nulls are passed over', { trigger: 'delta(3, n)' }, 'a=1 a=null a=5', 'a=6'],
  [
    'purging drops what was fired, not the value it is compared with',
    { trigger: 'purging(delta(3, n))' },
    'a=1 a=5 a=6 a=9',
    'a=6 a=15',
  ],
  ['the value outlives a restore', { trigger: 'delta(3, n)' }, 'a=1 / a=5', 'a=6'],
]);

windowCases('purging(…), Flink’s PurgingTrigger', 'tumbling', kept, [
  [
    'drops what was fired',
    { trigger: 'purging(repeatedly(count(2)))' },
    'a=1@1 a=2@2 a=4@3 a=8@4',
    'a[0,10)=3 early0 a[0,10)=12 early1',
  ],
  [
    'and keeps what the trigger knows',
    { trigger: 'purging(everyEventTime(4))' },
    'a=1@1 w4 a=2@5 w8',
    'a[0,10)=1 early0 w4 a[0,10)=2 early1 w8',
  ],
  ['an empty window does not fire', { trigger: 'purging(everyEventTime(4))' }, 'a=1@1 w4 w8', 'a[0,10)=1 early0 w4 w8'],
  [
    'whatever accumulation says',
    { trigger: 'purging(repeatedly(count(2)))', accumulation: 'accumulating' },
    'a=1@1 a=2@2 a=4@3 a=8@4',
    'a[0,10)=3 early0 a[0,10)=12 early1',
  ],
]);

windowCases('never(), Flink’s NeverTrigger', 'tumbling', { ...kept, trigger: 'never()' }, [
  ['never fires', {}, 'a=1@1 a=2@2 w9 |', 'w9 |'],
  ['late records are late as ever', {}, 'w29 a=1@1', 'w29', 'a=1'],
]);
