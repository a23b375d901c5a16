import { describe, expect, test } from 'vitest';
import { Harness } from './testing/harness.ts';
import { scripted } from './scripted.ts';

const play = (timeline: string, columns?: object): Harness =>
  new Harness(scripted, { timeline, ...(columns ? { columns } : {}) }, []);

describe('the scripted source', () => {
  test('plays records and watermarks in the order written', () => {
    const harness = play('a=1@5 w5 b=2@9 c=3 |');
    harness.run();
    expect(harness.port('out')).toEqual([
      { kind: 'record', row: { key: 'a', value: 1 }, time: 5 },
      { kind: 'watermark', time: 5 },
      { kind: 'record', row: { key: 'b', value: 2 }, time: 9 },
      { kind: 'record', row: { key: 'c', value: 3 }, time: null },
      { kind: 'end' },
    ]);
  });

  test('a pause lets processing time go on before the next element', () => {
    const harness = play('a=1@1 +5s +500 b=2@2 |');
    expect(harness.poll(10)).toBe(true);
    expect(harness.port('out')).toHaveLength(1);
    harness.poll(10);
    expect(harness.clock).toBe(5000);
    harness.run();
    expect(harness.clock).toBe(5500);
    expect(harness.port('out')).toHaveLength(3);
  });

  test('what follows idle makes the stream active again, a pause does not', () => {
    const harness = play('~ ~ +1s a=1@1 ~ w5 ~ ! b=1@6 |');
    harness.run();
    expect(harness.port('out').map((one) => one.kind)).toEqual([
      'idle',
      'active',
      'record',
      'idle',
      'active',
      'watermark',
      'idle',
      'active',
      'record',
      'end',
    ]);
  });

  test('without an end the stream stays open', () => {
    const harness = play('a=1@1');
    harness.run();
    expect(harness.port('out').map((one) => one.kind)).toEqual(['record']);
  });

  test('records may be objects, bare values or keys with an object', () => {
    const columns = [
      { name: 'id', type: 'int' },
      { name: 'name', type: 'string' },
      { name: 'tags', type: 'json' },
    ];
    const harness = play('{"id":1,"name":"x"} 2={"tags":[1,2]} |', columns);
    harness.run();
    expect(harness.port('out').map((one) => (one.kind === 'record' ? one.row : one.kind))).toEqual([
      { id: 1, name: 'x', tags: null },
      { id: 2, name: null, tags: [1, 2] },
      'end',
    ]);
  });

  test.each([
    ['a=1@ b', 'a=1@'],
    ['a=1@1 b=x@2', 'b=x@2'],
    ['a=1 7', '7'],
    ['{"key":"a","valeu":1}', '{"key":"a","valeu":1}'],
    ['a=1.5', 'a=1.5'],
  ])('a timeline that cannot be played is a problem with its place: %s', (timeline, at) => {
    const derived = scripted.derive(scripted.params.parse({ timeline }), []);
    expect(derived.ok).toBe(false);
    expect(!derived.ok && derived.error[0]).toMatchObject({ code: 'timeline-syntax', param: 'timeline' });
    expect(!derived.ok && at.includes(String(derived.error[0]?.details?.['at']).slice(0, 3))).toBe(true);
  });
});
