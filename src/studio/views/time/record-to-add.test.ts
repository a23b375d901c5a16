/** What a person types as the record of a click: what is refused, and the sentence for it. */
import { describe, expect, it } from 'vitest';
import type { JobNode } from '../../../engine/graph/job.ts';
import { problemAdvice, problemMessage } from '../../../engine/graph/problems.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { exampleOf, recordIssue } from './record-to-add.ts';

const pair: Schema = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
];

const scripted = (columns: Schema, timeline = ''): JobNode =>
  ({ id: 's', kind: 'scripted', name: 'S', params: { columns, timeline } }) as unknown as JobNode;

const said = (text: string, columns = pair): string | null => {
  const issue = recordIssue(text, scripted(columns));
  return issue === null ? null : problemMessage(issue);
};

describe('the record that a click adds', () => {
  it.each(['a=1', ' b=2 ', '{"key":"a","value":3}', '"two words"=4'])('may be %s', (text) => {
    expect(said(text)).toBeNull();
  });

  it.each([
    ['', 'nothing is written'],
    ['a=1 b=2', 'these are several elements'],
    ['w5s', 'this is a watermark and no record'],
    ['+5s', 'this is a pause and no record'],
    ['|', 'this is the end of the stream and no record'],
    ['a=1@5s', 'it has a time of its own'],
    ['a=', 'this is no element; a text with other characters is quoted, "…"'],
    ['{"key":', 'a closing bracket is missing'],
    ['a=x', '"x" (a string) for column “value”, where a whole number within ±2^53 is needed'],
    ['{"speed":1}', 'there is no column “speed”'],
  ])('is refused as %s: %s', (text, reason) => {
    expect(said(text)).toBe(`A click cannot add “${text}”: ${reason}.`);
  });

  it('a script with an error of its own is not what is wrong with it', () => {
    expect(recordIssue('a=1', scripted(pair, 'a@ b'))).toBeNull();
  });

  it('a long text is cut in the sentence', () => {
    expect(said(`a=1 ${'b'.repeat(100)}`)?.length).toBeLessThan(120);
  });

  it('is shown as one of these columns, which can be added itself', () => {
    const schemas: readonly Schema[] = [
      pair,
      [{ name: 'n', type: 'float' }],
      [{ name: 'payload', type: 'json' }],
      [
        { name: 'op', type: 'rowkind' },
        { name: 'key', type: 'string' },
        { name: 'at', type: 'timestamp' },
      ],
      [
        { name: 'from', type: 'string' },
        { name: 'to', type: 'string' },
        { name: 'late', type: 'boolean' },
      ],
    ];
    expect(exampleOf(scripted(pair))).toBe('a=1');
    for (const columns of schemas) expect(said(exampleOf(scripted(columns)), columns)).toBeNull();
  });

  it('what to do shows a record of these columns', () => {
    const issue = recordIssue('', scripted([{ name: 'n', type: 'int' }]));
    expect(issue === null ? null : problemAdvice(issue)).toContain('Write one record, as 1, without a time');
  });
});
