/** Watermarks in a whole cluster: sources that wait for each other, splits over subtasks, and strategies end to end. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import type { Job, JobSettings } from '../../engine/graph/job.ts';
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { Report, SubtaskGauges } from '../../engine/wire/reports.ts';
import { columns, job, node, request } from '../acceptance-jobs.ts';
import { memoryStores } from './outside.ts';
import { simulate, sinkRecords } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const values = (simulation: Simulation, sink: string): string[] =>
  sinkRecords(simulation, sink).map(({ row, timestamp }) => `${Object.values(row).join(' ')}@${timestamp}`);

interface Look {
  readonly at: number;
  readonly node: string;
  readonly gauges: SubtaskGauges;
}

async function watched(given: Job, faults: readonly Fault[] = []) {
  const looks: Look[] = [];
  const onReport = (report: Report): void => {
    const head = report.kind === 'gauges' ? report.gauges.operators[0] : undefined;
    if (report.kind === 'gauges' && head !== undefined)
      looks.push({ at: report.at, node: head.node, gauges: report.gauges });
  };
  const simulation = await simulate(request({ ...given, faults }), { seed: 3, onReport });
  const of = (id: string): Look[] => looks.filter((look) => look.node === id && look.gauges.watermark < MAX_EVENT_TIME);
  return { simulation, looks, of };
}

const drift = 2000;
/** Ten event seconds a second against one: in 5 s the fast one has all of its 50 s. */
const aligned = (more: object, settings: Partial<JobSettings> = {}, slow: object = {}): Job => {
  const both = { keys: 1, stepMs: 100, startMs: 0, watermarks: 'monotonous', ...more };
  return job(
    [
      node('fast', 'generator', { ...both, rate: 100, count: 500 }, { parallelism: 1 }),
      node('slow', 'generator', { ...both, rate: 10, count: 100, ...slow }, { parallelism: 1 }),
      node('all', 'union'),
      node('out', 'table', {}, { parallelism: 1 }),
    ],
    ['fast -> all', 'slow -> all', 'all -> out'],
    { watermarkIntervalMs: 100, parallelism: 1, chaining: false, ...settings },
  );
};
const group = { alignmentGroup: 'both', maxDriftMs: drift, alignmentIntervalMs: 200 };

/**
 * What a source reads before it is told to stop, as in Flink: between two watermarks, reports and announcements it runs on,
 * here at ten event seconds a second, and makes up for one second that it waited.
 */
const overshoot = 3 * 200 * 10 + 1000 * 10;

/** The greatest lead in event time of one source while the other ran. */
function lead(looks: readonly Look[], ahead: string, behind: string): number {
  let most = Number.NEGATIVE_INFINITY;
  let slow: number = MIN_EVENT_TIME;
  for (const { node: of, gauges } of looks) {
    if (of === behind) slow = gauges.watermark;
    if (of === ahead && slow > MIN_EVENT_TIME && slow < MAX_EVENT_TIME)
      if (gauges.watermark < MAX_EVENT_TIME) most = Math.max(most, gauges.watermark - slow);
  }
  return most;
}

