/** A barrier under the pointer: it is found at its bar and its flag, and lists what it has overtaken. */
import { describe, expect, test } from 'vitest';
import { foundSentences } from './found-text.ts';
import { type DrawnBarrier, findAt } from './hit.ts';
import type { PipeState } from './pipe-state.ts';
import type { LaneTraffic, Passage } from './traffic.ts';

const pipe = {
  pipe: { id: 'p', width: 10, channels: ['e1:0-1'] },
  edge: { label: 'Edge from A to B', note: '' },
  curve: { bounds: { x: 0, y: 90, width: 300, height: 20 }, length: 300 },
} as unknown as PipeState;

const buffer = (sequence: number, labels: readonly string[], more: Partial<Passage> = {}): Passage => ({
  sequence,
  sentAt: sequence,
  latencyMs: 300,
  records: labels.length,
  hues: labels.map(() => 0),
  labels,
  watermark: null,
  end: false,
  barrier: null,
  overtook: 0,
  replayed: false,
  overtaken: false,
  consumedAt: Infinity,
  drawnAt: 0,
  ...more,
});

const lane = (passages: readonly Passage[], priority: readonly Passage[]): LaneTraffic => ({
  passages: [...passages],
  priority: [...priority],
  consumed: -1,
  consumedAt: -Infinity,
  lastSentAt: 0,
});

const drawn = (passage: Passage, passages: readonly Passage[]): DrawnBarrier => ({
  passage,
  x: 100,
  y: 100,
  pipe,
  lane: lane(passages, [passage]),
});

const said = (barrier: DrawnBarrier) => foundSentences({ kind: 'barrier', barrier }, null);

describe('a barrier under the pointer', () => {
  test('that overtakes names the records that it has overtaken, and counts those at the sender', () => {
    const barrier = buffer(-1, [], { barrier: 7, sentAt: 5, overtook: 4 });
    const passages = [
      buffer(1, ['AA 1', 'BB 2'], { overtaken: true }),
      buffer(2, ['CC 3'], { overtaken: true }),
      buffer(3, ['DD 4']),
      buffer(9, ['EE 5'], { overtaken: true }),
    ];
    expect(said(drawn(barrier, passages))).toEqual([
      'Barrier of checkpoint 7 in channel 0 → 1',
      'It is unaligned: it overtakes, and what it overtakes becomes part of the snapshot.',
      'It overtook 4 records that waited at the sender.',
      'It has overtaken 3 records on the way: AA 1 · BB 2 · CC 3',
    ]);
  });

  test('names a few of many', () => {
    const barrier = buffer(-1, [], { barrier: 7, sentAt: 5 });
    const many = Array.from({ length: 12 }, (_, i) => `r${i}`);
    const text = said(drawn(barrier, [buffer(1, many, { overtaken: true })])).at(-1);
    expect(text).toBe('It has overtaken 12 records on the way: r0 · r1 · r2 · r3 · r4 · r5 · r6 · r7 …');
  });

  test('in its turn says what it divides', () => {
    expect(said(drawn(buffer(3, ['A'], { barrier: 7 }), [])).at(-1)).toContain('belongs to the checkpoint');
  });

  test('is found at its bar and at its flag, and not beside them; a record before it comes first', () => {
    const barrier = drawn(buffer(-1, [], { barrier: 7 }), []);
    const at = (x: number, y: number) => findAt([], [], [barrier], x, y, 1)?.kind;
    expect(at(102, 104)).toBe('barrier');
    expect(at(97, 80)).toBe('barrier');
    expect(at(115, 100)).toBeUndefined();
    expect(at(100, 120)).toBeUndefined();
    const record = { passage: buffer(1, ['A']), x: 100, y: 100, index: 0, pipe };
    expect(findAt([], [record], [barrier], 100, 100, 1)?.kind).toBe('mark');
  });
});
