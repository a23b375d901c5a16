/** What the text of a function shows of the record that it returns. */
import { describe, expect, test } from 'vitest';
import { present } from '../../../base/assert.ts';
import { analyse } from '../../../engine/graph/analyse.ts';
import { problemMessage } from '../../../engine/graph/problems.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import { gallery } from '../../../gallery/list.ts';
import { fieldsOf, shownFields, valuesOf } from '../form-model.ts';
import { returnedColumns, returnIssues } from './returned-fields.ts';

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

describe('another value of a column that is kept', () => {
  const other = (name: string): string =>
    `The function returns another “${name}” than its input has, but that column is kept, so that is dropped.`;
  const kept = columns('word', 'n', 'a');
  test.each<[string, string[]]>([
    ['(row) => ({ ...row, n: row.n * 2, a: 1 })', [`n: ${other('n')}`]],
    ['(row) => ({ n: row.word, "word": "b", a: 1 })', [`n: ${other('n')}`, `"word": ${other('word')}`]],
    ['(row) => ({ n: -1, a: row.n })', [`n: ${other('n')}`]],
    ['(row) => ({ n: row.n, word: row.word, a: 1 })', []],
    ['({ n, word }) => ({ n, word, a: n * 2 })', []],
    // What these stand for is seen only while it runs.
    ['(row) => ({ n: other.word, word: text(row), a: 1 })', []],
    ['(row) => ({ n: row.word.length, a: 1 })', [`n: ${other('n')}`]],
  ])('%s', (source, expected) => {
    expect(said(source, columns('a'), kept)).toEqual(expected);
  });
});

describe('what a function makes of two records', () => {
  const extra = (name: string): string =>
    `The function returns “${name}”, which the records that it combines do not have, so that is dropped.`;
  const left = (name: string): string =>
    `The function does not return “${name}”, so that is null in what it makes of two records.`;
  const combined = (source: string, combines: readonly string[] = []): string[] =>
    returnIssues(source, { declared: input, output: input, input, combines }).map(
      ({ issue, from, to }) => `${source.slice(from, to)}: ${problemMessage(issue)}`,
    );
  test.each<[string, string[]]>([
    ['(a, b) => ({ word: a.word, n: a.n + b.n })', []],
    ['(a, b) => ({ ...b, n: a.n + b.n, most: 1 })', [`most: ${extra('most')}`]],
    ['(a, b) => ({ ...a, x: 1 })', [`x: ${extra('x')}`]],
    ['(a, b) => (a.n > b.n ? a : b)', []],
    ['(a, b) => ({ ...more, n: 1 })', []],
    ['(a, b) => ({ word: a.word })', [`(a, b) => ({ word: a.word }): ${left('n')}`]],
  ])('%s', (source, expected) => {
    expect(combined(source)).toEqual(expected);
  });

  test('may leave out what the operator writes', () => {
    const source = '(a, b) => ({ n: a.n + b.n })';
    expect(combined(source)).toEqual([`${source}: ${left('word')}`]);
    expect(combined(source, ['word'])).toEqual([]);
  });
});

test.each(gallery)('nothing is said of the functions of $id', ({ job }) => {
  const { types } = analyse(job, kindTable);
  for (const node of job.nodes) {
    const all = fieldsOf(present(kindTable.get(node.kind), node.kind));
    const values = valuesOf(all, node);
    const [first] = types.get(node.id)?.inputs ?? [];
    const output = types.get(node.id)?.outputs?.[0]?.schema ?? [];
    const streams = { input: first?.schema ?? [], key: first?.key ?? [], output };
    for (const { meta, name } of shownFields(all, node)) {
      const against = meta.widget === 'function' ? returnedColumns(meta, values, streams) : null;
      const source = values[name] as string;
      if (against !== null) expect(returnIssues(source, against), source).toEqual([]);
    }
  }
});
