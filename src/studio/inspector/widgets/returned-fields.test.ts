/** What the text of a function shows of the record that it returns. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../../engine/graph/analyse.ts';
import { problemMessage } from '../../../engine/graph/problems.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { gallery } from '../../../gallery/list.ts';
import { returnIssues } from './returned-fields.ts';

const columns = (...names: string[]): Schema => names.map((name) => ({ name, type: 'int' }));
const input = columns('word', 'n');

/** What is said, with the text that is underlined. */
const said = (source: string, declared: Schema, output = declared): string[] =>
  returnIssues(source, { declared, output, input }).map(
    ({ issue, from, to }) => `${source.slice(from, to)}: ${problemMessage(issue)}`,
  );
const dropped = (names: string): string =>
  `The function returns ${names}, for which there is no output column, so that is dropped.`;
const missing = (names: string): string =>
  `The function does not return ${names}, so there are only nulls in that column.`;

describe('fields without a column', () => {
  test.each<[string, Schema, string[]]>([
    ['(row) => ({ a: 1, b: 2, c: 3 })', columns('a', 'b'), [`c: ${dropped('“c”')}`]],
    ['(row) => ({ a: 1, b: 2 })', columns('a', 'b'), []],
    ['row => ({ a: 1, b: { c: 3 } })', columns('a', 'b'), []],
    ['({ n, word }) => ({ n, word, "x y": 1 })', columns('n', 'word'), [`"x y": ${dropped('“x y”')}`]],
    ['(row) => ({ ...row, a: 1 })', columns('a', 'n'), [`...row: ${dropped('“word”')}`]],
    ['(row) => ({ ...other(row), a: 1 })', columns('a', 'n'), []],
    ['(row) => { const x = { z: 1 }; return { a: 1, b: x.z, d: 4 }; }', columns('a', 'b'), [`d: ${dropped('“d”')}`]],
    [
      '(row) => (row.n > 1 ? { a: 1, b: 1, c: 1 } : { a: 1, b: 1, d: 1 })',
      columns('a', 'b'),
      [`c: ${dropped('“c”')}`, `d: ${dropped('“d”')}`],
    ],
    [
      '(row) => { if (row.n) { return { a: 1, b: 1, c: 1 }; } return { a: 1, b: 1 }; }',
      columns('a', 'b'),
      [`c: ${dropped('“c”')}`],
    ],
    ['function (row) { return { a: 1, b: 1, c: 1 }; }', columns('a', 'b'), [`c: ${dropped('“c”')}`]],
    ['(row: Row): Out => ({ a: 1, b: 1, c: 1 })', columns('a', 'b'), [`c: ${dropped('“c”')}`]],
    // The result of a function within is not that of the function.
    ['(row) => { const f = () => ({ c: 1 }); return { a: 1, b: f() }; }', columns('a', 'b'), []],
    // With a single column, what does not have it is its value.
    ['(row) => ({ x: 1 })', columns('a'), []],
    ['(row) => ({ a: 1, x: 1 })', columns('a'), [`x: ${dropped('“x”')}`]],
    ['(row) => row.n * 2', columns('a'), []],
    ['(row) => make(row)', columns('a', 'b'), []],
  ])('%s', (source, declared, expected) => {
    expect(said(source, declared)).toEqual(expected);
  });

  test('are none that are kept of the input', () => {
    expect(said('(row) => ({ ...row, a: 1, b: 1 })', columns('a', 'b'), columns('word', 'n', 'a', 'b'))).toEqual([]);
  });
});

describe('columns that are not returned', () => {
  test.each<[string, Schema, string[]]>([
    ['(row) => ({ a: 1 })', columns('a', 'b'), [`(row) => ({ a: 1 }): ${missing('“b”')}`]],
    ['(row) => (row.n ? { a: 1 } : { b: 1 })', columns('a', 'b'), []],
    ['(row) => ({ a: 1, ...more(row) })', columns('a', 'b'), []],
    [
      '(row) => ({ ...row })',
      columns('n', 'x'),
      [`...row: ${dropped('“word”')}`, `(row) => ({ ...row }): ${missing('“x”')}`],
    ],
    ['(row) => ({ a: 1, [name]: 2 })', columns('a', 'b'), []],
    ['(row) => (row.n ? { a: 1 } : other(row))', columns('a', 'b'), []],
  ])('%s', (source, declared, expected) => {
    expect(said(source, declared)).toEqual(expected);
  });
});

test.each(gallery)('nothing is said of the maps of $id', ({ job }) => {
  const { types, params } = analyse(job, kindTable);
  for (const { id } of job.nodes.filter(({ kind }) => kind === 'map')) {
    const { function: source, columns: declared } = params.get(id) as { function: string; columns: Schema };
    const output = types.get(id)?.outputs?.[0]?.schema ?? [];
    const against = { declared, output, input: types.get(id)?.inputs[0]?.schema ?? [] };
    expect(returnIssues(source, against), source).toEqual([]);
  }
});
