/** The tumbling window against a plain model of Flink's rules, one key and one record at a time. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { eventTime, MIN_EVENT_TIME } from '../../base/units.ts';
import type { Row, StreamType } from '../graph/schema.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { TaskFailure } from '../wire/failures.ts';
import { Harness } from './testing/harness.ts';
import { tumblingWindow } from './tumbling-window.ts';

const type: StreamType = {
  schema: [
    { name: 'key', type: 'string' },
    { name: 'zone', type: 'int' },
    { name: 'value', type: 'float' },
    { name: 'flag', type: 'boolean' },
  ],
  key: ['key', 'zone'],
};

const all = [
  { function: 'count', column: '', as: 'n' },
  { function: 'count', column: 'flag', as: 'flags' },
  { function: 'count', column: 'key', as: 'named' },
  { function: 'sum', column: 'value', as: '' },
  { function: 'min', column: 'value', as: '' },
  { function: 'max', column: 'value', as: '' },
  { function: 'avg', column: 'value', as: '' },
] as const;

interface Step {
  readonly row: Row;
  readonly time: number;
}

/** One (key, window): its records, whether its timer is registered. */
interface Pane {
  readonly key: Row;
  readonly start: number;
  readonly rows: Row[];
  timer: boolean;
}

/** What comes out, between watermarks, as JSON; late records on their own. */
class Model {
  readonly out: string[][] = [];
  readonly late: string[] = [];
  private readonly panes = new Map<string, Pane>();
  private watermark: number = MIN_EVENT_TIME;
  private readonly size: number;
  private readonly offset: number;
  private readonly lateness: number;

  constructor(size: number, offset: number, lateness: number) {
    this.size = size;
    this.offset = offset;
    this.lateness = lateness;
  }

  record({ row, time }: Step): void {
    let start = this.offset;
    while (start > time) start -= this.size;
    while (start + this.size <= time) start += this.size;
    const largest = start + this.size - 1;
    if (largest + this.lateness <= this.watermark) {
      this.late.push(JSON.stringify(row));
      return;
    }
    const id = JSON.stringify([row['key'], row['zone'], start]);
    const pane = this.panes.get(id) ?? { key: row, start, rows: [], timer: false };
    this.panes.set(id, pane);
    pane.rows.push(row);
    if (largest <= this.watermark) this.out.push([this.result(pane)]);
    else pane.timer = true;
  }

  rise(to: number): void {
    this.watermark = Math.max(to, this.watermark);
    const fired: string[] = [];
    for (const pane of this.panes.values()) {
      if (!pane.timer || pane.start + this.size - 1 > this.watermark) continue;
      pane.timer = false;
      fired.push(this.result(pane));
    }
    this.out.push(fired);
    for (const [id, pane] of this.panes)
      if (pane.start + this.size - 1 + this.lateness <= this.watermark) this.panes.delete(id);
  }

  private result({ key, start, rows }: Pane): string {
    const values = rows.map((row) => row['value']).filter((value): value is number => value !== null);
    const sum = values.reduce((a, b) => a + b, 0);
    const some = values.length > 0;
    return JSON.stringify({
      time: start + this.size - 1,
      row: {
        key: key['key'],
        zone: key['zone'],
        windowStart: start,
        windowEnd: start + this.size,
        n: rows.length,
        flags: rows.filter((row) => row['flag'] !== null).length,
        named: rows.filter((row) => row['key'] !== null).length,
        sum_value: some ? sum : null,
        min_value: some ? Math.min(...values) : null,
        max_value: some ? Math.max(...values) : null,
        avg_value: some ? sum / values.length : null,
      },
    });
  }
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        row: fc.record({
          key: fc.option(fc.constantFrom('a', 'b'), { freq: 6 }),
          zone: fc.option(fc.constantFrom(1, 70_000), { freq: 6 }),
          value: fc.option(fc.integer({ min: -8, max: 8 }), { freq: 4 }),
          flag: fc.option(fc.boolean(), { freq: 4 }),
        }),
        time: fc.integer({ min: -50, max: 50 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ rise: fc.integer({ min: 0, max: 30 }) }) },
  ),
  { maxLength: 60 },
);

