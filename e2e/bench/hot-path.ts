/**
 * Micro-benchmark of the hot path in one Node thread, without channels: `npx tsx e2e/bench/hot-path.ts`. Each line is
 * the best of several rounds. Figures are for comparison within one run.
 */
import { eventTime, MIN_EVENT_TIME, processingTime } from '../../src/base/units.ts';
import type { StreamType } from '../../src/engine/graph/schema.ts';
import { operatorTable } from '../../src/engine/operators/running.ts';
import { KeyedState } from '../../src/engine/state/keyed-state.ts';
import type {
  OperatorContext,
  OperatorDefinition,
  RunnableOperator,
  UserFunction,
} from '../../src/engine/task/operator.ts';
import { TimerQueue } from '../../src/engine/time/timers.ts';
import type { Batch, Column } from '../../src/engine/wire/batch.ts';
import { KeyReader } from '../../src/engine/wire/keys.ts';

const batchCount = 1000;
const rounds = 5;

interface Bench {
  readonly context: OperatorContext;
  readonly emitted: Batch[];
  watermark: number;
}

function bench(definition: OperatorDefinition, params: object, inputs: readonly StreamType[], keep: boolean): Bench {
  const derived = definition.derive(definition.params.parse(params), inputs);
  if (!derived.ok) throw new Error(JSON.stringify(derived.error));
  const type = inputs[0];
  const reader = type?.key ? new KeyReader(type.schema, type.key) : null;
  const emitted: Batch[] = [];
  const self: Bench = {
    emitted,
    watermark: MIN_EVENT_TIME,
    context: {
      node: 'n',
      name: definition.title,
      subtaskIndex: 0,
      attempt: 1,
      parallelism: 1,
      maxParallelism: 128,
      seed: 1,
      inputs,
      outputTypes: derived.value,
      outputs: derived.value.map(() => ({ emit: (batch) => void (keep && emitted.push(batch)) })),
      keyedState: new KeyedState(128, { start: 0, end: 127 }, (key) => reader?.hash(key) ?? 0),
      timers: new TimerQueue(),
      watermark: () => eventTime(self.watermark),
      now: () => processingTime(0),
      compile: (_, source) => new Function(`"use strict"; return (${source})`)() as UserFunction,
      guard: (made) => made,
      watermarks: { watermark: () => {}, status: () => {} },
      at: () => {},
      log: () => {},
      found: () => {},
      countLate: () => {},
      result: () => {},
      request: () => 0,
    },
  };
  return self;
}

function kind(name: string): RunnableOperator {
  const definition = operatorTable.get(name);
  if (definition === undefined) throw new Error(`no kind ${name}`);
  return definition;
}

/** Nanoseconds per record of the fastest round. */
function best(records: number, round: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const start = process.hrtime.bigint();
    round();
    least = Math.min(least, Number(process.hrtime.bigint() - start) / records);
  }
  return least;
}

function say(what: string, ns: number): void {
  console.log(`${what.padEnd(64)} ${ns.toFixed(1).padStart(7)} ns  ${(1000 / ns).toFixed(1).padStart(6)} M records/s`);
}

function generate(params: object, keep: boolean): { batches: Batch[]; ns: number } {
  const definition = kind('generator');
  if (definition.role !== 'source') throw new Error('the generator is a source');
  const made = bench(definition, params, [], keep);
  const events = { watermark: () => {}, idle: () => {}, active: () => {} };
  const ns = best(batchCount * 2048, () => {
    made.emitted.length = 0;
    const source = definition.create(definition.params.parse(params), made.context, events);
    for (let i = 0; i < batchCount; i++) source.poll(2048);
  });
  return { batches: made.emitted, ns };
}

