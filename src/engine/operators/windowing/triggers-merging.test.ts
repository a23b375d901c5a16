/**
 * Triggers of windows that merge, one timeline a case. Sessions have a gap of 10: `a=1@0 a=2@20 a=4@10` are two that a
 * third record joins to [0, 30). As in Flink a merge happens with the record that causes it, and before it is counted; what
 * becomes of a trigger's parts is Beam's (the onMerge of its *StateMachine classes), and so is what becomes of a session
 * whose trigger is through (ReduceFnRunner): it is closed, and merges with none; and a merged one begins with pane 0.
 */
import { windowCases } from '../testing/window-cases.ts';

const gap = { gapMs: 10, panes: true, allowedLatenessMs: 50 };

windowCases('merged: the end of the window', 'session', gap, [
  ['moves with the session', { trigger: 'watermark()' }, 'a=1@0 a=2@8 w9 w17', 'w9 a[0,18)=3 on-time0 w17'],
  [
    'a session that has fired is closed, and merges with none any more',
    { trigger: 'watermark()' },
    'a=1@0 w9 a=2@5 w14',
    'a[0,10)=1 on-time0 w9 a[5,15)=2 on-time0 w14',
  ],
  [
    'a record that meets it behind its end begins another',
    { trigger: 'watermark()' },
    'a=1@0 w30 a=2@5',
    'a[0,10)=1 on-time0 w30 a[5,15)=2 late0',
  ],
  [
    'also if it lies in the closed one',
    { trigger: 'watermark()' },
    'a=1@0 a=2@8 w30 a=4@3',
    'a[0,18)=3 on-time0 w30 a[3,13)=4 late0',
  ],
  [
    'only a record whose own session is just the closed one finds it closed',
    { trigger: 'watermark()' },
    'a=1@0 w30 a=2@0 a=4@0 b=8@0',
    'a[0,10)=1 on-time0 w30 b[0,10)=8 late0',
    'a=2 a=4',
  ],
  [
    'until its clean-up, when it is late anyway',
    { trigger: 'watermark()' },
    'a=1@0 w58 a=2@0 w59 a=4@0',
    'a[0,10)=1 on-time0 w58 w59',
    'a=2 a=4',
  ],
  [
    'over a restore',
    { trigger: 'watermark()' },
    'a=1@0 w30 / w30 a=2@0 a=4@5',
    'a[0,10)=1 on-time0 w30 w30 a[5,15)=4 late0',
    'a=2',
  ],
  [
    'repeated: every late record',
    { trigger: '' },
    'a=1@0 w9 a=2@5 a=4@1 w14',
    'a[0,10)=1 on-time0 w9 a[0,15)=7 on-time0 w14',
  ],
  [
    'two sessions that have fired become one that fires when it ends',
    { trigger: '' },
    'a=1@0 a=2@20 w29 a=4@10',
    'a[0,10)=1 on-time0 a[20,30)=2 on-time0 w29 a[0,30)=7 late0',
  ],
  [
    'one that has fired and one that has not',
    { trigger: '' },
    'a=1@0 a=2@20 w15 a=4@10 w29',
    'a[0,10)=1 on-time0 w15 a[0,30)=7 on-time0 w29',
  ],
  [
    'the timers of the old windows are gone',
    { trigger: '' },
    'a=1@0 a=2@20 a=4@10 w9 w19 w29',
    'w9 w19 a[0,30)=7 on-time0 w29',
  ],
]);

windowCases('merged: counts', 'session', gap, [
  ['add up', { trigger: 'repeatedly(count(4))' }, 'a=1@0 a=2@20 a=4@10 a=8@12', 'a[0,30)=15 early0'],
  [
    'fire with the next record and not with the merge',
    { trigger: 'repeatedly(count(2))' },
    'a=1@0 a=2@20 a=4@10',
    'a[0,30)=7 early0',
  ],
  [
    'that were full before are not added',
    { trigger: 'repeatedly(count(2))' },
    'a=1@0 a=2@1 a=4@20 a=8@10',
    'a[0,11)=3 early0 a[0,30)=15 early0',
  ],
  [
    'a count that is through closes its session, and is added to no other',
    { trigger: 'count(2)' },
    'a=1@0 a=2@1 a=4@20 a=8@11',
    'a[0,11)=3 early0 a[11,30)=12 early0',
  ],
  [
    'finished in one, finished in all (AfterPane)',
    { trigger: 'each(count(2), count(9))' },
    'a=1@0 a=2@1 a=4@20 a=8@11 a=16@11',
    'a[0,11)=3 early0',
  ],
  [
    'more than needed is one pane',
    { trigger: 'repeatedly(count(3))' },
    'a=1@0 a=2@1 a=4@20 a=8@21 a=16@10',
    'a[0,31)=31 early0',
  ],
]);

