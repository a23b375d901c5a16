/** Checks the timeline notation against its grammar, example by example, and by printing and reading at random. */
import * as fc from 'fast-check';
import { expect, it, describe } from 'vitest';
import { parseTimeline, printTimeline, timelineElements } from './timeline.ts';
import type { TimelineElement, TimelineValue } from './timeline.ts';
import { duration, eventTime } from './units.ts';

const record = (value: TimelineValue, time: number | null = null, key: string | number | boolean | null = null) => ({
  kind: 'record',
  key,
  value,
  time,
});

describe('the timeline notation', () => {
  it('reads the example of the design', () => {
    expect(timelineElements('a@1 b=7@9 w10 #1 ~ |')).toEqual([
      record('a', 1),
      record(7, 9, 'b'),
      { kind: 'watermark', time: 10 },
      { kind: 'barrier', checkpoint: 1 },
      { kind: 'idle' },
      { kind: 'end' },
    ]);
  });

  it.each([
    ['', []],
    ['a', [record('a')]],
    ['a@-5', [record('a', -5)]],
    [
      'a@10s b@5min c@1h d@2d e@250ms',
      [record('a', 10_000), record('b', 300_000), record('c', 3_600_000), record('d', 172_800_000), record('e', 250)],
    ],
    ['a@0.1s', [record('a', 100)]],
    ['w1.5s', [{ kind: 'watermark', time: 1_500 }]],
    ['w-1', [{ kind: 'watermark', time: -1 }]],
    ['+5s !', [{ kind: 'advance', by: 5_000 }, { kind: 'active' }]],
    ['7@1 -2.5 1e3 true null', [record(7, 1), record(-2.5), record(1_000), record(true), record(null)]],
    ['"w10"@3 "two words" "a\\"b"', [record('w10', 3), record('two words'), record('a"b')]],
    ['{"k": "a b", "n": [1, {"x": "}"}]}@5', [record({ k: 'a b', n: [1, { x: '}' }] }, 5)]],
    ['7="x y" true=[] key={"a":1}@2', [record('x y', null, 7), record([], null, true), record({ a: 1 }, 2, 'key')]],
    ['wet west-1', [record('wet'), record('west-1')]],
    ['größe=é', [record('é', null, 'größe')]],
    ['a\n\tb\r\n|', [record('a'), record('b'), { kind: 'end' }]],
  ])('reads %j', (text, elements) => {
    expect(timelineElements(text)).toEqual(elements);
  });

  it.each([
    ['a | b', 4, 'nothing can follow the end |'],
    ['a b@', 3, 'an event time is @ and a time, @10 or @5s'],
    ['a@x', 1, 'an event time is @ and a time, @10 or @5s'],
    ['a@1.5', 1, 'a time is a whole number of milliseconds within ±2^53'],
    ['a@1parsec', 1, 'an event time is @ and a time, @10 or @5s'],
    ['#', 0, 'a barrier is # and a checkpoint number, #1'],
    ['#x', 0, 'a barrier is # and a checkpoint number, #1'],
    ['+-1', 0, 'processing time cannot go back'],
    ['w10x', 0, 'a watermark is w and a time, w10; write the text in quotes, "w…"'],
    ['a "b', 2, 'a closing quote is missing'],
    ['[1,', 0, 'a closing bracket is missing'],
    ['{"a" 1}', 0, 'this is no JSON value (names and texts in it are quoted)'],
    ['[1}', 0, 'this is no JSON value (names and texts in it are quoted)'],
    ['null=1', 0, 'a key is a text, a number or a boolean'],
    ['a@1b', 1, 'an event time is @ and a time, @10 or @5s'],
    ['a@1~', 0, 'a space is missing between two elements'],
    ['a,b', 0, '“,” cannot stand inside an element; write a text with it in quotes, "…"'],
    ['1e999', 0, 'the number is too large'],
    ['[1e999]', 0, 'the number is too large'],
    ['a=', 2, 'this is no element; a text with other characters is quoted, "…"'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 0, 'the value is nested deeper than 64'],
  ])('refuses %j with its place and reason', (text, offset, reason) => {
    const read = parseTimeline(text);
    expect(read.ok ? read.value : read.error).toMatchObject({ offset, reason });
  });

  it('says where each element stands in the text', () => {
    const text = ' a@1   {"x": 1}@2 |';
    const read = parseTimeline(text);
    const parts = read.ok ? read.value.map(({ start, end }) => text.slice(start, end)) : [];
    expect(parts).toEqual(['a@1', '{"x": 1}@2', '|']);
  });

  it('prints words bare and quotes what would read as something else', () => {
    const values = ['a', 'w1', 'w-1', 'wet', 'null', 'true', '7', '', 'a b', '#1', 'x=y', "it's", '~'];
    const text = printTimeline(values.map((value) => record(value) as TimelineElement));
    expect(text).toBe(`a "w1" "w-1" wet "null" "true" "7" "" "a b" "#1" "x=y" it's "~"`);
  });

  it('gives back every timeline that it printed', () => {
    fc.assert(
      fc.property(anyTimeline, (elements) => {
        expect(timelineElements(printTimeline(elements))).toEqual(elements);
      }),
    );
  });

  it('never throws, and quotes the place, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      '@',
      '1',
      'w',
      '#',
      '~',
      '|',
      '"',
      '{',
      '}',
      '[',
      ']',
      '=',
      '+',
      ' ',
      '\\',
      '-',
      's',
      'é',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        const read = parseTimeline(source);
        if (read.ok) return;
        expect(read.error.offset).toBeLessThanOrEqual(source.length);
        expect(read.error.at.length).toBeLessThanOrEqual(24);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads 100,000 characters of opening quotes and brackets without delay', { timeout: 2_000 }, () => {
    for (const piece of ['[', '{"a":', '"\\', 'a"b ', 'a@1 ']) {
      expect(parseTimeline(piece.repeat(100_000 / piece.length)).ok).toBe(piece === 'a@1 ');
    }
  });
});

const safeInteger = fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value));
const plainNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('w1', 'null', 'a-b', '__proto__'));
const key = fc.oneof(text, plainNumber, fc.boolean());
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as TimelineValue);
const anyElement: fc.Arbitrary<TimelineElement> = fc.oneof(
  fc.record({
    kind: fc.constant('record' as const),
    key: fc.option(key),
    value: fc.oneof(text, json),
    time: fc.option(safeInteger.map(eventTime)),
  }),
  fc.record({ kind: fc.constant('watermark' as const), time: safeInteger.map(eventTime) }),
  fc.record({ kind: fc.constant('barrier' as const), checkpoint: fc.nat() }),
  fc.constant({ kind: 'idle' as const }),
  fc.constant({ kind: 'active' as const }),
  fc.record({ kind: fc.constant('advance' as const), by: fc.nat().map(duration) }),
);
const anyTimeline = fc
  .tuple(fc.array(anyElement, { maxLength: 12 }), fc.boolean())
  .map(([elements, ends]): TimelineElement[] => (ends ? [...elements, { kind: 'end' }] : elements));