/** As batches come out of a channel: texts are new strings in a dictionary of this batch alone. */
function received(batch: Batch): Batch {
  const columns = batch.columns.map((column): Column => {
    if (column.kind !== 'text') return column;
    const codes = new Int32Array(batch.length);
    const known = new Map<number, number>();
    let text = '';
    const ends: number[] = [];
    for (let row = 0; row < batch.length; row++) {
      const code = column.codes[row] as number;
      let own = known.get(code);
      if (own === undefined) {
        own = known.size;
        known.set(code, own);
        text += column.entries[code];
        ends.push(text.length);
      }
      codes[row] = own;
    }
    const entries = ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
    return { kind: 'text', codes, entries };
  });
  return { ...batch, columns };
}

function run(name: string, what: string, params: object, type: StreamType, batches: Batch[], fresh: boolean): void {
  const definition = kind(name);
  if (definition.role !== 'transform') throw new Error(`${name} is a source`);
  const records = batches.length * 2048;
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const made = bench(definition, params, [type], false);
    const operator = definition.create(definition.params.parse(params), made.context);
    const input = fresh ? batches.map(received) : batches;
    const start = process.hrtime.bigint();
    for (const batch of input) {
      operator.process(batch, 0);
      made.watermark = (batch.timestamps[batch.length - 1] as number) - 5000;
      while (operator.onWatermark?.(eventTime(made.watermark)) === 'more');
    }
    times.push(Number(process.hrtime.bigint() - start) / records);
  }
  say(what, Math.min(...times));
}

function main(): void {
  const common = { rate: 0, startMs: 0 };
  for (const [what, params] of [
    ['generator, 1,000 string keys', { keys: 1000 }],
    ['generator, 1,000 string keys, Zipf 1, disorder', { keys: 1000, skew: 1, disorderMs: 1000 }],
    ['generator, 100,000 int keys', { keys: 100_000, keyType: 'int' }],
  ] as const)
    say(what, generate({ ...common, ...params }, false).ns);

  const size = { sizeMs: 10_000 };
  const sum = {
    sizeMs: 10_000,
    aggregates: ['count', 'sum', 'avg', 'max'].map((name) => ({
      function: name,
      column: name === 'count' ? '' : 'value',
      as: name,
    })),
  };
  for (const keys of [1000, 10_000, 100_000])
    for (const keyType of ['string', 'int'] as const) {
      const { batches } = generate({ ...common, keys, keyType, disorderMs: 1000 }, true);
      const type: StreamType = { schema: batches[0]?.schema ?? [], key: ['key'] };
      const text = `${keys.toLocaleString('en')} ${keyType} keys`;
      run('tumblingWindow', `tumbling count, ${text}`, size, type, batches, false);
      if (keyType === 'string')
        run('tumblingWindow', `tumbling count, ${text}, from a channel`, size, type, batches, true);
      if (keys > 1000) continue;
      run('tumblingWindow', `tumbling count, sum, avg, max, ${text}`, sum, type, batches, false);
      run('aggregate', `running count, sum, avg, max, ${text}`, { aggregates: sum.aggregates }, type, batches, false);
    }
  const { batches } = generate({ ...common, keys: 1000 }, true);
  const type: StreamType = { schema: batches[0]?.schema ?? [], key: null };
  run('filter', 'filter by a function', { function: '(row) => row.value > 50' }, type, batches, false);
  run(
    'map',
    'map to two columns by a function',
    {
      function: '(row) => ({ key: row.key, double: row.value * 2 })',
      columns: [
        { name: 'key', type: 'string' },
        { name: 'double', type: 'float' },
      ],
    },
    type,
    batches,
    false,
  );
  run(
    'map',
    'map adding one column by a function',
    { function: '(row) => row.value * 2', columns: [{ name: 'double', type: 'float' }], keep: true },
    type,
    batches,
    false,
  );
  run(
    'reduce',
    'reduce by a function',
    { function: '(a, b) => ({ ...b, value: a.value + b.value })' },
    { ...type, key: ['key'] },
    batches.slice(0, 100),
    false,
  );
}

main();
