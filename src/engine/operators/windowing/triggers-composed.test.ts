/**
 * Triggers made of others, without merging, one timeline a case: Beam's AfterFirst, AfterAll, AfterEach, OrFinally,
 * Repeatedly and AfterWatermark with early and late firings (its *StateMachine classes), also with Flink's in them.
 */
import { windowCases } from '../testing/window-cases.ts';

const ten = { sizeMs: 10, panes: true, allowedLatenessMs: 20 };

windowCases('any(…), Beam’s AfterFirst', 'tumbling', ten, [
  ['fires with the first that does', { trigger: 'any(count(2), watermark())' }, 'a=1@1 a=2@2', 'a[0,10)=3 early0'],
  ['whichever it is', { trigger: 'any(count(2), watermark())' }, 'a=1@1 w9', 'a[0,10)=1 on-time0 w9'],
  [
    'once: the window is closed',
    { trigger: 'any(count(2), watermark())' },
    'a=1@1 a=2@2 a=4@3 w9',
    'a[0,10)=3 early0 w9',
    'a=4',
  ],
  [
    'repeated, all its parts begin anew',
    { trigger: 'repeatedly(any(count(2), delay(10)))' },
    'a=1@1 +9 a=2@2 +1 a=4@3 +9 +1',
    'a[0,10)=3 early0 a[0,10)=7 early1',
  ],
  [
    'repeated, the end of the window is known still',
    { trigger: 'repeatedly(any(count(2), watermark()))' },
    'a=1@1 a=2@2 a=4@3 w9',
    'a[0,10)=3 early0 a[0,10)=7 on-time1 w9',
  ],
  [
    'accumulating, the end fires once more with nothing new',
    { trigger: 'repeatedly(any(count(2), watermark()))' },
    'a=1@1 a=2@2 w9',
    'a[0,10)=3 early0 a[0,10)=3 on-time1 w9',
  ],
  ['two that are due at once are one pane', { trigger: 'any(count(1), count(1))' }, 'a=1@1', 'a[0,10)=1 early0'],
  [
    'marks among them',
    { trigger: 'repeatedly(any(count(3), everyEventTime(4)))' },
    'a=1@1 w4 a=2@5 a=4@5 a=8@5',
    'a[0,10)=1 early0 w4 a[0,10)=15 early1',
  ],
  [
    'what another counted towards a pane that is gone is forgotten',
    { trigger: 'repeatedly(any(count(2), everyEventTime(4)))' },
    'a=1@1 w4 a=2@5 a=4@5',
    'a[0,10)=1 early0 w4 a[0,10)=7 early1',
  ],
]);

windowCases('all(…), Beam’s AfterAll', 'tumbling', ten, [
  ['waits for each', { trigger: 'all(count(2), watermark())' }, 'a=1@1 a=2@2 w9', 'a[0,10)=3 on-time0 w9'],
  ['in any order', { trigger: 'all(count(2), watermark())' }, 'a=1@1 w9 a=2@2', 'w9 a[0,10)=3 late0'],
  ['once', { trigger: 'all(count(1), count(2))' }, 'a=1@1 a=2@2 a=4@3', 'a[0,10)=3 early0', 'a=4'],
  ['never, if one never does', { trigger: 'all(count(1), never())' }, 'a=1@1 a=2@2 w9', 'w9'],
  [
    'repeated',
    { trigger: 'repeatedly(all(count(1), count(2)))' },
    'a=1@1 a=2@2 a=4@3 a=8@4',
    'a[0,10)=3 early0 a[0,10)=15 early1',
  ],
  [
    'a count and a delay',
    { trigger: 'repeatedly(all(count(2), delay(10)))' },
    'a=1@1 a=2@1 +10 a=4@1 +10 a=8@1',
    'a[0,10)=3 early0 a[0,10)=15 early1',
  ],
  [
    'a mark that came before the count was full stays due',
    { trigger: 'all(count(2), everyEventTime(4))' },
    'a=1@1 w4 a=2@5',
    'w4 a[0,10)=3 early0',
  ],
  [
    'marks of both times',
    { trigger: 'all(everyEventTime(4), everyProcessingTime(10))' },
    'a=1@1 w4 +10',
    'w4 a[0,10)=1 early0',
  ],
  [
    'marks of both times, the other way round',
    { trigger: 'all(everyEventTime(4), everyProcessingTime(10))' },
    'a=1@1 +10 w4',
    'a[0,10)=1 early0 w4',
  ],
  [
    'repeated, a count and marks begin anew together',
    { trigger: 'repeatedly(all(count(2), everyEventTime(4)))' },
    'a=1@1 a=2@1 w4 a=4@5 w8 a=8@8',
    'a[0,10)=3 early0 w4 w8 a[0,10)=15 early1',
  ],
]);

