/** Broadcast process function: each record waits n ms, and counts the times of the rules, of any key, up to its own. */
import { columns, partOf } from './piece.ts';
import type { Piece } from './piece.ts';

export const rules: Piece = {
  sizes: [3, 20, 100],
  second: { ports: ['in', 'rules'], broadcast: true },
  stages: (n) => [
    {
      kind: 'broadcastProcess',
      params: {
        processElement: `(row, ctx) => {
  ctx.state.waiting.add([ctx.timestamp, row.value, row.id]);
  ctx.timerService.registerEventTimeTimer(ctx.timestamp + ${n});
}`,
        processBroadcastElement: '(row, ctx) => ctx.broadcast.times.put(ctx.timestamp, true)',
        onTimer: `(timestamp, ctx, out) => {
  const time = timestamp - ${n};
  const all = ctx.state.waiting.get();
  const count = ctx.broadcast.times.keys().filter((seen) => seen <= time).length;
  ctx.state.waiting.update(all.filter(([at]) => at !== time));
  for (const [at, value, id] of all) if (at === time) out.collect({ key: ctx.currentKey, value: value + count, id });
}`,
        broadcastStates: 'times',
        states: [{ name: 'waiting', kind: 'list', ttlMs: 0, reduce: '' }],
        columns,
      },
    },
  ],
  expect(items, n) {
    const times = [...new Set(partOf(items).map(({ time }) => time))];
    return items.map((item) => {
      const count = times.filter((time) => time <= item.time).length;
      return { ...item, value: item.value + count, time: item.time + n };
    });
  },
};
