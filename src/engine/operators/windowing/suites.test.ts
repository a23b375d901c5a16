/**
 * What Flink's and Beam's own suites ask of a window operator, as timelines of ours: WindowOperatorContractTest and
 * WindowOperatorTest, ReduceFnRunnerTest, AfterEachStateMachineTest. Where the two differ it is said: at the clean-up of a
 * window what its trigger has not fired is dropped, as in Flink (`closing.test.ts` has Beam's last panes), and no pane is empty.
 */
import { windowCases } from '../testing/window-cases.ts';

const ten = { sizeMs: 10, panes: true, allowedLatenessMs: 100 };

windowCases('a record that no window takes', 'sliding', { sizeMs: 5, slideMs: 10 }, [
  ['is nothing, while its time has not passed', {}, 'w6 a=1@7 |', 'w6 |'],
  ['is late from then on', {}, 'w7 a=1@7 |', 'w7 |', 'a=1'],
  ['by its own time and the lateness, as there is no window', { allowedLatenessMs: 5 }, 'w11 a=1@7 |', 'w11 |'],
  ['to the millisecond', { allowedLatenessMs: 5 }, 'w12 a=1@7 |', 'w12 |', 'a=1'],
]);

windowCases('a record in several windows, some of them closed', 'sliding', { sizeMs: 100, slideMs: 30, panes: true }, [
  [
    'counts in the others, and is late only if all are',
    { trigger: 'watermark()', allowedLatenessMs: 1000 },
    'a=10@23 a=12@40 w70 a=14@60 w130 a=16@40',
    'a[-60,40)=10 on-time0 a[-30,70)=22 on-time0 w70 a[0,100)=36 on-time0 a[30,130)=26 on-time0 w130',
    'a=16',
  ],
]);

windowCases('the windows of sessions', 'session', { gap: '(row) => row.n' }, [
  ['one that covers two makes them one', {}, 'a=1@2 a=1@5 a=20@0 |', 'a[0,20)=22 |'],
  ['one that covers one', {}, 'a=1@2 a=20@0 w2 |', 'w2 a[0,20)=21 |'],
  ['one that is just the same', {}, 'a=3@2 a=3@2 w4 |', 'a[2,5)=6 w4 |'],
  ['two that only touch, and a third between them', {}, 'a=3@0 a=3@6 a=3@3 |', 'a[0,9)=9 |'],
]);

windowCases('merged before they fire', 'session', { gapMs: 10, panes: true }, [
  ['in one pane, however far the watermark jumps', {}, 'a=1@1 a=10@10 w100', 'a[1,20)=11 on-time0 w100'],
  [
    'end and clean-up by one watermark',
    { allowedLatenessMs: 50 },
    'w0 a=1@1 w100 a=2@1',
    'w0 a[1,11)=1 on-time0 w100',
    'a=2',
  ],
]);

windowCases('panes of one window', 'tumbling', ten, [
  [
    'only one is on time, though two could be',
    { trigger: '' },
    'w0 a=1@1 w10 a=3@3',
    'w0 a[0,10)=1 on-time0 w10 a[0,10)=4 late1',
  ],
  [
    'on time also with nothing new, where the end fires',
    { trigger: 'repeatedly(any(count(2), watermark()))' },
    'w0 a=1@1 a=2@2 w50 w150',
    'w0 a[0,10)=3 early0 a[0,10)=3 on-time1 w50 w150',
  ],
  [
    'an on-time pane that would be empty does not fire (Beam’s would)',
    { trigger: 'orFinally(repeatedly(count(2)), watermark())', accumulation: 'discarding' },
    'a=1@1 a=2@2 w150',
    'a[0,10)=3 early0 w150',
  ],
  [
    'and the late one behind it has the next number',
    { trigger: 'repeatedly(any(count(2), watermark()))', accumulation: 'discarding' },
    'a=1@1 a=2@2 w9 a=4@3',
    'a[0,10)=3 early0 w9 a[0,10)=4 late1',
  ],
  [
    'discarding, late panes hold what is late',
    { trigger: '', accumulation: 'discarding' },
    'a=1@1 a=2@2 w12 a=3@3',
    'a[0,10)=3 on-time0 w12 a[0,10)=3 late1',
  ],
  [
    'by the clock early, on time by the end with nothing new',
    { trigger: 'each(orFinally(repeatedly(delay(5)), watermark()), repeatedly(delay(25)))' },
    'w0 a=1@1 a=1@3 a=1@7 a=1@5 +6 w11',
    'w0 a[0,10)=4 early0 a[0,10)=4 on-time1 w11',
  ],
  [
    'by the clock early and late, with records between; what is not fired at the clean-up is dropped (Beam fires it)',
    { trigger: 'each(orFinally(repeatedly(delay(5)), watermark()), repeatedly(delay(25)))' },
    'w0 a=1@1 a=1@3 a=1@7 a=1@5 +6 a=1@8 a=1@4 w11 a=1@8 a=1@4 a=1@5 w12 a=1@3 +9 a=1@5 +17 a=1@3 w125',
    'w0 a[0,10)=4 early0 a[0,10)=6 on-time1 w11 w12 a[0,10)=11 late2 w125',
  ],
  [
    'one sequence behind the other',
    { trigger: 'each(orFinally(repeatedly(count(2)), count(3)), orFinally(repeatedly(count(5)), watermark()))' },
    'a=1@1 a=1@2 a=1@1 a=1@1 a=1@1 a=1@1 a=1@1 a=1@1 w9',
    'a[0,10)=2 early0 a[0,10)=3 early1 a[0,10)=8 early2 a[0,10)=8 on-time3 w9',
  ],
]);

windowCases('the clock and the clean-up', 'tumbling', { sizeMs: 100, panes: true, trigger: 'repeatedly(delay(10))' }, [
  ['the clock cleans up no window of event time', {}, '+5000 a=2@2 a=5@5 +5000 a=1@9', 'a[0,100)=7 early0'],
  ['a delay that ends behind the clean-up fires nothing', {}, '+5000 a=2@2 w99 +1000', 'w99'],
  ['nor one that ends with it, in the order of the two', {}, '+5000 a=2@2 w99 +10', 'w99'],
  ['before it, it does', {}, '+5000 a=2@2 +10 w99', 'a[0,100)=2 early0 w99'],
]);

windowCases('a window without an end', 'global', { panes: true }, [
  [
    'drops at the end what is not fired (Beam drains it)',
    { trigger: 'repeatedly(count(3))', accumulation: 'discarding' },
    'a=1@0 a=1@1 a=1@2 a=1@3 |',
    'a=3 early0 |',
  ],
  [
    'fires it with the end, where that is asked for',
    { trigger: 'afterWatermark(early: count(3))' },
    'a=1@0 |',
    'a=1 on-time0 |',
  ],
]);