windowCases('each(…), Beam’s AfterEach.inOrder', 'tumbling', ten, [
  [
    'one after the other',
    { trigger: 'each(count(1), count(2))' },
    'a=1@1 a=2@2 a=4@3',
    'a[0,10)=1 early0 a[0,10)=7 early1',
  ],
  [
    'then the window is closed',
    { trigger: 'each(count(1), count(1))' },
    'a=1@1 a=2@2 a=4@3',
    'a[0,10)=1 early0 a[0,10)=3 early1',
    'a=4',
  ],
  [
    'a later one counts from its turn on',
    { trigger: 'each(count(2), count(2))' },
    'a=1@1 a=2@1 a=4@1 a=8@1',
    'a[0,10)=3 early0 a[0,10)=15 early1',
  ],
  [
    'the end of the window, behind a count',
    { trigger: 'each(count(1), watermark())' },
    'a=1@1 w9 w29',
    'a[0,10)=1 early0 a[0,10)=1 on-time1 w9 w29',
  ],
  [
    'the end passed before its turn: the next record',
    { trigger: 'each(count(2), watermark())' },
    'a=1@1 w9 a=2@2 a=4@3',
    'w9 a[0,10)=3 late0 a[0,10)=7 late1',
  ],
  [
    'and not the clean-up',
    { trigger: 'each(count(2), watermark())' },
    'a=1@1 w9 a=2@2 w29 w50',
    'w9 a[0,10)=3 late0 w29 w50',
  ],
  [
    'one that repeats is the last',
    { trigger: 'each(count(1), repeatedly(count(2)), count(1))' },
    'a=1@1 a=2@1 a=4@1 a=8@1 a=16@1',
    'a[0,10)=1 early0 a[0,10)=7 early1 a[0,10)=31 early2',
  ],
  [
    'each in each is each',
    { trigger: 'each(each(count(1), count(2)), count(1))' },
    'a=1@1 a=2@1 a=4@1 a=8@1',
    'a[0,10)=1 early0 a[0,10)=7 early1 a[0,10)=15 early2',
  ],
  [
    'a delay begins with the first record of its turn',
    { trigger: 'each(count(1), delay(10))' },
    'a=1@1 +50 a=2@2 +10',
    'a[0,10)=1 early0 a[0,10)=3 early1',
  ],
  [
    'its turn outlives a restore',
    { trigger: 'each(count(1), count(2))' },
    'a=1@1 / a=2@1 / a=4@1',
    'a[0,10)=1 early0 a[0,10)=7 early1',
  ],
]);

windowCases('orFinally(…, until)', 'tumbling', ten, [
  [
    'fires with the first until the second does, which closes the window',
    { trigger: 'orFinally(repeatedly(count(1)), count(3))' },
    'a=1@1 a=2@1 a=4@1 a=8@1',
    'a[0,10)=1 early0 a[0,10)=3 early1 a[0,10)=7 early2',
    'a=8',
  ],
  [
    'the second counts over all panes',
    { trigger: 'orFinally(repeatedly(count(2)), count(5))' },
    'a=1@1 a=2@1 a=4@1 a=8@1 a=16@1',
    'a[0,10)=3 early0 a[0,10)=15 early1 a[0,10)=31 early2',
  ],
  [
    'the first finished closes it, too',
    { trigger: 'orFinally(count(2), watermark())' },
    'a=1@1 a=2@1 a=4@1',
    'a[0,10)=3 early0',
    'a=4',
  ],
  [
    'until the end of the window',
    { trigger: 'orFinally(repeatedly(count(2)), watermark())' },
    'a=1@1 a=2@1 a=4@1 w9 a=8@1',
    'a[0,10)=3 early0 a[0,10)=7 on-time1 w9',
    'a=8',
  ],
  [
    'both at once are one pane',
    { trigger: 'orFinally(repeatedly(count(2)), count(2))' },
    'a=1@1 a=2@1',
    'a[0,10)=3 early0',
  ],
  [
    'a delay that begins anew does not take the timer of the other',
    { trigger: 'orFinally(repeatedly(any(count(2), delay(10))), delay(10))' },
    'a=1@1 a=2@1 +10 a=4@1',
    // Both delays end at 10; the pair at 0 resets the first. The last pane comes at 10 all the same.
    'a[0,10)=3 early0 a[0,10)=3 early1',
    'a=4',
  ],
  [
    'nor the clean-up’s in a window of the clock',
    { time: 'processing', trigger: 'repeatedly(any(count(2), delay(10)))' },
    'a=1 a=2 +10 a=4 +20',
    'a[0,10)=3 early0 a[10,20)=4 on-time0',
  ],
]);

