/** The process function of a `hold` step: records wait in one kind of keyed state, each for its own event-time timer. */
import type { Holder } from './drawing.ts';

interface HolderTexts {
  /** Puts `record` there. */
  readonly keep: string;
  /** An expression: takes out the records of event time `time`. */
  readonly due: string;
  readonly reduce: string;
}

/** For states that are read as a whole. */
const dueOf = (all: string, putBack: string): string =>
  `(() => {
    const all = ${all};
    const rest = all.filter(([at]) => at !== time);
    ${putBack};
    return all.filter(([at]) => at === time);
  })()`;

const texts: Readonly<Record<Holder, HolderTexts>> = {
  value: {
    keep: 'held.update([...(held.value() ?? []), record])',
    due: dueOf('held.value() ?? []', 'held.update(rest)'),
    reduce: '',
  },
  list: { keep: 'held.add(record)', due: dueOf('held.get()', 'held.update(rest)'), reduce: '' },
  map: {
    keep: 'held.put(ctx.timestamp, [...(held.get(ctx.timestamp) ?? []), record])',
    due: '(() => { const due = held.get(time) ?? []; held.remove(time); return due; })()',
    reduce: '',
  },
  reducing: {
    keep: 'held.add([record])',
    due: dueOf('held.get() ?? []', 'held.clear(); held.add(rest)'),
    reduce: '(a, b) => [...a, ...b]',
  },
};

/** Parameters of the operator; `n` ms after its own time each record is emitted. */
export function holding(holder: Holder, n: number): Readonly<Record<string, unknown>> {
  const { keep, due, reduce } = texts[holder];
  return {
    processElement: `(row, ctx) => {
  const { held } = ctx.state;
  const record = [ctx.timestamp, row.value, row.id];
  ${keep};
  ctx.timerService.registerEventTimeTimer(ctx.timestamp + ${n});
}`,
    onTimer: `(timestamp, ctx, out) => {
  const { held } = ctx.state;
  const time = timestamp - ${n};
  for (const [, value, id] of ${due}) out.collect({ key: ctx.currentKey, value, id });
}`,
    states: [{ name: 'held', kind: holder, ttlMs: 0, reduce }],
    columns: [
      { name: 'key', type: 'string' },
      { name: 'value', type: 'int' },
      { name: 'id', type: 'int' },
    ],
  };
}
