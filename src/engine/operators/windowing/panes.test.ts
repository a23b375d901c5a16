/** Index and timing of panes, one timeline a case: Beam's PaneInfo (PaneInfoTracker), with Flink's watermarks and restores. */
import { windowCases } from '../testing/window-cases.ts';

const kept = { sizeMs: 10, panes: true, allowedLatenessMs: 50 };

windowCases('timing', 'tumbling', kept, [
  ['on time is the pane that the watermark fires', {}, 'a=1@1 w9', 'a[0,10)=1 on-time0 w9'],
  ['also if it jumps', {}, 'a=1@1 w40', 'a[0,10)=1 on-time0 w40'],
  ['one by a record that came behind that watermark is late, were it the first', {}, 'w9 a=1@1', 'w9 a[0,10)=1 late0'],
  ['one millisecond before the end is early', { trigger: 'repeatedly(count(1))' }, 'w8 a=1@1', 'w8 a[0,10)=1 early0'],
  [
    'behind the end without a pane on time: late',
    { trigger: 'repeatedly(count(2))' },
    'a=1@1 w9 a=2@1',
    'w9 a[0,10)=3 late0',
  ],
  ['by the clock behind the end: late', { trigger: 'repeatedly(delay(10))' }, 'a=1@1 w9 +10', 'w9 a[0,10)=1 late0'],
  [
    'there is one pane on time',
    { trigger: 'everyEventTime(3)' },
    'a=1@1 w9',
    'a[0,10)=1 early0 a[0,10)=1 early1 a[0,10)=1 on-time2 w9',
  ],
  ['the last millisecond of all time is on time', { sizeMs: 10 }, 'a=1@1 |', 'a[0,10)=1 on-time0 |'],
]);

windowCases('timing, discarding', 'tumbling', { ...kept, accumulation: 'discarding' }, [
  [
    'a pane on time that is empty is not shown',
    { trigger: 'afterWatermark(early: count(1), late: count(1))' },
    'a=1@1 w9',
    'a[0,10)=1 early0 w9',
  ],
  [
    'and yet it was: the next is late',
    { trigger: 'afterWatermark(early: count(1), late: count(1))' },
    'a=1@1 w9 a=2@1',
    'a[0,10)=1 early0 w9 a[0,10)=2 late1',
  ],
  [
    'also after a restore, when the watermark begins anew',
    { trigger: 'afterWatermark(early: count(1), late: count(1))' },
    'a=1@1 w9 / a=2@1',
    'a[0,10)=1 early0 w9 a[0,10)=2 late1',
  ],
]);

windowCases('timing after a restore', 'tumbling', kept, [
  [
    'behind the pane on time all are late, whatever the watermark',
    {},
    'a=1@1 w9 / a=2@1 w9',
    'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 w9',
  ],
  ['what was not fired yet is on time', {}, 'a=1@1 w5 / w9', 'w5 a[0,10)=1 on-time0 w9'],
  [
    'a window that had late records alone goes on late',
    { trigger: 'repeatedly(count(1))' },
    'w9 a=1@1 / a=2@1',
    'w9 a[0,10)=1 late0 a[0,10)=3 late1',
  ],
  [
    'a window that the watermark had passed without a pane is early again, as the watermark is before its end',
    { trigger: 'repeatedly(count(2))' },
    'a=1@1 w9 / a=2@1',
    'w9 a[0,10)=3 early0',
  ],
]);

windowCases('timing of windows of the clock', 'tumbling', { sizeMs: 10, panes: true, time: 'processing' }, [
  [
    'early until the clock has left them',
    { trigger: 'repeatedly(any(count(1), processingTime()))' },
    'a=1 +10',
    'a[0,10)=1 early0 a[0,10)=1 on-time1',
  ],
  ['whatever the watermark says', { trigger: 'repeatedly(count(1))' }, 'w100 a=1', 'w100 a[0,10)=1 early0'],
]);

windowCases('timing of the global window', 'global', { panes: true }, [
  ['early for ever', { trigger: 'repeatedly(count(1))' }, 'w100 a=1@1', 'w100 a=1 early0'],
  ['on time at the end of all time', { trigger: 'repeatedly(watermark())' }, 'a=1@1 |', 'a=1 on-time0 |'],
]);

windowCases('index', 'tumbling', { ...kept, trigger: 'repeatedly(count(1))' }, [
  ['from 0, by one', {}, 'a=1@1 a=1@1 a=1@1', 'a[0,10)=1 early0 a[0,10)=2 early1 a[0,10)=3 early2'],
  ['by key', {}, 'a=1@1 b=1@1', 'a[0,10)=1 early0 b[0,10)=1 early0'],
  ['by window', {}, 'a=1@1 a=1@11', 'a[0,10)=1 early0 a[10,20)=1 early0'],
  ['over restores', {}, 'a=1@1 / a=1@1 / a=1@1', 'a[0,10)=1 early0 a[0,10)=2 early1 a[0,10)=3 early2'],
]);

windowCases('index of merged sessions', 'session', { gapMs: 5, panes: true, allowedLatenessMs: 50 }, [
  [
    'begins anew: a merged session is a window of its own (Beam)',
    { trigger: 'repeatedly(count(1))' },
    'a=1@0 a=1@0 a=1@8 a=1@4',
    'a[0,5)=1 early0 a[0,5)=2 early1 a[8,13)=1 early0 a[0,13)=4 early0',
  ],
  [
    'and its end is ahead again: on time once more',
    {},
    'a=1@0 w4 a=1@4 w8',
    'a[0,5)=1 on-time0 w4 a[0,9)=2 on-time0 w8',
  ],
]);