windowCases('afterWatermark(early:, late:)', 'tumbling', ten, [
  [
    'without either: once, at the end',
    { trigger: 'afterWatermark()' },
    'a=1@1 w9 a=2@1',
    'a[0,10)=1 on-time0 w9',
    'a=2',
  ],
  [
    'early panes repeat',
    { trigger: 'afterWatermark(early: count(1))' },
    'a=1@1 a=2@1 w9',
    'a[0,10)=1 early0 a[0,10)=3 early1 a[0,10)=3 on-time2 w9',
  ],
  [
    'and stop at the end',
    { trigger: 'afterWatermark(early: count(1))' },
    'a=1@1 w9 a=2@1',
    'a[0,10)=1 early0 a[0,10)=1 on-time1 w9',
    'a=2',
  ],
  [
    'late panes repeat',
    { trigger: 'afterWatermark(late: count(1))' },
    'a=1@1 w9 a=2@1 a=4@1',
    'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 a[0,10)=7 late2',
  ],
  [
    'late panes count late records alone',
    { trigger: 'afterWatermark(late: count(2))' },
    'a=1@1 a=2@1 a=4@1 w9 a=8@1 a=16@1',
    'a[0,10)=7 on-time0 w9 a[0,10)=31 late1',
  ],
  [
    'early panes do not count for late ones',
    { trigger: 'afterWatermark(early: count(2), late: count(2))' },
    'a=1@1 w9 a=2@1 a=4@1',
    'a[0,10)=1 on-time0 w9 a[0,10)=7 late1',
  ],
  [
    'a first record behind the end',
    { trigger: 'afterWatermark(early: count(5), late: count(2))' },
    'w9 a=1@1 a=2@1 a=4@1',
    'w9 a[0,10)=1 late0 a[0,10)=7 late1',
  ],
  [
    'what is late and not fired is dropped at the clean-up',
    { trigger: 'afterWatermark(late: count(2))' },
    'a=1@1 w9 a=2@1 w29',
    'a[0,10)=1 on-time0 w9 w29',
  ],
  [
    'early by the clock, repeated',
    { trigger: 'afterWatermark(early: delay(10))' },
    'a=1@1 +10 a=2@1 +10 w9',
    'a[0,10)=1 early0 a[0,10)=3 early1 a[0,10)=3 on-time2 w9',
  ],
  [
    'an early delay ends with the end',
    { trigger: 'afterWatermark(early: delay(10), late: count(5))' },
    'a=1@1 w9 +10',
    'a[0,10)=1 on-time0 w9',
  ],
  [
    'late by the clock',
    { trigger: 'afterWatermark(late: delay(10))' },
    'a=1@1 w9 a=2@1 +9 a=4@1 +1',
    'a[0,10)=1 on-time0 w9 a[0,10)=7 late1',
  ],
  [
    'early marks of event time',
    { trigger: 'afterWatermark(early: everyEventTime(4))' },
    'a=1@1 w4 w9',
    'a[0,10)=1 early0 w4 a[0,10)=1 early1 a[0,10)=1 on-time2 w9',
  ],
  [
    'repeated as a whole it is no different',
    { trigger: 'repeatedly(afterWatermark(early: count(2), late: count(1)))' },
    'a=1@1 a=2@1 w9 a=4@1',
    'a[0,10)=3 early0 a[0,10)=3 on-time1 w9 a[0,10)=7 late2',
  ],
  [
    'its turn outlives a restore',
    { trigger: 'afterWatermark(early: count(1), late: count(2))' },
    'a=1@1 w9 / a=2@1 a=4@1',
    'a[0,10)=1 early0 a[0,10)=1 on-time1 w9 a[0,10)=7 late2',
  ],
]);

windowCases('repeatedly(…)', 'tumbling', ten, [
  [
    'of what repeats is the same',
    { trigger: 'repeatedly(repeatedly(count(2)))' },
    'a=1@1 a=2@1 a=4@1 a=8@1',
    'a[0,10)=3 early0 a[0,10)=15 early1',
  ],
  ['of never() never fires', { trigger: 'repeatedly(never())' }, 'a=1@1 w9', 'w9'],
  [
    'begins each(…) anew when all of it is through',
    { trigger: 'repeatedly(each(count(1), count(2)))' },
    'a=1@1 a=2@1 a=4@1 a=8@1',
    'a[0,10)=1 early0 a[0,10)=7 early1 a[0,10)=15 early2',
  ],
  [
    'begins orFinally(…) anew when it is through',
    { trigger: 'repeatedly(orFinally(repeatedly(count(2)), count(3)))' },
    'a=1@1 a=2@1 a=4@1 a=8@1 a=16@1',
    'a[0,10)=3 early0 a[0,10)=7 early1 a[0,10)=31 early2',
  ],
  [
    'a count and the end, each(…) repeated',
    { trigger: 'repeatedly(each(count(2), watermark()))' },
    'a=1@1 a=2@1 w9 a=4@1 a=8@1',
    'a[0,10)=3 early0 a[0,10)=3 on-time1 w9 a[0,10)=15 late2',
  ],
]);
