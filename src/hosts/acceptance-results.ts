/** Acceptance: jobs give the results that a plain computation over the same data gives. */
import { MAX_EVENT_TIME } from '../base/units.ts';
import type { Row } from '../engine/graph/schema.ts';
import { columns, job, multiset, node, request, rowsAt, rowsFile } from './acceptance-jobs.ts';
import { toEnd, totalAt } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';

const text = [
  'To be, or not to be, that is the question:',
  'Whether ’tis nobler in the mind to suffer',
  'The slings and arrows of outrageous fortune,',
  'Or to take arms against a sea of troubles',
  'And by opposing end them. To die: to sleep;',
];
const wordsIn = (line: string): string[] =>
  line
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);

const hourMs = 3_600_000;
const firstDeparture = Date.UTC(2001, 0, 1);

/** Departures in order of actual time; the scheduled time is up to two hours earlier. A fixed congruential sequence. */
function departures(count: number): { origin: string; scheduled: number; delay: number }[] {
  const airports = ['JFK', 'ORD', 'LAX', 'SFO', 'ATL'];
  let state = 7;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  return Array.from({ length: count }, (_, i) => {
    const delay = next(120);
    const origin = airports[next(airports.length)] as string;
    return { origin, scheduled: firstDeparture + (i - delay) * 60_000, delay };
  });
}

