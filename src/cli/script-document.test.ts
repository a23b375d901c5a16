/** The document of scripts is right: its examples print what it says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readJobFile } from '../export/job-file.ts';
import { played } from './testing/scripts.ts';

const document = readFileSync(fileURLToPath(new URL('./SCRIPT.md', import.meta.url)), 'utf8');

function blockOf(section: string, language: string): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(section) ?? [];
  return text;
}

const examples = document
  .split(/^## Example: /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n', 1)[0] ?? '',
    job: blockOf(section, 'json'),
    script: blockOf(section, 'script'),
    printed: blockOf(section, 'text'),
  }));

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
