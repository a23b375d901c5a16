/**
 * Process function with timers in processing time and state that expires: records wait n ms, all of a key together, and
 * each comes out once. What still waits at the end of the input comes out by a timer in event time; if its own timer is
 * long overdue then, it comes out wrong. (After a failure that timer can be overdue, however long the job stood still, and
 * fires at once.)
 */
import { columns } from '../pieces/piece.ts';
import type { End } from './end.ts';

/** Longer than any run. */
const ttlMs = 100_000_000;
/** More than a subtask can be held up. */
const overdueMs = 2000;

export const batches: End = {
  sizes: [3, 20, 100],
  changelog: false,
  key: null,
  anyWatermarks: true,
  lastByWatermark: true,
  stages: (n) => [
    {
      kind: 'process',
      params: {
        processElement: `(row, ctx) => {
  const { waiting, due } = ctx.state;
  waiting.add([row.value, row.id]);
  ctx.timerService.registerEventTimeTimer(1e12);
  if (due.value() !== null) return;
  due.update(ctx.timerService.currentProcessingTime() + ${n});
  ctx.timerService.registerProcessingTimeTimer(due.value());
}`,
        onTimer: `(timestamp, ctx, out) => {
  const { waiting, due } = ctx.state;
  const late = due.value() !== null && ctx.timerService.currentProcessingTime() > due.value() + ${overdueMs};
  const wrong = late && ctx.timeDomain === 'event';
  for (const [value, id] of waiting.get()) out.collect({ key: ctx.currentKey, value: wrong ? -1 : value, id });
  waiting.clear();
  due.clear();
}`,
        states: [
          { name: 'waiting', kind: 'list', ttlMs, reduce: '' },
          { name: 'due', kind: 'value', ttlMs, reduce: '' },
        ],
        columns,
      },
    },
  ],
  columns: ['key', 'value', 'id'],
  expect: (items) => items.map(({ key, value, id }) => ({ key, value, id })),
};
