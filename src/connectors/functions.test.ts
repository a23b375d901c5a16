import { functionFileName } from '../engine/wire/failures.ts';
import { describe, expect, test } from 'vitest';
import { checkFunction, compileFunction } from './functions.ts';

function compiled(source: string) {
  const result = compileFunction(source);
  if (!result.ok) throw new Error(`line ${result.error.line}: ${result.error.reason}`);
  return result.value;
}

describe('a function text', () => {
  test.each([
    ['an arrow function', '(row) => row.a + 1'],
    ['an arrow function without parentheses', 'row => row.a + 1'],
    ['a typed arrow function', '(row: { a: number }): number => row.a + 1'],
    ['a generic function', '<T extends { a: number }>(row: T) => row.a + 1'],
    ['a function expression', 'function (row) { return row.a + 1; }'],
    ['a named function expression', 'function next(row: any) { return row.a + 1 }'],
    ['a function behind a comment', '// adds one\n/* to a */ (row) => row.a + 1'],
    ['a function before a comment', '(row) => row.a + 1 // adds one'],
    ['a function with a semicolon at its end', '(row) => row.a + 1;\n'],
    ['modern syntax', '({ a, ...rest }) => (rest.b?.c ?? a) + 1'],
    ['casts', '(row) => (row.a as number)! + 1'],
  ])('%s is called with the row', (_, source) => {
    expect(checkFunction(source)).toBeNull();
    expect(compiled(source)({ a: 41 })).toBe(42);
  });

  test('an object in parentheses is a row', () => {
    expect(compiled('(row) => ({ b: row.a })')({ a: 1 })).toEqual({ b: 1 });
  });

  test('runs in strict mode without this', () => {
    expect(compiled('function () { return this === undefined; }')()).toBe(true);
  });

  test('a name that is not declared is found when called, not before', () => {
    expect(() => compiled('(row) => nowhere + 1')({})).toThrow('nowhere is not defined');
  });
});

describe('what is no function', () => {
  test.each([
    ['nothing', '  \n', /empty/],
    ['a number', '1 + 2', /not a function/],
    ['a statement', 'return 1', /./],
    ['a class', 'class A {}', /not a function/],
    ['an async function', 'async (row) => 1', /async/],
    ['a generator function', 'function* (row) { yield 1 }', /generator/],
    ['a call', '(() => 1)()', /not a function/],
    ['an unbalanced parenthesis', '(row) => 1); (2', /./],
    ['two of them', '(a) => 1, (b) => 2', /./],
  ])('%s is refused with a reason', (_, source, reason) => {
    const result = compileFunction(source);
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.reason).toMatch(reason);
  });

  test.each([
    ['(row) => {\n  const a = 1;\n  return a +* 2;\n}', 3],
    ['(row: { a: number }): number =>\n  row.a +* 2', 2],
    ['row => {\n  return row.a +* 2;\n}', 2],
    ['function (row) {\n\n\n  return row.a +* 2;\n}', 4],
    ['(row) => {\n  if (row.a) {\n  return 2;\n', 3],
  ])('the place of a syntax error in %j is line %i', (source, line) => {
    expect(checkFunction(source)).toEqual({ line, reason: expect.stringMatching(/^unexpected/) });
  });

  test('a function that declares a name twice is refused', () => {
    expect(checkFunction('(row) => { let a = 1; let a = 2; }')?.reason).toMatch(/already been declared/);
  });

  test('a check runs nothing of the text', () => {
    const key = 'weirCheckRan';
    checkFunction(`((globalThis as any).${key} = true, () => 1)()`);
    checkFunction(`(x = (globalThis.${key} = true)) => 1`);
    expect(key in globalThis).toBe(false);
  });

  test('throws with the line numbers of its own text', () => {
    const made = compileFunction(
      '(row: { n: number }) => {\n  const x = row.n;\n  if (x > 1) throw new Error("too big");\n}',
    );
    const stackOf = (): string => {
      try {
        if (made.ok) made.value({ n: 3 });
        return '';
      } catch (error) {
        return (error as Error).stack ?? '';
      }
    };
    expect(stackOf()).toContain(`${functionFileName}:3:`);
  });
});
