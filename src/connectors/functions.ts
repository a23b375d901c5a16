/**
 * From the TypeScript text of a function to something callable. Types are removed by sucrase, which keeps the lines, so
 * that places in errors and stacks are those of the text. The engine never imports this: hosts hand it in.
 */
import { transform } from 'sucrase';
import type { Options } from 'sucrase';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { functionFileName } from '../engine/wire/failures.ts';

/** Why a text is no usable function; `line` counts from 1. */
export interface FunctionError {
  readonly line: number;
  readonly reason: string;
}

/** Called by another name, eval sees the global scope only; unlike new Function it keeps the text's line numbers. */
// eslint-disable-next-line no-eval -- running the job's functions is what this file is for; see hosts/lockdown.ts
const globalEval = eval;

export type CompiledFunction = (...args: unknown[]) => unknown;

const sucraseOptions: Options = { transforms: ['typescript'], disableESTransforms: true };

/** Runs the text's expression once, which makes the function without calling it. */
export function compileFunction(source: string): Result<CompiledFunction, FunctionError> {
  const checked = toScript(source);
  if (!checked.ok) return checked;
  try {
    const made: unknown = globalEval(`"use strict";(${checked.value}\n)\n//# sourceURL=${functionFileName}`);
    if (typeof made === 'function') return ok(made as CompiledFunction);
    return failed({ line: 1, reason: `this is a ${typeof made}, not a function` });
  } catch (error) {
    return failed({ line: 1, reason: reasonOf(error) });
  }
}

/** What is wrong with the text, found without running any of it; null for nothing. */
export function checkFunction(source: string): FunctionError | null {
  const checked = toScript(source);
  return checked.ok ? null : checked.error;
}

/** Scripts of the texts that were last seen: every subtask of every attempt compiles the same few. */
const scripts = new Map<string, Result<string, FunctionError>>();
const scriptsMax = 200;

/** JavaScript of one function expression on the same lines. */
function toScript(source: string): Result<string, FunctionError> {
  let script = scripts.get(source);
  if (script === undefined) {
    script = translated(source);
    const [oldest] = scripts.keys();
    if (scripts.size >= scriptsMax && oldest !== undefined) scripts.delete(oldest);
    scripts.set(source, script);
  }
  return script;
}

function translated(source: string): Result<string, FunctionError> {
  const text = source.replace(/[;\s]+$/, '');
  if (text.trim() === '') return failed({ line: 1, reason: 'the text is empty' });
  const stripped = withoutTypes(text);
  if (!stripped.ok) return stripped;
  const script = stripped.value;
  const wrong = syntaxError(`[true ? ${script}\n : 0]`) ?? syntaxError(`(${script}\n)`);
  if (wrong !== null) return failed(wrong);
  const start = script.replace(/^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/, '');
  if (/^async\b/.test(start))
    return failed({
      line: 1,
      reason: 'the function is async; records are processed one after the other, write it without async',
    });
  if (/^function\s*\*/.test(start))
    return failed({ line: 1, reason: 'the function is a generator; return an array instead' });
  // Only an arrow function or an assignment cannot be the operand of void.
  const isFunction = /^function\b/.test(start) || syntaxError(`void ${script}\n`) !== null;
  return isFunction ? ok(script) : failed({ line: 1, reason: 'this is not a function; write (row) => …' });
}

function withoutTypes(text: string): Result<string, FunctionError> {
  const wrong = typeError(`(${text}\n)`);
  if (wrong !== null) {
    const { line, reason } = typeError(asFunctionKeyword(text)) ?? wrong;
    return failed({ line: Math.min(line, text.split('\n').length), reason });
  }
  const { code } = transform(`(${text}\n)`, sucraseOptions);
  return ok(code.slice(code.indexOf('(') + 1, code.lastIndexOf(')')).trimEnd());
}

function typeError(text: string): FunctionError | null {
  try {
    transform(text, sucraseOptions);
    return null;
  } catch (error) {
    const { loc } = error as { loc?: { line?: number } };
    return { line: loc?.line ?? 1, reason: reasonOf(error) };
  }
}

/**
 * `(row) => {…}` as `(function (row) {…})` on the same lines. The parser tries parentheses as an arrow function's and,
 * if its body is wrong, goes back and complains about the parentheses; behind `function` it names the true place.
 */
function asFunctionKeyword(text: string): string {
  if (!/^\s*\(/.test(text)) return `(${text}\n)`;
  const block = text.replace(/^(\s*)(\([^()]*\)[^={]*)=>(\s*)\{/, '$1(function $2$3{');
  if (block !== text) return `${block}\n)`;
  return `${text.replace(/^(\s*)(\([^()]*\)[^={]*)=>/, '$1(function $2{ return ')}\n})`;
}

/** Parses without running. The platform tells no line for what only it rejects, so that is the first. */
function syntaxError(expression: string): FunctionError | null {
  try {
    new Function(`"use strict"; return ${expression};`);
    return null;
  } catch (error) {
    return { line: 1, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const plain = message.replace(/^Error transforming [^:]*: /, '').replace(/\s*\(\d+:\d+\)$/, '');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}
