/** Traces of single buffers. */
import { expect, test } from 'vitest';
import { processingTime } from '../../base/units.ts';
import { Tracer } from './tracer.ts';

/** Sequences of the buffers that were traced as consumed, of `perSecond` of them over a second. */
function consumedTraces(perSecond: number): number {
  const tracer = new Tracer();
  let traced = 0;
  for (let i = 0; i < perSecond; i++) {
    tracer.consumed('e0:0-0', i, processingTime((1000 * i) / perSecond));
    traced += tracer.take().length;
  }
  return traced;
}

test('while few buffers are consumed each leaves a trace', () => {
  expect(consumedTraces(200)).toBe(200);
});

test('a subtask that consumes buffers at full speed falls silent although it sends none', () => {
  expect(consumedTraces(10_000)).toBeLessThanOrEqual(120);
});

test('after the rush each buffer leaves a trace again', () => {
  const tracer = new Tracer();
  for (let i = 0; i < 1000; i++) tracer.consumed('e0:0-0', i, processingTime(i / 10));
  tracer.take();
  tracer.consumed('e0:0-0', 1000, processingTime(500));
  expect(tracer.take()).toEqual([{ kind: 'consumed', channel: 'e0:0-0', sequence: 1000, at: 500 }]);
});
