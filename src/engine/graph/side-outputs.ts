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

function tagsNamed(source: string): string[] {
  const code = source.replaceAll(commentOrText, (found) => (found.startsWith('/') ? ' ' : found));
  const called = /(?<![\w$.])ctx\s*\.\s*output\s*\(\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`\\$]*)`)\s*,/g;
  return [...code.matchAll(called)].map(([, single, double, back]) => single ?? double ?? back ?? '');
}
