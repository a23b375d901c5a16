/**
 * Both inputs of a join in one line, in order of delivery: `l:a=1@5 r:a=2@7 w8 l:w9 |`. What has no side goes to both;
 * and random streams of two sides for properties.
 */
import * as fc from 'fast-check';
import { timelineElements } from '../../../base/timeline.ts';
import { eventTime } from '../../../base/units.ts';
import type { StreamType } from '../../graph/schema.ts';
import type { Harness } from './harness.ts';
import type { Step } from './streams.ts';

export const sideType = (value: string): StreamType => ({
  schema: [
    { name: 'key', type: 'string' },
    { name: value, type: 'int' },
  ],
  key: ['key'],
});

export function stepsOf(line: string): Step[] {
  return line.split(' ').flatMap((part): Step[] => {
    const side = part.startsWith('l:') ? 0 : part.startsWith('r:') ? 1 : null;
    return timelineElements(side === null ? part : part.slice(2)).flatMap((element) =>
      (side === null ? [0, 1] : [side]).map((input) => ({ input, element })),
    );
  });
}

/** What came out, results as `1+2@7` by these columns, null as `_`. */
export function shownOf(harness: Harness, names: readonly string[], port = 'out'): string[] {
  return harness.port(port).map((one) => {
    if (one.kind === 'watermark') return `w${one.time}`;
    if (one.kind !== 'record') return one.kind === 'end' ? '|' : one.kind;
    return `${names.map((name) => JSON.stringify(one.row[name] ?? null).replace('null', '_')).join('+')}@${one.time}`;
  });
}

/** A record of a random stream; `id` is its value, and its own. */
export interface Sent {
  readonly input: number;
  readonly key: string;
  readonly id: number;
  readonly time: number;
}

export interface Streams {
  readonly steps: readonly Step[];
  /** In order of arrival, with the watermark of the operator at that moment. */
  readonly sent: readonly (Sent & { readonly watermark: number })[];
}

/**
 * Two streams, interleaved at random, with watermarks and both ends. Punctual: no record is behind a watermark of its own
 * input, or at it; else any.
 */
export function twoStreams(punctual: boolean): fc.Arbitrary<Streams> {
  const step = fc.record({
    input: fc.nat({ max: 1 }),
    key: fc.constantFrom('a', 'b'),
    time: fc.integer({ min: -12, max: 12 }),
    rise: fc.option(fc.nat({ max: 8 }), { freq: 3 }),
  });
  return fc.array(step, { maxLength: 40 }).map((drawn) => {
    const steps: Step[] = [];
    const sent: (Sent & { watermark: number })[] = [];
    const watermarks: [number, number] = [-13, -13];
    drawn.forEach(({ input, key, time: drawnTime, rise }, id) => {
      const own = watermarks[input] as number;
      if (rise !== null) {
        watermarks[input] = own + rise;
        steps.push({ input, element: { kind: 'watermark', time: eventTime(own + rise) } });
        return;
      }
      const time = punctual ? own + 1 + Math.abs(drawnTime) : drawnTime;
      steps.push({ input, element: { kind: 'record', key, value: id, time: eventTime(time) } });
      sent.push({ input, key, id, time, watermark: Math.min(...watermarks) });
    });
    for (const input of [0, 1]) steps.push({ input, element: { kind: 'end' } });
    return { steps, sent };
  });
}

export const cutsOf = fc.array(fc.boolean(), { minLength: 1 });
