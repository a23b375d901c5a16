/** What is wrong with the parameters of each kind, and what it gives when nothing is. */
import { describe, expect, test } from 'vitest';
import { checkAlone } from '../graph/check-params.ts';
import { problemMessage } from '../graph/problems.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream, schemaText } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { kindTable } from './list.ts';

const plain = plainStream([
  { name: 'word', type: 'string' },
  { name: 'n', type: 'int' },
  { name: 'at', type: 'timestamp' },
  { name: 'open', type: 'boolean' },
]);
const keyed: StreamType = { ...plain, key: ['word'] };

function derive(kind: string, params: object, inputs: readonly StreamType[] = [plain]) {
  const definition = kindTable.get(kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  return definition.derive(definition.params.parse(params), inputs);
}

function issues(kind: string, params: object, inputs?: readonly StreamType[]): readonly ParamIssue[] {
  const derived = derive(kind, params, inputs);
  return derived.ok ? [] : derived.error;
}

function gives(kind: string, params: object, inputs?: readonly StreamType[]): string[] {
  const derived = derive(kind, params, inputs);
  if (!derived.ok) throw new Error(derived.error.map(problemMessage).join(' '));
  return derived.value.map(({ schema, key }) => `${schemaText(schema)}${key === null ? '' : ` by ${key.join(', ')}`}`);
}

const all = 'word string, n int, at timestamp, open boolean';

describe('what a kind gives', () => {
  test.each([
    ['filter', {}, [keyed], [all]],
    ['sideOutput', {}, [keyed], [all, all]],
    ['map', { columns: [{ name: 'x', type: 'float' }] }, [plain], ['x float']],
    [
      'map',
      {
        keep: true,
        columns: [
          { name: 'x', type: 'float' },
          { name: 'n', type: 'string' },
        ],
      },
      [plain],
      ['word string, n string, at timestamp, open boolean, x float'],
    ],
    ['keyBy', { columns: ['n', 'word'] }, [plain], [`${all} by n, word`]],
    ['keyBy', { by: 'function', keyType: 'int' }, [plain], [`${all}, key int by key`]],
    ['reduce', {}, [keyed], [all]],
    ['process', {}, [keyed], ['value json', all]],
    [
      'process',
      { sideOutputs: [{ tag: 'a', columns: [{ name: 'why', type: 'string' }] }, { tag: 'b' }] },
      [keyed],
      ['value json', 'why string', all],
    ],
    ['process', { sideOutputs: [] }, [keyed], ['value json']],
    ['coProcess', {}, [keyed, { ...keyed, schema: keyed.schema.slice(0, 2) }], ['value json', all]],
    ['broadcastProcess', {}, [keyed, plain], ['value json', all]],
    ['sortByTime', {}, [keyed], [all, all]],
    ['deduplicate', {}, [keyed], [all, all]],
    ['union', {}, [plain, keyed], [all]],
    ['table', {}, [plain], []],
    [
      'aggregate',
      {
        aggregates: [
          { function: 'count', column: 'open', as: '' },
          { function: 'sum', column: 'n', as: '' },
          { function: 'avg', column: 'n', as: 'mean' },
          { function: 'max', column: 'at', as: 'newest' },
        ],
      },
      [keyed],
      ['word string, count_open int, sum_n int, mean float, newest timestamp'],
    ],
    ['tumblingWindow', {}, [keyed], ['word string, windowStart timestamp, windowEnd timestamp, count int', all]],
    ['watermarks', { timestampColumn: 'at' }, [plain], [all]],
  ] as [string, object, StreamType[], string[]][])('%s with %j', (kind, params, inputs, outputs) => {
    expect(gives(kind, params, inputs)).toEqual(outputs);
  });
});

describe('what is wrong with a kind', () => {
  const sumOf = (column: string) => ({ aggregates: [{ function: 'sum', column, as: 's' }] });
  test.each([
    ['map', { columns: [] }, plain, ['invalid-param columns']],
    ['map', { function: '  ' }, plain, ['missing-function function']],
    [
      'flatMap',
      {
        columns: [
          { name: 'a', type: 'int' },
          { name: 'a', type: 'int' },
        ],
      },
      plain,
      ['duplicate-column columns'],
    ],
    ['filter', { function: '' }, plain, ['missing-function function']],
    ['keyBy', {}, plain, ['missing-key columns']],
    ['keyBy', { columns: ['nope', 'word'] }, plain, ['unknown-column columns']],
    ['keyBy', { columns: ['word', 'word'] }, plain, ['duplicate-column columns']],
    ['keyBy', { by: 'function', keyColumn: 'n' }, plain, ['duplicate-column keyColumn']],
    ['keyBy', { by: 'function', keyColumn: '' }, plain, ['invalid-param keyColumn']],
    ['reduce', {}, plain, ['not-keyed undefined']],
    ['aggregate', {}, plain, ['not-keyed undefined']],
    ['aggregate', { aggregates: [] }, keyed, ['invalid-param aggregates']],
    ['aggregate', sumOf(''), keyed, ['missing-column aggregates']],
    ['aggregate', sumOf('nope'), keyed, ['unknown-column aggregates']],
    ['aggregate', sumOf('open'), keyed, ['column-type aggregates']],
    ['aggregate', sumOf('at'), keyed, ['column-type aggregates']],
    [
      'aggregate',
      { aggregates: [{ function: 'count', column: '', as: 'word' }] },
      keyed,
      ['duplicate-column aggregates'],
    ],
    ['process', {}, plain, ['not-keyed undefined']],
    ['process', { processElement: ' ' }, keyed, ['missing-function processElement']],
    ['process', { columns: [] }, keyed, ['invalid-param columns']],
    ['broadcastProcess', {}, plain, ['not-keyed undefined']],
    ['broadcastProcess', { processBroadcastElement: '' }, keyed, ['missing-function processBroadcastElement']],
    ['sortByTime', {}, plain, ['not-keyed undefined']],
    ['deduplicate', {}, plain, ['not-keyed undefined']],
    ['tumblingWindow', { sizeMs: 10, offsetMs: 10 }, keyed, ['invalid-param offsetMs']],
    [
      'tumblingWindow',
      { aggregates: [{ function: 'count', column: '', as: 'windowEnd' }] },
      keyed,
      ['duplicate-column aggregates'],
    ],
    ['watermarks', { timestampColumn: 'word' }, plain, ['column-type timestampColumn']],
    ['chart', {}, plain, ['missing-column x', 'missing-column y']],
    ['chart', { x: 'word', y: 'n' }, plain, ['column-type x']],
    ['chart', { x: 'at', y: 'open', series: 'nope' }, plain, ['column-type y', 'unknown-column series']],
  ] as [string, object, StreamType, string[]][])('%s with %j', (kind, params, input, codes) => {
    const found = issues(kind, params, [input]);
    expect(found.map(({ code, param }) => `${code} ${param}`)).toEqual(codes);
    for (const issue of found) expect(problemMessage(issue)).not.toMatch(/[{}]/);
  });

  test.each([
    [[{ name: 'a' }, { name: 'a' }], 'States: two states are called “a”.'],
    [[{ name: 'last seen' }], 'States: “last seen” is no name that a function can write.'],
    [[{ name: 'n', kind: 'reducing' }], 'The function is empty.'],
    [
      [{ name: 'n', kind: 'reducing', reduce: '(a, b) => a +' }],
      'The function does not compile: unexpected end (line 1).',
    ],
    [[{ name: 'n', kind: 'aggregating' }], 'The function is empty.'],
    // What a reduce function says matters for reducing state alone.
    [[{ name: 'n', kind: 'value', reduce: '(a, b) => a +' }], null],
  ])('of declared states %j: %s', (states, message) => {
    const { process } = Object.fromEntries(kindTable);
    const given = { states: states.map((state) => ({ kind: 'value', ...state })), onTimer: '' };
    const compileCheck = (source: string) => (source.endsWith('+') ? { line: 1, reason: 'unexpected end' } : null);
    if (process === undefined) throw new Error('no kind process');
    const found = checkAlone(process, process.params.parse(given), { compileCheck });
    expect(found.map(problemMessage)).toEqual(message === null ? [] : [message]);
    for (const { param } of found) expect(param).toBe('states');
  });

  test('inputs of a union that differ are told with their schemas', () => {
    const [issue] = issues('union', {}, [plain, plainStream([{ name: 'n', type: 'int' }])]);
    expect(issue?.code).toBe('type-mismatch');
    expect(problemMessage(issue as ParamIssue)).toContain('n int');
  });

  test('a source with watermarks but without timestamps is told', () => {
    expect(issues('generator', { timestampColumn: '' }, []).map((issue) => issue.code)).toEqual(['missing-column']);
    expect(issues('generator', { timestampColumn: '', watermarks: 'none' }, [])).toEqual([]);
    expect(issues('generator', { timestampColumn: 'value' }, []).map((issue) => issue.code)).toEqual(['column-type']);
  });
});

describe('what is wrong whatever flows in', () => {
  const alone = (kind: string, params: object): readonly ParamIssue[] => {
    const definition = kindTable.get(kind);
    return definition?.check?.(definition.params.parse(params)) ?? [];
  };
  const windows = ['tumblingWindow', 'slidingWindow', 'cumulatingWindow', 'sessionWindow', 'globalWindow'];
  const joined: StreamType[] = [keyed, keyed];

  test.each([
    ...windows.map((kind) => [kind, { trigger: 'any(count(1), delay(0))' }, 'trigger', [1]] as const),
    ['windowJoin', { trigger: 'any(count(1), delta(5, n))' }, 'trigger', [1]],
    ['windowCoGroup', { time: 'processing', trigger: 'repeatedly(watermark())' }, 'trigger', [0]],
    ['tumblingWindow', { time: 'processing', trigger: 'afterWatermark(late: count(1))' }, 'trigger', []],
    ['sessionWindow', { time: 'processing', trigger: 'any(count(1), everyEventTime(1s))' }, 'trigger', [1]],
    ['sessionWindow', { trigger: 'delta(5, n)' }, 'trigger', []],
    ['globalWindow', { trigger: 'afterWatermark(early: everyEventTime(1s))' }, 'trigger', [0]],
    ['tumblingWindow', { trigger: 'sometimes()' }, 'trigger', undefined],
    ['tumblingWindow', { evictor: 'delta', evictThreshold: 0 }, 'evictThreshold', undefined],
    ['tumblingWindow', { sizeMs: 10, offsetMs: 10 }, 'offsetMs', undefined],
    ['slidingWindow', { slideMs: 10, offsetMs: 10 }, 'offsetMs', undefined],
    ['cumulatingWindow', { sizeMs: 10, stepMs: 3 }, 'stepMs', undefined],
    ['intervalJoin', { lowerMs: 5, upperMs: 4 }, 'upperMs', undefined],
  ] as const)('%s %j is told before anything is connected, at its place', (kind, params, param, place) => {
    const told = alone(kind, params).map((issue) => ({ param: issue.param, place: issue.place }));
    expect(told).toEqual([{ param, place }]);
    const all = issues(kind, params, kind.includes('Join') || kind.includes('CoGroup') ? joined : [keyed]);
    expect(all.some((issue) => issue.param === param)).toBe(true);
  });

  test.each([...kindTable.keys()])('%s as it is drawn has nothing wrong by itself', (kind) => {
    expect(alone(kind, {})).toEqual([]);
  });
});
