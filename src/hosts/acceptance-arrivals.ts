/**
 * Acceptance: each result says when it arrived at its sink, by the clock that event time is plotted against. The witness
 * is what the sink itself tells of the records that it takes in.
 */
import { arrivalList } from '../engine/wire/arrivals.ts';
import type { ClusterView } from '../engine/telemetry/cluster-view.ts';
import { rowAt } from '../engine/wire/batch.ts';
import { job, node, request } from './acceptance-jobs.ts';
import { counting, killOnce, slow } from './acceptance-recovery.ts';
import { toEnd } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';

/** The page is told arrivals to the millisecond. */
const tickMs = 1;

interface Arrived {
  readonly subtask: string;
  readonly attempt: number;
  readonly at: number;
  readonly value: unknown;
}

const arrivedIn = (view: ClusterView, sink: string): Arrived[] =>
  (view.results.get(sink)?.chunks ?? []).flatMap(({ subtask, attempt, arrivals, records }) =>
    [...arrivalList(arrivals)].map((at, row) => ({ subtask, attempt, at, value: rowAt(records, row)['value'] })),
  );

export function arrivalCases(to: Suite): void {
  const { it, expect } = to;

  it('tells of each record when its sink took it in', async () => {
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('left', 'scripted', { timeline: 'a=1@1 a=2@2 +60 a=3@3 w3 +40 a=4@4 a=5@9 |' }),
            node('right', 'scripted', { timeline: '+30 b=10@1 +80 b=11@2 b=12@3 |' }),
            node('both', 'union'),
            node('out', 'table'),
          ],
          ['left -> both', 'right -> both', 'both -> out'],
          { bufferTimeoutMs: 1 },
        ),
      ),
    );
    const arrived = arrivedIn(view, 'out');
    const seen = view.times.get('out')?.records.map(({ trace }) => trace) ?? [];
    expect(arrived.length).toBe(8);
    expect(new Set(arrived.map(({ value }) => value))).toEqual(new Set([1, 2, 3, 4, 5, 10, 11, 12]));
    // Labels begin with key and value.
    const witnessed = new Map(seen.map(({ label, at }) => [Number(label.split(' ')[1]), at]));
    expect(witnessed.size).toBe(8);
    for (const { value, at } of arrived) {
      const late = (witnessed.get(value as number) ?? Number.NaN) - at;
      expect(late, `${String(value)} at ${at}`).toBeGreaterThanOrEqual(0);
      if (to.capabilities.threads) expect(late).toBeLessThan(tickMs);
      else expect(late).toBe(0);
    }
    expect(new Set(arrived.map(({ at }) => at)).size).toBeGreaterThan(2);
  });

  for (const sink of ['table', 'transactionalTable'])
    it(`tells arrivals at a ${sink} in order and within the run, over a failure`, async () => {
      await to.withRun(slow(request(counting(sink))), async (run) => {
        const view = await killOnce(run, 'out');
        const { startedAt, endedAt } = view.job;
        const arrived = arrivedIn(view, 'out');
        expect(view.recoveries.length).toBeGreaterThanOrEqual(1);
        expect(new Set(arrived.map(({ attempt }) => attempt)).size).toBeGreaterThan(1);
        const last = new Map<string, Arrived>();
        for (const each of arrived) {
          expect(each.at).toBeGreaterThanOrEqual(startedAt ?? Number.POSITIVE_INFINITY);
          expect(each.at).toBeLessThanOrEqual(endedAt ?? Number.NEGATIVE_INFINITY);
          // Of a subtask: in the order in which they are kept, and an attempt’s after those of the attempts before it.
          const before = last.get(each.subtask);
          if (before !== undefined && before.attempt <= each.attempt) expect(each.at).toBeGreaterThanOrEqual(before.at);
          last.set(each.subtask, each);
        }
        const detected = view.recoveries[0]?.detectedAt ?? Number.NaN;
        expect(arrived.some(({ at }) => at < detected)).toBe(true);
        expect(arrived.some(({ at }) => at > detected)).toBe(true);
      });
    });
}
