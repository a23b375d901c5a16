/**
 * What can be wrong with declared side outputs: their tags, and the tags that a function names. A function is text, so what
 * it calls is only read here; a name that comes about while it runs is checked when it is used.
 */
import { clip } from './issue-text.ts';
import { tagLengthMax } from './params.ts';
import type { SideOutput } from './params.ts';
import type { ParamIssue } from './problems.ts';

/** Why the side output at `index` cannot have this tag, or null. `main`: name of the main output. */
export function tagProblem(
  outputs: readonly Pick<SideOutput, 'tag'>[],
  index: number,
  tag: string,
  main: string,
): string | null {
  if (tag.trim() === '') return 'a side output needs a tag';
  if (tag.length > tagLengthMax) return `a tag has at most ${tagLengthMax} characters`;
  if (tag === main) return `“${main}” is the main output, which has no tag`;
  const twice = outputs.some((other, i) => i !== index && other.tag === tag);
  return twice ? `two side outputs have the tag “${clip(tag, 60)}”` : null;
}

/** One issue for each that has a tag of its own, and is told once. */
export function tagIssues(outputs: readonly SideOutput[], label: string, main: string): ParamIssue[] {
  const reasons = outputs.map(({ tag }, i) => tagProblem(outputs, i, tag, main));
  return [...new Set(reasons)].flatMap((reason): ParamIssue[] =>
    reason === null ? [] : [{ code: 'invalid-param', details: { param: label, reason } }],
  );
}

/** Tags in `ctx.output('tag', …)` of a function that are not among those declared. */
export function unknownTags(source: string, outputs: readonly SideOutput[]): ParamIssue[] {
  const known = new Set(outputs.map(({ tag }) => tag));
  const unknown = [...new Set(tagsNamed(source))].filter((tag) => !known.has(tag));
  return unknown.map((tag) => ({ code: 'tag-in-code', details: { tag: clip(tag, 60), tags: tagsText(outputs) } }));
}

/** `there are: late, refused`, for sentences that say that one is not there. */
export const tagsText = (outputs: readonly Pick<SideOutput, 'tag'>[]): string =>
  outputs.length === 0 ? 'none is declared' : `there are: ${clip(outputs.map(({ tag }) => tag).join(', '), 200)}`;

/** Comments, and texts so that what looks like a comment in them is none. */
const commentOrText = /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** So many different names are followed: each takes a look through the whole function. */
const namesMost = 20;
/** A text of one line, without escapes, and in backticks without parts. */
const plainText = String.raw`(?:'([^'\\\n]*)'|"([^"\\\n]*)"|` + '`([^`\\\\$]*)`)';
const calledWithText = new RegExp(String.raw`(?<![\w$.])ctx\s*\.\s*output\s*\(\s*${plainText}\s*,`, 'g');
const calledWithName = /(?<![\w$.])ctx\s*\.\s*output\s*\(\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*,/gu;

function tagsNamed(source: string): string[] {
  const code = source.replaceAll(commentOrText, (found) => (found.startsWith('/') ? ' ' : found));
  const texts = [...code.matchAll(calledWithText)].map(textOf);
  const names = new Set([...code.matchAll(calledWithName)].map(([, name = '']) => name));
  return [...texts, ...[...names].slice(0, namesMost).flatMap((name) => constantText(code, name) ?? [])];
}

const textOf = ([, single, double, back]: readonly (string | undefined)[]): string => single ?? double ?? back ?? '';

/**
 * The text for which `const name = 'text';` says that a name stands. Null if that is not all that the function says of the
 * name: where it is declared again, a parameter, or taken out of something, it may stand for another one there.
 */
function constantText(code: string, name: string): string | null {
  const escaped = name.replaceAll('$', '\\$');
  const declared = new RegExp(String.raw`(?<![\w$.])const\s+${escaped}\s*=\s*${plainText}\s*[;\n]`, 'g');
  const [only, ...others] = [...code.matchAll(declared)];
  if (only === undefined || others.length > 0) return null;
  // Every other place where it stands must be one that only reads it: the tag of a call.
  const read = new RegExp(String.raw`(?<![\w$.])ctx\s*\.\s*output\s*\(\s*${escaped}\s*,`, 'g');
  const rest = code.replace(only[0], ';').replaceAll(read, ' ').replaceAll(commentOrText, ' ');
  return new RegExp(String.raw`(?<![\w$.])${escaped}(?![\w$])`).test(rest) ? null : textOf(only);
}
