/** What is said of declared side outputs and of the tags that functions name, and what a new tag does to the edges. */
import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { ok } from '../../base/result.ts';
import { checkAlone, parseParams } from './check-params.ts';
import type { OperatorKind } from './kind.ts';
import { functionField, sideOutputsField } from './params.ts';
import { problemMessage } from './problems.ts';
import { renameSideOutput } from './side-output-edits.ts';
import { node } from './testing/kinds.ts';
import { job } from './testing/short-jobs.ts';

const kind: OperatorKind<{ function: string; sides: readonly object[] }> = {
  kind: 'sided',
  family: 'transform',
  title: 'Sided',
  summary: '',
  icon: 'box',
  params: z.object({
    function: functionField('(row) => row', { label: 'Function', signature: '(row) => row', outputs: 'sides' }),
    sides: sideOutputsField([{ tag: 'side', columns: [] }], { label: 'Side outputs', main: 'out' }),
  }),
  inputs: [],
  outputs: [],
  derive: () => ok([]),
  describe: () => '',
};

function said(given: { function?: string; sides?: readonly object[] }): string[] {
  const { params, issues } = parseParams(node('m', 'sided', { params: given }), kind as OperatorKind);
  const alone = params === null ? [] : checkAlone(kind as OperatorKind, params, {});
  return [...issues, ...alone].map((issue) => `${issue.param}: ${problemMessage(issue)}`);
}

const sides = (...tags: string[]) => tags.map((tag) => ({ tag, columns: [] }));
const calls = (code: string, ...tags: string[]) =>
  said({ function: `(row, ctx) => { ${code} }`, sides: sides(...tags) });

describe('declared side outputs', () => {
  it('may be none, one or several, with the columns of the input or their own', () => {
    expect(said({})).toEqual([]);
    expect(said({ sides: [] })).toEqual([]);
    expect(said({ sides: [{ tag: 'a' }, { tag: 'late orders', columns: [{ name: 'n', type: 'int' }] }] })).toEqual([]);
  });

  it.each([
    ['a tag', sides(''), 'a side output needs a tag'],
    ['a tag that can be read', sides('a', '  '), 'a side output needs a tag'],
    ['a tag of its own', sides('a', 'b', 'a'), 'two side outputs have the tag “a”'],
    ['another name than the main output', sides('out'), '“out” is the main output, which has no tag'],
  ])('need %s', (_, given, reason) => {
    expect(said({ sides: given })).toEqual([`sides: Side outputs: ${reason}.`]);
  });

  it('have each column once', () => {
    const twice = [
      { name: 'n', type: 'int' },
      { name: 'n', type: 'string' },
    ];
    expect(said({ sides: [{ tag: 'a', columns: twice }] })).toEqual(['sides: Two output columns are called “n”.']);
  });

  it('have tags that a job file can hold', () => {
    expect(said({ sides: sides('x'.repeat(64)) })).toEqual([]);
    expect(said({ sides: sides('x'.repeat(65)) })).toHaveLength(1);
  });
});

describe('a tag that a function names', () => {
  it('is declared, or a warning names those that are', () => {
    expect(calls('ctx.output(\'a\', row); ctx.output("b", row)', 'a', 'b')).toEqual([]);
    expect(calls("ctx.output('c', row); ctx . output( `c` , row)", 'a', 'b')).toEqual([
      'function: The function emits to the side output “c”, which is not declared (there are: a, b); the job would fail there.',
    ]);
    expect(calls("ctx.output('c', row)")[0]).toContain('(none is declared)');
  });

  it('is not looked for in comments, in other calls, and in what is no tag', () => {
    expect(calls("// ctx.output('c', row)\n/* ctx.output('c', row) */ own.ctx.output('c', row);", 'a')).toEqual([]);
    expect(calls("ctx.output('text of the only one'); ctx.output(tag, row); ctx.output(`${tag}`, row)", 'a')).toEqual(
      [],
    );
    expect(calls("const url = 'http://x'; ctx.output('a', row)", 'a')).toEqual([]);
    expect(calls("const url = 'http://x'; ctx.output('c', row)", 'a')).toHaveLength(1);
  });
});

describe('a name that a function uses as a tag', () => {
  const unknown = (code: string): number => calls(code, 'a', 'b').length;

  it('stands for the text of its constant', () => {
    expect(unknown("const late = 'c'; ctx.output(late, row)")).toBe(1);
    expect(unknown('const late = `c`\n ctx.output(late, row); ctx.output(late, { late: row.late })')).toBe(0);
    expect(unknown('const late = `c`\n if (row.late) ctx.output(late, row); ctx.output(late, row)')).toBe(1);
    expect(unknown('const $ = "c", x = 1; ctx.output($, row)')).toBe(0);
    expect(unknown('const $t = "c"; ctx.output($t, row); say(`${$t} and late`)')).toBe(1);
    expect(unknown("const late = 'a'; const other = 'b'; ctx.output(late, row); ctx.output(other, row)")).toBe(0);
    expect(unknown("const late = 'c'; const other = 'd'; ctx.output(late, row); ctx.output(other, row)")).toBe(2);
  });

  it.each([
    ['may be another one there', "const late = 'c'; { const late = 'a'; ctx.output(late, row); }"],
    ['may be a parameter', "const late = 'c'; rows.forEach((late) => ctx.output(late, row));"],
    ['may be taken out of something', "const late = 'c'; { const { late } = row; ctx.output(late, row); }"],
    ['may change', "let late = 'c'; late = 'a'; ctx.output(late, row);"],
    ['may have parts', 'const late = `${row.kind}`; ctx.output(late, row);'],
    ['may be declared outside', 'ctx.output(late, row);'],
    ['is not that of a comment', "// const late = 'c';\nctx.output(late, row);"],
  ])('%s: then nothing is said of it', (_, code) => {
    expect(unknown(code)).toBe(0);
  });
});

describe('a new tag', () => {
  const given = job(
    [node('m', 'sided', { params: { sides: sides('a', 'b') } }), node('n', 'sided'), node('z', 'sink')],
    ['m -> z', 'm.a -> z', 'm.b -> z', 'n.a -> z'],
  );
  const ends = (tag: string, rows = sides('a', 'b')) =>
    renameSideOutput(given, 'm', 'sides', rows, 0, tag).edges.map(({ from }) => `${from.node}.${from.port}`);

  it('takes the edges of the old one along, and no others', () => {
    const renamed = renameSideOutput(given, 'm', 'sides', sides('a', 'b'), 0, 'c');
    expect(renamed.nodes[0]?.params).toEqual({ sides: sides('c', 'b') });
    expect(ends('c')).toEqual(['m.out', 'm.c', 'm.b', 'n.a']);
    expect(renamed.edges[2]).toBe(given.edges[2]);
  });

  it('leaves them where they are if they could not be told apart', () => {
    expect(ends('b')).toEqual(['m.out', 'm.a', 'm.b', 'n.a']);
    expect(ends('c', sides('a', 'a'))).toEqual(['m.out', 'm.a', 'm.b', 'n.a']);
  });

  it('keeps the columns', () => {
    const rows = [{ tag: 'a', columns: [{ name: 'n', type: 'int' }] }];
    expect(renameSideOutput(given, 'm', 'sides', rows, 0, 'c').nodes[0]?.params['sides']).toEqual([
      { tag: 'c', columns: [{ name: 'n', type: 'int' }] },
    ]);
  });
});
