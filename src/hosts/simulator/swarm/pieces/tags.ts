/**
 * Process functions with several side outputs, of one input, of two, and of one with rules: records go out at some of
 * them, by their value, and once more by a timer. What comes out at each is marked, so that none can stand for another.
 */
import type { Item } from '../items.ts';
import { columns, partOf } from './piece.ts';
import type { Piece, Stage } from './piece.ts';

const waitMs = 20;
const kinds = ['process', 'coProcess', 'broadcastProcess'] as const;

/** Of each output its mark; a record has its number times 4 and that. */
const marks = { out: 0, odd: 1, third: 2, later: 3 } as const;
type Port = keyof typeof marks;

/** The records of the second input are told by values so much greater. */
const secondBy = 1000;

const element = `(row, ctx, out) => {
  const { key, value, id } = row;
  if (value % 2 === 0) out.collect({ key, value, id });
  else ctx.output('odd', { key, value, id });
  if (value % 3 === 0) ctx.output('third', { key, value, id });
  if (value % 5 !== 0) return;
  ctx.state.waiting.add([ctx.timestamp, value, id]);
  ctx.timerService.registerEventTimeTimer(ctx.timestamp + ${waitMs});
}`;
const second = `(row, ctx) => ctx.output('third', { key: row.key, value: row.value + ${secondBy}, id: row.id })`;

const common = {
  onTimer: `(timestamp, ctx, out) => {
  const time = timestamp - ${waitMs};
  const all = ctx.state.waiting.get();
  ctx.state.waiting.update(all.filter(([at]) => at !== time));
  for (const [at, value, id] of all) if (at === time) ctx.output('later', { key: ctx.currentKey, value, id });
}`,
  states: [{ name: 'waiting', kind: 'list', ttlMs: 0, reduce: '' }],
  columns,
  sideOutputs: ['later', 'odd', 'third'].map((tag) => ({ tag, columns })),
};

const ports: Stage['ports'] = Object.fromEntries(
  Object.entries(marks).map(([port, mark]) => [
    port,
    { function: `(row) => ({ key: row.key, value: row.value, id: row.id * 4 + ${mark} })`, columns },
  ]),
);

export const tags: Piece = {
  sizes: [0, 1, 2],
  // Each record up to three times.
  pairs: true,
  stages(n) {
    switch (kinds[n]) {
      case 'coProcess': {
        const params = { processElement1: element, processElement2: second, ...common };
        return [{ kind: 'coProcess', params, second: { ports: ['in1', 'in2'] }, ports }];
      }
      case 'broadcastProcess': {
        const params = { processElement: element, processBroadcastElement: '(row) => {}', ...common };
        return [{ kind: 'broadcastProcess', params, second: { ports: ['in', 'rules'], broadcast: true }, ports }];
      }
      default:
        return [{ kind: 'process', params: { processElement: element, ...common }, ports }];
    }
  },
  expect(items, n) {
    const at = (port: Port, some: readonly Item[]): Item[] =>
      some.map((item) => ({ ...item, id: item.id * 4 + marks[port] }));
    const of = (divisor: number): Item[] => items.filter(({ value }) => value % divisor === 0);
    const others = kinds[n] === 'coProcess' ? partOf(items) : [];
    return [
      ...at('out', of(2)),
      ...at(
        'odd',
        items.filter(({ value }) => value % 2 !== 0),
      ),
      ...at('third', [...of(3), ...others.map((item) => ({ ...item, value: item.value + secondBy }))]),
      ...at(
        'later',
        of(5).map((item) => ({ ...item, time: item.time + waitMs })),
      ),
    ];
  },
};
