/**
 * What operators tell of event time, in a whole cluster: records with their verdicts, panes, watermarks by channel,
 * sessions that merge. Scripts are small enough to be told by hand.
 */
import { describe, expect, it } from 'vitest';
import type { Job } from '../../engine/graph/job.ts';
import { allTimes, pageTimes } from '../../engine/task/time-recorder.ts';
import type { TimeView } from '../../engine/telemetry/cluster-view.ts';
import { sumSkipped } from '../../engine/wire/time-traces.ts';
import { job, node, request } from '../acceptance-jobs.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const sum = [{ function: 'sum', column: 'value', as: 'total' }];

const windowed = (timeline: string, kind: string, params: object, parallelism = 1): Job =>
  job(
    [
      node('script', 'scripted', { timeline }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node('own', kind, { aggregates: sum, ...params } as never, { parallelism }),
      node('out', 'table', {}, { parallelism: 1 }),
    ],
    ['script -> by key', 'by key -> own', 'own -> out'],
    { bufferTimeoutMs: 0, parallelism: 1 },
  );

async function timesOf(drawn: Job): Promise<{ readonly run: Simulation; readonly times: TimeView }> {
  const run = await simulate(request(drawn), { seed: 3, times: allTimes });
  const times = run.view.times.get('own');
  if (times === undefined) throw new Error('the operator has told nothing');
  return { run, times };
}

const recordsOf = ({ records }: TimeView): string[] =>
  records.map(({ trace: { key, time, verdict, windows = [] } }) => {
    const into = windows.map(([start, end]) => `[${start}, ${end})`).join(' ');
    return `${key}@${time} ${verdict} ${into}`.trim();
  });

const panesOf = ({ windows }: TimeView): string[] =>
  windows.flatMap(({ trace }) => {
    if (trace.kind !== 'pane') return [];
    const { key, window, timing, index, value, watermark } = trace;
    return [`${key} [${window.join(', ')}) ${timing} ${index}: ${value} at w${watermark}`];
  });

const tumbling = 'a=1@1 b=2@3 w5 a=3@7 +1s w10 a=4@8 +1s w30 b=5@4 +1s |';

describe.each([
  ['made for speed', {}],
  ['with a trigger', { trigger: 'repeatedly(watermark())' }],
])('a tumbling window %s', (_, more) => {
  const drawn = windowed(tumbling, 'tumblingWindow', { sizeMs: 10, allowedLatenessMs: 5, ...more });

  it('tells each record with its window, and by which watermark it was late or too late', async () => {
    const { run, times } = await timesOf(drawn);
    expect(recordsOf(times)).toEqual([
      'a@1 on time [0, 10)',
      'b@3 on time [0, 10)',
      'a@7 on time [0, 10)',
      // Behind the watermark 10, and the window is kept until 9 + 5.
      'a@8 late [0, 10)',
      // 14 ≤ 30.
      'b@4 dropped',
    ]);
    expect(times.records.map(({ trace }) => trace.watermark).slice(2)).toEqual([5, 10, 30]);
    expect(run.view.nodes.get('own')?.lateDropped).toBe(1);
  });

  it('tells its panes with timing, index, value and watermark', async () => {
    const { times } = await timesOf(drawn);
    const [first, second, ...late] = panesOf(times);
    // [0, 10) is due at 9.
    expect(new Set([first, second])).toEqual(
      new Set(['a [0, 10) on time 0: total 4 at w10', 'b [0, 10) on time 0: total 2 at w10']),
    );
    expect(late).toEqual(['a [0, 10) late 1: total 8 at w10']);
  });

  it('tells when the window has gone', async () => {
    const { times } = await timesOf(drawn);
    const gone = times.windows.flatMap(({ trace }) => (trace.kind === 'closed' ? [trace] : []));
    expect(new Set(gone.map(({ window }) => window.join()))).toEqual(new Set(['0,10']));
  });
});

describe('an operator', () => {
  it('tells the watermark of each channel and its own, which is their minimum', async () => {
    const own = node('own', 'coProcess', {
      processElement1: '(row, ctx, out) => {}',
      processElement2: '(row, ctx, out) => {}',
    });
    const two = job(
      [
        node('one', 'scripted', { timeline: 'a=1@1 w5 +2s w20 +1s |' }),
        node('two', 'scripted', { timeline: 'a=1@1 +1s w7 +2s |' }),
        node('key one', 'keyBy', { columns: ['key'] }),
        node('key two', 'keyBy', { columns: ['key'] }),
        own,
        node('out', 'table'),
      ],
      ['one -> key one', 'two -> key two', 'key one -> own.in1', 'key two -> own.in2', 'own -> out'],
      { parallelism: 1 },
    );
    const { times } = await timesOf(two);
    // The second input ends, and no longer holds back.
    const told = times.watermarks.flatMap(({ trace }) =>
      trace.kind === 'watermark' && trace.time < 1000 ? [`${trace.channel === null ? 'own' : 'in'} ${trace.time}`] : [],
    );
    expect(told).toEqual(['in 5', 'in 7', 'own 5', 'in 20', 'own 7', 'own 20']);
  });

  it('tells the records of chained operators and of sources, too', async () => {
    const { run } = await timesOf(windowed('a=1@1 a=2@2 |', 'tumblingWindow', { sizeMs: 10 }));
    for (const id of ['script', 'by key']) expect(run.view.times.get(id)?.records.length, id).toBe(2);
    // The result carries the last millisecond of its window.
    expect(run.view.times.get('out')?.records.map(({ trace }) => trace.time)).toEqual([9]);
  });
});

describe('a session', () => {
  it('tells how windows of a key become one', async () => {
    const { times } = await timesOf(windowed('a=1@0 a=2@20 a=4@10 |', 'sessionWindow', { gapMs: 10 }));
    // The third touches both: sessions that only touch merge (Flink).
    expect(recordsOf(times)).toEqual(['a@0 on time [0, 10)', 'a@20 on time [20, 30)', 'a@10 on time [0, 30)']);
    const merged = times.windows.flatMap(({ trace }) => (trace.kind === 'merged' ? [trace] : []));
    expect(merged.map(({ window, from }) => [window, from])).toEqual([
      [
        [0, 30],
        [
          [0, 10],
          [20, 30],
        ],
      ],
    ]);
    expect(panesOf(times)).toEqual([`a [0, 30) on time 0: total 7 at w${Number.MAX_SAFE_INTEGER}`]);
  });
});

describe('at a speed that nobody can follow', () => {
  it('a few records are told, and the sum of told and left out is all there were', async () => {
    const many = job(
      [
        node('source', 'generator', { count: 20_000, rate: 0 }),
        node('own', 'filter', { mode: 'function', function: '() => true' }),
        node('out', 'table'),
      ],
      ['source -> own', 'own -> out'],
      { parallelism: 1 },
    );
    const { view } = await simulate(request(many), { seed: 1, times: pageTimes });
    const times = view.times.get('own') as TimeView;
    expect(times.records.length).toBeGreaterThan(0);
    expect(times.records.length).toBeLessThan(400);
    expect(times.records.length + sumSkipped(times.skipped.values()).records).toBe(view.nodes.get('own')?.recordsIn);
    expect(view.nodes.get('own')?.recordsIn).toBe(20_000);
  });
});
