/** What is held, in little space: nothing is said twice, nothing is lost that is not in a hint. */
import { describe, expect, it } from 'vitest';
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { Held, InspectedKey, InspectedTimer, WindowFacts } from '../../../engine/wire/inspect.ts';
import { columnsOf } from './columns.ts';
import { daysOf, timerText, untilOf, valueParts, windowFull, windowShort } from './words.ts';

const at = (text: string): number => Date.parse(`${text}Z`);

const windowOf = (start: number, end: number, firesWhen: string | null = null): WindowFacts => {
  return { start, end, time: 'event', passed: false, firesWhen, cleanupAt: null, panes: null, filled: true };
};
const held = (window: WindowFacts | null, rest: Partial<Held> = {}): Held => {
  return { what: 'Window', window, value: '{"n":1}', note: null, ...rest };
};
const timer = (time: number, domain: 'event' | 'processing' = 'event'): InspectedTimer => {
  return { domain, time, key: 'SFO', namespace: '', purpose: null };
};
const key = (name: string, of: readonly Held[], timers: readonly InspectedTimer[] = []): InspectedKey => {
  return { key: name, hash: 1, group: 1, held: of, heldMore: 0, timers, timersMore: 0 };
};

const morning = windowOf(at('2015-01-01T10:00:00'), at('2015-01-01T11:00:00'));
const night = windowOf(at('2015-01-01T23:00:00'), at('2015-01-02T02:00:00'));

describe('the day of windows and timers', () => {
  it('is said once where it is that of all', () => {
    const keys = [key('SFO', [held(morning), held(night)], [timer(at('2015-01-02T01:59:59.999'))])];
    expect(daysOf(keys)).toEqual({ holds: '2015-01-01', timers: '2015-01-02' });
    expect(windowShort(morning, '2015-01-01')).toBe('[10:00, 11:00)');
    expect(windowShort(night, '2015-01-01')).toBe('[23:00, 01-02 02:00)');
    expect(timerText(timer(at('2015-01-02T01:59:59.999')), '2015-01-02')).toBe('01:59:59.999');
  });

  it('is said of each where there are several, and the whole time is in the hint', () => {
    const other = windowOf(at('2015-01-03T10:00:00.250'), at('2015-01-03T11:00:00.250'));
    expect(daysOf([key('SFO', [held(morning), held(other)])])).toEqual({ holds: null, timers: null });
    expect(windowShort(other, null)).toBe('[01-03 10:00:00, 11:00:00)');
    expect(windowFull(other)).toBe('[2015-01-03 10:00:00.250, 11:00:00.250)');
  });

  it('is none of the numbers of lessons, and none of all time', () => {
    expect(daysOf([key('SFO', [held(windowOf(0, 10))], [timer(9)])])).toEqual({ holds: null, timers: null });
    expect(windowShort(windowOf(0, 10), null)).toBe('[0, 10)');
    expect(windowShort(windowOf(MIN_EVENT_TIME, MAX_EVENT_TIME), null)).toBe('all time');
  });

  it('does not matter to the clock', () => {
    expect(timerText(timer(9, 'processing'), null)).toBe('9');
  });
});

describe('until when something is held', () => {
  it('a time of the watermark or of the clock alone is short', () => {
    const waits = (firesWhen: string | null) => untilOf(held(windowOf(0, 10, firesWhen)), '2015-01-01');
    expect(waits('the watermark reaches 10:59:59.999')).toMatchObject({ kind: 'watermark', text: '10:59:59.999' });
    expect(waits('the watermark reaches 2015-01-02 01:59:59.999')).toMatchObject({ text: '01-02 01:59:59' });
    expect(waits('processing time reaches 2015-01-01 10:00')).toMatchObject({ kind: 'clock', text: '10:00' });
    expect(waits('3 records have come (count 2 of 3)')).toEqual({
      kind: 'other',
      text: '3 records have come (count 2 of 3)',
      hint: 'It fires when 3 records have come (count 2 of 3).',
    });
    expect(waits('the watermark reaches 9, or 2 records have come')).toMatchObject({ kind: 'other' });
    expect(waits(null)).toMatchObject({ kind: 'other', text: 'no more panes' });
  });

  it('of records of a join is the watermark at which the first goes; of other values what the operator says', () => {
    expect(untilOf(held(null, { until: 13, note: 'Kept until 13.' }), null)).toEqual({
      kind: 'watermark',
      text: '13',
      hint: 'Kept until 13.',
    });
    expect(untilOf(held(null, { note: '2 rows.' }), null)).toMatchObject({ kind: 'other', text: '2 rows.' });
    expect(untilOf(held(null), null)).toBeNull();
  });
});

describe('a value', () => {
  const shown = (json: string): string =>
    valueParts(json)
      .map(({ name, text }) => [name, text].join(' ').trim())
      .join('|');

  it('is a record by its columns, several with their number', () => {
    expect(shown('{"flights":12,"delay":3.33333,"of":"AA"}')).toBe('flights 12|delay 3.333|of AA');
    expect(shown('[{"n":1},{"n":2}]')).toBe('×2|n 1|·|n 2');
    expect(shown('{"left":[],"right":[{"n":1}]}')).toBe('left ×0|right ×1 [{n:1}]');
  });

  it('stands as it is when it is something else, or was cut', () => {
    for (const json of ['12', '[1,2]', '"text"', '{}', '{"n":1,"te…']) expect(shown(json)).toBe(json);
  });
});

describe('the columns of the keys', () => {
  const many = [
    key(
      'San Francisco International',
      [
        held(
          windowOf(
            at('2015-01-03T10:00:00.250'),
            at('2015-01-04T11:00:00.250'),
            'the watermark reaches 2015-01-04 11:00:00.249',
          ),
        ),
      ],
      [1, 2, 3].map((day) => timer(at(`2015-01-0${day}T10:00:00`))),
    ),
    key('SFO', [held(morning)]),
  ];

  it('have what they need where there is room, and fit a dock beside the inspector', () => {
    const wide = columnsOf(many, daysOf(many), 2000);
    const narrow = columnsOf(many, daysOf(many), 640);
    expect(wide.group).not.toBeNull();
    expect(wide.holds).toBeGreaterThan(narrow.holds);
    expect(narrow.group).toBeNull();
    expect(wide.least).toBeLessThanOrEqual(2000);
    for (const width of [640, 690, 766, 1000])
      expect(columnsOf(many, daysOf(many), width).least).toBeLessThanOrEqual(width);
  });

  it('leave out what nobody has', () => {
    const plain = [key('SFO', [held(null)])];
    expect(columnsOf(plain, daysOf(plain), 800)).toMatchObject({ until: null, timers: null });
  });
});
