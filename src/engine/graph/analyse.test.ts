/** Checks that every problem of the table is found at its place, that types flow, and that no job throws. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, isRunnable } from './analyse.ts';
import type { CheckOptions } from './check-params.ts';
import type { Job, PartitionerChoice } from './job.ts';
import type { OperatorKind } from './kind.ts';
import { problemAdvice, problemMessage } from './problems.ts';
import { wildJob } from './testing/arbitrary-job.ts';
import { kinds, node } from './testing/kinds.ts';
import { edge, job } from './testing/short-jobs.ts';

const source = node('a', 'source');
const sink = node('z', 'sink');
const errorsOf = (drawn: Job, options?: CheckOptions) => analyse(drawn, kinds, options).problems;
/** A source, one node, a sink. */
const around = (kind: string, params: Record<string, unknown> = {}) =>
  job([source, node('m', kind, { params }), sink], ['a -> m', 'm -> z']);
const keyed = (kind: string, params: Record<string, unknown> = {}, sourceParams = {}) =>
  job(
    [
      node('a', 'source', { params: sourceParams }),
      node('k', 'keyBy', { params: { columns: ['key'] } }),
      node('m', kind, { params }),
      sink,
    ],
    ['a -> k', 'k -> m', 'm -> z'],
  );

describe('a join that needs event times', () => {
  const timed = new Map(
    [...kinds].map(([name, kind]) => [name, { ...kind, eventTime: { needed: () => name === 'join' } }]),
  );
  const codes = (...times: string[]) => {
    const sources = times.map((timestampColumn, i) => node(`s${i}`, 'source', { params: { timestampColumn } }));
    const drawn = job(
      [...sources, node('m', 'join', { params: { left: 'key' } }), sink],
      ['s0 -> m.left', 's1 -> m.right', 'm -> z'],
    );
    const withSources = new Map([...timed, ['source', kinds.get('source') as never]]);
    return analyse(drawn, withSources).problems.map(({ code }) => code);
  };

  it('is told of one input without them, whichever it is', () => {
    expect(codes('value', 'value')).toEqual([]);
    expect(codes('value', '')).toEqual(['no-timestamps']);
    expect(codes('', 'value')).toEqual(['no-timestamps']);
  });
});

describe('a window without a key', () => {
  const either = new Map(
    [...kinds].map(([name, kind]) => [
      name,
      name === 'window' ? { ...kind, inputs: [{ name: 'in', keyed: 'either' as const }] } : kind,
    ]),
  );
  const problems = (drawn: Job) => analyse(drawn, either).problems;
  const windowOf = (parallelism: number | null, key: boolean) =>
    job(
      [source, node('k', 'keyBy', { params: { columns: ['key'] } }), node('m', 'window', { parallelism }), sink],
      key ? ['a -> k', 'k -> m', 'm -> z'] : ['a -> m', 'm -> z', 'a -> k', 'k -> z'],
    );

  it('is no problem, but a parallelism of its own has no effect', () => {
    const keyless = (parallelism: number | null) =>
      problems(windowOf(parallelism, false)).filter(({ node: of }) => of === 'm');
    expect(keyless(null)).toEqual([]);
    expect(keyless(1)).toEqual([]);
    expect(keyless(3)).toEqual([
      { code: 'keyless-parallelism', node: 'm', param: 'parallelism', details: { value: 3 } },
    ]);
    expect(problems(windowOf(3, true))).toEqual([]);
  });
});

describe('a sink that commits with checkpoints', () => {
  const committing = new Map([...kinds].map(([name, kind]) => [name, { ...kind, committing: name === 'sink' }]));
  const problems = (checkpointMode: 'off' | 'at-least-once') =>
    analyse(job([source, sink], ['a -> z'], { checkpointMode }), committing).problems;

  it('is warned of where checkpoints are off, and only there', () => {
    expect(problems('off')).toEqual([{ code: 'no-commits', node: 'z' }]);
    expect(problems('at-least-once')).toEqual([]);
    expect(isRunnable(analyse(job([source, sink], ['a -> z'], { checkpointMode: 'off' }), committing))).toBe(true);
  });
});