windowCases('merged: delays', 'session', gap, [
  ['the earliest counts', { trigger: 'repeatedly(delay(10))' }, 'a=1@0 +4 a=2@20 +4 a=4@10 +2', 'a[0,30)=7 early0'],
  ['and only that', { trigger: 'repeatedly(delay(10))' }, 'a=1@0 +4 a=2@20 +4 a=4@10 +2 +4', 'a[0,30)=7 early0'],
  [
    'a delay that has fired counts no more',
    { trigger: 'repeatedly(delay(10))' },
    'a=1@0 +10 a=2@20 +4 a=4@10 +6',
    'a[0,10)=1 early0 a[0,30)=7 early0',
  ],
  [
    'a delay that is through closes its session',
    { trigger: 'delay(10)' },
    'a=1@0 +10 a=2@20 +4 a=4@10 +6 +50',
    'a[0,10)=1 early0 a[10,30)=6 early0',
  ],
  [
    'a delay that is through in one waits as long as the others do',
    { trigger: 'each(delay(10), count(9))' },
    'a=1@0 +10 a=2@20 +4 a=4@10 +5 a=8@10 +1',
    'a[0,10)=1 early0 a[0,30)=15 early0',
  ],
  [
    'and begins anew with the record, if there is none',
    { trigger: 'each(delay(10), count(9))' },
    'a=1@0 +10 a=2@5 +9 a=4@5 +1',
    'a[0,10)=1 early0 a[0,15)=7 early0',
  ],
]);

windowCases('merged: marks', 'session', { ...gap, gapMs: 20 }, [
  [
    'the earliest is kept',
    { trigger: 'everyEventTime(10)' },
    'a=1@5 a=2@33 a=4@20 w10 w20',
    'a[5,53)=7 early0 w10 a[5,53)=7 early1 w20',
  ],
  [
    'of the clock, too',
    { trigger: 'everyProcessingTime(10)' },
    'a=1@5 +12 a=2@33 a=4@20 +8',
    'a[5,25)=1 early0 a[5,53)=7 early0',
  ],
  [
    'a mark that is due stays due',
    { trigger: 'all(everyEventTime(10), count(3))' },
    'a=1@0 a=2@25 w10 a=4@10',
    'w10 a[0,45)=7 early0',
  ],
]);

windowCases('merged: any(…) and all(…)', 'session', gap, [
  [
    'any: finished by a count, it stays finished',
    { trigger: 'each(any(count(2), watermark()), count(9))' },
    'a=1@0 a=2@1 a=4@11 w20',
    'a[0,11)=3 early0 w20',
  ],
  [
    'any: finished by the end, it lives on with the new end',
    { trigger: 'each(any(count(5), watermark()), count(1))' },
    'a=1@0 w9 a=2@5 w14',
    'a[0,10)=1 on-time0 w9 a[0,15)=3 on-time0 w14',
  ],
  [
    'any: and counts from the record on',
    { trigger: 'each(any(count(3), watermark()), count(9))' },
    'a=1@0 w9 a=2@5 a=4@5 a=8@5',
    'a[0,10)=1 on-time0 w9 a[0,15)=15 early0',
  ],
  [
    'all: finished, and the end begins anew',
    { trigger: 'each(all(watermark(), count(1)), repeatedly(count(1)))' },
    'a=1@0 w9 a=2@5 a=4@3 w14 a=8@2 a=16@2',
    'a[0,10)=1 on-time0 w9 a[0,15)=7 on-time0 w14 a[0,15)=15 late1 a[0,15)=31 late2',
  ],
  [
    'all: each part merges by itself',
    { trigger: 'all(count(3), watermark())' },
    'a=1@0 a=2@20 a=4@10 w29',
    'a[0,30)=7 on-time0 w29',
  ],
  [
    'all: finished in all parts, it stays finished',
    { trigger: 'each(all(count(1), count(2)), count(9))' },
    'a=1@0 a=2@1 a=4@11 a=8@11',
    'a[0,11)=3 early0',
  ],
]);

