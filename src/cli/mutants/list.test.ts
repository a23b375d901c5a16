/** The mutants fit the code: what they change is there, once. That the swarm sees them is shown by `weir sim --mutants`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { changedText } from './hunt.ts';
import { mutants } from './list.ts';

const src = fileURLToPath(new URL('../..', import.meta.url));

test('there are at least 25, of different names', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBeGreaterThanOrEqual(25);
});

test.each(mutants)('$name fits the code', ({ changes }) => {
  for (const change of changes) {
    const text = readFileSync(join(src, change.file), 'utf8');
    const changed = changedText(text, change);
    expect(changed, `${change.file} has this once: ${change.search}`).not.toBe(null);
    expect(changed).not.toBe(text);
  }
});