describe('analysis', () => {
  it('finds nothing wrong with a job that is right', () => {
    expect(errorsOf(keyed('window'))).toEqual([]);
  });

  it('derives what flows along the graph, key and side outputs included', () => {
    const { types, order } = analyse(keyed('window'), kinds);
    const schema = [
      { name: 'key', type: 'string' },
      { name: 'value', type: 'int' },
    ];
    expect(order).toEqual(['a', 'k', 'm', 'z']);
    expect(types.get('m')).toEqual({
      inputs: [{ schema, key: ['key'] }],
      outputs: [
        { schema: [{ name: 'count', type: 'float' }], key: null },
        { schema, key: null },
      ],
    });
  });

  it('fills the defaults into the parameters', () => {
    expect(analyse(around('sink'), kinds).params.get('z')).toEqual({ limit: 100 });
  });

  const tangled = job([source, node('b', 'union'), node('c', 'union'), sink], ['a -> b', 'b -> c', 'c -> b', 'c -> z']);

  it.each<[string, Job, object, CheckOptions?]>([
    ['empty-job', job([], []), {}],
    ['no-source', job([sink], []), {}],
    ['no-sink', job([source], []), {}],
    ['unknown-kind', around('future'), { node: 'm', details: { kind: 'future', near: '' } }],
    ['unknown-kind', around('Union'), { node: 'm', details: { near: ' There is “union”.' } }],
    ['duplicate-id', job([source, source, sink], ['a -> z']), { node: 'a', details: { what: 'operators', id: 'a' } }],
    ['duplicate-id', job([source, node('u', 'union'), sink], ['a -> u', 'u -> z', 'a -> u']), { edge: 'a -> u' }],
    [
      'duplicate-edge',
      job([source, node('u', 'union'), sink], ['a -> u', 'u -> z', { ...edge('a -> u'), id: 'x' }]),
      { edge: 'x' },
    ],
    [
      'unknown-port',
      job([source, sink], ['a.side -> z']),
      { edge: 'a.side -> z', details: { node: 'a', direction: 'output', port: 'side', ports: 'there are: out' } },
    ],
    [
      'unknown-port',
      job([source, sink], ['a -> z.toString']),
      { details: { node: 'z', direction: 'input', port: 'toString' } },
    ],
    ['dangling-edge', job([source, sink], ['a -> z', 'a -> gone']), { edge: 'a -> gone' }],
    ['unconnected-input', job([source, sink], []), { node: 'z', details: { port: 'in' } }],
    ['unconnected-output', job([source, sink], []), { node: 'a', details: { port: 'out' } }],
    [
      'input-taken',
      job([source, node('b', 'source'), sink], ['a -> z', 'b -> z']),
      { node: 'z', details: { port: 'in', count: 2 } },
    ],
    ['cycle', tangled, { edge: 'c -> b', details: { path: 'b → c → b' } }],
    ['cycle', job([source, node('b', 'union'), sink], ['a -> b', 'b -> b', 'b -> z']), { details: { path: 'b → b' } }],
    ['not-keyed', around('window'), { node: 'm', edge: 'a -> m' }],
    [
      'type-mismatch',
      job([source, node('r', 'reader'), node('u', 'union'), sink], ['a -> u', 'r -> u', 'u -> z']),
      { edge: 'r -> u', details: { left: 'key string, value int', right: 'text string' } },
    ],
    [
      'unknown-column',
      around('keyBy', { columns: ['city'] }),
      { node: 'm', param: 'columns', details: { column: 'city', columns: 'key, value' } },
    ],
    [
      'unknown-column',
      keyed('window', { aggregates: [{ function: 'sum', column: 'x', as: 'x' }] }),
      { param: 'aggregates', details: { column: 'x', columns: 'key, value' } },
    ],
    [
      'unknown-column',
      job([node('a', 'source', { params: { timestampColumn: 'time' } }), sink], ['a -> z']),
      { node: 'a', param: 'timestampColumn' },
    ],
    [
      'missing-column',
      job([source, source, node('j', 'join'), sink], []),
      { node: 'j', param: 'left', details: { param: 'Left column' } },
    ],
    [
      'column-type',
      keyed('window', { aggregates: [{ function: 'sum', column: 'key', as: 'x' }] }),
      { details: { column: 'key', type: 'string', need: 'a number' } },
    ],
    [
      'duplicate-column',
      around('map', {
        columns: [
          { name: 'x', type: 'int' },
          { name: 'x', type: 'int' },
        ],
      }),
      { node: 'm', param: 'columns', details: { column: 'x' } },
    ],
    [
      'invalid-param',
      keyed('window', { sizeMs: 0 }),
      { param: 'sizeMs', details: { param: 'Size', reason: 'at least 1 is needed' } },
    ],
    [
      'invalid-param',
      keyed('window', { sizeMs: 'long' }),
      { details: { param: 'Size', reason: 'a number is needed' } },
    ],
    [
      'invalid-param',
      keyed('window', { aggregates: [{ function: 'median', as: 'm' }] }),
      { details: { param: 'Aggregates, entry 1 (function)', reason: 'one of count, sum, min, max, avg is needed' } },
    ],
    ['invalid-param', job([source, node('z', 'sink', { costMs: -1 })], ['a -> z']), { node: 'z', param: 'costMs' }],
    [
      'unknown-param',
      around('map', { fnuction: '' }),
      { node: 'm', details: { name: 'fnuction', params: 'function, columns' } },
    ],
    [
      'invalid-setting',
      job([source, sink], ['a -> z'], { bufferRecords: 0 }),
      {
        param: 'bufferRecords',
        details: { setting: 'Records per buffer', reason: 'a whole number between 1 and 8192 is needed' },
      },
    ],
    [
      'invalid-setting',
      job([source, sink], ['a -> z'], { parallelism: 4, maxParallelism: 2 }),
      { param: 'maxParallelism' },
    ],
    ['missing-key', around('keyBy'), { node: 'm', param: 'columns' }],
    [
      'missing-function',
      around('map', { function: ' ' }),
      { node: 'm', param: 'function', details: { signature: '(row) => row' } },
    ],
    [
      'function-syntax',
      around('map', { function: '(row =>' }),
      { node: 'm', param: 'function', details: { line: 3, reason: 'no' } },
      { compileCheck: (text) => (text === '(row =>' ? { line: 3, reason: 'no' } : null) },
    ],
    [
      'missing-resource',
      job([node('r', 'reader', { params: { resource: '' } }), sink], ['r -> z']),
      { node: 'r', param: 'resource' },
    ],
    [
      'resource-gone',
      job([node('r', 'reader'), sink], ['r -> z']),
      { node: 'r', details: { resource: 'dataset:a' } },
      { resources: new Set(['file:b']) },
    ],
    [
      'parallelism-range',
      job([source, node('z', 'sink', { parallelism: 17 })], ['a -> z']),
      { node: 'z', details: { value: 17, max: 16 } },
    ],
    [
      'parallelism-range',
      job([source, node('z', 'sink', { parallelism: 4 })], ['a -> z'], { maxParallelism: 3 }),
      { node: 'z', details: { value: 4, max: 3 } },
    ],
    [
      'forward-parallelism',
      job([source, node('z', 'single')], [edge('a -> z', 'forward')]),
      { edge: 'a -> z', details: { from: 2, to: 1 } },
    ],
    [
      'timeline-syntax',
      job([node('a', 'source', { params: { timeline: 'a@1 b@' } }), sink], ['a -> z']),
      { node: 'a', param: 'timeline', details: { at: '@', reason: 'an event time is @ and a time, @10 or @5s' } },
    ],
    ['no-timestamps', keyed('window', {}, { timestampColumn: '' }), { node: 'm' }],
    ['underivable', around('broken'), { node: 'm', details: { reason: 'oh' } }],
  ])('finds %s', (code, drawn, expected, options) => {
    const found = errorsOf(drawn, options).filter((problem) => problem.code === code);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
    expect(problemMessage(found[0] as (typeof found)[0])).not.toMatch(/[{}]/);
    expect(problemAdvice(found[0] as (typeof found)[0])).not.toMatch(/[{}]/);
  });

  it('tells what is wrong by itself also of a node that nothing is connected to, and once', () => {
    const wrong = [0, 1].map((at) => ({ code: 'invalid-param', param: 'sizeMs', place: [at] }) as const);
    const window = kinds.get('window') as OperatorKind;
    const checking = new Map(kinds).set('window', {
      ...window,
      check: () => wrong,
      derive: () => ({ ok: false, error: wrong }),
    });
    const places = (drawn: Job) =>
      analyse(drawn, checking).problems.flatMap(({ code, place }) => (code === 'invalid-param' ? [place] : []));
    expect(places(job([source, node('m', 'window'), sink], ['a -> z']))).toEqual([[0], [1]]);
    expect(places(keyed('window'))).toEqual([[0], [1]]);
  });

  it('tells a wrong column once, at the node that names it, and not at everything behind it', () => {
    const drawn = job(
      [source, node('k', 'keyBy', { params: { columns: ['city'] } }), node('w', 'window'), sink],
      ['a -> k', 'k -> w', 'w -> z'],
    );
    expect(errorsOf(drawn).map(({ code, node: at }) => [code, at])).toEqual([['unknown-column', 'k']]);
  });

  it('still checks the parameters of what is on a cycle or behind it', () => {
    const drawn = job(
      [source, node('b', 'union'), node('c', 'map', { params: { function: '' } }), sink],
      ['a -> b', 'b -> c', 'c -> b', 'c -> z'],
    );
    expect(errorsOf(drawn).map(({ code }) => code)).toEqual(['cycle', 'missing-function']);
  });

  it('says nothing of sources and sinks while a kind is unknown', () => {
    expect(errorsOf(job([node('a', 'future')], [])).map(({ code }) => code)).toEqual(['unknown-kind']);
  });

  it('takes the key away behind an explicit partitioner', () => {
    const drawn = job(keyed('window').nodes, ['a -> k', edge('k -> m', 'rebalance'), 'm -> z']);
    expect(errorsOf(drawn).map(({ code }) => code)).toEqual(['not-keyed']);
  });

  it('lets nothing but a broadcast stream into an input that demands it, and takes the key from what comes', () => {
    const drawn = (partitioner: PartitionerChoice) =>
      job(
        [source, node('k', 'keyBy', { params: { columns: ['key'] } }), node('r', 'rules'), sink],
        ['a -> k', 'k -> r', edge('k -> r.rules', partitioner), 'r -> z'],
      );
    for (const right of ['auto', 'broadcast'] as const) {
      expect(errorsOf(drawn(right))).toEqual([]);
      expect(
        analyse(drawn(right), kinds)
          .types.get('r')
          ?.inputs.map((type) => type?.key),
      ).toEqual([['key'], null]);
    }
    expect(errorsOf(drawn('rebalance'))).toEqual([
      { code: 'not-broadcast', edge: 'k -> r.rules', details: { port: 'rules', partitioner: 'rebalance' } },
    ]);
  });

  it('asks for event times where the parameters of a kind need them', () => {
    const needy = new Map(
      [...kinds].map(([name, kind]) => [
        name,
        name === 'sink'
          ? { ...kind, eventTime: { needed: (params: object) => 'limit' in params && params.limit === 7 } }
          : kind,
      ]),
    );
    const drawn = (limit: number) =>
      job(
        [node('a', 'source', { params: { timestampColumn: '' } }), node('z', 'sink', { params: { limit } })],
        ['a -> z'],
      );
    expect(analyse(drawn(7), needy).problems).toEqual([{ code: 'no-timestamps', node: 'z' }]);
    expect(analyse(drawn(8), needy).problems).toEqual([]);
  });

  it('gives a kind of parallelism one its 1, whatever the node says', () => {
    const drawn = job([source, node('z', 'single', { parallelism: 99 })], ['a -> z']);
    expect(errorsOf(drawn)).toEqual([]);
  });

  it('has no effect of __proto__ and other inherited names', () => {
    const drawn = job([node('__proto__', 'source'), node('constructor', 'sink')], ['__proto__ -> constructor']);
    expect(errorsOf(drawn)).toEqual([]);
    expect(errorsOf(around('map', JSON.parse('{"__proto__": 1}'))).map(({ code }) => code)).toEqual(['unknown-param']);
  });

  it('never throws, whatever job it is given, and orders every node once', () => {
    fc.assert(
      fc.property(wildJob, (drawn) => {
        const { order, problems } = analyse(drawn, kinds);
        expect(new Set(order).size).toBe(order.length);
        for (const problem of problems) expect(problemMessage(problem).length).toBeLessThan(1_000);
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds a cycle exactly where nodes have no place in the order', () => {
    fc.assert(
      fc.property(wildJob, (drawn) => {
        const { order, problems } = analyse(drawn, kinds);
        const nodes = new Set(drawn.nodes.map(({ id }) => id));
        expect(problems.some(({ code }) => code === 'cycle')).toBe(order.length < nodes.size);
      }),
      { numRuns: 1_000 },
    );
  });

  it('analyses 1,000 nodes in a row and 5,000 edges into one input without delay', { timeout: 4_000 }, () => {
    const nodes = Array.from({ length: 1_000 }, (_, i) => node(`n${i}`, i === 0 ? 'source' : 'union'));
    const row = nodes.slice(1).map((_, i) => edge(`n${i} -> n${i + 1}`));
    const fan = Array.from({ length: 4_001 }, (_, i) => ({ ...edge(`n${i % 998} -> n999`), id: `f${i}` }));
    expect(isRunnable(analyse(job(nodes, [...row, ...fan]), kinds))).toBe(true);
    const ring = job(nodes.slice(1), [...row.slice(1), edge('n999 -> n1')]);
    expect(errorsOf(ring).filter(({ code }) => code === 'cycle')).toHaveLength(1);
  });
});
