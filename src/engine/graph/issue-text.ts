/**
 * One short reason for what a zod schema found wrong, in the words of this project: `a whole number is needed`. Used for
 * parameters (problems.ts) and for job files, so that both speak alike and no locale of zod's is loaded.
 */
import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

const kindsOfValue: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** At most about 200 characters, without a full stop. */
export function reasonOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${kindsOfValue[issue.expected] ?? issue.expected} is needed`;
    case 'too_small':
      return `at least ${bound(issue.minimum, issue.origin)} needed`;
    case 'too_big':
      return `at most ${bound(issue.maximum, issue.origin)} allowed`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'unrecognized_keys':
      return `${clip(issue.keys.map((key) => `“${clip(key, 40)}”`).join(', '), 160)} is not known here`;
    case 'invalid_format':
      // A pattern says itself what it allows.
      return issue.format === 'regex' ? clip(issue.message, 200) : `it is no ${issue.format}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor} is needed`;
    case 'invalid_union':
      return 'it has none of the forms that are allowed here';
    default:
      return clip(issue.message, 200);
  }
}

function bound(value: number | bigint, origin: string): string {
  if (origin === 'string') return `${value} characters are`;
  return origin === 'array' || origin === 'set' ? `${value} entries are` : `${value} is`;
}

function oneOf(values: readonly unknown[]): string {
  const list = clip(values.map(String).join(', '), 160);
  return values.length === 1 ? `${list} is needed` : `one of ${list} is needed`;
}

/** `text`, shortened to `length` characters with an ellipsis. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