export function resultCases(to: Suite): void {
  const { it, expect } = to;

  it('counts the words of a text', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => ({ line: text[i % text.length] as string }));
    const expected = new Map<string, number>();
    for (const word of lines.flatMap(({ line }) => wordsIn(line))) expected.set(word, 1 + (expected.get(word) ?? 0));
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('lines', 'file', { resource: 'file:text', columns: columns('line string') }),
            node('words', 'flatMap', {
              function: '(row, emit) => { for (const w of row.line.toLowerCase().split(/[^a-z]+/)) if (w) emit(w); }',
              columns: columns('word string'),
            }),
            node('by word', 'keyBy', { columns: ['word'] }),
            node('count', 'aggregate'),
            node('out', 'table'),
          ],
          ['lines -> words', 'words -> by word', 'by word -> count', 'count -> out'],
        ),
        { resources: [rowsFile('file:text', lines)] },
      ),
    );
    const rows = rowsAt(view, 'out') as { word: string; count: number }[];
    const last = new Map<string, number>();
    for (const { word, count } of rows) last.set(word, Math.max(count, last.get(word) ?? 0));
    expect(view.job.state).toBe('finished');
    expect(last).toEqual(expected);
    // Running counts: each word shows every count from 1 up, once.
    expect(rows.length).toBe([...expected.values()].reduce((sum, count) => sum + count, 0));
    expect(new Set(rows.map((row) => `${row.word} ${row.count}`)).size).toBe(rows.length);
  });

  it('aggregates flights by airport and hour, although they come out of order', async () => {
    const flights = departures(2000);
    const expected = new Map<string, Row>();
    for (const { origin, scheduled, delay } of flights) {
      const windowStart = Math.floor(scheduled / hourMs) * hourMs;
      const key = `${origin} ${windowStart}`;
      const row = (expected.get(key) as { flights: number; minutes: number } | undefined) ?? { flights: 0, minutes: 0 };
      expected.set(key, {
        origin,
        windowStart,
        windowEnd: windowStart + hourMs,
        flights: row.flights + 1,
        minutes: row.minutes + delay,
      });
    }
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('flights', 'file', {
              resource: 'file:flights',
              columns: columns('origin string, scheduled timestamp, delay int'),
              timestampColumn: 'scheduled',
              watermarks: 'bounded',
              outOfOrdernessMs: 2 * hourMs,
            }),
            node('by origin', 'keyBy', { columns: ['origin'] }),
            node('hourly', 'tumblingWindow', {
              sizeMs: hourMs,
              aggregates: [
                { function: 'count', column: '', as: 'flights' },
                { function: 'sum', column: 'delay', as: 'minutes' },
              ],
            }),
            node('out', 'table'),
          ],
          ['flights -> by origin', 'by origin -> hourly', 'hourly -> out'],
          { bufferRecords: 64, watermarkIntervalMs: 10 },
        ),
        { resources: [rowsFile('file:flights', flights)] },
      ),
    );
    expect(multiset(rowsAt(view, 'out'))).toEqual(multiset([...expected.values()]));
    expect(view.nodes.get('hourly')?.lateDropped).toBe(0);
  });

  it('lets a union wait for its slower input before a window fires', async () => {
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('fast', 'scripted', { timeline: 'a=1@1 a=2@12 w100 |' }),
            node('slow', 'scripted', { timeline: 'a=10@2 +200 a=20@3 b=30@14 w20 |' }),
            node('both', 'union'),
            node('by key', 'keyBy', { columns: ['key'] }),
            node('window', 'tumblingWindow', {
              sizeMs: 10,
              aggregates: [{ function: 'sum', column: 'value', as: 'sum' }],
            }),
            node('out', 'table'),
          ],
          ['fast -> both', 'slow -> both', 'both -> by key', 'by key -> window', 'window -> out'],
          { bufferTimeoutMs: 1 },
        ),
      ),
    );
    expect(multiset(rowsAt(view, 'out'))).toEqual(
      multiset([
        { key: 'a', windowStart: 0, windowEnd: 10, sum: 31 },
        { key: 'a', windowStart: 10, windowEnd: 20, sum: 2 },
        { key: 'b', windowStart: 10, windowEnd: 20, sum: 30 },
      ]),
    );
    expect(view.nodes.get('window')?.lateDropped).toBe(0);
  });

  it('sends each record to the main or to the side output', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({ n }));
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('numbers', 'file', { resource: 'file:n', columns: columns('n int') }),
            node('split', 'sideOutput', { function: '(row) => row.n % 3 === 0' }),
            node('others', 'table'),
            node('thirds', 'table'),
          ],
          ['numbers -> split', 'split.main -> others', 'split.side -> thirds'],
        ),
        { resources: [rowsFile('file:n', rows)] },
      ),
    );
    expect(multiset(rowsAt(view, 'thirds'))).toEqual(multiset(rows.filter(({ n }) => n % 3 === 0)));
    expect(multiset(rowsAt(view, 'others'))).toEqual(multiset(rows.filter(({ n }) => n % 3 !== 0)));
  });

  it('leaves a finished job with its final watermark everywhere and nothing under way', async () => {
    const view = await toEnd(
      to,
      request(
        job(
          [
            node('source', 'generator', { rate: 0, count: 5000 }),
            node('by key', 'keyBy', { columns: ['key'] }),
            node('window', 'tumblingWindow', { sizeMs: 100 }),
            node('out', 'table'),
          ],
          ['source -> by key', 'by key -> window', 'window -> out'],
        ),
      ),
    );
    expect(view.job.state).toBe('finished');
    expect(view.job.endedAt ?? 0).toBeGreaterThanOrEqual(view.job.startedAt ?? Number.POSITIVE_INFINITY);
    expect(view.nodes.get('source')?.recordsOut).toBe(5000);
    expect(totalAt(view, 'out')).toBe(rowsAt(view, 'out').length);
    for (const { id, state, operators } of view.subtasks.values()) {
      expect(state, id).toBe('finished');
      for (const operator of operators.values())
        expect(operator.watermark, `${id} ${operator.node}`).toBe(MAX_EVENT_TIME);
    }
    for (const channel of view.channels.values()) {
      expect(channel.input?.ended, channel.id).toBe(true);
      expect(channel.inFlightRecords, channel.id).toBe(0);
      expect(channel.input?.queuedRecords, channel.id).toBe(0);
      expect(channel.input?.consumedRecords, channel.id).toBe(channel.output?.sentRecords);
    }
  });
}
