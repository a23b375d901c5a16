/** The document of scripts is right: its examples print what it says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readJobFile } from '../export/job-file.ts';
import { examplesOf } from './testing/document.ts';
import { played } from './testing/scripts.ts';

const document = readFileSync(fileURLToPath(new URL('./SCRIPT.md', import.meta.url)), 'utf8');

const examples = examplesOf(document);

test('there are three examples', () => {
  expect(examples).toHaveLength(3);
});

test.each(examples)('$title', async ({ job, script, printed }) => {
  const read = readJobFile(job);
  if (!read.ok) expect(read.error).toEqual([]);
  else {
    const outcome = await played(read.value.job, script);
    expect(outcome.complaints).toBe('');
    expect(`${outcome.all}\n`).toBe(printed);
    expect(outcome.code).toBe(0);
  }
});