describe('the tumbling window', () => {
  test('does what the model does, for any size, offset, lateness, disorder and cut of batches', () => {
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 30 }), offset: fc.integer({ min: -29, max: 29 }) });
    const lateness = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(sizes, lateness, steps, fc.array(fc.boolean()), ({ size, offset }, allowed, script, cuts) => {
        fc.pre(Math.abs(offset) < size);
        const harness = new Harness(
          tumblingWindow,
          { sizeMs: size, offsetMs: offset, allowedLatenessMs: allowed, aggregates: all },
          [type],
        );
        const model = new Model(size, offset, allowed);
        const builder = new BatchBuilder(type.schema, 4);
        let watermark = -51;
        const flush = (): void => {
          if (builder.length > 0) harness.process(builder.take());
        };
        script.forEach((step, i) => {
          if ('row' in step) {
            model.record(step);
            builder.appendRow(step.row, step.time);
            if (cuts[i] === true) flush();
            return;
          }
          flush();
          watermark += step.rise;
          model.rise(watermark);
          harness.advance(watermark);
        });
        flush();
        model.rise(1000);
        harness.advance(1000);
        expect(records(harness, 'out')).toEqual(model.out.flat().sort());
        expect(harness.port('late').flatMap((one) => (one.kind === 'record' ? [JSON.stringify(one.row)] : []))).toEqual(
          model.late,
        );
        expect(harness.late).toBe(model.late.length);
      }),
      { seed: 20261121, numRuns: 400 },
    );
  });

  test('windows fire in order of their ends, keys in order of their first record', () => {
    const harness = words({ sizeMs: 10 });
    harness.play(timelineElements('z=1@25 b=1@12 a=1@3 b=1@4 a=1@11 w30'));
    expect(
      harness.port('out').flatMap((one) => (one.kind === 'record' ? [`${one.row['word']}@${one.time}`] : [])),
    ).toEqual(['a@9', 'b@9', 'b@19', 'a@19', 'z@29']);
  });

  test('a large firing goes out in portions, all of it before the watermark', () => {
    const harness = words({ sizeMs: 10 });
    const builder = new BatchBuilder(harness.context.inputs[0]?.schema ?? [], 4);
    for (let i = 0; i < 10_000; i++) builder.appendRow({ word: `w${i}`, n: 1 }, i % 2 === 0 ? 1 : 11);
    harness.process(builder.take());
    const { transform } = harness;
    expect(transform.onWatermark?.(eventTime(30))).toBe('more');
    expect(transform.onWatermark?.(eventTime(30))).toBe('more');
    expect(transform.onWatermark?.(eventTime(30))).toBe('done');
    expect(harness.batches.map(({ batch }) => batch.length)).toEqual([4096, 4096, 1808]);
    expect(harness.keyedState?.size).toBe(0);
  });

  test('a window that has fired and is kept is not fired again by a restore', () => {
    const before = words({ sizeMs: 10, allowedLatenessMs: 20 });
    before.play(timelineElements('a=1@1 w15'));
    expect(before.port('out')).toHaveLength(2);
    const after = words({ sizeMs: 10, allowedLatenessMs: 20 });
    after.restore(before.snapshot());
    after.play(timelineElements('w12'));
    expect(after.port('out')).toEqual([{ kind: 'watermark', time: 12 }]);
    after.play(timelineElements('a=1@2'));
    expect(after.port('out').at(-1)).toMatchObject({ row: { n: 2 }, time: 9 });
  });

  test('says what is open and what it waits for', () => {
    const hour = 3_600_000;
    const ten = Date.UTC(2001, 0, 1, 10);
    const harness = words({ sizeMs: hour, allowedLatenessMs: hour });
    harness.play(timelineElements(`a=1@${ten + hour} b=1@${ten + hour} a=1@${ten} w${ten + hour}`));
    expect(harness.transform.notes?.()).toEqual([
      'Window [2001-01-01 10:00, 11:00) has fired, keeps 1 key for late records until watermark 11:59:59.999',
      'Window [2001-01-01 11:00, 12:00) holds 2 keys, fires at watermark 11:59:59.999',
    ]);
  });

  test('notes are bounded', () => {
    const harness = words({ sizeMs: 1 });
    harness.play(timelineElements(Array.from({ length: 100 }, (_, i) => `a=1@${i}`).join(' ')));
    expect(harness.transform.notes?.()).toHaveLength(20);
  });

  test('a record without event time fails the task', () => {
    const harness = words({ sizeMs: 10 });
    expect(() => harness.play(timelineElements('a=1'))).toThrow(TaskFailure);
    expect(() => harness.play(timelineElements('a=1'))).toThrow('got a record without event time');
  });

  test('more keys than are cached change nothing', () => {
    const ints: StreamType = { schema: [{ name: 'key', type: 'int' }], key: ['key'] };
    const harness = new Harness(tumblingWindow, { sizeMs: 1000 }, [ints]);
    const keys = 150_000;
    for (let from = 0; from < 2 * keys; from += 5000) {
      const builder = new BatchBuilder(ints.schema, 5000);
      for (let i = from; i < from + 5000; i++) builder.appendRow({ key: (i % keys) * 7919 }, (i % 3) * 1000);
      harness.process(builder.take());
    }
    harness.advance(5000);
    const counts = harness.batches.flatMap(({ batch }) =>
      Array.from({ length: batch.length }, (_, row) => (batch.columns[3] as { values: Float64Array }).values[row]),
    );
    expect(counts.length).toBe(keys);
    expect(new Set(counts)).toEqual(new Set([2]));
  });
});

function words(params: object): Harness {
  const { type: input } = tumblingWindow.example.inputs[0] as { type: StreamType };
  const sum = { aggregates: [{ function: 'sum', column: 'n', as: 'n' }] };
  return new Harness(tumblingWindow, { ...sum, ...params }, [input]);
}

function records(harness: Harness, port: string): string[] {
  return harness
    .port(port)
    .flatMap((one) => (one.kind === 'record' ? [JSON.stringify({ time: one.time, row: one.row })] : []))
    .sort();
}
