/** Co-process function: each record of the first input waits n ms, and counts those of the second up to its own time. */
import { columns, partOf } from './piece.ts';
import type { Piece } from './piece.ts';

export const both: Piece = {
  sizes: [3, 20, 100],
  second: { ports: ['in1', 'in2'] },
  stages: (n) => [
    {
      kind: 'coProcess',
      params: {
        processElement1: `(row, ctx) => {
  ctx.state.waiting.add([ctx.timestamp, row.value, row.id]);
  ctx.timerService.registerEventTimeTimer(ctx.timestamp + ${n});
}`,
        processElement2: '(row, ctx) => ctx.state.seen.add(ctx.timestamp)',
        onTimer: `(timestamp, ctx, out) => {
  const time = timestamp - ${n};
  const all = ctx.state.waiting.get();
  const count = ctx.state.seen.get().filter((seen) => seen <= time).length;
  ctx.state.waiting.update(all.filter(([at]) => at !== time));
  for (const [at, value, id] of all) if (at === time) out.collect({ key: ctx.currentKey, value: value + count, id });
}`,
        states: [
          { name: 'waiting', kind: 'list', ttlMs: 0, reduce: '' },
          { name: 'seen', kind: 'list', ttlMs: 0, reduce: '' },
        ],
        columns,
      },
    },
  ],
  expect(items, n) {
    const some = partOf(items);
    return items.map(({ key, value, id, time }) => {
      const count = some.filter((other) => other.key === key && other.time <= time).length;
      return { key, value: value + count, id, time: time + n };
    });
  },
};