windowCases('merged: each(…)', 'session', gap, [
  [
    'the turn is that of the first part that is not finished',
    { trigger: 'each(count(2), count(2))' },
    'a=1@0 a=2@1 a=4@20 a=8@21 a=16@11 a=32@11',
    'a[0,11)=3 early0 a[20,31)=12 early0 a[0,31)=63 early0',
  ],
  [
    'a part that comes back to life has its turn again',
    { trigger: 'each(watermark(), count(2))' },
    'a=1@0 w9 a=2@5 a=4@5 w14',
    'a[0,10)=1 on-time0 w9 a[0,15)=7 on-time0 w14',
  ],
  [
    'the end does not, if the new end has passed, too',
    { trigger: 'each(watermark(), count(2))' },
    'a=1@0 a=2@20 w29 a=4@10 a=8@10',
    'a[0,10)=1 on-time0 a[20,30)=2 on-time0 w29 a[0,30)=15 late0',
  ],
  [
    'and those behind it begin anew',
    { trigger: 'each(watermark(), count(2))' },
    'a=1@0 w9 a=2@0 a=4@5 w14 a=8@0 a=16@0',
    // The late 2 was counted by the second part; the merge by 4 forgets it.
    'a[0,10)=1 on-time0 w9 a[0,15)=7 on-time0 w14 a[0,15)=31 late1',
  ],
]);

windowCases('parts whose turn has not come count with the others', 'session', gap, [
  // AfterEachStateMachine.onElement: “if merges are possible, we need to run all subtriggers in parallel”.
  [
    'since it may be theirs by a merge',
    { trigger: 'each(count(2), count(3))' },
    'a=1@0 a=2@1 a=4@2 a=8@20 a=16@11',
    'a[0,11)=3 early0 a[0,30)=31 early0',
  ],
  [
    'so does a delay',
    { trigger: 'each(count(2), delay(10))' },
    'a=1@0 a=2@1 +100 a=4@20 +6 a=8@11 +4 +6',
    'a[0,11)=3 early0 a[0,30)=15 early0',
  ],
  [
    'but begin anew with each pane (onFire clears all)',
    { trigger: 'each(count(2), count(3))' },
    'a=1@0 a=2@1 a=4@1 a=8@1 a=16@1',
    'a[0,11)=3 early0 a[0,11)=31 early1',
  ],
  [
    'as does the part in hand, so that a second count begins again with each pane of the first',
    { trigger: 'each(orFinally(repeatedly(count(2)), count(3)), count(1))' },
    'a=1@0 a=1@1 a=1@1 a=1@1 a=1@1',
    'a[0,11)=2 early0 a[0,11)=4 early1',
  ],
  [
    'a part that is through goes on counting, since a merge may bring it back',
    { trigger: 'each(any(count(3), watermark()), count(9))' },
    'a=1@0 w9 a=2@0 a=4@5 a=8@5',
    // The 2 came for the closed first part, the merge by 4 makes it live again.
    'a[0,10)=1 on-time0 w9 a[0,15)=15 early0',
  ],
  [
    'a delay that is through, too: the merge waits as long as what came for it behind its pane',
    { trigger: 'each(delay(10), count(9))' },
    'a=1@0 +10 a=2@0 +5 a=4@5 +5',
    'a[0,10)=1 early0 a[0,15)=7 early0',
  ],
  [
    'early panes, too, behind the end',
    { trigger: 'afterWatermark(early: count(3), late: count(9))' },
    'a=1@0 w9 a=2@0 a=4@5 a=8@5',
    'a[0,10)=1 on-time0 w9 a[0,15)=15 early0',
  ],
  [
    'and late ones from the pane on time on',
    { trigger: 'afterWatermark(late: count(2))' },
    'a=1@0 a=2@0 w9 a=4@0 w10 a=8@0',
    'a[0,10)=3 on-time0 w9 w10 a[0,10)=15 late1',
  ],
  [
    'over a restore',
    { trigger: 'each(count(2), count(3))' },
    'a=1@0 a=2@1 a=4@2 a=8@20 / a=16@11',
    'a[0,11)=3 early0 a[0,30)=31 early0',
  ],
]);