describe('alignment of two sources', () => {
  it('lets the fast one wait at the drift, exactly that one, and both bring all their records', async () => {
    const alone = await watched(aligned({}));
    const together = await watched(aligned(group));
    for (const { simulation } of [alone, together]) expect(simulation.view.job.state).toBe('finished');
    expect(lead(alone.looks, 'fast', 'slow')).toBeGreaterThan(30_000);
    expect(lead(together.looks, 'fast', 'slow')).toBeLessThan(drift + overshoot);
    expect(together.of('fast').some(({ gauges }) => gauges.source?.alignment?.waiting)).toBe(true);
    expect(together.of('slow').some(({ gauges }) => gauges.source?.alignment?.waiting)).toBe(false);
    expect(values(together.simulation, 'out').toSorted()).toEqual(values(alone.simulation, 'out').toSorted());
    const last = together.of('fast').at(-1)?.gauges;
    expect(last?.aligningMs).toBeGreaterThan(1000);
    expect(together.of('slow').at(-1)?.gauges.aligningMs).toBe(0);
  });

  it('goes on when the slow one has ended', async () => {
    const { simulation, of } = await watched(aligned(group, {}, { count: 20 }));
    expect(simulation.view.job.state).toBe('finished');
    expect(values(simulation, 'out')).toHaveLength(520);
    // The slow one ends after 2 s; the fast one needs 5 s in all.
    expect(of('fast').at(-1)?.at).toBeLessThan(7000);
  });

  it('does not wait for an idle one', async () => {
    // Its second record would come after 100 s.
    const rare = { rate: 0.01, count: 2, idleTimeoutMs: 500 };
    const { of } = await watched(aligned(group, {}, rare));
    const waits = of('fast').filter(({ gauges }) => gauges.source?.alignment?.waiting);
    expect(waits.length).toBeGreaterThan(0);
    expect(waits.at(-1)?.at).toBeLessThan(2000);
    expect(of('fast').at(-1)?.at).toBeLessThan(8000);
  });

  it('of different groups does not wait', async () => {
    // Alone in its group, it must not get so far ahead of its own last report.
    const given = aligned({ ...group, maxDriftMs: 10_000 }, {}, { alignmentGroup: 'other' });
    const { of } = await watched(given);
    expect(of('fast').some(({ gauges }) => gauges.source?.alignment?.waiting)).toBe(false);
  });

  it.each([
    ['the fast one', { kind: 'node', node: 'fast' }, 'crash-worker'],
    ['the slow one', { kind: 'node', node: 'slow' }, 'crash-worker'],
    ['the coordinator', { kind: 'coordinator' }, 'crash-coordinator'],
  ] as const)('is found again after a crash of %s, and nothing is lost or doubled', async (_who, target, kind) => {
    const drawn = aligned(group, { checkpointIntervalMs: 500, restartStrategy: 'fixed-delay', restartDelayMs: 200 });
    const committing = {
      ...drawn,
      nodes: drawn.nodes.map((each) =>
        each.id === 'out' ? { ...each, kind: 'transactionalTable', params: {} } : each,
      ),
    };
    const fault: Fault = { id: 'f', kind, target, when: { kind: 'at', ms: 3100 }, params: {}, times: 1 };
    const { simulation, of, looks } = await watched(committing, [fault]);
    expect(simulation.view.job.state).toBe('finished');
    const counted = (every: number): number =>
      sinkRecords(simulation, 'out').filter(({ row }) => row['sequence'] === every).length;
    expect(sinkRecords(simulation, 'out')).toHaveLength(600);
    expect([counted(0), counted(99), counted(100), counted(499)]).toEqual([2, 2, 1, 1]);
    // It waits again after the crash.
    expect(of('fast').some(({ at, gauges }) => at > 4000 && gauges.source?.alignment?.waiting)).toBe(true);
    expect(
      lead(
        looks.filter(({ at }) => at > 5000),
        'fast',
        'slow',
      ),
    ).toBeLessThan(drift + overshoot);
  });
});

