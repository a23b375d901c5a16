/**
 * Process function whose states expire, each kind of them: every record tells what it saw in them, and the time. In the
 * order of a count that does not expire, a model by hand says what that was to be.
 */
import type { Told, End } from './end.ts';
import { arrivals, arrivalText, historyOf, isOver } from './histories.ts';

const body = `(row, ctx, out) => {
  const { steps, last, all, by, most, total } = ctx.state;
  const { id } = row;
  const step = (steps.value() ?? 0) + 1;
  const entries = by.entries().sort(([a], [b]) => a - b);
  const saw = JSON.stringify([last.value(), all.get(), entries, most.get(), total.get()]);
  out.collect({ key: row.key, id, step, now: ctx.timerService.currentProcessingTime(), saw });
  steps.update(step);
  if (id % 2 === 0) last.update(id);
  if (id % 7 === 0) last.clear();
  if (id % 5 === 0) all.update(all.get().slice(-3));
  else all.add(id);
  by.put(id % 3, id);
  if (id % 11 === 0) by.remove(1);
  if (id % 3 === 0) most.add(id);
  if (id % 4 !== 0) total.add(id);
}`;

interface Cell<T> {
  value: T;
  at: number;
}

/** What the states of one key hold, each value with the time at which it was written. */
class Model {
  private last: Cell<number> | null = null;
  private all: Cell<number>[] = [];
  private by = new Map<number, Cell<number>>();
  private most: Cell<number> | null = null;
  private total: Cell<number> | null = null;
  private readonly ttlMs: number;

  constructor(ttlMs: number) {
    this.ttlMs = ttlMs;
  }

  saw(now: number): string {
    const alive = <T>(cell: Cell<T> | null): Cell<T> | null =>
      cell === null || isOver(cell.at, this.ttlMs, now) ? null : cell;
    this.last = alive(this.last);
    this.all = this.all.filter((cell) => alive(cell) !== null);
    this.by = new Map([...this.by].filter(([, cell]) => alive(cell) !== null));
    this.most = alive(this.most);
    this.total = alive(this.total);
    const entries = [...this.by].map(([key, { value }]) => [key, value] as const).sort(([a], [b]) => a - b);
    const values = this.all.map(({ value }) => value);
    const single = (cell: Cell<number> | null): number | null => cell?.value ?? null;
    return JSON.stringify([single(this.last), values, entries, single(this.most), single(this.total)]);
  }

  write(id: number, now: number): void {
    const cell = (value: number): Cell<number> => ({ value, at: now });
    if (id % 2 === 0) this.last = cell(id);
    if (id % 7 === 0) this.last = null;
    if (id % 5 === 0) this.all = this.all.slice(-3).map(({ value }) => cell(value));
    else this.all.push(cell(id));
    this.by.set(id % 3, cell(id));
    if (id % 11 === 0) this.by.delete(1);
    if (id % 3 === 0) this.most = cell(Math.max(id, this.most?.value ?? id));
    if (id % 4 !== 0) this.total = cell(id + (this.total?.value ?? 0));
  }
}

export const expiringStates: End = {
  sizes: [5, 30, 150],
  changelog: false,
  stages: (ttlMs) => {
    const state = (name: string, kind: string, reduce = '') => ({ name, kind, ttlMs, reduce });
    return [
      {
        kind: 'process',
        params: {
          processElement: body,
          states: [
            { name: 'steps', kind: 'value', ttlMs: 0, reduce: '' },
            state('last', 'value'),
            state('all', 'list'),
            state('by', 'map'),
            state('most', 'reducing', '(a, b) => Math.max(a, b)'),
            state(
              'total',
              'aggregating',
              `() => ({
  createAccumulator: () => 0,
  add: (value, sum) => sum + value,
  getResult: (sum) => sum,
})`,
            ),
          ],
          columns: [
            { name: 'key', type: 'string' },
            { name: 'id', type: 'int' },
            { name: 'step', type: 'int' },
            { name: 'now', type: 'float' },
            { name: 'saw', type: 'string' },
          ],
        },
      },
    ];
  },
  judge(told, items, ttlMs) {
    const wrong = arrivals(
      items,
      told.map(({ row }) => arrivalText(row['key'], row['id'])),
    );
    for (const [key, history] of historyOf(told, ({ row }) => row['key'])) {
      const found = followed(history, new Model(ttlMs));
      if (found !== null) wrong.push(`key ${key}, ${found}`);
    }
    return wrong;
  },
};

/** A sentence about the first record that saw something else than the model says. */
function followed(history: readonly Told[], model: Model): string | null {
  const sorted = history.toSorted((a, b) => Number(a.row['step']) - Number(b.row['step']));
  for (const [i, { row }] of sorted.entries()) {
    if (row['step'] !== i + 1) return `step ${i + 1} is not there once, but ${String(row['step'])}`;
    const now = Number(row['now']);
    const right = model.saw(now);
    if (row['saw'] !== right)
      return `step ${i + 1} at ${now}: record ${String(row['id'])} saw ${String(row['saw'])}, not ${right}`;
    model.write(Number(row['id']), now);
  }
  return null;
}
