/** The order by several columns, by the rules of SQL's ORDER BY as Flink has them. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemaText } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import { problemMessage } from '../graph/problems.ts';
import { comparing, orderIssues, orderOf, parseOrder } from './order-by.ts';

const schema: Schema = [
  { name: 'n', type: 'int' },
  { name: 's', type: 'string' },
  { name: 'flag', type: 'boolean' },
  { name: 'seen at', type: 'timestamp' },
  { name: 'any', type: 'json' },
];

describe('the text', () => {
  const said = (text: string): string => {
    const parsed = parseOrder(text);
    if (!parsed.ok) return parsed.error;
    return parsed.value
      .map(({ column, ascending, nullsFirst }) => `${column}${ascending ? '+' : '-'}${nullsFirst ? '<' : '>'}`)
      .join(' ');
  };

  test.each([
    ['of nothing has no term', ' ', ''],
    ['of a column is ascending, nulls first', 'n', 'n+<'],
    ['may say so', 'n ASC', 'n+<'],
    ['has nulls last where the greatest is first', 'n desc', 'n->'],
    ['may say where nulls are', 'n asc nulls last,s desc nulls first', 'n+> s-<'],
    ['may say it without a direction', 'n NULLS LAST', 'n+>'],
    ['quotes names with spaces', '"seen at" desc , `a,b`', 'seen at-> a,b+<'],
    ['may have columns called as its words', 'desc desc, asc, nulls nulls last', 'desc-> asc+< nulls+>'],
    ['needs a comma between two', 'n s', 'at “s”, a comma is needed, or asc or desc, or nulls first or nulls last'],
    ['needs a column behind a comma', 'n,', 'at its end, a column is needed'],
    ['needs a column between two commas', 'n,,s', 'at “,s”, a column is needed'],
    [
      'needs whole words',
      'n descending',
      'at “descending”, a comma is needed, or asc or desc, or nulls first or nulls last',
    ],
    [
      'needs the other half of nulls',
      'n nulls',
      'at “nulls”, a comma is needed, or asc or desc, or nulls first or nulls last',
    ],
    ['needs the end of a quoted name', 'n, "s', 'at “"s”, a column is needed'],
  ])('%s', (_, text, expected) => {
    expect(said(text)).toBe(expected);
  });

  test('is checked: columns that are there, that have an order, and each once', () => {
    const issues = (text: string, before: readonly string[] = []) =>
      orderIssues(text, schema, { param: 'thenBy', label: 'Then by', before }).map(problemMessage);
    expect(issues('s, flag desc, "seen at"')).toEqual([]);
    expect(issues('')).toEqual([]);
    expect(issues('x')).toEqual([expect.stringContaining(schemaText(schema).split(' ')[0] as string)]);
    expect(issues('any')).toEqual([expect.stringContaining('json')]);
    expect(issues('s, n', ['n'])).toEqual(['Then by: “n” orders already.']);
    expect(issues('s, n, s')).toEqual(['Then by: “s” orders already.']);
    expect(issues('s,')).toEqual(['Then by: at its end, a column is needed.']);
  });
});

type Row = readonly [n: number | null, s: string | null, flag: boolean | null];

/** Without the comparison of the code: what is in front gets the lesser number, column by column. */
function place(
  value: number | string | boolean | null,
  { ascending, nullsFirst }: { ascending: boolean; nullsFirst: boolean },
): number {
  if (value === null) return nullsFirst ? -1000 : 1000;
  const number = typeof value === 'string' ? value.charCodeAt(0) : Number(value);
  return ascending ? number : -number;
}

test('rows are in the order of the first column, where that is equal in that of the second, and so on', () => {
  const row = fc.tuple(
    fc.option(fc.integer({ min: -2, max: 2 })),
    fc.option(fc.constantFrom('a', 'b')),
    fc.option(fc.boolean()),
  );
  const terms = fc.tuple(...[0, 1, 2].map(() => fc.record({ ascending: fc.boolean(), nullsFirst: fc.boolean() })));
  fc.assert(
    fc.property(fc.array(row), terms, (rows, directions) => {
      const text = ['n', 's', 'flag']
        .map(
          (name, i) =>
            `${name} ${directions[i]!.ascending ? 'asc' : 'desc'} nulls ${directions[i]!.nullsFirst ? 'first' : 'last'}`,
        )
        .join(', ');
      const sorted = rows.toSorted(comparing(orderOf(text), schema));
      const places = (of: Row): number[] => of.map((value, i) => place(value, directions[i]!));
      for (let i = 1; i < sorted.length; i++) {
        const [a, b] = [places(sorted[i - 1] as Row), places(sorted[i] as Row)];
        const differs = a.findIndex((one, k) => one !== b[k]);
        if (differs >= 0) expect(a[differs]).toBeLessThan(b[differs] as number);
      }
    }),
    { seed: 20261121, numRuns: 200 },
  );
});