describe('splits', () => {
  const count = 200;
  const divided = (parallelism: number, splits: number): Job =>
    job(
      [
        node(
          'numbers',
          'generator',
          { keys: 1, rate: 20, count, splits, stepMs: 10, startMs: 0, watermarks: 'monotonous' },
          { parallelism },
        ),
        node('out', 'transactionalTable', {}, { parallelism: 1 }),
      ],
      ['numbers -> out'],
      { checkpointIntervalMs: 300, watermarkIntervalMs: 50, chaining: false },
    );
  const sequences = (simulation: Simulation): number[] =>
    sinkRecords(simulation, 'out')
      .map(({ row }) => row['sequence'] as number)
      .toSorted((a, b) => a - b);
  const whole = Array.from({ length: count }, (_, i) => i);

  it.each([
    [1, 1],
    [1, 5],
    [2, 5],
    [3, 2],
    [4, 4],
  ])('dealt to %i subtasks, %i splits bring every record once', async (parallelism, splits) => {
    const { simulation } = await watched(divided(parallelism, splits));
    expect(simulation.view.job.state).toBe('finished');
    expect(sequences(simulation)).toEqual(whole);
  });

  it('of a file are its rows, each once', async () => {
    const rows = Array.from({ length: 23 }, (_, i) => `${i}`).join('\n');
    const given = job(
      [
        node('rows', 'file', { resource: 'file:rows.csv', columns: columns('n int'), splits: 4 }, { parallelism: 3 }),
        node('out', 'table', {}, { parallelism: 1 }),
      ],
      ['rows -> out'],
    );
    const content = new Blob([`n\n${rows}\n`]);
    const resources = [{ name: 'file:rows.csv', format: 'csv', content }] as const;
    const simulation = await simulate(request(given, { resources }), { seed: 1 });
    expect(simulation.view.job.state).toBe('finished');
    expect(
      sinkRecords(simulation, 'out')
        .map(({ row }) => row['n'])
        .toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual(Array.from({ length: 23 }, (_, i) => i));
  });

  it.each([
    [2, 3],
    [3, 1],
    [1, 4],
  ])('go on behind the last record when the parallelism goes from %i to %i', async (before, after) => {
    const stores = memoryStores();
    const first = { ...request(divided(before, 5)), runId: 'first' };
    const begun = await simulate(first, { seed: 1, stores, untilMs: 1200 });
    const checkpoint = begun.view.checkpoints.retained[0]?.checkpoint ?? 0;
    expect(checkpoint).toBeGreaterThan(0);
    const from = { savepoint: { run: 'first', checkpoint } };
    const gone = await simulate({ ...request(divided(after, 5)), runId: 'second', from }, { seed: 1, stores });
    expect(gone.view.job.failure).toBeNull();
    expect(gone.view.job.state).toBe('finished');
    const committed = sequences(begun).length;
    expect(committed).toBeGreaterThan(0);
    // What the first run committed with this checkpoint is not read again.
    const later = sequences(gone);
    expect(new Set(later).size).toBe(later.length);
    expect([...new Set([...sequences(begun), ...later])].toSorted((a, b) => a - b)).toEqual(whole);
    expect(later.length).toBeLessThan(count);
  });

  it.each([
    [5, 4, 'cannot change its splits from 5 to 4'],
    [5, 0, 'cannot change its splits from 5 to none'],
    [0, 2, 'cannot change its splits from none to 2'],
  ])('of another number, %i and then %i, are refused with a sentence', async (before, after, reason) => {
    const stores = memoryStores();
    const begun = await simulate(
      { ...request(divided(2, before)), runId: 'first' },
      { seed: 1, stores, untilMs: 1200 },
    );
    const checkpoint = begun.view.checkpoints.retained[0]?.checkpoint ?? 0;
    const from = { savepoint: { run: 'first', checkpoint } };
    const refused = await simulate({ ...request(divided(2, after)), runId: 'second', from }, { seed: 1, stores });
    expect(refused.view.job.failure).toMatchObject({ code: 'restore-mismatch', node: 'numbers' });
    expect(String(refused.view.job.failure?.details['reason'])).toContain(reason);
  });

  it('survive a crash', async () => {
    const fault: Fault = {
      id: 'f',
      kind: 'crash-worker',
      target: { kind: 'node', node: 'numbers' },
      when: { kind: 'at', ms: 1000 },
      params: {},
      times: 1,
    };
    const given = divided(2, 5);
    const settings = { ...given.settings, restartStrategy: 'fixed-delay', restartDelayMs: 100 } as const;
    const { simulation } = await watched({ ...given, settings }, [fault]);
    expect(simulation.view.recoveries).toHaveLength(1);
    expect(sequences(simulation)).toEqual(whole);
  });
});

describe('strategies in mid-stream', () => {
  const through = (
    timeline: string,
    assigner: Readonly<Record<string, unknown>>,
    settings: Partial<JobSettings> = {},
  ): Job =>
    job(
      [
        node('in', 'scripted', { timeline, columns: columns('key string, n int') }),
        node('marks', 'watermarks', assigner),
        node('by key', 'keyBy', { columns: ['key'] }),
        node('sum', 'tumblingWindow', { sizeMs: 10 }),
        node('out', 'table', {}, { parallelism: 1 }),
        node('late', 'table', {}, { parallelism: 1 }),
      ],
      ['in -> marks', 'marks -> by key', 'by key -> sum', 'sum -> out', 'sum.late -> late'],
      { parallelism: 1, bufferTimeoutMs: 0, watermarkIntervalMs: 100, ...settings },
    );
  const outOf = async (given: Job) => {
    const simulation = await simulate(request(given), { seed: 1 });
    expect(simulation.view.job.failure).toBeNull();
    return { out: values(simulation, 'out'), late: values(simulation, 'late') };
  };

  it.each([[true], [false]])(
    'punctuated: a record behind the mark in one batch is late (chained: %s)',
    async (chaining) => {
      const assigner = { watermarks: 'punctuated', punctuation: '(row, timestamp) => (row.n < 0 ? timestamp : null)' };
      const { out, late } = await outOf(through('a=1@5 a=-1@12 a=7@6 a=2@13 |', assigner, { chaining }));
      expect(out).toEqual(['a 0 10 1@9', 'a 10 20 2@19']);
      expect(late).toEqual(['a 7@6']);
    },
  );

  it('the watermarks that come in count no more, except the final one', async () => {
    const { out, late } = await outOf(through('a=1@5 w100 a=2@6 |', { watermarks: 'none' }));
    expect(out).toEqual(['a 0 10 2@9']);
    expect(late).toEqual([]);
  });

  it('timestamps by a function', async () => {
    const { out } = await outOf(through('a=5 a=6 a=17 |', { timestampFunction: '(row) => row.n * 2' }));
    expect(out).toEqual(['a 10 20 2@19', 'a 30 40 1@39']);
  });

  it('idle when nothing comes, so that another input goes on', async () => {
    const given = job(
      [
        node('silent', 'scripted', { timeline: 'a=1@5 +9s |', columns: columns('key string, n int') }),
        node('live', 'scripted', { timeline: 'a=1@6 +1s w30 +1s a=9@8 +9s |', columns: columns('key string, n int') }),
        node('marks', 'watermarks', { watermarks: 'monotonous', idleTimeoutMs: 300 }),
        node('both', 'union'),
        node('by key', 'keyBy', { columns: ['key'] }),
        node('sum', 'tumblingWindow', { sizeMs: 10 }),
        node('out', 'table'),
        node('late', 'table'),
      ],
      [
        'silent -> marks',
        'marks -> both',
        'live -> both',
        'both -> by key',
        'by key -> sum',
        'sum -> out',
        'sum.late -> late',
      ],
      { parallelism: 1, bufferTimeoutMs: 0, watermarkIntervalMs: 100 },
    );
    const { out, late } = await outOf(given);
    expect(out).toEqual(['a 0 10 2@9']);
    expect(late).toEqual(['a 9@8']);
  });

  it('an idle stream that ends still fires its windows', async () => {
    const given = job(
      [
        node('in', 'scripted', { timeline: 'a=1@5 ~ +1s |', columns: columns('key string, n int') }),
        node('by key', 'keyBy', { columns: ['key'] }),
        node('sum', 'tumblingWindow', { sizeMs: 10 }),
        node('out', 'table'),
      ],
      ['in -> by key', 'by key -> sum', 'sum -> out'],
      { parallelism: 1 },
    );
    const simulation = await simulate(request(given), { seed: 1 });
    expect(values(simulation, 'out')).toEqual(['a 0 10 1@9']);
  });

  it.each([[true], [false]])(
    'a stream that its assigner has called idle still fires its windows at the end (chained: %s)',
    async (chaining) => {
      const idle = { watermarks: 'monotonous', idleTimeoutMs: 300 };
      const { out, late } = await outOf(through('a=1@5 +2s |', idle, { chaining }));
      expect(out).toEqual(['a 0 10 1@9']);
      expect(late).toEqual([]);
    },
  );

  it('windows by processing time need no watermarks', async () => {
    const given = job(
      [
        node(
          'in',
          'generator',
          { rate: 10, count: 20, keys: 1, timestampColumn: '', watermarks: 'none' },
          { parallelism: 1 },
        ),
        node('by key', 'keyBy', { columns: ['key'] }),
        node('sum', 'tumblingWindow', { sizeMs: 500, time: 'processing' }),
        node('out', 'table', {}, { parallelism: 1 }),
      ],
      ['in -> by key', 'by key -> sum', 'sum -> out'],
    );
    const simulation = await simulate(request(given), { seed: 1 });
    expect(simulation.view.job.state).toBe('finished');
    expect(sinkRecords(simulation, 'out').length).toBeGreaterThanOrEqual(3);
  });

  it('ingestion time stamps records as they come, never going back, and its windows fire by the clock', async () => {
    const given = job(
      [
        node(
          'in',
          'generator',
          { rate: 10, count: 20, keys: 1, watermarks: 'ingestion', disorderMs: 5000 },
          { parallelism: 1 },
        ),
        node('out', 'table', {}, { parallelism: 1 }),
        node('by key', 'keyBy', { columns: ['key'] }),
        node('sum', 'tumblingWindow', { sizeMs: 500 }),
        node('sums', 'table', {}, { parallelism: 1 }),
        node('late', 'table', {}, { parallelism: 1 }),
      ],
      ['in -> out', 'in -> by key', 'by key -> sum', 'sum -> sums', 'sum.late -> late'],
    );
    const simulation = await simulate(request(given), { seed: 1 });
    const times = sinkRecords(simulation, 'out').map(({ timestamp }) => timestamp ?? Number.NaN);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeCloseTo(1900, -2);
    expect(values(simulation, 'late')).toEqual([]);
    const sums = sinkRecords(simulation, 'sums').map(({ row }) => Number(row['count']));
    expect(sums.reduce((a, b) => a + b, 0)).toBe(20);
  });
});