windowCases('what came due while it was not its turn', 'session', gap, [
  [
    'goes with the pane of the part in hand',
    { trigger: 'each(count(2), everyEventTime(5ms))' },
    'a=1@0 w6 a=2@0 a=4@0 w9',
    'w6 a[0,10)=3 early0 a[0,10)=7 on-time1 w9',
  ],
]);

windowCases('of windows that do not merge only the part in hand counts', 'tumbling', { ...gap, sizeMs: 10 }, [
  [
    'and the next from its turn on',
    { trigger: 'each(count(2), count(2))' },
    'a=1@0 a=1@1 a=1@1 a=1@1',
    'a[0,10)=2 early0 a[0,10)=4 early1',
  ],
  [
    'a second count goes on over panes of the first',
    { trigger: 'each(orFinally(repeatedly(count(2)), count(3)), count(1))' },
    'a=1@0 a=1@1 a=1@1 a=1@1',
    'a[0,10)=2 early0 a[0,10)=3 early1 a[0,10)=4 early2',
  ],
]);

windowCases('merged: orFinally(…)', 'session', gap, [
  [
    'both parts merge',
    { trigger: 'orFinally(repeatedly(count(2)), count(4))' },
    'a=1@0 a=2@20 a=4@10 a=8@11 a=16@11',
    // Through, the session is closed: 16 begins another.
    'a[0,30)=7 early0 a[0,30)=15 early1',
  ],
  [
    'finished by the end, it lives on with the new end',
    { trigger: 'each(orFinally(count(5), watermark()), repeatedly(count(1)))' },
    'a=1@0 w9 a=2@5 w14',
    'a[0,10)=1 on-time0 w9 a[0,15)=3 on-time0 w14',
  ],
]);

windowCases('merged: afterWatermark(early:, late:)', 'session', gap, [
  [
    'early counts add up',
    { trigger: 'afterWatermark(early: count(3))' },
    'a=1@0 a=2@20 a=4@10 w29',
    'a[0,30)=7 early0 a[0,30)=7 on-time1 w29',
  ],
  [
    'a session behind its end has early panes again when it grows',
    { trigger: 'afterWatermark(early: count(1), late: count(5))' },
    'a=1@0 w9 a=2@5 w14',
    'a[0,10)=1 early0 a[0,10)=1 on-time1 w9 a[0,15)=3 early0 a[0,15)=3 on-time1 w14',
  ],
  [
    'behind its new end it stays with its late panes',
    { trigger: 'afterWatermark(early: count(1), late: count(2))' },
    'a=1@0 w30 a=2@5 a=4@5',
    'a[0,10)=1 early0 a[0,10)=1 on-time1 w30 a[0,15)=7 late0',
  ],
  [
    'whose counts add up',
    { trigger: 'afterWatermark(late: count(3))' },
    'a=1@0 a=2@20 w40 a=4@1 a=8@21 a=16@11',
    'a[0,10)=1 on-time0 a[20,30)=2 on-time0 w40 a[0,31)=31 late0',
  ],
  [
    'late records counted before do not count',
    { trigger: 'afterWatermark(late: count(2))' },
    'a=1@0 w9 a=2@0 a=4@5 w14 a=8@5',
    'a[0,10)=1 on-time0 w9 a[0,15)=7 on-time0 w14',
  ],
]);

windowCases('merged, discarding', 'session', { ...gap, accumulation: 'discarding' }, [
  [
    'what each held and had not fired is one pane',
    { trigger: '' },
    'a=1@0 a=2@20 w15 a=4@10 w29',
    'a[0,10)=1 on-time0 w15 a[0,30)=6 on-time0 w29',
  ],
  [
    'purging is no different',
    { trigger: 'purging(repeatedly(count(2)))' },
    'a=1@0 a=2@1 a=4@20 a=8@11',
    'a[0,11)=3 early0 a[0,30)=12 early0',
  ],
]);
